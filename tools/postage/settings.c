#include "settings.h"

#include "environment.h"

#include <stdio.h>

bool setting_place_at(struct setting_place *out, const struct postage_provider *provider, enum postage_setting setting,
                      size_t index)
{
    static const enum postage_setting aliases[] = {
        [POSTAGE_SETTING_ACCESS_KEY_ID] = POSTAGE_SETTING_KEY_ALIAS,
        [POSTAGE_SETTING_ENDPOINT] = POSTAGE_SETTING_ENDPOINT_ALIAS,
    };
    bool may_be_alias = setting < sizeof aliases / sizeof aliases[0] && aliases[setting] != 0;

    out->name = postage_provider_environment(provider, setting, index);
    out->is_alias = false;
    if (out->name == NULL && may_be_alias) {
        out->name = postage_provider_environment(provider, aliases[setting], index);
        out->is_alias = out->name != NULL;
    }
    return out->name != NULL;
}

const char *setting_alias(const struct postage_provider *provider)
{
    struct setting_place place;

    for (size_t i = 0; setting_place_at(&place, provider, POSTAGE_SETTING_ACCESS_KEY_ID, i); i++)
        if (place.is_alias)
            return place.name;
    return NULL;
}

const char *setting_first(const struct postage_provider *provider, enum postage_setting setting)
{
    const char *value = NULL;
    struct setting_place place;

    for (size_t i = 0; value == NULL && setting_place_at(&place, provider, setting, i); i++)
        value = place.is_alias ? NULL : environment_get(place.name);
    return value;
}

const char *setting_names(const struct postage_provider *provider, enum postage_setting setting, char *out, size_t cap)
{
    size_t used = 0;
    struct setting_place place;

    out[0] = '\0';
    for (size_t i = 0; used < cap && setting_place_at(&place, provider, setting, i); i++)
        used +=
            (size_t)snprintf(out + used, cap - used, "%s%s%s", i > 0 ? ", " : "", place.name, place.is_alias ? "<alias>" : "");
    return out;
}
