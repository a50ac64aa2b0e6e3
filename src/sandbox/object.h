/* An object's description as the line of JSON behind its content. */
#ifndef SANDBOX_OBJECT_H
#define SANDBOX_OBJECT_H

#include "base/buf.h"
#include "sandbox/store.h"

void object_to_text(const struct object *object, struct buf *text);

/* False: it is not what was written. Texts go into the arena. */
bool object_from_text(struct object *object, struct slice text, struct arena *arena);

#endif
