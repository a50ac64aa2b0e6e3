#ifndef POSTAGE_FORM_TARGET_H
#define POSTAGE_FORM_TARGET_H

#include "base/arena.h"
#include "form/capability.h"
#include "postage/target.h"

struct postage_target {
    struct arena arena; /* of the target itself and all texts */
    const struct postage_provider *provider;
    const struct postage_signature_scheme *scheme;
    struct postage_location location; /* its texts are those below */
    const char *bucket;
    const char *key;
    const char *region;
    const char *endpoint; /* NULL: the provider's own */
    const char *url;
    struct slice bucket_condition; /* as JSON, for all policies alike */
    struct capability_index names; /* the provider's */
};

#endif
