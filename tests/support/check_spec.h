/*
 * Forms for the judge, put together from a list of fields and a list of conditions, so that nothing of the signer's is taken
 * for granted; nobody verifies the signature.
 */
#ifndef POSTAGE_TESTS_SUPPORT_CHECK_SPEC_H
#define POSTAGE_TESTS_SUPPORT_CHECK_SPEC_H

#include <stdio.h>

#include "base/base64.h"
#include "base/slice.h"
#include "support/rows.h"
#include "postage/postage.h"
#include "support/vectors.h"

#define DAY   1795219200 /* 2026-11-21T00:00:00Z */
#define NOW   (DAY + 43200)
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
    bool older; /* S3's SigV2, OSS's V1 */
};

static const struct side {
    const struct postage_provider *provider;
    const char *url, *signature, *older;
} sides[] = {
    { &postage_provider_s3, "https://box.s3.eu-west-1.amazonaws.com/",
      "x-amz-algorithm=AWS4-HMAC-SHA256\nx-amz-credential=AKID/20261121/eu-west-1/s3/"
      "aws4_request\nx-amz-date=20261121T120000Z\n"
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

static inline struct postage_field *field_named(struct fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (slice_equal_ignoring_case(slice_of(fields->list[i].name), slice_of(name)))
            return &fields->list[i];
    return NULL;
}

static inline const char *keep(struct fields *fields, const char *text, size_t len)
{
    char *copy = fields->text + fields->used;

    assert_true(fields->used + len + 1 <= sizeof fields->text);
    memcpy(copy, text, len);
    copy[len] = '\0';
    fields->used += len + 1;
    return copy;
}

/* "name=value" lines; `replace`: one of the same name gives way, else it stays beside. */
static inline void add_lines(struct fields *fields, const char *lines, bool replace)
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

static inline void drop(struct fields *fields, const char *name)
{
    struct postage_field *field = name != NULL ? field_named(fields, name) : NULL;

    if (field != NULL)
        *field = fields->list[--fields->count];
}

static inline bool is_covered_by_default(const struct spec *spec, const char *name)
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

static inline struct postage_check_options options_of(const struct spec *spec, enum side_index side, struct fields *extra)
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

static inline struct postage_report *judge(const struct spec *spec, enum side_index side)
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

static inline const struct postage_finding *find(const struct postage_report *report, enum postage_finding_id id)
{
    const struct postage_finding *finding;

    for (size_t i = 0; (finding = postage_report_finding(report, i)) != NULL; i++)
        if (finding->id == id)
            return finding;
    return NULL;
}

#endif
