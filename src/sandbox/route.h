/* Which bucket and key a request means, and who handles it. */
#ifndef SANDBOX_ROUTE_H
#define SANDBOX_ROUTE_H

#include "sandbox/call.h"

/* Finds bucket, key and handler. May answer at once. */
void route_call(struct call *call);

#endif
