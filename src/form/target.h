#ifndef POSTAGE_FORM_TARGET_H
#define POSTAGE_FORM_TARGET_H

#include "base/mem.h"
#include "postage/target.h"

struct postage_target {
    struct postage_allocator alloc;
    const struct postage_provider *provider;
    const struct postage_signature_scheme *scheme;
    struct postage_location location; /* its texts are those below */
    char *bucket;
    char *key;
    char *region;
    char *endpoint; /* NULL: the provider's own */
    char *url;
};

/* A copy with an allocator of its own, or NULL. */
struct postage_target *target_copy(const struct postage_target *target, const struct postage_allocator *alloc);

#endif
