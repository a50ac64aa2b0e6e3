/* Bodies that are small documents: collected, held against their digest, then handed to a function. */
#ifndef SANDBOX_SMALL_BODY_H
#define SANDBOX_SMALL_BODY_H

#include "sandbox/request_auth.h"

enum { SMALL_BODY_MAX_BYTES = 2 << 20 };

/* `run` is called with the whole body and has to answer. */
void small_body_collect(struct call *call, const struct payload_claim *claim,
                        void (*run)(struct call *call, struct slice body));

#endif
