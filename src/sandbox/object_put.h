/* PUT of an object by a signed request: clients and test suites fill buckets with it. */
#ifndef SANDBOX_OBJECT_PUT_H
#define SANDBOX_OBJECT_PUT_H

#include "sandbox/call.h"

void object_put_begin(struct call *call);

#endif
