/*
 * The XML of a reply as pairs of name and text: every leaf element, by its local name, in document order.
 *
 * The document comes from somebody else, so it is small, flat and plain or it is refused: no document type, hence no
 * entities but the five of XML itself, bounded depth, nothing fetched. Parsed once, here, so that providers need no XML.
 */
#ifndef POSTAGE_UPLOAD_REPLY_XML_H
#define POSTAGE_UPLOAD_REPLY_XML_H

#include "base/buf.h"

#define REPLY_XML_MAX_KIB 64

enum { REPLY_XML_MAX_BYTES = REPLY_XML_MAX_KIB * 1024, REPLY_XML_MAX_DEPTH = 16 };

struct reply_xml {
    struct buf leaves; /* name NUL text NUL ... */
    size_t count;
    bool complete;       /* well formed up to the end tag of the root */
    const char *refused; /* why it was not read; NULL: it was, or it is not XML */
    char root[32];       /* local name of the root, cut to fit; "" before it was seen */
};

void reply_xml_init(struct reply_xml *xml, const struct postage_allocator *alloc);
void reply_xml_clear(struct reply_xml *xml);

/* Reads a body. Not XML, cut or refused: `complete` is false and there are no leaves. @return POSTAGE_OK or ERR_NOMEM. */
enum postage_status reply_xml_parse(struct reply_xml *xml, struct slice body);

/* Walks the leaves: `*at` starts at 0. The texts in `leaves` may be changed in place, not their lengths. */
void reply_xml_next(struct reply_xml *xml, size_t *at, const char **name, const char **text);

#endif
