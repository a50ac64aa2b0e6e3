#include "sandbox/refusal.h"

#define COMMON_NAME(REASON, name, status, code, message) [REFUSAL_##REASON] = name,
#define OWN_NAME(REASON, name)                           [REFUSAL_##REASON] = name,

static const char *const names[] = { REFUSALS(COMMON_NAME, OWN_NAME) };

const char *refusal_name(enum refusal refusal)
{
    return names[refusal];
}
