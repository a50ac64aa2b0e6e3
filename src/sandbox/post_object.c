/* What a form's fields ask of the object: headers, metadata, class, tags. Names are taken from each store's list. */
#include "sandbox/post_form.h"

#include "sandbox/answer.h"
#include "base/base64.h"
#include "base/json_read.h"
#include "base/text.h"
#include "sandbox/tagging.h"

enum { S3_METADATA_BYTES = 2048, OSS_METADATA_BYTES = 8192, CALLBACK_URLS = 5 };

static const struct slice nothing = { "", 0 };

static const char *const s3_headers[] = { "cache-control",
                                          "content-disposition",
                                          "content-encoding",
                                          "content-language",
                                          "expires",
                                          "x-amz-storage-class",
                                          "x-amz-website-redirect-location",
                                          "x-amz-server-side-encryption",
                                          "x-amz-server-side-encryption-aws-kms-key-id",
                                          NULL };
static const char *const minio_headers[] = {
    "cache-control", "content-disposition", "content-encoding", "content-language", "expires", "x-amz-storage-class", NULL
};
static const char *const oss_headers[] = { "cache-control",
                                           "content-disposition",
                                           "content-encoding",
                                           "expires",
                                           "x-oss-storage-class",
                                           "x-oss-server-side-encryption",
                                           "x-oss-server-side-encryption-key-id",
                                           NULL };
static const char *const *const headers[DIALECT_COUNT] = { s3_headers, minio_headers, oss_headers };

static const char *const s3_acls[] = { "private",
                                       "public-read",
                                       "public-read-write",
                                       "aws-exec-read",
                                       "authenticated-read",
                                       "bucket-owner-read",
                                       "bucket-owner-full-control",
                                       NULL };
static const char *const oss_acls[] = { "default", "private", "public-read", "public-read-write", NULL };

static const char *const s3_classes[] = { "STANDARD",
                                          "REDUCED_REDUNDANCY",
                                          "STANDARD_IA",
                                          "ONEZONE_IA",
                                          "INTELLIGENT_TIERING",
                                          "GLACIER",
                                          "GLACIER_IR",
                                          "DEEP_ARCHIVE",
                                          "EXPRESS_ONEZONE",
                                          "OUTPOSTS",
                                          "SNOW",
                                          NULL };
static const char *const minio_classes[] = { "STANDARD", "REDUCED_REDUNDANCY", NULL };
static const char *const oss_classes[] = { "Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive", NULL };

static const char *const s3_encryptions[] = { "AES256", "aws:kms", "aws:kms:dsse", NULL };
static const char *const oss_encryptions[] = { "AES256", "KMS", "SM4", NULL };

/* A field that takes one of a list. */
struct choice {
    const char *field;
    const char *const *values;
    enum refusal refusal;
    const char *element; /* of the error's XML; NULL: none */
};

static const struct choice s3_choices[] = { { "acl", s3_acls, REFUSAL_ACL, NULL },
                                            { "x-amz-storage-class", s3_classes, REFUSAL_STORAGE_CLASS, "StorageClassRequested" },
                                            { "x-amz-server-side-encryption", s3_encryptions, REFUSAL_ENCRYPTION, NULL },
                                            { NULL, NULL, REFUSAL_NONE, NULL } };
static const struct choice minio_choices[] = { { "acl", s3_acls, REFUSAL_ACL, NULL },
                                               { "x-amz-storage-class", minio_classes, REFUSAL_STORAGE_CLASS, NULL },
                                               { NULL, NULL, REFUSAL_NONE, NULL } };
static const char *const oss_booleans[] = { "true", "false", NULL };
static const struct choice oss_choices[] = { { "x-oss-object-acl", oss_acls, REFUSAL_ACL, NULL },
                                             { "x-oss-storage-class", oss_classes, REFUSAL_STORAGE_CLASS, NULL },
                                             { "x-oss-server-side-encryption", oss_encryptions, REFUSAL_ENCRYPTION, NULL },
                                             { "x-oss-forbid-overwrite", oss_booleans, REFUSAL_FORBID_OVERWRITE_VALUE, NULL },
                                             { NULL, NULL, REFUSAL_NONE, NULL } };
static const struct choice *const choices[DIALECT_COUNT] = { s3_choices, minio_choices, oss_choices };

static bool is_listed(struct slice value, const char *const *list)
{
    for (; *list != NULL; list++)
        if (slice_equal(value, slice_of(*list)))
            return true;
    return false;
}

static bool check_choices(struct call *call, const struct post_form *form)
{
    for (const struct choice *choice = choices[call->dialect]; choice->field != NULL; choice++) {
        struct slice value = post_form_value(form, choice->field);
        struct refusal_extra extra = { choice->element, value };

        if (value.ptr == NULL || is_listed(value, choice->values))
            continue;
        refuse_with(call, choice->refusal, value, &extra, choice->element != NULL ? 1 : 0);
        return false;
    }
    return true;
}

static bool is_header_value(struct slice value)
{
    for (size_t i = 0; i < value.len; i++)
        if (((unsigned char)value.ptr[i] < 0x20 && value.ptr[i] != '\t') || value.ptr[i] == 0x7F)
            return false;
    return true;
}

static bool add_header(struct call *call, struct object *object, const char *name, struct slice value)
{
    const char *copy = arena_copy(&call->arena, value);

    if (name == NULL || copy == NULL || !is_header_value(value) || !object_add_header(object, name, copy)) {
        refuse(call, REFUSAL_FIELD_VALUE, slice_of(name));
        return false;
    }
    return true;
}

static bool add_system_headers(struct call *call, const struct post_form *form, struct object *object)
{
    for (const char *const *name = headers[call->dialect]; *name != NULL; name++) {
        struct slice value = post_form_value(form, *name);

        if (value.len > 0 && !add_header(call, object, *name, value))
            return false;
    }
    return true;
}

static const char *lower_case(struct call *call, struct slice name)
{
    char *copy = arena_copy(&call->arena, name);

    for (char *c = copy; c != NULL && *c != '\0'; c++)
        *c = ascii_lower(*c);
    return copy;
}

static bool add_metadata(struct call *call, const struct post_form *form, struct object *object)
{
    bool is_oss = call->dialect == DIALECT_OSS;
    struct slice prefix = slice_of(is_oss ? "x-oss-meta-" : "x-amz-meta-");
    size_t total = 0;

    for (size_t i = 0; i < form->count; i++) {
        const struct post_field *field = &form->fields[i];

        if (!slice_starts_with_ignoring_case(field->name, prefix))
            continue;
        total += field->name.len - prefix.len + field->value.len;
        if (!text_is_token(field->name)) {
            refuse(call, REFUSAL_FIELD_VALUE, field->name);
            return false;
        }
        if (total > (is_oss ? OSS_METADATA_BYTES : S3_METADATA_BYTES)) {
            refuse(call, REFUSAL_METADATA_SIZE, field->name);
            return false;
        }
        if (!add_header(call, object, lower_case(call, field->name), field->value))
            return false;
    }
    return true;
}

/* OSS: its own field, the file part's type, the plain field. The others: the field, or a fixed type. */
static bool add_type(struct call *call, const struct post_form *form, struct object *object)
{
    struct slice type = post_form_value(form, "content-type");

    if (call->dialect == DIALECT_OSS) {
        if (post_form_value(form, "x-oss-content-type").len > 0)
            type = post_form_value(form, "x-oss-content-type");
        else if (form->file_type.len > 0)
            type = form->file_type;
    }
    if (type.len == 0)
        type = slice_of(call->dialect == DIALECT_S3 ? "binary/octet-stream" : "application/octet-stream");
    return add_header(call, object, "content-type", type);
}

static bool add_tags(struct call *call, const struct post_form *form, struct object *object)
{
    struct slice xml = post_form_value(form, "tagging");
    enum refusal refusal;
    struct buf tags;

    if (call->dialect == DIALECT_OSS) {
        if (post_form_find(form, "x-oss-tagging") == NULL)
            return true;
        refuse(call, REFUSAL_TAGGING_UNSUPPORTED, nothing);
        return false;
    }
    if (xml.ptr == NULL)
        return true;
    buf_init(&tags, NULL, 64 * 1024);
    refusal = tagging_read(xml, &tags);
    if (refusal == REFUSAL_NONE && (object->tags = arena_copy(&call->arena, buf_slice(&tags))) == NULL)
        refusal = REFUSAL_STORAGE;
    buf_clear(&tags);
    if (refusal != REFUSAL_NONE)
        refuse(call, refusal, SLICE("tagging"));
    return refusal == REFUSAL_NONE;
}

static bool check_traffic_limit(struct call *call, const struct post_form *form)
{
    struct slice value = post_form_value(form, "x-oss-traffic-limit");
    uint64_t limit;

    if (value.ptr == NULL || (text_to_u64(value, &limit) && limit >= 819200 && limit <= 838860800))
        return true;
    refuse(call, REFUSAL_TRAFFIC_LIMIT, value);
    return false;
}

static bool is_callback_url(struct slice urls)
{
    size_t count = 1;

    for (size_t i = 0; i < urls.len; i++)
        count += urls.ptr[i] == ';';
    return urls.len > 0 && count <= CALLBACK_URLS;
}

/* base64 of {"callbackUrl": ..., "callbackBody": ...}. Nobody is called: that answer is 203, as for a failed callback. */
static bool check_callback(struct call *call, const struct post_form *form)
{
    struct slice value = post_form_value(form, "callback");
    uint8_t *text;
    struct json json;
    size_t len;
    enum refusal refusal = REFUSAL_NONE;

    if (value.ptr == NULL)
        return true;
    text = arena_alloc(&call->arena, value.len + 1);
    len = text != NULL ? base64_decode(value, text) : SIZE_MAX;
    if (len == SIZE_MAX) {
        refuse(call, REFUSAL_CALLBACK_BASE64, nothing);
        return false;
    }
    if (json_parse(&json, (struct slice){ (char *)text, len }, 4, "callback", NULL, NULL) != POSTAGE_OK ||
        !cJSON_IsObject(json.root))
        refusal = REFUSAL_CALLBACK_JSON;
    else if (!is_callback_url(json_text(json_member(json.root, "callbackUrl"))))
        refusal = REFUSAL_CALLBACK_URL;
    json_clear(&json);
    if (refusal != REFUSAL_NONE)
        refuse(call, refusal, nothing);
    return refusal == REFUSAL_NONE;
}

static bool check_oss(struct call *call, const struct post_form *form)
{
    return call->dialect != DIALECT_OSS || (check_traffic_limit(call, form) && check_callback(call, form));
}

bool post_object_describe(struct call *call, struct post_form *form, struct object *object)
{
    object->key = arena_copy(&call->arena, form->key);
    if (object->key == NULL) {
        refuse(call, REFUSAL_STORAGE, nothing);
        return false;
    }
    return check_choices(call, form) && check_oss(call, form) && add_type(call, form, object) &&
           add_system_headers(call, form, object) && add_metadata(call, form, object) &&
           add_tags(call, form, object) && post_content_begin(call, form, object);
}
