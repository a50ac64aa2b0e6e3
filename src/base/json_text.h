/* Writing JSON texts. Everything else of a document is punctuation that its writer adds itself. */
#ifndef POSTAGE_BASE_JSON_TEXT_H
#define POSTAGE_BASE_JSON_TEXT_H

#include "base/buf.h"

/*
 * Appends `text` as a JSON string with its quotes (RFC 8259 7). Escaped are the quote, the backslash and control characters;
 * everything else, UTF-8 included, stays as it is: `\/`, `\$` and surrogate pairs are understood differently by different
 * servers (radosgw mis-decodes the pairs), raw bytes by none.
 */
void json_add_text(struct buf *buf, struct slice text);

/* The same without the quotes, for a text that is put together from pieces. */
void json_add_escaped(struct buf *buf, struct slice text);

#endif
