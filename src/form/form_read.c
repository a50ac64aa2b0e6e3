/* Forms that come as JSON, whichever SDK printed it. */
#include "base/base64.h"
#include "base/error.h"
#include "base/json_read.h"
#include "base/text.h"
#include "base/url.h"
#include "form/capability.h"
#include "form/form.h"

enum { FORM_JSON_MAX_BYTES = 1024 * 1024, FORM_MAX_DEPTH = 4 };

/* boto3, JS and PHP; Go; minio (npm). */
static const char *const url_members[] = { "url", "URL", "postURL", NULL };
static const char *const fields_members[] = { "fields", "Values", "formData", NULL };

static const cJSON *first_member(const cJSON *root, const char *const *names)
{
    for (; *names != NULL; names++) {
        const cJSON *member = json_member(root, *names);

        if (member != NULL && !cJSON_IsNull(member))
            return member;
    }
    return NULL;
}

static enum postage_status read_url(struct postage_form *form, const cJSON *root, struct postage_error *err)
{
    struct slice text = json_text(first_member(root, url_members));
    const char *mistake;
    struct url url;

    if (text.ptr == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "form: \"url\" is missing or no text: add the bucket's address");
    mistake = url_parse(&url, text);
    if (mistake != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "form: url " ERROR_QUOTE_FORMAT " %s", ERROR_QUOTE(text.ptr, text.len), mistake);
    form->url = arena_copy(&form->arena, text);
    return form->url != NULL ? POSTAGE_OK : error_plain(err, POSTAGE_ERR_NOMEM);
}

static bool has_control(struct slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7F)
            return true;
    return false;
}

static enum postage_status read_field(struct postage_form *form, struct slice name, struct slice value, struct postage_error *err)
{
    if (name.ptr == NULL || name.len == 0 || has_control(name))
        return error_set(err, POSTAGE_ERR_INVALID, "form: a field name is empty, no text, or has a control character");
    if (value.ptr == NULL)
        return error_set(err, POSTAGE_ERR_SYNTAX, "form: the value of field " ERROR_QUOTE_FORMAT " is no text",
                         ERROR_QUOTE(name.ptr, name.len));
    if (slice_equal_ignoring_case(name, SLICE("file")))
        return error_set(err, POSTAGE_ERR_INVALID, "form: the field \"file\" is the uploader's, not the form's");
    if (postage_form_value(form, name.ptr) != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "form: field " ERROR_QUOTE_FORMAT " is there twice",
                         ERROR_QUOTE(name.ptr, name.len));
    return form_add(form, name, value) == POSTAGE_OK ? POSTAGE_OK : error_plain(err, POSTAGE_ERR_NOMEM);
}

/* An object in its order, or a list of pairs. */
static enum postage_status read_fields(struct postage_form *form, const cJSON *fields, struct postage_error *err)
{
    const cJSON *item;
    enum postage_status status;

    if (!cJSON_IsObject(fields) && !cJSON_IsArray(fields))
        return error_set(err, POSTAGE_ERR_SYNTAX, "form: \"fields\" is missing or no object");
    if (form_reserve(form, (size_t)cJSON_GetArraySize(fields)) != POSTAGE_OK)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    cJSON_ArrayForEach(item, fields)
    {
        bool pair = cJSON_IsArray(fields);

        if (pair && cJSON_GetArraySize(item) != 2)
            return error_set(err, POSTAGE_ERR_SYNTAX, "form: \"fields\" has an element that is no [name, value] pair");
        status = read_field(form, pair ? json_text(cJSON_GetArrayItem(item, 0)) : slice_of(item->string),
                            json_text(pair ? cJSON_GetArrayItem(item, 1) : item), err);
        if (status != POSTAGE_OK)
            return status;
    }
    return POSTAGE_OK;
}

/* A form says whose it is by the names of its signature's fields; one without any is anonymous and read as S3's. */
static const struct postage_provider *recognise(const struct postage_form *form)
{
    static const char *const oss_names[] = { "x-oss-signature", "x-oss-credential", "x-oss-signature-version", "OSSAccessKeyId" };

    for (size_t i = 0; i < sizeof oss_names / sizeof oss_names[0]; i++)
        if (postage_form_value(form, oss_names[i]) != NULL)
            return &postage_provider_oss;
    return &postage_provider_s3;
}

static enum postage_status read_policy(struct postage_form *form, struct postage_error *err)
{
    const char *base64 = postage_form_value(form, "policy");
    struct policy_document document;
    enum postage_status status;
    uint8_t *bytes;

    if (base64 == NULL)
        return POSTAGE_OK;
    bytes = arena_alloc(&form->arena, strlen(base64) / 4 * 3 + 1);
    if (bytes == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    form->policy = (const char *)bytes;
    form->policy_len = base64_decode(slice_of(base64), bytes);
    if (form->policy_len == SIZE_MAX) {
        form->policy_len = 0;
        return error_set(err, POSTAGE_ERR_SYNTAX, "form: the policy is not base64");
    }
    status = policy_document_read(&document, &form->arena, (struct slice){ form->policy, form->policy_len }, err);
    if (status == POSTAGE_OK && form_derive_rules(form, &document) != POSTAGE_OK)
        status = error_plain(err, POSTAGE_ERR_NOMEM);
    return status;
}

static enum postage_status read_root(struct postage_form *form, const cJSON *root, struct postage_error *err)
{
    enum postage_status status;

    if (!cJSON_IsObject(root))
        return error_set(err, POSTAGE_ERR_SYNTAX, "form: is no JSON object");
    status = read_url(form, root, err);
    if (status == POSTAGE_OK)
        status = read_fields(form, first_member(root, fields_members), err);
    form->provider = recognise(form);
    return status == POSTAGE_OK ? read_policy(form, err) : status;
}

enum postage_status postage_form_from_json(struct postage_form **out, const char *json, size_t length,
                                           const struct postage_allocator *alloc, struct postage_error *err)
{
    struct postage_form *form;
    struct json parsed;
    enum postage_status status;

    *out = NULL;
    if (length > FORM_JSON_MAX_BYTES)
        return error_set(err, POSTAGE_ERR_LIMIT, "form: the JSON has %zu bytes; the limit is %d", length,
                         (int)FORM_JSON_MAX_BYTES);
    form = form_alloc(alloc, length * 2 + 1024);
    if (form == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    status = json_parse(&parsed, (struct slice){ json, length }, FORM_MAX_DEPTH, "form", alloc, err);
    if (status == POSTAGE_OK)
        status = read_root(form, parsed.root, err);
    json_clear(&parsed);
    if (status != POSTAGE_OK) {
        postage_form_free(form);
        return status;
    }
    *out = form;
    return POSTAGE_OK;
}
