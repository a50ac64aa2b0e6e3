#include "settings.h"

#include "environment.h"

#include <stdio.h>
#include <string.h>

bool setting_is_alias(const char *name)
{
    return name[strlen(name) - 1] == '_';
}

const char *setting_alias(const struct postage_provider *provider)
{
    const char *name;

    for (size_t i = 0; (name = postage_provider_environment(provider, POSTAGE_SETTING_ACCESS_KEY_ID, i)) != NULL; i++)
        if (setting_is_alias(name))
            return name;
    return NULL;
}

const char *setting_first(const struct postage_provider *provider, enum postage_setting setting)
{
    const char *name, *value = NULL;

    for (size_t i = 0; value == NULL && (name = postage_provider_environment(provider, setting, i)) != NULL; i++)
        value = environment_get(name);
    return value;
}

const char *setting_names(const struct postage_provider *provider, enum postage_setting setting, char *out, size_t cap)
{
    size_t used = 0;
    const char *name;

    out[0] = '\0';
    for (size_t i = 0; used < cap && (name = postage_provider_environment(provider, setting, i)) != NULL; i++)
        used += (size_t)snprintf(out + used, cap - used, "%s%s%s", i > 0 ? ", " : "", name,
                                 setting_is_alias(name) ? "<alias>" : "");
    return out;
}
