/* The list of providers. Everybody finds a row here or gets it from a target; nobody includes a provider's folder. */
#include "form/provider.h"

#include <string.h>

static const struct postage_provider *const rows[] = { &postage_provider_s3, &postage_provider_minio, &postage_provider_oss };

const struct postage_provider *provider_at(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? rows[index] : NULL;
}

const struct postage_provider *postage_provider_find(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i]->name, name) == 0)
            return rows[i];
    return NULL;
}
