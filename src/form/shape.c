#include "form/shape.h"

#include "base/error.h"

/* boto3, JS and Ruby: url; Go: URL; minio for Node: postURL; an HTML form: action; OSS's samples: host. */
static const char *const url_members[] = { "url", "postURL", "action", "host", NULL };
static const char *const fields_members[] = { "fields", "Values", "formData", NULL };

/*
 * What OSS's samples for application servers call the fields, in all their languages: "Add signatures on the server and upload
 * data from the client", V1 and V4. A NULL `field` is for the client's eyes only.
 */
static const struct alias {
    const char *member;
    const char *field;
    bool v4_only; /* the name means something else otherwise */
} aliases[] = {
    { "accessid", "OSSAccessKeyId", false },
    { "accessKeyId", "OSSAccessKeyId", false },
    { "x_oss_signature_version", "x-oss-signature-version", false },
    { "version", "x-oss-signature-version", true },
    { "x_oss_credential", "x-oss-credential", false },
    { "x_oss_date", "x-oss-date", false },
    { "x_oss_signature", "x-oss-signature", false },
    { "signature", "x-oss-signature", true },
    { "security_token", "x-oss-security-token", false },
    { "securityToken", "x-oss-security-token", false },
    { "x_oss_security_token", "x-oss-security-token", false },
    { "expire", NULL, false },
    { "dir", NULL, false },
};

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
    shape->dir = find_member(root, "dir");
    shape->has_v4_names = find_member(root, "x_oss_credential") != NULL;
    return POSTAGE_OK;
}

struct slice form_shape_field(const struct form_shape *shape, const cJSON *member)
{
    const struct slice none = { NULL, 0 };

    for (const char *const *name = url_members; *name != NULL; name++)
        if (is_named(member, *name))
            return none;
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
        if (is_named(member, aliases[i].member) && (shape->has_v4_names || !aliases[i].v4_only))
            return cJSON_IsNull(member) ? none : slice_of(aliases[i].field);
    return slice_of(member->string);
}
