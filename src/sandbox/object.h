/* Requests on one object: GET, HEAD, DELETE, PUT. */
#ifndef SANDBOX_OBJECT_H
#define SANDBOX_OBJECT_H

#include "sandbox/exchange.h"

/* ETag and CRC, under the dialect's names. */
void object_answer_digests(struct exchange *exchange, const struct object *object);

void object_get(struct exchange *exchange); /* and HEAD */
void object_delete(struct exchange *exchange);
void object_get_tagging(struct exchange *exchange);
void object_put(struct exchange *exchange); /* object_put.c */

#endif
