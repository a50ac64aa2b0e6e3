#ifndef POSTAGE_POLICY_TARGET_H
#define POSTAGE_POLICY_TARGET_H

#include "base/arena.h"
#include "provider/capability.h"
#include "postage/target.h"

struct postage_target {
    struct arena arena; /* of the target itself and all texts */
    const struct postage_provider *provider;
    const struct signature_scheme *scheme;
    struct location location; /* its texts are those below */
    const char *bucket;
    const char *key;
    const char *region;
    const char *endpoint; /* NULL: the provider's own */
    const char *url;
    struct slice bucket_condition; /* as JSON, for all policies alike */
    struct capability_index names; /* the provider's */
};

#endif
