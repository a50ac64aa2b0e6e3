/*
 * A reply as pairs of names and texts, with everything in it that repeats a secret of the form overwritten, and everything that
 * could act on a terminal made harmless. Whoever reads a reply reads it here.
 */
#ifndef POSTAGE_UPLOAD_REPLY_PAIRS_H
#define POSTAGE_UPLOAD_REPLY_PAIRS_H

#include "http/facts.h"
#include "postage/form.h"
#include "provider/provider.h"
#include "upload/reply_xml.h"

struct reply_pairs {
    struct provider_reply reply; /* as the provider's row sees it */
    struct reply_xml xml;
    struct slice body; /* as it came, but for the secrets */
    struct postage_allocator alloc;
    struct postage_field *fields; /* headers, then elements */
};

/* `alloc` is kept. Clear it whatever became of reading. */
void reply_pairs_init(struct reply_pairs *pairs, const struct postage_allocator *alloc);
void reply_pairs_clear(struct reply_pairs *pairs);

/* Reads the reply that `facts` has; half a body has no elements. @return false: out of memory. */
bool reply_pairs_read(struct reply_pairs *pairs, const struct http_facts *facts, const struct postage_form *form);

/* The text of the first header (lower case) or element called so; NULL: there is none, or `name` is NULL. */
const char *reply_pairs_header(const struct reply_pairs *pairs, const char *name);
const char *reply_pairs_element(const struct reply_pairs *pairs, const char *name);

#endif
