/* Browsers on other origins: every one is allowed, as on MinIO; S3 and OSS buckets need a rule of their own for that. */
#ifndef SANDBOX_CORS_H
#define SANDBOX_CORS_H

#include "sandbox/call.h"

/* For any answer to a request with an Origin. */
void cors_add_headers(struct call *call, struct buf *out);

/* OPTIONS. */
void cors_answer_preflight(struct call *call);

#endif
