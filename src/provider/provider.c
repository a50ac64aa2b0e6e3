/* What users may ask a row. */
#include "provider/provider.h"

#include "provider/capability.h"

const char *postage_provider_name(const struct postage_provider *provider)
{
    return provider->name;
}

const char *postage_provider_title(const struct postage_provider *provider)
{
    return provider->title;
}

static const struct capability *row_of(const struct postage_provider *provider, const char *field)
{
    return field != NULL ? capability_find(provider->capabilities, slice_of(field)) : NULL;
}

const char *postage_provider_field(const struct postage_provider *provider, const char *field)
{
    const struct capability *row = row_of(provider, field);

    return row != NULL ? row->wire : NULL;
}

unsigned postage_provider_field_rules(const struct postage_provider *provider, const char *field)
{
    const struct capability *row = row_of(provider, field);

    return row != NULL && row->wire != NULL ? row->rules : 0;
}

const char *postage_provider_field_alternative(const struct postage_provider *provider, const char *field)
{
    const struct capability *row = row_of(provider, field);

    return row != NULL && row->wire == NULL ? row->instead : NULL;
}

unsigned postage_provider_digests(const struct postage_provider *provider)
{
    unsigned digests = 0;

    for (const struct returned_digest *row = provider->digests; row->digest != POSTAGE_DIGEST_NONE; row++)
        digests |= POSTAGE_DIGEST_BIT(row->digest);
    return digests;
}

uint64_t postage_provider_limit(const struct postage_provider *provider, enum postage_limit limit)
{
    const struct provider_limits *limits = &provider->capabilities->limits;
    const uint64_t numbers[] = {
        [POSTAGE_LIMIT_OBJECT_BYTES] = limits->max_object_bytes,
        [POSTAGE_LIMIT_PRE_FILE_BYTES] = limits->max_pre_file_bytes,
        [POSTAGE_LIMIT_KEY_BYTES] = limits->max_key_bytes,
        [POSTAGE_LIMIT_METADATA_BYTES] = limits->max_metadata_bytes,
        [POSTAGE_LIMIT_FIELD_BYTES] = limits->max_field_bytes,
        [POSTAGE_LIMIT_REDIRECT_BYTES] = limits->max_redirect_bytes,
        [POSTAGE_LIMIT_TAGS] = limits->max_tags,
        [POSTAGE_LIMIT_TAG_KEY_CHARS] = limits->max_tag_key_chars,
        [POSTAGE_LIMIT_TAG_VALUE_CHARS] = limits->max_tag_value_chars,
        [POSTAGE_LIMIT_EXPIRY_S] = (uint64_t)limits->max_expiry_s,
    };

    return (unsigned)limit < sizeof numbers / sizeof numbers[0] ? numbers[limit] : 0;
}

const char *postage_provider_default_region(const struct postage_provider *provider)
{
    return provider->default_region;
}

bool postage_provider_needs_endpoint(const struct postage_provider *provider)
{
    return provider->needs_endpoint;
}

const char *postage_provider_environment(const struct postage_provider *provider, enum postage_setting setting, size_t index)
{
    static const struct environment nothing = { 0 };
    const struct environment *environment = provider->environment != NULL ? provider->environment : &nothing;
    size_t place = index < ENVIRONMENT_PLACES ? index : ENVIRONMENT_PLACES; /* the last is empty */
    const char *const names[] = {
        [POSTAGE_SETTING_ACCESS_KEY_ID] = environment->keys[place].access_key_id,
        [POSTAGE_SETTING_SECRET_ACCESS_KEY] = environment->keys[place].secret_access_key,
        [POSTAGE_SETTING_SESSION_TOKEN] = environment->keys[place].session_token,
        [POSTAGE_SETTING_KEY_EXPIRY] = environment->keys[place].expiry,
        [POSTAGE_SETTING_REGION] = environment->regions[place],
        [POSTAGE_SETTING_ENDPOINT] = environment->endpoints[place].name,
        [POSTAGE_SETTING_IGNORE_ENDPOINT] = environment->endpoints[place].ignored_by,
        [POSTAGE_SETTING_DUALSTACK] = place == 0 ? environment->dualstack : NULL,
        [POSTAGE_SETTING_FIPS] = place == 0 ? environment->fips : NULL,
        [POSTAGE_SETTING_KEY_ALIAS] = environment->keys[place].alias,
        [POSTAGE_SETTING_ENDPOINT_ALIAS] = environment->endpoints[place].alias,
    };

    return (unsigned)setting < sizeof names / sizeof names[0] ? names[setting] : NULL;
}
