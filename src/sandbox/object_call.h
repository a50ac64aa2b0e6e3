/* Requests on one object: GET, HEAD, DELETE, PUT. */
#ifndef SANDBOX_OBJECT_CALL_H
#define SANDBOX_OBJECT_CALL_H

#include "sandbox/call.h"

/* ETag and CRC, under the dialect's names. */
void object_call_add_digests(struct call *call, const struct object *object);

void object_call_get(struct call *call); /* and HEAD */
void object_call_delete(struct call *call);
void object_call_get_tagging(struct call *call);
void object_put_begin(struct call *call); /* object_put.c */

#endif
