#include "sandbox/tagging.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/url.h"
#include "sandbox/request.h"
#include "sandbox/xml.h"

enum { TAGS_MAX = 10, TAG_KEY_MAX = 128, TAG_VALUE_MAX = 256 };

static const xmlNode *child(const xmlNode *node, const char *name)
{
    for (const xmlNode *at = node->children; at != NULL; at = at->next)
        if (at->type == XML_ELEMENT_NODE && strcmp((const char *)at->name, name) == 0)
            return at;
    return NULL;
}

static size_t characters(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static bool is_key_there(const struct buf *tags, struct slice pair_start)
{
    struct slice text = buf_slice(tags);

    for (const char *at = text.ptr; at != NULL && at < text.ptr + text.len;) {
        struct slice rest = { at, (size_t)(text.ptr + text.len - at) };

        if (slice_starts_with(rest, pair_start))
            return true;
        at = memchr(rest.ptr, '&', rest.len);
        at = at != NULL ? at + 1 : NULL;
    }
    return false;
}

static bool add_pair(struct buf *tags, const char *key, const char *value)
{
    struct buf start;
    bool fits = characters(key) >= 1 && characters(key) <= TAG_KEY_MAX && characters(value) <= TAG_VALUE_MAX;

    buf_init(&start, NULL, 4096);
    url_add_encoded(&start, slice_of(key), "");
    buf_add_char(&start, '=');
    fits = fits && !is_key_there(tags, buf_slice(&start));
    if (fits) {
        buf_add_text(tags, tags->len > 0 ? "&" : "");
        buf_add_slice(tags, buf_slice(&start));
        url_add_encoded(tags, slice_of(value), "");
    }
    buf_clear(&start);
    return fits;
}

static enum refusal read_tag(const xmlNode *tag, struct buf *tags)
{
    const xmlNode *key = child(tag, "Key"), *value = child(tag, "Value");
    xmlChar *key_text = key != NULL ? xmlNodeGetContent(key) : NULL;
    xmlChar *value_text = value != NULL ? xmlNodeGetContent(value) : NULL;
    enum refusal refusal = REFUSAL_NONE;

    if (key_text == NULL || value_text == NULL)
        refusal = REFUSAL_TAGGING_XML;
    else if (!add_pair(tags, (const char *)key_text, (const char *)value_text))
        refusal = REFUSAL_TAGS;
    xmlFree(key_text);
    xmlFree(value_text);
    return refusal;
}

static enum refusal read_document(const xmlDoc *document, struct buf *tags)
{
    const xmlNode *root = xmlDocGetRootElement(document), *set;
    enum refusal refusal = REFUSAL_NONE;
    size_t count = 0;

    if (root == NULL || document->intSubset != NULL)
        return REFUSAL_TAGGING_XML;
    if (strcmp((const char *)root->name, "Tagging") != 0)
        return REFUSAL_NONE;
    set = child(root, "TagSet");
    for (const xmlNode *tag = set != NULL ? set->children : NULL; tag != NULL && refusal == REFUSAL_NONE; tag = tag->next) {
        if (tag->type != XML_ELEMENT_NODE || strcmp((const char *)tag->name, "Tag") != 0)
            continue;
        refusal = ++count > TAGS_MAX ? REFUSAL_TAGS : read_tag(tag, tags);
    }
    return refusal;
}

enum refusal tagging_read(struct slice xml, struct buf *tags)
{
    xmlDoc *document =
        xmlReadMemory(xml.ptr, (int)xml.len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    enum refusal refusal = document != NULL ? read_document(document, tags) : REFUSAL_TAGGING_XML;

    xmlFreeDoc(document);
    return refusal;
}

void tagging_write(const char *tags, struct buf *xml)
{
    struct arena arena;

    arena_init(&arena, NULL, 4096);
    buf_add_text(xml, "<Tagging><TagSet>");
    while (*tags != '\0') {
        size_t name_len = strcspn(tags, "="), len = strcspn(tags, "&");
        struct slice name = request_decode((struct slice){ tags, name_len }, false, &arena);
        struct slice value = request_decode((struct slice){ tags + name_len + 1, len - name_len - 1 }, false, &arena);

        buf_add_text(xml, "<Tag>");
        xml_add_element(xml, "Key", name);
        xml_add_element(xml, "Value", value);
        buf_add_text(xml, "</Tag>");
        tags += len + (tags[len] == '&');
    }
    buf_add_text(xml, "</TagSet></Tagging>");
    arena_clear(&arena);
}
