#ifndef POSTAGE_FORM_TARGET_H
#define POSTAGE_FORM_TARGET_H

#include "base/arena.h"
#include "postage/target.h"

struct postage_target {
    struct postage_allocator alloc;
    const struct postage_provider *provider;
    const struct postage_signature_scheme *scheme;
    struct postage_location location; /* its texts are those below */
    struct arena arena;               /* holds all texts */
    const char *bucket;
    const char *key;
    const char *region;
    const char *endpoint; /* NULL: the provider's own */
    const char *url;
};

/* A copy that lives in `arena` and goes with it, or NULL. */
const struct postage_target *target_copy(const struct postage_target *target, struct arena *arena);

#endif
