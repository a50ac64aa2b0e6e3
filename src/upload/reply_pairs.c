#include "upload/reply_pairs.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "registry/registry.h"

void reply_pairs_init(struct reply_pairs *pairs, const struct postage_allocator *alloc)
{
    *pairs = (struct reply_pairs){ .alloc = *alloc, .body = { "", 0 } };
    reply_xml_init(&pairs->xml, alloc);
}

void reply_pairs_clear(struct reply_pairs *pairs)
{
    reply_xml_clear(&pairs->xml);
    mem_free(&pairs->alloc, pairs->fields);
    pairs->fields = NULL;
}

/* --- secrets --- */

/* How a character is written where it would mean something by itself: in URLs, HTML and JSON. */
static const struct escape {
    const char *start;
    unsigned base;
    size_t digits; /* at most */
    char end;      /* NUL: nothing */
} escapes[] = {
    { "%", 16, 2, '\0' },
    { "&#x", 16, 6, ';' },
    { "&#", 10, 7, ';' },
    { "\\u00", 16, 2, '\0' },
};

enum { ESCAPES = sizeof escapes / sizeof escapes[0] };

static size_t read_escape(const struct escape *escape, struct slice text, char wanted)
{
    size_t at = strlen(escape->start), end;
    unsigned value = 0;

    if (!slice_starts_with_ignoring_case(text, slice_of(escape->start)))
        return 0;
    for (end = at + escape->digits; at < text.len && at < end; at++) {
        int digit = text_hex_digit(text.ptr[at]);

        if (digit < 0 || (unsigned)digit >= escape->base)
            break;
        value = value * escape->base + (unsigned)digit;
    }
    if (value != (unsigned char)wanted)
        return 0;
    if (escape->end == '\0')
        return at;
    return at < text.len && text.ptr[at] == escape->end ? at + 1 : 0;
}

/* How many bytes at the beginning of `text` stand for this character; 0: it is another. */
static size_t spelled_character(struct slice text, char wanted)
{
    size_t length = 0;

    if (text.len == 0)
        return 0;
    if (text.ptr[0] == wanted)
        return 1;
    if (text.ptr[0] != '%' && text.ptr[0] != '&' && text.ptr[0] != '\\')
        return 0;
    if (text.ptr[0] == '\\' && text.len > 1 && text.ptr[1] == wanted)
        return 2;
    for (size_t i = 0; i < ESCAPES && length == 0; i++)
        length = read_escape(&escapes[i], text, wanted);
    return length;
}

/* How many bytes at the beginning of `text` spell the secret, any of its characters escaped or not; 0: it differs. */
static size_t spelled(struct slice text, struct slice secret)
{
    size_t at = 0;

    for (size_t i = 0; i < secret.len; i++) {
        size_t length = spelled_character((struct slice){ text.ptr + at, text.len - at }, secret.ptr[i]);

        if (length == 0)
            return 0;
        at += length;
    }
    return at;
}

static void mask(const struct buf *text, struct slice secret)
{
    for (size_t at = 0; at < text->len;) {
        size_t length = spelled((struct slice){ text->ptr + at, text->len - at }, secret);

        memset(text->ptr + at, '*', length);
        at += length > 0 ? length : 1;
    }
}

/*
 * A server may echo what it was sent, as it came or as part of a URL or page; a failed signature is often answered with the
 * policy. Overwritten before anything reads it, so that no message, log or result can repeat it.
 */
static void mask_secrets(struct reply_pairs *pairs, const struct http_reply *reply, const struct postage_form *form)
{
    const struct buf *const texts[] = { &reply->head, &reply->body, &pairs->xml.leaves };
    size_t count, longest = 0;
    const struct postage_field *fields = postage_form_fields(form, &count);

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i]->len > longest)
            longest = texts[i]->len;
    for (size_t i = 0; i < count; i++) {
        struct slice value = slice_of(fields[i].value);

        /* Escaped or not, it cannot stand where there is less room than it needs: most successes are short. */
        if (value.len > longest || !registry_is_secret(slice_of(fields[i].name)))
            continue;
        for (size_t n = 0; n < sizeof texts / sizeof texts[0]; n++)
            mask(texts[n], value);
    }
}

/* --- pairs --- */

static void pair_headers(struct reply_pairs *pairs, const struct http_reply *reply)
{
    size_t at = 0;

    for (size_t i = 0; i < reply->header_count; i++) {
        http_reply_next_header(reply, &at, &pairs->fields[i].name, &pairs->fields[i].value);
        error_clean_line(reply->head.ptr + (pairs->fields[i].value - reply->head.ptr));
    }
    pairs->reply.headers = pairs->fields;
    pairs->reply.header_count = reply->header_count;
}

/* The key of an object is its name, whatever is in it: who prints it has to look at it. */
static void pair_elements(struct reply_pairs *pairs, const struct created_document *created)
{
    struct postage_field *elements = pairs->fields + pairs->reply.header_count;
    size_t at = 0;

    for (size_t i = 0; i < pairs->xml.count; i++) {
        reply_xml_next(&pairs->xml, &at, &elements[i].name, &elements[i].value);
        if (strcmp(elements[i].name, created->key) != 0)
            error_clean_line(pairs->xml.leaves.ptr + (elements[i].value - pairs->xml.leaves.ptr));
    }
    pairs->reply.elements = elements;
    pairs->reply.element_count = pairs->xml.count;
}

bool reply_pairs_read(struct reply_pairs *pairs, const struct http_facts *facts, const struct postage_form *form)
{
    const struct http_reply *reply = facts->reply;
    bool ended = facts->body_end == HTTP_BODY_COMPLETE || facts->body_end == HTTP_BODY_TO_CLOSE;

    if (ended && reply_xml_parse(&pairs->xml, buf_slice(&reply->body)) != POSTAGE_OK)
        return false;
    pairs->fields = mem_alloc(&pairs->alloc, (reply->header_count + pairs->xml.count) * sizeof *pairs->fields);
    if (pairs->fields == NULL)
        return false;
    mask_secrets(pairs, reply, form);
    pairs->body = buf_slice(&reply->body);
    pairs->reply.http_status = reply->status;
    pairs->reply.sent = postage_form_fields(form, &pairs->reply.sent_count);
    pair_headers(pairs, reply);
    pair_elements(pairs, postage_form_provider(form)->created);
    return true;
}

static const char *find(const struct postage_field *fields, size_t count, const char *name)
{
    for (size_t i = 0; name != NULL && i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return fields[i].value;
    return NULL;
}

const char *reply_pairs_header(const struct reply_pairs *pairs, const char *name)
{
    return find(pairs->reply.headers, pairs->reply.header_count, name);
}

const char *reply_pairs_element(const struct reply_pairs *pairs, const char *name)
{
    return find(pairs->reply.elements, pairs->reply.element_count, name);
}
