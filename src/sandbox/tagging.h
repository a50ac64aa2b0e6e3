/* Tags, as a form carries them in XML. */
#ifndef SANDBOX_TAGGING_H
#define SANDBOX_TAGGING_H

#include "base/arena.h"
#include "base/buf.h"
#include "sandbox/refusal.h"

/*
 * Reads <Tagging><TagSet><Tag><Key/><Value/></Tag>...</TagSet></Tagging> into "key=value&..." with both parts encoded.
 * REFUSAL_NONE, REFUSAL_TAGGING_XML (not well-formed), or REFUSAL_TAGS (over a limit: 10 tags, 128 and 256 characters, a key
 * twice). A document with another root is well-formed and no tags: AWS stores the object without any (recorded).
 */
enum refusal tagging_read(struct slice xml, struct buf *tags);

/* The XML of "key=value&...". */
void tagging_write(const char *tags, struct buf *xml);

#endif
