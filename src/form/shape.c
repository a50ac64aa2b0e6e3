#include "form/shape.h"

#include "base/error.h"
#include "registry/registry.h"

/* url: most SDKs. Others: URL, postURL; action: an HTML form; host: samples for application servers. */
static const char *const url_members[] = { "url", "postURL", "action", "host", NULL };
static const char *const fields_members[] = { "fields", "Values", "formData", NULL };

static bool is_named(const cJSON *member, const char *name)
{
    return ascii_lower(member->string[0]) == ascii_lower(name[0]) && slice_is_ignoring_case(slice_of(name), member->string);
}

static const cJSON *find_member(const cJSON *root, const char *name)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, root)
    {
        if (is_named(member, name) && !cJSON_IsNull(member))
            return member;
    }
    return NULL;
}

/* The one member with any of these names. Two that hold something are one too many: which did the issuer mean? */
static enum postage_status find_one(const cJSON **out, const cJSON *root, const char *const *names, struct postage_error *err)
{
    const cJSON *member;

    *out = NULL;
    for (; *names != NULL; names++)
        cJSON_ArrayForEach(member, root)
        {
            if (!is_named(member, *names) || cJSON_IsNull(member))
                continue;
            if (*out != NULL)
                return error_set(err, POSTAGE_ERR_SYNTAX,
                                 "form: \"%s\" and " ERROR_QUOTE_FORMAT " mean the same; give one of them", (*out)->string,
                                 ERROR_QUOTE(member->string, strlen(member->string)));
            *out = member;
        }
    return POSTAGE_OK;
}

static bool holds_fields(const cJSON *member)
{
    return cJSON_IsObject(member) || cJSON_IsArray(member);
}

static bool looks_like_fields(const cJSON *root)
{
    return find_member(root, "policy") != NULL || find_member(root, "key") != NULL;
}

/* The first provider's name for it that is there. */
static const cJSON *find_key_prefix(const cJSON *root)
{
    const struct postage_provider *provider;
    const cJSON *found = NULL;

    for (size_t i = 0; found == NULL && (provider = registry_at(i)) != NULL; i++)
        if (provider->key_prefix_member != NULL)
            found = find_member(root, provider->key_prefix_member);
    return found;
}

static const struct name_alias *find_alias(const struct form_shape *shape, const cJSON *member)
{
    const struct postage_provider *provider;

    for (size_t i = 0; (provider = registry_at(i)) != NULL; i++)
        for (const struct name_alias *alias = provider->aliases; alias != NULL && alias->member != NULL; alias++)
            if (is_named(member, alias->member) && (alias->beside == NULL || find_member(shape->fields, alias->beside) != NULL))
                return alias;
    return NULL;
}

enum postage_status form_shape_find(struct form_shape *shape, const cJSON *root, struct postage_error *err)
{
    enum postage_status status;

    *shape = (struct form_shape){ 0 };
    if (!cJSON_IsObject(root))
        return error_set(err, POSTAGE_ERR_SYNTAX, "form: not a JSON object");
    status = find_one(&shape->url, root, url_members, err);
    if (status == POSTAGE_OK)
        status = find_one(&shape->fields, root, fields_members, err);
    if (status != POSTAGE_OK || holds_fields(shape->fields))
        return status;
    if (shape->fields != NULL || !looks_like_fields(root))
        return error_set(err, POSTAGE_ERR_SYNTAX,
                         "form: \"fields\" is missing or not an object, and there is no \"policy\" or \"key\" beside it");
    shape->fields = root;
    shape->flat = true;
    shape->key_prefix = find_key_prefix(root);
    return POSTAGE_OK;
}

struct slice form_shape_field(const struct form_shape *shape, const cJSON *member)
{
    const struct name_alias *alias = find_alias(shape, member);
    const struct slice none = { NULL, 0 };

    for (const char *const *name = url_members; *name != NULL; name++)
        if (is_named(member, *name))
            return none;
    if (member == shape->key_prefix)
        return none;
    if (alias != NULL)
        return cJSON_IsNull(member) || alias->field == NULL ? none : slice_of(alias->field);
    return slice_of(member->string);
}
