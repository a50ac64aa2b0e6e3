/* What our own tests may do with a sandbox beyond its public face. */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "postage/sandbox.h"
#include "sandbox/fault.h"

/* Who decides about faults; copied. Before the sandbox runs: between postage_sandbox_new and postage_sandbox_run. */
void sandbox_misbehave(struct postage_sandbox *sandbox, const struct fault_script *script);

#endif
