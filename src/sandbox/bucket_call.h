/* The few calls on buckets that clients and test suites need. */
#ifndef SANDBOX_BUCKET_CALL_H
#define SANDBOX_BUCKET_CALL_H

#include "sandbox/call.h"

void bucket_call_list_all(struct call *call);
void bucket_call_head(struct call *call);
void bucket_call_put(struct call *call);
void bucket_call_delete(struct call *call);
void bucket_call_get_location(struct call *call);
void bucket_call_get_acl(struct call *call);
void bucket_call_put_acl(struct call *call);
void bucket_call_get_versioning(struct call *call);
void bucket_call_get_nothing(struct call *call); /* a configuration that no bucket here has */
void bucket_call_delete_objects(struct call *call);

#endif
