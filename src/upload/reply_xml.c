#include "upload/reply_xml.h"

#include <pthread.h>

#include <libxml/parser.h>

#include "base/text.h"

struct reading {
    struct reply_xml *xml;
    xmlParserCtxtPtr context;
    unsigned depth;
    size_t start; /* of the current leaf in `leaves` */
    bool in_leaf; /* the innermost open element has had no child so far */
    bool closed;  /* the root's end tag was seen */
};

void reply_xml_init(struct reply_xml *xml, const struct postage_allocator *alloc)
{
    *xml = (struct reply_xml){ 0 };
    buf_init(&xml->leaves, alloc, 4 * REPLY_XML_MAX_BYTES);
}

void reply_xml_clear(struct reply_xml *xml)
{
    buf_clear(&xml->leaves);
}

static void refuse_document(struct reading *reading, const char *why)
{
    if (reading->xml->refused == NULL)
        reading->xml->refused = why;
    xmlStopParser(reading->context);
}

static void cut_leaves(struct reply_xml *xml, size_t length)
{
    if (xml->leaves.ptr == NULL)
        return;
    xml->leaves.len = length;
    xml->leaves.ptr[length] = '\0';
}

static void on_start(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                     const xmlChar **namespace_list, int attributes, int defaulted, const xmlChar **attribute_list)
{
    struct reading *reading = context;
    struct reply_xml *xml = reading->xml;

    (void)prefix, (void)uri, (void)namespaces, (void)namespace_list, (void)attributes, (void)defaulted, (void)attribute_list;
    if (++reading->depth > REPLY_XML_MAX_DEPTH) {
        refuse_document(reading, "it is nested too deeply");
        return;
    }
    if (reading->depth == 1) {
        size_t length = strlen((const char *)local);

        memcpy(xml->root, local, length < sizeof xml->root ? length : sizeof xml->root - 1);
    }
    if (reading->in_leaf)
        cut_leaves(xml, reading->start); /* the element around this one has a child: it is not a leaf */
    reading->start = xml->leaves.len;
    reading->in_leaf = true;
    buf_add_text(&xml->leaves, (const char *)local);
    buf_add_char(&xml->leaves, '\0');
}

static void on_text(void *context, const xmlChar *text, int length)
{
    struct reading *reading = context;

    if (reading->in_leaf)
        buf_add(&reading->xml->leaves, text, (size_t)length);
}

static void on_end(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    struct reading *reading = context;

    (void)local, (void)prefix, (void)uri;
    if (reading->in_leaf) {
        buf_add_char(&reading->xml->leaves, '\0');
        reading->xml->count++;
    }
    reading->in_leaf = false;
    reading->closed = --reading->depth == 0;
}

static void on_document_type(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    refuse_document(context, "it has a document type");
}

/* An error is an answer, not something to print: without a handler libxml2 writes to standard error. */
#if LIBXML_VERSION >= 21200
static void on_error(void *context, const xmlError *error)
#else
static void on_error(void *context, xmlErrorPtr error)
#endif
{
    (void)context;
    (void)error;
}

static int options(void)
{
    /* Never NOENT, DTDLOAD, DTDATTR, DTDVALID, XINCLUDE, HUGE or RECOVER: they fetch, expand or guess. */
    int bits = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;

#if LIBXML_VERSION >= 21300
    bits |= XML_PARSE_NO_XXE;
#endif
    return bits;
}

static enum postage_status parse(struct reading *reading, struct slice body)
{
    xmlSAXHandler sax = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .cdataBlock = on_text,
        .internalSubset = on_document_type,
        .serror = on_error,
    };
    struct reply_xml *xml = reading->xml;
    xmlParserCtxtPtr context = xmlCreatePushParserCtxt(&sax, reading, NULL, 0, NULL);

    if (context == NULL)
        return POSTAGE_ERR_NOMEM;
    reading->context = context;
    xmlCtxtUseOptions(context, options());
    xml->complete = xmlParseChunk(context, body.ptr, (int)body.len, 1) == 0 && context->wellFormed && reading->closed &&
                    xml->refused == NULL;
    if (context->errNo == XML_ERR_NO_MEMORY)
        xml->leaves.status = POSTAGE_ERR_NOMEM;
    xmlFreeParserCtxt(context);
    return POSTAGE_OK;
}

enum postage_status reply_xml_parse(struct reply_xml *xml, struct slice body)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct reading reading = { .xml = xml };
    enum postage_status status = POSTAGE_OK;

    buf_reset(&xml->leaves);
    xml->count = 0;
    xml->complete = false;
    xml->refused = NULL;
    memset(xml->root, 0, sizeof xml->root);
    pthread_once(&once, xmlInitParser); /* before threads use it; never cleaned up, as others may be using it */
    if (body.len > REPLY_XML_MAX_BYTES)
        xml->refused = "it is longer than " TEXT_OF_NUMBER(REPLY_XML_MAX_KIB) " KiB";
    else if (body.len > 0)
        status = parse(&reading, body);
    if (status == POSTAGE_OK && buf_status(&xml->leaves) != POSTAGE_OK)
        status = POSTAGE_ERR_NOMEM;
    if (status != POSTAGE_OK || !xml->complete) {
        xml->count = 0;
        xml->complete = false;
        cut_leaves(xml, 0);
    }
    return status;
}

void reply_xml_next(struct reply_xml *xml, size_t *at, const char **name, const char **text)
{
    *name = xml->leaves.ptr + *at;
    *text = xml->leaves.ptr + *at + strlen(*name) + 1;
    *at = (size_t)(*text - xml->leaves.ptr) + strlen(*text) + 1;
}
