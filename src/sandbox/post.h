/* POST on a bucket. */
#ifndef SANDBOX_POST_H
#define SANDBOX_POST_H

#include "sandbox/call.h"

/* Handles it. May refuse at once. */
void post_begin(struct call *call);

#endif
