/* Browsers on other origins: every one is allowed, where some stores want a rule for each bucket. */
#ifndef SANDBOX_CORS_H
#define SANDBOX_CORS_H

#include "sandbox/call.h"

/* For any answer to a request with an Origin. */
void cors_add_headers(struct call *call, struct buf *out);

/* OPTIONS. */
void cors_answer_preflight(struct call *call);

#endif
