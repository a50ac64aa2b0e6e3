/* GET, HEAD and DELETE of an object. */
#ifndef SANDBOX_OBJECT_CALL_H
#define SANDBOX_OBJECT_CALL_H

#include "sandbox/call.h"
#include "sandbox/object.h"

/* ETag and digests, under the dialect's names. */
void object_call_add_digests(struct call *call, const struct object *object);

void object_call_get(struct call *call); /* and HEAD */
void object_call_delete(struct call *call);
void object_call_get_tagging(struct call *call);

#endif
