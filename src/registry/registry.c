#include "registry/registry.h"

#include <string.h>

#include "minio/minio.h"
#include "oss/oss.h"
#include "provider/secret_field.h"
#include "s3/s3.h"

/* A line for each. Forms whose fields fit several providers are taken for those of the first. */
static const struct postage_provider *const providers[] = {
    &postage_provider_s3,
    &postage_provider_minio,
    &postage_provider_oss,
};

const struct postage_provider *registry_at(size_t index)
{
    return index < sizeof providers / sizeof providers[0] ? providers[index] : NULL;
}

const struct postage_provider *postage_provider_at(size_t index)
{
    return registry_at(index);
}

const struct postage_provider *postage_provider_find(const char *name)
{
    const struct postage_provider *provider;

    for (size_t i = 0; name != NULL && (provider = registry_at(i)) != NULL; i++)
        if (strcmp(provider->name, name) == 0)
            return provider;
    return NULL;
}

bool registry_is_secret(struct slice name)
{
    const struct postage_provider *provider;

    for (size_t i = 0; (provider = registry_at(i)) != NULL; i++)
        if (secret_field_is(provider, name))
            return true;
    return false;
}
