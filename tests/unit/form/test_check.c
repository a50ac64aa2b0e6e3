/*
 * Every finding, once for a form that has it and once for one that barely has not. Forms are put together here, from a list of
 * fields and a list of conditions, so that nothing of the signer's is taken for granted; nobody verifies the signature.
 */
#include <stdio.h>

#include "base/base64.h"
#include "base/slice.h"
#include "postage/postage.h"
#include "support/failing.h"
#include "support/vectors.h"

#define DAY 1795219200 /* 2026-11-21T00:00:00Z */
#define NOW (DAY + 43200)
#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

enum { NAMES_MAX = 32 };

/* One form and what is to be uploaded with it. Zero means the ordinary thing. */
struct spec {
    const char *url;
    const char *conditions; /* JSON elements behind those of bucket, key and signature */
    const char *fields;     /* "name=value" lines, put in the place of the ordinary ones of that name */
    const char *without;    /* a field that is left out */
    const char *uncovered;  /* a field whose ordinary condition is left out; "bucket" too */
    const char *key_rule;   /* instead of ["starts-with", "$key", "up/"] */
    const char *expiration; /* "2026-11-21T13:00:00Z" */
    const char *extra;      /* "name=value" lines for the options */
    const char *file;       /* "cat.jpg" */
    const char *type;
    bool nameless;
    long long bytes; /* 0: 1000; -1: an empty file; -2: not given */
    long long at;    /* seconds after NOW */
    bool anonymous;
    bool older;      /* S3's SigV2, OSS's V1 */
};

static const struct side {
    const struct postage_provider *provider;
    const char *url, *signature, *older;
} sides[] = {
    { &postage_provider_s3, "https://box.s3.eu-west-1.amazonaws.com/",
      "x-amz-algorithm=AWS4-HMAC-SHA256\nx-amz-credential=AKID/20261121/eu-west-1/s3/aws4_request\nx-amz-date=20261121T120000Z\n"
      "x-amz-signature=" HEX64 "\n",
      "AWSAccessKeyId=AKID\nsignature=c2lnbmF0dXJlLXNpZ25hdHVyZQ==\n" },
    { &postage_provider_minio, "http://127.0.0.1:9000/box",
      "x-amz-algorithm=AWS4-HMAC-SHA256\nx-amz-credential=a/b/20261121/us-east-1/s3/aws4_request\nx-amz-date=20261121T120000Z\n"
      "x-amz-signature=" HEX64 "\n",
      "AWSAccessKeyId=AKID\nsignature=c2lnbmF0dXJlLXNpZ25hdHVyZQ==\n" },
    { &postage_provider_oss, "https://box.oss-cn-hangzhou.aliyuncs.com/",
      "x-oss-signature-version=OSS4-HMAC-SHA256\nx-oss-credential=AKID/20261121/cn-hangzhou/oss/aliyun_v4_request\n"
      "x-oss-date=20261121T120000Z\nx-oss-signature=" HEX64 "\n",
      "OSSAccessKeyId=AKID\nSignature=c2lnbmF0dXJlLXNpZ25hdHVyZQ==\n" },
};
enum side_index { S3, MINIO, OSS };

struct fields {
    struct postage_field list[NAMES_MAX];
    char text[2 * 1024 * 1024];
    size_t used, count;
};

static struct postage_field *field_named(struct fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (slice_equal_ignoring_case(slice_of(fields->list[i].name), slice_of(name)))
            return &fields->list[i];
    return NULL;
}

static const char *keep(struct fields *fields, const char *text, size_t len)
{
    char *copy = fields->text + fields->used;

    assert_true(fields->used + len + 1 <= sizeof fields->text);
    memcpy(copy, text, len);
    copy[len] = '\0';
    fields->used += len + 1;
    return copy;
}

/* "name=value" lines; `replace`: one of the same name gives way, else it stays beside. */
static void add_lines(struct fields *fields, const char *lines, bool replace)
{
    while (lines != NULL && *lines != '\0') {
        const char *equals = strchr(lines, '='), *end = strchr(lines, '\n');
        size_t len = end != NULL ? (size_t)(end - lines) : strlen(lines);
        const char *name = keep(fields, lines, (size_t)(equals - lines));
        const char *value = keep(fields, equals + 1, len - (size_t)(equals - lines) - 1);
        struct postage_field *field = replace ? field_named(fields, name) : NULL;

        assert_true(fields->count < NAMES_MAX);
        if (field == NULL)
            field = &fields->list[fields->count++];
        *field = (struct postage_field){ name, value };
        lines = end != NULL ? end + 1 : NULL;
    }
}

static void drop(struct fields *fields, const char *name)
{
    struct postage_field *field = name != NULL ? field_named(fields, name) : NULL;

    if (field != NULL)
        *field = fields->list[--fields->count];
}

static bool is_covered_by_default(const struct spec *spec, const char *name)
{
    static const char *const parts[] = { "algorithm", "credential", "date", "signature-version" };

    if (spec->older || (spec->uncovered != NULL && strcmp(spec->uncovered, name) == 0))
        return false;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (slice_ends_with(slice_of(name), slice_of(parts[i])))
            return true;
    return false;
}

static char *policy_of(const struct spec *spec, const struct fields *fields)
{
    static char policy[64 * 1024], encoded[BASE64_LENGTH(sizeof policy) + 1];
    size_t len = 0;

#define ADD(...) len += (size_t)snprintf(policy + len, sizeof policy - len, __VA_ARGS__)
    ADD("{\"expiration\": \"%s\", \"conditions\": [%s", spec->expiration != NULL ? spec->expiration : "2026-11-21T13:00:00Z",
        spec->key_rule != NULL ? spec->key_rule : "[\"starts-with\", \"$key\", \"up/\"]");
    if (spec->uncovered == NULL || strcmp(spec->uncovered, "bucket") != 0)
        ADD(", {\"bucket\": \"box\"}");
    for (size_t i = 0; i < fields->count; i++)
        if (is_covered_by_default(spec, fields->list[i].name))
            ADD(", {\"%s\": \"%s\"}", fields->list[i].name, fields->list[i].value);
    if (spec->conditions != NULL)
        ADD(", %s", spec->conditions);
    ADD("]}");
#undef ADD
    assert_true(len < sizeof policy);
    base64_encode(policy, len, encoded);
    return encoded;
}

/* The form as JSON; free it with cJSON_free. */
static char *form_of(const struct spec *spec, enum side_index side)
{
    static struct fields fields;
    cJSON *json = cJSON_CreateObject(), *members;
    char *text;

    fields.used = fields.count = 0;
    add_lines(&fields, "key=up/cat.jpg", true);
    if (!spec->anonymous)
        add_lines(&fields, spec->older ? sides[side].older : sides[side].signature, true);
    add_lines(&fields, spec->fields, true);
    if (!spec->anonymous && (spec->without == NULL || strcmp(spec->without, "policy") != 0)) {
        char *policy = policy_of(spec, &fields);

        fields.list[fields.count++] = (struct postage_field){ "policy", policy };
    }
    drop(&fields, spec->without);
    cJSON_AddStringToObject(json, "url", spec->url != NULL ? spec->url : sides[side].url);
    members = cJSON_AddObjectToObject(json, "fields");
    for (size_t i = 0; i < fields.count; i++)
        cJSON_AddStringToObject(members, fields.list[i].name, fields.list[i].value);
    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    assert_non_null(text);
    return text;
}

static struct postage_check_options options_of(const struct spec *spec, enum side_index side, struct fields *extra)
{
    struct postage_check_options options = POSTAGE_CHECK_OPTIONS_INIT;

    extra->used = extra->count = 0;
    add_lines(extra, spec->extra, false);
    options.provider = sides[side].provider;
    options.file_name = spec->nameless ? NULL : spec->file != NULL ? spec->file : "cat.jpg";
    options.content_type = spec->type;
    options.size_given = spec->bytes != -2;
    options.file_bytes = spec->bytes == 0 ? 1000 : spec->bytes < 0 ? 0 : (uint64_t)spec->bytes;
    options.fields = extra->list;
    options.field_count = extra->count;
    options.now_unix_s = NOW + spec->at;
    return options;
}

static struct postage_report *judge(const struct spec *spec, enum side_index side)
{
    static struct fields extra;
    const struct postage_check_options options = options_of(spec, side, &extra);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_report *report;
    char *text = form_of(spec, side);

    assert_ok(postage_check_json(&report, text, strlen(text), &options, NULL, &err), err);
    cJSON_free(text);
    return report;
}

static const struct postage_finding *find(const struct postage_report *report, enum postage_finding_id id)
{
    const struct postage_finding *finding;

    for (size_t i = 0; (finding = postage_report_finding(report, i)) != NULL; i++)
        if (finding->id == id)
            return finding;
    return NULL;
}

/* --- the table --- */



#define META_KEY "x-amz-meta-a="
static char meta_fits[sizeof META_KEY + 2048], meta_over[sizeof META_KEY + 2049];
static char key_fits[4 + 1024 + 1], key_over[4 + 1025 + 1];
static char filler_fits[64 + 18 * 1024], filler_over[64 + 21 * 1024], field_over[64 + 1024 * 1024 + 1];

static const struct row {
    const char *name;
    enum side_index side;
    enum postage_finding_id id;
    enum postage_effect effect;
    struct spec has;
    struct spec has_not;
} rows[] = {
    { "a form without a URL", S3, POSTAGE_FINDING_URL_MISSING, POSTAGE_EFFECT_NOTE, { .url = "" }, { 0 } },
    { "no key", S3, POSTAGE_FINDING_KEY_MISSING, POSTAGE_EFFECT_REFUSED, { .without = "key", .key_rule = "{\"acl\": \"private\"}" }, { 0 } },
    { "no key on OSS", OSS, POSTAGE_FINDING_KEY_MISSING, POSTAGE_EFFECT_REFUSED, { .without = "key" }, { 0 } },
    { "S3 joins repeated fields", S3, POSTAGE_FINDING_DUPLICATE_FIELD, POSTAGE_EFFECT_NOTE,
      { .conditions = "[\"eq\", \"$acl\", \"private,private\"]", .extra = "acl=private\nACL=private" },
      { .conditions = "[\"eq\", \"$acl\", \"private\"]", .extra = "acl=private" } },
    { "MinIO refuses them", MINIO, POSTAGE_FINDING_DUPLICATE_FIELD, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"starts-with\", \"$acl\", \"\"]", .extra = "acl=private\nacl=private" },
      { .conditions = "[\"starts-with\", \"$acl\", \"\"]", .extra = "acl=private" } },
    { "OSS is silent about them", OSS, POSTAGE_FINDING_DUPLICATE_FIELD, POSTAGE_EFFECT_NOTE, { .extra = "x:a=1\nx:a=2" }, { .extra = "x:a=1" } },
    { "20 KB before the file on S3", S3, POSTAGE_FINDING_PRE_FILE_TOO_LARGE, POSTAGE_EFFECT_REFUSED, { .extra = filler_over },
      { .extra = filler_fits } },
    { "one MiB a field on MinIO", MINIO, POSTAGE_FINDING_FIELD_TOO_LONG, POSTAGE_EFFECT_REFUSED, { .extra = field_over },
      { .extra = filler_over } },
    { "anonymous on S3", S3, POSTAGE_FINDING_UNSIGNED, POSTAGE_EFFECT_NOTE, { .anonymous = true }, { .older = true } },
    { "anonymous on MinIO", MINIO, POSTAGE_FINDING_UNSIGNED, POSTAGE_EFFECT_REFUSED, { .anonymous = true }, { .older = true } },
    { "no signature", S3, POSTAGE_FINDING_SIGNATURE_MISSING, POSTAGE_EFFECT_REFUSED, { .without = "x-amz-signature" }, { 0 } },
    { "no policy", OSS, POSTAGE_FINDING_SIGNATURE_MISSING, POSTAGE_EFFECT_REFUSED, { .without = "policy" }, { .older = true } },
    { "no SigV2 signature", S3, POSTAGE_FINDING_SIGNATURE_MISSING, POSTAGE_EFFECT_REFUSED, { .older = true, .without = "signature" },
      { .older = true } },
    { "MinIO does without a date", MINIO, POSTAGE_FINDING_SIGNATURE_MISSING, POSTAGE_EFFECT_TOLERATED,
      { .without = "x-amz-date", .uncovered = "x-amz-date" }, { 0 } },
    { "upper-case hex", S3, POSTAGE_FINDING_SIGNATURE_MALFORMED, POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-signature=0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef" }, { 0 } },
    { "a scope of another service", S3, POSTAGE_FINDING_SIGNATURE_MALFORMED, POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-credential=AKID/20261121/eu-west-1/sts/aws4_request" },
      { .fields = "x-amz-credential=AKID/20261121/us-east-1/s3/aws4_request" } },
    { "a scope without a key id", OSS, POSTAGE_FINDING_SIGNATURE_MALFORMED, POSTAGE_EFFECT_REFUSED,
      { .fields = "x-oss-credential=/20261121/cn-hangzhou/oss/aliyun_v4_request" }, { 0 } },
    { "another algorithm", S3, POSTAGE_FINDING_SIGNATURE_MALFORMED, POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-algorithm=AWS4-HMAC-SHA1" }, { 0 } },
    { "MinIO ignores the algorithm", MINIO, POSTAGE_FINDING_SIGNATURE_MALFORMED, POSTAGE_EFFECT_TOLERATED,
      { .fields = "x-amz-algorithm=AWS4-HMAC-SHA1" }, { 0 } },
    { "a SigV2 signature in hex", S3, POSTAGE_FINDING_SIGNATURE_MALFORMED, POSTAGE_EFFECT_REFUSED,
      { .older = true, .fields = "signature=a-b" }, { .older = true } },
    { "signed the day before", S3, POSTAGE_FINDING_DATE_DIFFERS, POSTAGE_EFFECT_REFUSED, { .fields = "x-amz-date=20261120T235959Z" },
      { .fields = "x-amz-date=20261121T000000Z" } },
    { "which MinIO does not see", MINIO, POSTAGE_FINDING_DATE_DIFFERS, POSTAGE_EFFECT_TOLERATED,
      { .fields = "x-amz-date=20261120T235959Z" }, { .fields = "x-amz-date=20261121T000000Z" } },
    { "signed ahead", OSS, POSTAGE_FINDING_DATE_IN_FUTURE, POSTAGE_EFFECT_NOTE, { .at = -901 }, { .at = -900 } },
    { "seven days and a second", S3, POSTAGE_FINDING_SIGNATURE_TOO_OLD, POSTAGE_EFFECT_REFUSED,
      { .at = 604801, .expiration = "2027-01-01T00:00:00Z" }, { .at = 604800, .expiration = "2027-01-01T00:00:00Z" } },
    { "seven days on OSS", OSS, POSTAGE_FINDING_SIGNATURE_TOO_OLD, POSTAGE_EFFECT_REFUSED,
      { .at = 604801, .expiration = "2027-01-01T00:00:00Z" }, { .at = 604800, .expiration = "2027-01-01T00:00:00Z" } },
    { "a promise of eight days", S3, POSTAGE_FINDING_EXPIRY_CUT, POSTAGE_EFFECT_NOTE, { .expiration = "2026-11-29T12:00:00Z" },
      { .expiration = "2026-11-28T12:00:00Z" } },
    { "expired to the second", S3, POSTAGE_FINDING_EXPIRED, POSTAGE_EFFECT_REFUSED, { .at = 3600 }, { .at = 3599 } },
    { "expired on OSS, V1", OSS, POSTAGE_FINDING_EXPIRED, POSTAGE_EFFECT_REFUSED, { .at = 3600, .older = true }, { .at = 3599, .older = true } },
    { "a minute left", MINIO, POSTAGE_FINDING_EXPIRES_SOON, POSTAGE_EFFECT_NOTE, { .at = 3540 }, { .at = 3539 } },

    { "an exact value", S3, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .conditions = "{\"acl\": \"private\"}", .fields = "acl=Private" }, { .conditions = "{\"ACL\": \"private\"}", .fields = "Acl=private" } },
    { "a prefix", MINIO, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED, { .fields = "key=UP/cat.jpg" }, { .fields = "key=up/" } },
    { "one of a list", OSS, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"in\", \"$x-oss-content-type\", [\"image/png\", \"image/gif\"]]", .fields = "x-oss-content-type=image/jpeg" },
      { .conditions = "[\"in\", \"$x-oss-content-type\", [\"image/png\", \"image/gif\"]]", .fields = "x-oss-content-type=image/gif" } },
    { "none of a list", OSS, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"not-in\", \"$cache-control\", [\"no-store\"]]", .fields = "Cache-Control=no-store" },
      { .conditions = "[\"not-in\", \"$cache-control\", [\"no-store\"]]", .fields = "Cache-Control=no-cache" } },
    { "two conditions on one field", S3, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"starts-with\", \"$key\", \"up/dog\"]" }, { .conditions = "[\"starts-with\", \"$key\", \"up/cat\"]" } },
    { "the type that is meant", S3, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"starts-with\", \"$Content-Type\", \"image/\"]", .fields = "Content-Type=image/png", .type = "text/html" },
      { .conditions = "[\"starts-with\", \"$Content-Type\", \"image/\"]", .type = "image/jpeg" } },
    { "each type of a list on S3", S3, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"starts-with\", \"$Content-Type\", \"image/\"]", .fields = "content-type=image/jpg,text/plain" },
      { .conditions = "[\"starts-with\", \"$Content-Type\", \"image/\"]", .fields = "content-type=image/jpg,image/png" } },
    { "no list of other fields", S3, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"starts-with\", \"$Cache-Control\", \"max-age\"]", .fields = "Cache-Control=public,max-age=1" },
      { .conditions = "[\"starts-with\", \"$Cache-Control\", \"max-age\"]", .fields = "Cache-Control=max-age=1,public" } },
    { "S3 expands metadata", S3, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .conditions = "{\"x-amz-meta-n\": \"${filename}\"}", .fields = "x-amz-meta-n=${filename}" },
      { .conditions = "{\"x-amz-meta-n\": \"cat.jpg\"}", .fields = "x-amz-meta-n=${filename}" } },
    { "MinIO does not", MINIO, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .conditions = "{\"x-amz-meta-n\": \"cat.jpg\"}", .fields = "x-amz-meta-n=${filename}" },
      { .conditions = "{\"x-amz-meta-n\": \"${filename}\"}", .fields = "x-amz-meta-n=${filename}" } },
    { "an exact key that is replaced", S3, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .key_rule = "{\"key\": \"up/${filename}\"}", .fields = "key=up/${filename}" },
      { .key_rule = "{\"key\": \"up/${filename}\"}", .fields = "key=up/${filename}", .nameless = true } },
    { "the path of the file's name on S3", S3, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .key_rule = "{\"key\": \"up/cat.jpg\"}", .fields = "key=up/${filename}", .file = "C:\\a/dog.jpg" },
      { .key_rule = "{\"key\": \"up/cat.jpg\"}", .fields = "key=up/${filename}", .file = "C:\\a\\cat.jpg" } },
    { "a backslash is a letter on MinIO", MINIO, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .key_rule = "{\"key\": \"up/cat.jpg\"}", .fields = "key=up/${filename}", .file = "a\\cat.jpg" },
      { .key_rule = "{\"key\": \"up/cat.jpg\"}", .fields = "key=up/${filename}", .file = "a/cat.jpg" } },
    { "OSS sees the key as written", OSS, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .key_rule = "[\"starts-with\", \"$key\", \"up/cat\"]", .fields = "key=up/${filename}" },
      { .key_rule = "[\"starts-with\", \"$key\", \"up/$\"]", .fields = "key=up/${filename}" } },
    { "two dollars never match on S3", S3, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .key_rule = "{\"key\": \"up/$$\"}", .fields = "key=up/$$" }, { .key_rule = "{\"key\": \"up/$\"}", .fields = "key=up/$" } },
    { "the bucket of a virtual host", S3, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED,
      { .url = "https://other.s3.eu-west-1.amazonaws.com/" }, { .url = "https://files.example.com/" } },
    { "the bucket of a path", MINIO, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED, { .url = "http://127.0.0.1:9000/other/" },
      { .url = "http://127.0.0.1:9000/box/" } },
    { "the bucket field on S3", S3, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED, { .fields = "bucket=other" },
      { .fields = "bucket=box" } },
    { "MinIO compares some names only", MINIO, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_TOLERATED,
      { .conditions = "{\"Content-Language\": \"de\"}", .fields = "Content-Language=en" },
      { .conditions = "{\"Content-Language\": \"de\"}", .fields = "Content-Language=de" } },
    { "a condition without its field", S3, POSTAGE_FINDING_FIELD_MISSING, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"starts-with\", \"$x-amz-meta-tag\", \"\"]" },
      { .conditions = "[\"starts-with\", \"$x-amz-meta-tag\", \"\"]", .fields = "x-amz-meta-tag=" } },
    { "is empty for MinIO", MINIO, POSTAGE_FINDING_FIELD_MISSING, POSTAGE_EFFECT_TOLERATED,
      { .conditions = "[\"starts-with\", \"$x-amz-meta-tag\", \"\"]" },
      { .conditions = "[\"starts-with\", \"$x-amz-meta-tag\", \"\"]", .fields = "x-amz-meta-tag=" } },
    { "and empty is not a value", MINIO, POSTAGE_FINDING_FIELD_MISSING, POSTAGE_EFFECT_REFUSED,
      { .conditions = "{\"x-amz-meta-tag\": \"a\"}" }, { .conditions = "{\"x-amz-meta-tag\": \"a\"}", .fields = "x-amz-meta-tag=a" } },
    { "a condition without its field on OSS", OSS, POSTAGE_FINDING_FIELD_MISSING, POSTAGE_EFFECT_REFUSED,
      { .conditions = "{\"success_action_status\": \"200\"}" },
      { .conditions = "{\"success_action_status\": \"200\"}", .fields = "success_action_status=200" } },
    { "an exact template on OSS", OSS, POSTAGE_FINDING_FILENAME_EXACT, POSTAGE_EFFECT_REFUSED,
      { .key_rule = "{\"key\": \"up/${filename}\"}", .fields = "key=up/${filename}" },
      { .key_rule = "{\"key\": \"up/cat.jpg\"}" } },

    { "no bucket in an S3 policy", S3, POSTAGE_FINDING_BUCKET_UNCOVERED, POSTAGE_EFFECT_REFUSED, { .uncovered = "bucket" }, { 0 } },
    { "no bucket in an OSS policy", OSS, POSTAGE_FINDING_BUCKET_UNCOVERED, POSTAGE_EFFECT_NOTE, { .uncovered = "bucket" }, { 0 } },
    { "an OSS date that nobody named", OSS, POSTAGE_FINDING_SIGNATURE_UNCOVERED, POSTAGE_EFFECT_REFUSED, { .uncovered = "x-oss-date" },
      { .older = true } },
    { "a token that nobody named", S3, POSTAGE_FINDING_TOKEN_UNCOVERED, POSTAGE_EFFECT_REFUSED, { .fields = "x-amz-security-token=T" },
      { .fields = "x-amz-security-token=T", .conditions = "{\"x-amz-security-token\": \"T\"}" } },
    { "a token that nobody named on OSS", OSS, POSTAGE_FINDING_TOKEN_UNCOVERED, POSTAGE_EFFECT_NOTE, { .fields = "x-oss-security-token=T" },
      { .fields = "x-oss-security-token=T", .older = true } },
    { "a field that nobody named", S3, POSTAGE_FINDING_EXTRA_FIELD, POSTAGE_EFFECT_REFUSED, { .extra = "submit=Upload" },
      { .extra = "x-ignore-submit=Upload" } },
    { "a key id beside SigV4", S3, POSTAGE_FINDING_EXTRA_FIELD, POSTAGE_EFFECT_REFUSED, { .fields = "AWSAccessKeyId=AKID" }, { .older = true } },
    { "customer keys on S3", S3, POSTAGE_FINDING_EXTRA_FIELD, POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-server-side-encryption-customer-key=AES256" }, { 0 } },
    { "and on MinIO", MINIO, POSTAGE_FINDING_EXTRA_FIELD, POSTAGE_EFFECT_REFUSED, { .fields = "x-amz-server-side-encryption=AES256" },
      { .fields = "x-amz-server-side-encryption-customer-key=AES256" } },
    { "a field that OSS does not look at", OSS, POSTAGE_FINDING_FIELD_UNPROTECTED, POSTAGE_EFFECT_NOTE,
      { .fields = "x-oss-object-acl=private" },
      { .fields = "x-oss-object-acl=private", .conditions = "{\"x-oss-object-acl\": \"private\"}" } },
    { "a storage class of nobody's", S3, POSTAGE_FINDING_VALUE_INVALID, POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-storage-class=FakeClass", .conditions = "{\"x-amz-storage-class\": \"FakeClass\"}" },
      { .fields = "x-amz-storage-class=STANDARD_IA", .conditions = "{\"x-amz-storage-class\": \"STANDARD_IA\"}" } },
    { "an ACL of S3's on OSS", OSS, POSTAGE_FINDING_VALUE_INVALID, POSTAGE_EFFECT_REFUSED,
      { .fields = "x-oss-object-acl=bucket-owner-read" }, { .fields = "x-oss-object-acl=default" } },
    { "a status that is none", S3, POSTAGE_FINDING_VALUE_IGNORED, POSTAGE_EFFECT_NOTE,
      { .fields = "success_action_status=202", .conditions = "{\"success_action_status\": \"202\"}" },
      { .fields = "success_action_status=201", .conditions = "{\"success_action_status\": \"201\"}" } },
    { "a relative redirect on S3", S3, POSTAGE_FINDING_VALUE_IGNORED, POSTAGE_EFFECT_NOTE,
      { .fields = "success_action_redirect=/done", .conditions = "{\"success_action_redirect\": \"/done\"}" },
      { .fields = "success_action_redirect=https://a.example/", .conditions = "{\"success_action_redirect\": \"https://a.example/\"}" } },
    { "MinIO's bucket field", MINIO, POSTAGE_FINDING_VALUE_IGNORED, POSTAGE_EFFECT_NOTE, { .fields = "bucket=other" }, { .fields = "bucket=box" } },
    { "a name in two spellings on OSS", OSS, POSTAGE_FINDING_NAME_CASE, POSTAGE_EFFECT_NOTE,
      { .fields = "Cache-Control=a", .conditions = "{\"cache-control\": \"a\"}" },
      { .fields = "Cache-Control=a", .conditions = "{\"Cache-Control\": \"a\"}" } },
    { "nothing left of a key", S3, POSTAGE_FINDING_KEY_EMPTY, POSTAGE_EFFECT_REFUSED,
      { .key_rule = "[\"starts-with\", \"$key\", \"\"]", .fields = "key=${filename}", .file = "a/" },
      { .key_rule = "[\"starts-with\", \"$key\", \"\"]", .fields = "key=${filename}", .file = "a/b" } },
    { "1025 bytes of key", S3, POSTAGE_FINDING_KEY_TOO_LONG, POSTAGE_EFFECT_REFUSED,
      { .key_rule = "[\"starts-with\", \"$key\", \"\"]", .fields = key_over }, { .key_rule = "[\"starts-with\", \"$key\", \"\"]", .fields = key_fits } },
    { "1024 on OSS", OSS, POSTAGE_FINDING_KEY_TOO_LONG, POSTAGE_EFFECT_REFUSED,
      { .key_rule = "[\"starts-with\", \"$key\", \"\"]", .fields = key_fits }, { 0 } },
    { "a slash in front on OSS", OSS, POSTAGE_FINDING_KEY_INVALID, POSTAGE_EFFECT_REFUSED,
      { .key_rule = "[\"starts-with\", \"$key\", \"/\"]", .fields = "key=/a" }, { 0 } },
    { "a file name that is no UTF-8", S3, POSTAGE_FINDING_KEY_INVALID, POSTAGE_EFFECT_REFUSED, { .fields = "key=up/${filename}", .file = "\xFF" },
      { .fields = "key=up/${filename}", .file = "\xC3\xBF" } },
    { "a slash in front on MinIO", MINIO, POSTAGE_FINDING_KEY_REWRITTEN, POSTAGE_EFFECT_NOTE,
      { .key_rule = "[\"starts-with\", \"$key\", \"/\"]", .fields = "key=/a" }, { 0 } },
    { "characters to avoid", S3, POSTAGE_FINDING_KEY_DISCOURAGED, POSTAGE_EFFECT_NOTE, { .fields = "key=up/a#b" }, { .fields = "key=up/a b" } },
    { "2049 bytes of metadata", S3, POSTAGE_FINDING_METADATA_TOO_LARGE, POSTAGE_EFFECT_REFUSED,
      { .extra = meta_over, .conditions = "[\"starts-with\", \"$x-amz-meta-a\", \"\"]" },
      { .extra = meta_fits, .conditions = "[\"starts-with\", \"$x-amz-meta-a\", \"\"]" } },
    { "which MinIO may take", MINIO, POSTAGE_FINDING_METADATA_TOO_LARGE, POSTAGE_EFFECT_TOLERATED,
      { .extra = meta_over, .conditions = "[\"starts-with\", \"$x-amz-meta-a\", \"\"]" },
      { .extra = meta_fits, .conditions = "[\"starts-with\", \"$x-amz-meta-a\", \"\"]" } },

    { "one byte too few", S3, POSTAGE_FINDING_SIZE_TOO_SMALL, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", 5, 10]", .bytes = 4 }, { .conditions = "[\"content-length-range\", 5, 10]", .bytes = 5 } },
    { "one byte too many", OSS, POSTAGE_FINDING_SIZE_TOO_LARGE, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", 5, 10]", .bytes = 11 }, { .conditions = "[\"content-length-range\", 5, 10]", .bytes = 10 } },
    { "an empty file", S3, POSTAGE_FINDING_SIZE_TOO_SMALL, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", 1, 10]", .bytes = -1 }, { .conditions = "[\"content-length-range\", 1, 10]", .bytes = -2 } },
    { "bounds as texts", S3, POSTAGE_FINDING_SIZE_TOO_LARGE, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", \"5\", \"10\"]", .bytes = 11 },
      { .conditions = "[\"content-length-range\", \"5\", \"10\"]", .bytes = 10 } },
    { "all ranges on S3", S3, POSTAGE_FINDING_SIZE_TOO_LARGE, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", 0, 10], [\"content-length-range\", 0, 20]", .bytes = 15 },
      { .conditions = "[\"content-length-range\", 0, 20], [\"content-length-range\", 0, 15]", .bytes = 15 } },
    { "the last range on MinIO", MINIO, POSTAGE_FINDING_SIZE_TOO_LARGE, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", 0, 20], [\"content-length-range\", 0, 10]", .bytes = 15 },
      { .conditions = "[\"content-length-range\", 0, 10], [\"content-length-range\", 0, 20]", .bytes = 15 } },
    { "an end of 0 on S3", S3, POSTAGE_FINDING_SIZE_TOO_LARGE, POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", 0, 0]", .bytes = 1 }, { .conditions = "[\"content-length-range\", 0, 0]", .bytes = -1 } },
    { "which is no limit on MinIO", MINIO, POSTAGE_FINDING_SIZE_TOO_LARGE, POSTAGE_EFFECT_TOLERATED,
      { .conditions = "[\"content-length-range\", 0, 0]", .bytes = 1 }, { .conditions = "[\"content-length-range\", 0, 0]", .bytes = -1 } },
    { "5 GiB and a byte", S3, POSTAGE_FINDING_OBJECT_TOO_LARGE, POSTAGE_EFFECT_REFUSED, { .bytes = 5368709121LL }, { .bytes = 5368709120LL } },
    { "5 TiB and a byte", MINIO, POSTAGE_FINDING_OBJECT_TOO_LARGE, POSTAGE_EFFECT_REFUSED, { .bytes = 5497558138881LL },
      { .bytes = 5497558138880LL } },
    { "no content type", S3, POSTAGE_FINDING_TYPE_NOT_SENT, POSTAGE_EFFECT_NOTE, { 0 },
      { .fields = "Content-Type=image/png", .conditions = "{\"Content-Type\": \"image/png\"}" } },
    { "another type than meant", OSS, POSTAGE_FINDING_TYPE_NOT_SENT, POSTAGE_EFFECT_NOTE,
      { .fields = "x-oss-content-type=image/png", .type = "image/gif" }, { .fields = "x-oss-content-type=image/png", .type = "image/png" } },
};

static void fill_line(char *line, const char *name, char letter, size_t count)
{
    size_t at = strlen(name);

    memcpy(line, name, at);
    memset(line + at, letter, count);
    line[at + count] = '\0';
}

static void fill_texts(void)
{
    fill_line(filler_fits, "x-ignore-a=", 'a', 18 * 1024);
    fill_line(filler_over, "x-ignore-a=", 'a', 21 * 1024);
    fill_line(field_over, "x-ignore-a=", 'a', 1024 * 1024 + 1);
    fill_line(key_fits, "key=", 'k', 1024);
    fill_line(key_over, "key=", 'k', 1025);
    fill_line(meta_fits, META_KEY, 'm', 2047); /* and one for the name */
    fill_line(meta_over, META_KEY, 'm', 2048);
}

static void test_check__each_finding_has_its_form(void **state)
{
    bool produced[POSTAGE_FINDING_COUNT] = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_report *report = judge(&rows[i].has, rows[i].side);
        const struct postage_finding *finding = find(report, rows[i].id);

        if (finding == NULL || finding->effect != rows[i].effect)
            fail_msg("%s: %s is not found as %s", rows[i].name, postage_finding_name(rows[i].id), postage_effect_name(rows[i].effect));
        if (postage_report_accepted(report) != (rows[i].effect != POSTAGE_EFFECT_REFUSED))
            fail_msg("%s: the verdict is wrong: %s", rows[i].name,
                     postage_report_first(report) != NULL ? postage_report_first(report)->message : "accepted");
        if (rows[i].effect == POSTAGE_EFFECT_REFUSED && postage_report_first(report) != finding)
            fail_msg("%s: first is %s", rows[i].name, postage_report_first(report)->message);
        assert_true(finding->message[0] != '\0' && strpbrk(finding->message, "\r\n") == NULL);
        produced[rows[i].id] = true;
        postage_report_free(report);
    }
    for (int id = POSTAGE_FINDING_URL_MISSING; id < POSTAGE_FINDING_COUNT; id++)
        if (!produced[id])
            fail_msg("no row has %s", postage_finding_name((enum postage_finding_id)id));
}

static void test_check__a_near_miss_has_it_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_report *report = judge(&rows[i].has_not, rows[i].side);

        if (find(report, rows[i].id) != NULL)
            fail_msg("%s: the near miss has it too: %s", rows[i].name, find(report, rows[i].id)->message);
        postage_report_free(report);
    }
}

static void test_check__an_ordinary_form_is_accepted(void **state)
{
    const struct spec ordinary = { 0 };

    (void)state;
    for (enum side_index side = S3; side <= OSS; side++) {
        struct postage_report *report = judge(&ordinary, side);

        if (!postage_report_accepted(report))
            fail_msg("%s: %s", sides[side].provider->name, postage_report_first(report)->message);
        assert_string_equal(postage_report_key(report), "up/cat.jpg");
        assert_ptr_equal(postage_report_provider(report), sides[side].provider);
        postage_report_free(report);
    }
}

static void test_check__the_first_refusal_is_the_one_a_provider_meets_first(void **state)
{
    const struct spec all_wrong = { .conditions = "{\"acl\": \"private\"}, [\"content-length-range\", 1, 2]",
                                    .fields = "key=down/cat.jpg", .extra = "submit=1", .at = 7200 };
    static const enum postage_finding_id order[] = { POSTAGE_FINDING_EXPIRED, POSTAGE_FINDING_CONDITION_FAILED,
                                                     POSTAGE_FINDING_FIELD_MISSING, POSTAGE_FINDING_EXTRA_FIELD,
                                                     POSTAGE_FINDING_SIZE_TOO_LARGE };
    struct postage_report *report = judge(&all_wrong, S3);
    const struct postage_finding *finding;
    size_t met = 0;

    (void)state;
    for (size_t i = 0; (finding = postage_report_finding(report, i)) != NULL; i++)
        if (finding->effect == POSTAGE_EFFECT_REFUSED) {
            assert_true(met < sizeof order / sizeof order[0]);
            assert_int_equal(finding->id, order[met++]);
        }
    assert_int_equal(met, sizeof order / sizeof order[0]);
    assert_int_equal(postage_report_first(report)->id, POSTAGE_FINDING_EXPIRED);
    postage_report_free(report);
}

static void test_check__a_finding_says_where_and_what(void **state)
{
    const struct spec wrong = { .conditions = "{\"x-amz-meta-who\": \"Ann \\\"A\\\"\"}", .fields = "x-amz-meta-who=Bob" };
    struct postage_report *report = judge(&wrong, S3);
    const struct postage_finding *finding = postage_report_first(report);

    (void)state;
    assert_int_equal(finding->condition, 6); /* key, bucket, three of the signature */
    assert_string_equal(finding->rule, "[\"eq\", \"$x-amz-meta-who\", \"Ann \\\"A\\\"\"]");
    assert_string_equal(finding->field, "x-amz-meta-who");
    assert_string_equal(finding->seen, "Bob");
    assert_string_equal(finding->wanted, "Ann \"A\"");
    assert_int_equal(finding->http_status, 403);
    assert_string_equal(finding->provider_code, "AccessDenied");
    assert_non_null(strstr(finding->message, "condition 6"));
    postage_report_free(report);
}

/* Tokens, signatures and policies are in no report, whichever way they are wrong. */
static void test_check__secrets_stay_out_of_reports(void **state)
{
    const struct spec wrong = { .fields = "x-amz-security-token=SECRETSEEN\nx-amz-signature=SECRETSIGNATURE",
                                .conditions = "{\"x-amz-security-token\": \"SECRETWANTED\"}",
                                .extra = "x-amz-security-token=SECRETAGAIN" };
    struct postage_report *report = judge(&wrong, S3);
    char *json;

    (void)state;
    assert_int_equal(postage_report_to_json(report, NULL, &json), POSTAGE_OK);
    assert_non_null(strstr(json, "(hidden)"));
    assert_null(strstr(json, "SECRET"));
    postage_text_free(json, NULL);
    postage_report_free(report);
}

static const struct unreadable {
    const char *name;
    const char *json;
    enum postage_finding_id id;
    const char *words;
} unreadable[] = {
    { "no JSON", "{\"url\":", POSTAGE_FINDING_FORM_MALFORMED, "byte 7" },
    { "no form", "{\"a\": 1}", POSTAGE_FINDING_FORM_MALFORMED, "fields" },
    { "a bad address", "{\"url\": \"ftp://a/\", \"fields\": {}}", POSTAGE_FINDING_FORM_MALFORMED, "url" },
    { "twice the key", "{\"fields\": {\"key\": \"a\", \"Key\": \"b\"}}", POSTAGE_FINDING_DUPLICATE_FIELD, "Key" },
    { "no base64", "{\"fields\": {\"policy\": \"eyJh!ICI=\"}}", POSTAGE_FINDING_POLICY_MALFORMED, "byte 4" },
    { "base64 without padding", "{\"fields\": {\"policy\": \"eyJhI\"}}", POSTAGE_FINDING_POLICY_MALFORMED, "byte 5 of 5" },
    { "a policy that is no JSON", "{\"fields\": {\"policy\": \"e30=\"}}", POSTAGE_FINDING_POLICY_MALFORMED, "expiration" },
    /* {"expiration":"2026-11-21T13:00:00Z","conditions":[{"a":"b"},{"c":"d","e":"f"}]} */
    { "an object of two",
      "{\"fields\": {\"policy\": \"eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yMVQxMzowMDowMFoiLCJjb25kaXRpb25zIjpbeyJhIjoiYiJ9LHsiYyI6ImQiLCJlIjoiZiJ9XX0=\"}}",
      POSTAGE_FINDING_POLICY_MALFORMED, "condition 2" },
};

static void test_check__a_form_that_cannot_be_read_is_a_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof unreadable / sizeof unreadable[0]; i++) {
        struct postage_check_options options = POSTAGE_CHECK_OPTIONS_INIT;
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_report *report;
        const struct postage_finding *first;

        options.provider = &postage_provider_s3;
        assert_ok(postage_check_json(&report, unreadable[i].json, strlen(unreadable[i].json), &options, NULL, &err), err);
        first = postage_report_first(report);
        assert_non_null(first);
        if (first->id != unreadable[i].id || strstr(first->message, unreadable[i].words) == NULL)
            fail_msg("%s: %s: %s", unreadable[i].name, postage_finding_name(first->id), first->message);
        postage_report_free(report);
    }
}

static void test_check__options_that_cannot_be_meant_are_refused(void **state)
{
    static const struct postage_field nameless = { "", "a" }, valueless = { "a", NULL }, policy = { "Policy", "a" }, file = { "file", "a" };
    const struct postage_field *const bad[] = { &nameless, &valueless, &policy, &file };
    const struct spec ordinary = { 0 };
    char *text = form_of(&ordinary, S3);
    struct postage_check_options options = { 0 };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_report *report;

    (void)state;
    assert_refused(postage_check_json(&report, text, strlen(text), &options, NULL, &err), POSTAGE_ERR_INVALID, err, "INIT");
    options = (struct postage_check_options)POSTAGE_CHECK_OPTIONS_INIT;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        options.fields = bad[i];
        options.field_count = 1;
        assert_refused(postage_check_json(&report, text, strlen(text), &options, NULL, &err), POSTAGE_ERR_INVALID, err, "field");
        assert_null(report);
    }
    cJSON_free(text);
}

static void test_check__each_failing_allocation_leaks_nothing(void **state)
{
    const struct spec wrong = { .conditions = "{\"acl\": \"private\"}, [\"content-length-range\", 1, 2]",
                                .fields = "key=up/${filename}\nx-amz-meta-a=${filename}", .extra = "acl=a\nacl=b\nsubmit=1", .at = 7200 };
    char *text = form_of(&wrong, S3);
    static struct fields extra;
    const struct postage_check_options options = options_of(&wrong, S3, &extra);
    enum postage_status status = POSTAGE_ERR_NOMEM;

    (void)state;
    for (size_t n = 1; status != POSTAGE_OK; n++) {
        struct postage_counting_allocator *counting;
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_report *report = NULL;
        struct failing failing = { .fail_at = n };
        struct postage_allocator alloc = failing_allocator(&failing);
        char *json = NULL;

        assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
        failing.parent = postage_counting_allocator_use(counting);
        status = postage_check_json(&report, text, strlen(text), &options, &alloc, &err);
        if (status == POSTAGE_OK)
            status = postage_report_to_json(report, &alloc, &json);
        if (status != POSTAGE_OK)
            assert_int_equal(status, POSTAGE_ERR_NOMEM);
        postage_text_free(json, &alloc);
        postage_report_free(report);
        assert_int_equal(postage_counting_allocator_counters(counting).live_blocks, 0);
        postage_counting_allocator_free(counting);
    }
    cJSON_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check__an_ordinary_form_is_accepted),
        cmocka_unit_test(test_check__each_finding_has_its_form),
        cmocka_unit_test(test_check__a_near_miss_has_it_not),
        cmocka_unit_test(test_check__the_first_refusal_is_the_one_a_provider_meets_first),
        cmocka_unit_test(test_check__a_finding_says_where_and_what),
        cmocka_unit_test(test_check__secrets_stay_out_of_reports),
        cmocka_unit_test(test_check__a_form_that_cannot_be_read_is_a_verdict),
        cmocka_unit_test(test_check__options_that_cannot_be_meant_are_refused),
        cmocka_unit_test(test_check__each_failing_allocation_leaks_nothing),
    };

    fill_texts();
    return cmocka_run_group_tests_name("form/check", tests, NULL, NULL);
}
