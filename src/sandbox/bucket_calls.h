/* The few calls on buckets that clients and test suites need. */
#ifndef SANDBOX_BUCKET_CALLS_H
#define SANDBOX_BUCKET_CALLS_H

#include "sandbox/exchange.h"

void bucket_list_all(struct exchange *exchange);
void bucket_head(struct exchange *exchange);
void bucket_put(struct exchange *exchange);
void bucket_delete(struct exchange *exchange);
void bucket_get_location(struct exchange *exchange);
void bucket_get_acl(struct exchange *exchange);
void bucket_put_acl(struct exchange *exchange);
void bucket_get_versioning(struct exchange *exchange);
void bucket_get_nothing(struct exchange *exchange); /* a configuration that no bucket here has */
void bucket_delete_objects(struct exchange *exchange);

#endif
