/* What a policy takes, what it refuses and in which words. Limits: s3 user guide pages named in src/s3/capabilities.c. */
#include <stdio.h>
#include <stdlib.h>

#include "support/open_rules.h"
#include "support/rows.h"
#include "support/failing.h"
#include "support/forms.h"

struct fixture {
    struct postage_target *target;
    struct postage_policy *policy;
    struct postage_error err;
};

/* `scheme` is "s3", "minio" or "oss". */
static struct fixture open_policy(const char *scheme)
{
    struct fixture fixture = { .err = POSTAGE_ERROR_INIT };
    char uri[32];

    snprintf(uri, sizeof uri, "%s://bucket", scheme);
    fixture.target = forms_target(uri);
    assert_ok(postage_policy_new(&fixture.policy, fixture.target, NULL, &fixture.err), fixture.err);
    /* These tests are about one rule each; OSS wants size and type decided, or left open by name. */
    assert_ok(postage_policy_leave_open(fixture.policy, POSTAGE_SIZE, &fixture.err), fixture.err);
    assert_ok(postage_policy_leave_open(fixture.policy, POSTAGE_CONTENT_TYPE, &fixture.err), fixture.err);
    return fixture;
}

/* A refused policy takes nothing more: the next rule is tried on a new one. */
static struct postage_policy *fresh(struct fixture *fixture)
{
    postage_policy_free(fixture->policy);
    assert_ok(postage_policy_new(&fixture->policy, fixture->target, NULL, &fixture->err), fixture->err);
    return fixture->policy;
}

static void close_policy(struct fixture *fixture)
{
    postage_policy_free(fixture->policy);
    postage_target_free(fixture->target);
}

static char *long_text(size_t bytes, const char *end)
{
    char *text = malloc(bytes + strlen(end) + 1);

    assert_non_null(text);
    memset(text, 'k', bytes);
    strcpy(text + bytes, end);
    return text;
}

/* The signed document, less its expiration and the signature's own conditions, which depend on the time. */
static void assert_conditions(struct fixture *fixture, const char *expected)
{
    struct postage_form *form;
    size_t length;
    const char *document, *start, *end;

    assert_ok(postage_policy_expires_in(fixture->policy, 900, &fixture->err), fixture->err);
    form = forms_sign(fixture->policy, NULL);
    document = postage_form_policy(form, &length);
    start = strstr(document, "\"conditions\":[") + strlen("\"conditions\":[");
    end = strstr(document, ",{\"x-amz-algorithm\"");
    if (end == NULL)
        end = strstr(document, ",{\"x-oss-signature-version\"");
    assert_non_null(end);
    if ((size_t)(end - start) != strlen(expected) || memcmp(start, expected, strlen(expected)) != 0)
        fail_msg("%.*s\nexpected %s", (int)(end - start), start, expected);
    postage_form_free(form);
}

static void test_policy__document_keeps_the_documented_order(void **state)
{
    struct fixture f = open_policy("s3");
    struct postage_form *form;
    size_t length;

    (void)state;
    assert_ok(postage_policy_size_range(f.policy, 1, UINT64_C(5368709120), &f.err), f.err);
    assert_ok(postage_policy_tag(f.policy, "team", "a&b", &f.err), f.err);
    assert_ok(postage_policy_exact(f.policy, POSTAGE_CONTENT_TYPE, "image/png", &f.err), f.err);
    assert_ok(postage_policy_expires_in(f.policy, 900, &f.err), f.err);
    assert_ok(postage_policy_any(f.policy, "x-amz-meta-note", NULL, &f.err), f.err);
    assert_ok(postage_policy_key_template(f.policy, "in/${filename}", &f.err), f.err);
    assert_ok(postage_policy_metadata(f.policy, "user", "42", &f.err), f.err);
    form = forms_sign(f.policy, "TOKEN");
    assert_string_equal(
        postage_form_policy(form, &length),
        "{\"expiration\":\"2025-11-21T12:15:00.000Z\",\"conditions\":[{\"bucket\":\"bucket\"},[\"starts-with\",\"$key\",\"in/"
        "\"],"
        "{\"Content-Type\":\"image/png\"},[\"starts-with\",\"$x-amz-meta-note\",\"\"],{\"x-amz-meta-user\":\"42\"},"
        "{\"tagging\":\"<Tagging><TagSet><Tag><Key>team</Key><Value>a&amp;b</Value></Tag></TagSet></Tagging>\"},"
        "[\"content-length-range\",1,5368709120],{\"x-amz-algorithm\":\"AWS4-HMAC-SHA256\"},"
        "{\"x-amz-credential\":\"AKIAIOSFODNN7EXAMPLE/20251121/us-east-1/s3/aws4_request\"},"
        "{\"x-amz-date\":\"20251121T120000Z\"},{\"x-amz-security-token\":\"TOKEN\"}]}");
    assert_int_equal(length, strlen(postage_form_policy(form, &length)));
    postage_form_free(form);
    close_policy(&f);
}

static void test_policy__each_rule_is_written_as_its_condition(void **state)
{
    static const char *const types[] = { "image/png", "a\"]b" };
    struct fixture f = open_policy("oss");

    (void)state;
    assert_ok(postage_policy_key_prefix(f.policy, "in/", NULL, &f.err), f.err);
    assert_ok(postage_policy_exact(f.policy, POSTAGE_CACHE_CONTROL, "no-store", &f.err), f.err);
    assert_ok(postage_policy_starts_with(f.policy, POSTAGE_CONTENT_DISPOSITION, "attachment", NULL, &f.err), f.err);
    assert_ok(postage_policy_any(f.policy, POSTAGE_EXPIRES, NULL, &f.err), f.err);
    assert_ok(postage_policy_one_of(f.policy, POSTAGE_CONTENT_TYPE, types, 2, "image/png", &f.err), f.err);
    assert_ok(postage_policy_none_of(f.policy, POSTAGE_ACL, types, 1, NULL, &f.err), f.err);
    assert_ok(postage_policy_exact(f.policy, POSTAGE_FORBID_OVERWRITE, "true", &f.err), f.err);
    assert_ok(postage_policy_metadata(f.policy, "user", "42", &f.err), f.err);
    assert_conditions(&f, "{\"bucket\":\"bucket\"},[\"starts-with\",\"$key\",\"in/\"],{\"Cache-Control\":\"no-store\"},"
                          "[\"starts-with\",\"$Content-Disposition\",\"attachment\"],[\"starts-with\",\"$Expires\",\"\"],"
                          "[\"in\",\"$x-oss-content-type\",[\"image/png\",\"a\\\"]b\"]],"
                          "[\"not-in\",\"$x-oss-object-acl\",[\"image/png\"]],{\"x-oss-forbid-overwrite\":\"true\"},"
                          "{\"x-oss-meta-user\":\"42\"}");
    close_policy(&f);
}

static void test_policy__narrowing_adds_a_prefix_and_all_hold(void **state)
{
    struct fixture f = open_policy("s3");
    struct postage_form *form;
    const struct postage_open_rule *open;
    size_t count;

    (void)state;
    assert_ok(postage_policy_key_prefix(f.policy, "a/", NULL, &f.err), f.err);
    assert_ok(postage_policy_any(f.policy, POSTAGE_CONTENT_TYPE, NULL, &f.err), f.err);
    assert_ok(postage_policy_narrow(f.policy, "Content-Type", "image/", &f.err), f.err);
    assert_ok(postage_policy_narrow(f.policy, "key", "a/b/", &f.err), f.err);
    assert_conditions(&f, "{\"bucket\":\"bucket\"},[\"starts-with\",\"$key\",\"a/\"],[\"starts-with\",\"$key\",\"a/b/\"],"
                          "[\"starts-with\",\"$Content-Type\",\"\"],[\"starts-with\",\"$Content-Type\",\"image/\"]");
    form = forms_sign(f.policy, NULL);
    open = open_rules_of(form, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(open[i].name, "Content-Type") == 0)
            assert_int_not_equal(strcmp(open[i].text, ""), 0); /* "any" is no longer true */
    for (size_t i = 0; postage_form_note(form, i) != NULL; i++)
        assert_null(strstr(postage_form_note(form, i), "any content type"));
    postage_form_free(form);
    close_policy(&f);
}

static void test_policy__only_a_prefix_rule_can_be_narrowed_and_not_beside_its_value(void **state)
{
    struct fixture f = open_policy("s3");

    (void)state;
    assert_refused(postage_policy_narrow(f.policy, POSTAGE_ACL, "p", &f.err), POSTAGE_ERR_INVALID, f.err,
                   "\"acl\" has no starts-with rule");
    assert_ok(postage_policy_exact(fresh(&f), POSTAGE_ACL, "private", &f.err), f.err);
    assert_refused(postage_policy_narrow(f.policy, POSTAGE_ACL, "p", &f.err), POSTAGE_ERR_INVALID, f.err, "acl");
    assert_ok(postage_policy_any(fresh(&f), POSTAGE_CONTENT_TYPE, NULL, &f.err), f.err);
    assert_refused(postage_policy_narrow(f.policy, POSTAGE_CONTENT_TYPE, NULL, &f.err), POSTAGE_ERR_INVALID, f.err, "prefix");
    fresh(&f);
    assert_ok(postage_policy_starts_with(f.policy, POSTAGE_CONTENT_TYPE, "image/", "image/png", &f.err), f.err);
    assert_refused(postage_policy_narrow(f.policy, POSTAGE_CONTENT_TYPE, "image/j", &f.err), POSTAGE_ERR_INVALID, f.err,
                   "image/png");
    close_policy(&f);
}

/* --- refusals: one call on a fresh policy --- */

enum call { EXACT, PREFIX, ANY, ONE_OF, NONE_OF, METADATA, TAG, KEY, KEY_PREFIX, KEY_TEMPLATE };

static enum postage_status make_call(struct postage_policy *policy, enum call call, const char *name, const char *text,
                                     const char *value, struct postage_error *err)
{
    switch (call) {
    case EXACT:
        return postage_policy_exact(policy, name, text, err);
    case PREFIX:
        return postage_policy_starts_with(policy, name, text, value, err);
    case ANY:
        return postage_policy_any(policy, name, value, err);
    case ONE_OF:
        return postage_policy_one_of(policy, name, &text, 1, value, err);
    case NONE_OF:
        return postage_policy_none_of(policy, name, &text, 1, value, err);
    case METADATA:
        return postage_policy_metadata(policy, name, text, err);
    case TAG:
        return postage_policy_tag(policy, name, text, err);
    case KEY:
        return postage_policy_key(policy, text, err);
    case KEY_PREFIX:
        return postage_policy_key_prefix(policy, text, value, err);
    case KEY_TEMPLATE:
        return postage_policy_key_template(policy, text, err);
    }
    return POSTAGE_OK;
}

/* clang-format off */
static const struct {
    const char *what;
    const char *provider;
    enum call call;
    const char *name, *text, *value;
    enum postage_status status;
    const char *words[4]; /* all in the message */
} refusals[] = {
    { "reserved: bucket", "s3", EXACT, "bucket", "b", NULL, POSTAGE_ERR_INVALID, { "s3", "bucket", "reserved" } },
    { "reserved: policy", "s3", EXACT, "Policy", "b", NULL, POSTAGE_ERR_INVALID, { "s3", "Policy", "reserved" } },
    { "reserved: file", "minio", EXACT, "FILE", "b", NULL, POSTAGE_ERR_INVALID, { "minio", "FILE", "reserved" } },
    { "reserved: signature", "s3", EXACT, "X-Amz-Signature", "b", NULL, POSTAGE_ERR_INVALID, { "reserved" } },
    { "reserved: algorithm", "s3", ANY, "x-amz-algorithm", NULL, NULL, POSTAGE_ERR_INVALID, { "reserved" } },
    { "reserved: credential", "s3", EXACT, "x-amz-credential", "b", NULL, POSTAGE_ERR_INVALID, { "reserved" } },
    { "reserved: date", "s3", EXACT, "x-amz-date", "b", NULL, POSTAGE_ERR_INVALID, { "reserved" } },
    { "reserved: token", "s3", EXACT, "x-amz-security-token", "b", NULL, POSTAGE_ERR_INVALID, { "reserved" } },
    { "reserved: v2 key id", "s3", EXACT, "awsaccesskeyid", "b", NULL, POSTAGE_ERR_INVALID, { "reserved" } },
    { "reserved: v2 signature", "s3", EXACT, "signature", "b", NULL, POSTAGE_ERR_INVALID, { "reserved" } },
    { "slash first on oss", "oss", EXACT, POSTAGE_KEY, "/a", NULL, POSTAGE_ERR_INVALID, { "oss", "\"/a\"", "begins with" } },
    { "backslash first on oss", "oss", EXACT, POSTAGE_KEY, "\\a", NULL, POSTAGE_ERR_INVALID, { "oss", "begins with" } },
    { "slash first on minio", "minio", EXACT, POSTAGE_KEY, "/a", NULL, POSTAGE_ERR_INVALID, { "minio", "begins with" } },
    { "reserved on oss", "oss", EXACT, "OSSAccessKeyId", "b", NULL, POSTAGE_ERR_INVALID, { "oss", "reserved" } },

    { "no name", "s3", EXACT, NULL, "v", NULL, POSTAGE_ERR_INVALID, { "s3", "name" } },
    { "empty name", "s3", EXACT, "", "v", NULL, POSTAGE_ERR_INVALID, { "s3", "name" } },
    { "dollar name", "s3", EXACT, "$acl", "v", NULL, POSTAGE_ERR_INVALID, { "s3", "$acl" } },
    { "name with quote", "s3", EXACT, "x-amz-meta-a\"b", "v", NULL, POSTAGE_ERR_INVALID, { "s3", "x-amz-meta-a\"b" } },
    { "name with line break", "s3", EXACT, "a\r\nb", "v", NULL, POSTAGE_ERR_INVALID, { "s3", "a??b" } },
    { "name with tab", "s3", EXACT, "a\tb", "v", NULL, POSTAGE_ERR_INVALID, { "s3" } },
    { "name with space", "s3", EXACT, "a b", "v", NULL, POSTAGE_ERR_INVALID, { "s3", "a b" } },
    { "name that is no UTF-8", "s3", EXACT, "a\xff", "v", NULL, POSTAGE_ERR_INVALID, { "s3", "UTF-8" } },
    { "metadata without name", "s3", METADATA, "", "v", NULL, POSTAGE_ERR_INVALID, { "s3", "metadata" } },
    { "metadata with no name", "s3", METADATA, NULL, "v", NULL, POSTAGE_ERR_INVALID, { "s3" } },
    { "metadata name that is no token", "s3", METADATA, "a:b", "v", NULL, POSTAGE_ERR_INVALID, { "s3", "a:b" } },
    { "metadata name with UTF-8", "s3", METADATA, "\xc3\xa9", "v", NULL, POSTAGE_ERR_INVALID, { "s3", "\xc3\xa9" } },

    { "value with CR", "s3", EXACT, POSTAGE_CACHE_CONTROL, "a\rb", NULL, POSTAGE_ERR_INVALID, { "s3", "Cache-Control", "a?b", "CR" } },
    { "value with LF", "minio", EXACT, "x-amz-meta-a", "a\nb", NULL, POSTAGE_ERR_INVALID, { "minio", "x-amz-meta-a", "a?b" } },
    { "metadata with LF", "s3", METADATA, "a", "x\nX-Evil: 1", NULL, POSTAGE_ERR_INVALID, { "s3", "x-amz-meta-a" } },
    { "prefix with LF", "s3", PREFIX, POSTAGE_CONTENT_TYPE, "a\n", NULL, POSTAGE_ERR_INVALID, { "s3", "Content-Type", "prefix" } },
    { "open value with LF", "s3", ANY, POSTAGE_CONTENT_TYPE, NULL, "a\n", POSTAGE_ERR_INVALID, { "s3", "Content-Type" } },
    { "list value with LF", "oss", ONE_OF, POSTAGE_CONTENT_TYPE, "a\n", NULL, POSTAGE_ERR_INVALID, { "oss", "x-oss-content-type" } },
    { "value that is no UTF-8", "s3", EXACT, POSTAGE_CONTENT_TYPE, "\xc0\xaf", NULL, POSTAGE_ERR_INVALID, { "s3", "Content-Type", "UTF-8" } },
    { "surrogate", "s3", KEY, NULL, "\xed\xa0\x80", NULL, POSTAGE_ERR_INVALID, { "s3", "key", "UTF-8" } },
    { "no value", "s3", EXACT, POSTAGE_CONTENT_TYPE, NULL, NULL, POSTAGE_ERR_INVALID, { "s3", "value" } },
    { "no prefix", "s3", PREFIX, POSTAGE_CONTENT_TYPE, NULL, NULL, POSTAGE_ERR_INVALID, { "s3", "prefix" } },
    { "no list value", "oss", ONE_OF, POSTAGE_CONTENT_TYPE, NULL, "a", POSTAGE_ERR_INVALID, { "oss", "x-oss-content-type" } },
    { "value beside its prefix", "s3", PREFIX, POSTAGE_CONTENT_TYPE, "image/", "text/html", POSTAGE_ERR_INVALID, { "s3", "Content-Type", "text/html" } },
    { "value out of its list", "oss", ONE_OF, POSTAGE_ACL, "private", "public-read", POSTAGE_ERR_INVALID, { "oss", "x-oss-object-acl", "public-read" } },
    { "value in the list of others", "oss", NONE_OF, POSTAGE_ACL, "private", "private", POSTAGE_ERR_INVALID, { "oss", "x-oss-object-acl", "private" } },

    { "empty key", "s3", KEY, NULL, "", NULL, POSTAGE_ERR_INVALID, { "s3", "key" } },
    { "no key", "s3", KEY, NULL, NULL, NULL, POSTAGE_ERR_INVALID, { "s3" } },
    { "empty key under a prefix", "s3", KEY_PREFIX, NULL, "", "", POSTAGE_ERR_INVALID, { "s3", "key" } },
    { "template without end", "s3", KEY_TEMPLATE, NULL, "a/b", NULL, POSTAGE_ERR_INVALID, { "s3", "a/b", "${filename}" } },
    { "no template", "s3", KEY_TEMPLATE, NULL, NULL, NULL, POSTAGE_ERR_INVALID, { "s3", "${filename}" } },
    { "template in the middle", "s3", KEY_TEMPLATE, NULL, "a/${filename}.txt", NULL, POSTAGE_ERR_INVALID, { "s3", "${filename}" } },
    { "template twice", "s3", KEY_TEMPLATE, NULL, "a/${filename}/${filename}", NULL, POSTAGE_ERR_INVALID, { "s3", "${filename}" } },
    { "filename in an exact key", "s3", KEY, NULL, "a/${filename}", NULL, POSTAGE_ERR_INVALID, { "s3", "key", "${filename}" } },
    { "filename in an exact key of minio", "minio", KEY, NULL, "a/${filename}", NULL, POSTAGE_ERR_INVALID, { "minio", "key", "${filename}" } },
    { "filename in a key prefix", "s3", KEY_PREFIX, NULL, "a/${filename}", NULL, POSTAGE_ERR_INVALID, { "s3", "key", "${filename}" } },
    { "filename in a field of S3", "s3", EXACT, POSTAGE_CONTENT_DISPOSITION, "attachment; filename=${filename}", NULL, POSTAGE_ERR_INVALID, { "s3", "Content-Disposition", "${filename}" } },
    { "filename in metadata of S3", "s3", METADATA, "a", "${filename}", NULL, POSTAGE_ERR_INVALID, { "s3", "x-amz-meta-a", "${filename}" } },
    { "filename in a prefix of S3", "s3", PREFIX, "x-amz-meta-a", "${filename}", NULL, POSTAGE_ERR_INVALID, { "s3", "${filename}" } },
    { "filename in a tag of S3", "s3", TAG, "a", "${filename}", NULL, POSTAGE_ERR_INVALID, { "s3", "tag", "${filename}" } },
    { "two dollars", "s3", KEY, NULL, "a$$b", NULL, POSTAGE_ERR_INVALID, { "s3", "key", "a$$b", "$$" } },
    { "two dollars in metadata", "s3", METADATA, "a", "$$", NULL, POSTAGE_ERR_INVALID, { "s3", "x-amz-meta-a", "$$" } },
    { "two dollars in a tag", "s3", TAG, "cost$$", "1", NULL, POSTAGE_ERR_INVALID, { "s3", "tag", "$$" } },

    { "status that is none", "s3", EXACT, POSTAGE_SUCCESS_STATUS, "302", NULL, POSTAGE_ERR_INVALID, { "s3", "success", "302", "201" } },
    { "status by its raw name", "minio", EXACT, "Success_Action_Status", "ok", NULL, POSTAGE_ERR_INVALID, { "minio", "ok" } },
    { "relative redirect", "s3", EXACT, POSTAGE_SUCCESS_REDIRECT, "/done", NULL, POSTAGE_ERR_INVALID, { "s3", "redirect", "/done" } },
    { "script redirect", "s3", EXACT, POSTAGE_SUCCESS_REDIRECT, "javascript:alert(1)", NULL, POSTAGE_ERR_INVALID, { "s3", "redirect", "javascript" } },

    { "prefix on an exact-only field", "s3", PREFIX, POSTAGE_STORAGE_CLASS, "STANDARD", NULL, POSTAGE_ERR_UNSUPPORTED, { "s3", "x-amz-storage-class", "exact" } },
    { "any on an exact-only field", "s3", ANY, "x-amz-website-redirect-location", NULL, NULL, POSTAGE_ERR_UNSUPPORTED, { "s3", "exact" } },
    { "empty prefix on an exact-only field", "s3", PREFIX, POSTAGE_SUCCESS_STATUS, "", NULL, POSTAGE_ERR_UNSUPPORTED, { "s3", "exact" } },
    { "one-of on s3", "s3", ONE_OF, POSTAGE_CONTENT_TYPE, "a", NULL, POSTAGE_ERR_UNSUPPORTED, { "s3", "Content-Type", "one-of" } },
    { "none-of on minio", "minio", NONE_OF, POSTAGE_CONTENT_TYPE, "a", NULL, POSTAGE_ERR_UNSUPPORTED, { "minio", "Content-Type", "use an exact or a starts-with rule" } },
    { "forbid-overwrite on s3", "s3", EXACT, POSTAGE_FORBID_OVERWRITE, "true", NULL, POSTAGE_ERR_UNSUPPORTED, { "s3", "forbid-overwrite", "key" } },
    { "callback on minio", "minio", EXACT, POSTAGE_CALLBACK, "x", NULL, POSTAGE_ERR_UNSUPPORTED, { "minio", "callback", "notifications" } },
    { "traffic limit on s3", "s3", EXACT, POSTAGE_TRAFFIC_LIMIT, "1", NULL, POSTAGE_ERR_UNSUPPORTED, { "s3", "traffic-limit" } },
    { "tag on oss", "oss", TAG, "a", "b", NULL, POSTAGE_ERR_UNSUPPORTED, { "oss", "tags", "PutObjectTagging" } },
    { "tags field on oss", "oss", EXACT, POSTAGE_TAGS, "b", NULL, POSTAGE_ERR_UNSUPPORTED, { "oss", "tags", "PutObjectTagging" } },
    { "checksum on oss", "oss", EXACT, POSTAGE_CHECKSUM_SHA256, "b", NULL, POSTAGE_ERR_UNSUPPORTED, { "oss", "checksum-sha256", "CRC-64" } },
    { "MD5 on oss", "oss", EXACT, POSTAGE_CONTENT_MD5, "b", NULL, POSTAGE_ERR_UNSUPPORTED, { "oss", "content-md5", "CRC-64" } },

    { "tag without key", "s3", TAG, "", "v", NULL, POSTAGE_ERR_INVALID, { "s3", "tag" } },
    { "tag without value", "s3", TAG, "a", NULL, NULL, POSTAGE_ERR_INVALID, { "s3", "tag", "\"a\"", "value" } },
    { "tag with LF", "s3", TAG, "a\nb", "v", NULL, POSTAGE_ERR_INVALID, { "s3", "tag" } },
    { "tag that is no UTF-8", "s3", TAG, "a", "\xff", NULL, POSTAGE_ERR_INVALID, { "s3", "tag" } },
};
/* clang-format on */

static void test_policy__refusals_name_provider_field_and_value(void **state)
{
    int failures = 0;

    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct fixture f = open_policy(refusals[i].provider);
        enum postage_status status =
            make_call(f.policy, refusals[i].call, refusals[i].name, refusals[i].text, refusals[i].value, &f.err);
        bool said = status == refusals[i].status;

        for (size_t w = 0; w < 4 && refusals[i].words[w] != NULL; w++)
            said = said && strstr(f.err.message, refusals[i].words[w]) != NULL;
        if (!said) {
            print_error("%s: %s, \"%s\"\n", refusals[i].what, postage_status_name(status), f.err.message);
            failures++;
        }
        close_policy(&f);
    }
    assert_int_equal(failures, 0);
}

/* --- names that meet --- */

static void test_policy__a_field_is_there_once_under_all_its_names(void **state)
{
    static const char *const twins[][2] = {
        { POSTAGE_CONTENT_TYPE, "CONTENT-TYPE" },
        { "Content-Type", POSTAGE_CONTENT_TYPE },
        { POSTAGE_STORAGE_CLASS, "X-Amz-Storage-Class" },
        { "x-amz-server-side-encryption", POSTAGE_ENCRYPTION },
        { POSTAGE_SUCCESS_REDIRECT, "success_action_redirect" },
        { POSTAGE_CHECKSUM_CRC32, "x-amz-checksum-crc32" },
        { "x-amz-meta-a", "X-AMZ-META-A" },
        { "x-amz-website-redirect-location", "X-Amz-Website-Redirect-Location" },
        { "x-ignore-a", "x-ignore-A" },
        { "foo", "FOO" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++) {
        struct fixture f = open_policy("s3");

        assert_ok(postage_policy_exact(f.policy, twins[i][0], "https://a/", &f.err), f.err);
        assert_refused(postage_policy_exact(f.policy, twins[i][1], "https://a/", &f.err), POSTAGE_ERR_INVALID, f.err,
                       "already");
        close_policy(&f);
    }
}

static enum postage_status add_twice(struct postage_policy *policy, size_t which, struct postage_error *err)
{
    postage_policy_key(policy, "a", err);
    postage_policy_metadata(policy, "a", "1", err);
    postage_policy_tag(policy, "a", "1", err);
    assert_ok(postage_policy_size_range(policy, 0, 1, err), *err);
    switch (which) {
    case 0:
        return postage_policy_key(policy, "a", err);
    case 1:
        return postage_policy_key_prefix(policy, "a", NULL, err);
    case 2:
        return postage_policy_key_template(policy, "${filename}", err);
    case 3:
        return postage_policy_exact(policy, "KEY", "b", err);
    case 4:
        return postage_policy_exact(policy, "x-amz-meta-A", "1", err);
    case 5:
        return postage_policy_size_range(policy, 0, 2, err);
    case 6:
        return postage_policy_tag(policy, "a", "2", err);
    default:
        return postage_policy_exact(policy, "tagging", "<x/>", err);
    }
}

static void test_policy__second_calls_are_refused(void **state)
{
    struct fixture f = open_policy("s3");

    (void)state;
    for (size_t which = 0; which < 8; which++)
        assert_refused(add_twice(fresh(&f), which, &f.err), POSTAGE_ERR_INVALID, f.err, "already");
    close_policy(&f);
}

static void test_policy__tag_keys_mind_their_case(void **state)
{
    struct fixture f = open_policy("s3");

    (void)state;
    assert_ok(postage_policy_key(f.policy, "a", &f.err), f.err);
    assert_ok(postage_policy_tag(f.policy, "a", "1", &f.err), f.err);
    assert_ok(postage_policy_tag(f.policy, "A", "2", &f.err), f.err);
    assert_conditions(&f, "{\"bucket\":\"bucket\"},{\"key\":\"a\"},"
                          "{\"tagging\":\"<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>A</Key>"
                          "<Value>2</Value></Tag></TagSet></Tagging>\"}");
    close_policy(&f);
}

static void test_policy__ignored_fields_are_sent_without_a_condition(void **state)
{
    struct fixture f = open_policy("s3");
    struct postage_form *form;

    (void)state;
    assert_ok(postage_policy_key(f.policy, "a", &f.err), f.err);
    assert_ok(postage_policy_exact(f.policy, "x-ignore-csrf", "t0k3n", &f.err), f.err);
    assert_conditions(&f, "{\"bucket\":\"bucket\"},{\"key\":\"a\"}");
    form = forms_sign(f.policy, NULL);
    assert_string_equal(postage_form_value(form, "x-ignore-csrf"), "t0k3n");
    postage_form_free(form);
    close_policy(&f);
}

static void test_policy__minio_takes_what_it_compares_as_a_prefix(void **state)
{
    struct fixture f = open_policy("minio");

    (void)state;
    assert_ok(postage_policy_key(f.policy, "a$$b", &f.err), f.err); /* S3's trouble with "$$" is S3's alone */
    assert_ok(postage_policy_starts_with(f.policy, "x-amz-website-redirect-location", "/a", NULL, &f.err), f.err);
    assert_ok(postage_policy_metadata(f.policy, "n", "${filename}", &f.err), f.err); /* replaced in the key only */
    assert_conditions(
        &f, "{\"bucket\":\"bucket\"},{\"key\":\"a$$b\"},[\"starts-with\",\"$x-amz-website-redirect-location\",\"/a\"],"
            "{\"x-amz-meta-n\":\"${filename}\"}");
    close_policy(&f);
}

/* --- limits --- */

static void test_policy__key_limit(void **state)
{
    char *edge = long_text(1024, ""), *over = long_text(1025, "");
    char *template_edge = long_text(1013, "${filename}"), *template_over = long_text(1014, "${filename}");
    struct fixture f = open_policy("s3");

    (void)state;
    assert_refused(postage_policy_key(f.policy, over, &f.err), POSTAGE_ERR_LIMIT, f.err, "1025");
    assert_non_null(strstr(f.err.message, "1024"));
    assert_non_null(strstr(f.err.message, "s3"));
    assert_refused(postage_policy_key_prefix(fresh(&f), over, NULL, &f.err), POSTAGE_ERR_LIMIT, f.err, "1024");
    assert_refused(postage_policy_key_prefix(fresh(&f), "k", over, &f.err), POSTAGE_ERR_LIMIT, f.err, "1024");
    assert_refused(postage_policy_key_template(fresh(&f), template_over, &f.err), POSTAGE_ERR_LIMIT, f.err, "1024");
    assert_ok(postage_policy_key_template(fresh(&f), template_edge, &f.err), f.err);
    close_policy(&f);
    f = open_policy("minio");
    assert_refused(postage_policy_key(f.policy, over, &f.err), POSTAGE_ERR_LIMIT, f.err, "minio");
    assert_ok(postage_policy_key(fresh(&f), edge, &f.err), f.err);
    close_policy(&f);
    f = open_policy("oss");
    assert_refused(postage_policy_key(f.policy, edge, &f.err), POSTAGE_ERR_LIMIT, f.err, "1023");
    close_policy(&f);
    free(edge);
    free(over);
    free(template_edge);
    free(template_over);
}

static void test_policy__metadata_limit_counts_names_and_values(void **state)
{
    char *big = long_text(2000, ""), *edge = long_text(44, ""), *over = long_text(45, "");
    struct fixture f = open_policy("s3");

    (void)state;
    assert_ok(postage_policy_metadata(f.policy, "ab", big, &f.err), f.err);
    assert_refused(postage_policy_metadata(f.policy, "cd", over, &f.err), POSTAGE_ERR_LIMIT, f.err, "2049");
    assert_non_null(strstr(f.err.message, "2048"));
    assert_ok(postage_policy_metadata(fresh(&f), "ab", big, &f.err), f.err);
    assert_refused(postage_policy_exact(f.policy, "X-Amz-Meta-cd", over, &f.err), POSTAGE_ERR_LIMIT, f.err, "2048");
    assert_ok(postage_policy_metadata(fresh(&f), "ab", big, &f.err), f.err);
    assert_ok(postage_policy_metadata(f.policy, "cd", edge, &f.err), f.err);
    assert_refused(postage_policy_metadata(f.policy, "e", "", &f.err), POSTAGE_ERR_LIMIT, f.err, "2049");
    close_policy(&f);
    free(big);
    free(edge);
    free(over);
}

static void test_policy__tag_limits(void **state)
{
    struct fixture f = open_policy("s3");
    char key[600] = "", value[1100] = "";

    (void)state;
    for (int i = 0; i < 128; i++)
        strcat(key, "\xc3\xa9"); /* characters, not bytes */
    for (int i = 0; i < 256; i++)
        strcat(value, "\xe2\x82\xac");
    assert_ok(postage_policy_tag(f.policy, key, value, &f.err), f.err);
    strcat(value, "x");
    assert_refused(postage_policy_tag(f.policy, "k", value, &f.err), POSTAGE_ERR_LIMIT, f.err, "256");
    assert_non_null(strstr(f.err.message, "257"));
    strcat(key, "x");
    assert_refused(postage_policy_tag(fresh(&f), key, "v", &f.err), POSTAGE_ERR_LIMIT, f.err, "128");
    assert_non_null(strstr(f.err.message, "129"));
    fresh(&f);
    for (int i = 0; i < 10; i++) {
        snprintf(key, sizeof key, "tag%d", i);
        assert_ok(postage_policy_tag(f.policy, key, "", &f.err), f.err);
    }
    assert_refused(postage_policy_tag(f.policy, "eleventh", "v", &f.err), POSTAGE_ERR_LIMIT, f.err, "10");
    assert_non_null(strstr(f.err.message, "eleventh"));
    close_policy(&f);
}

static void test_policy__redirect_limit(void **state)
{
    char *edge = long_text(2048, ""), *over = long_text(2049, "");
    struct fixture f = open_policy("s3");

    (void)state;
    memcpy(edge, "https://example/", 16);
    memcpy(over, "https://example/", 16);
    assert_refused(postage_policy_exact(f.policy, POSTAGE_SUCCESS_REDIRECT, over, &f.err), POSTAGE_ERR_LIMIT, f.err, "2048");
    assert_non_null(strstr(f.err.message, "2049"));
    assert_ok(postage_policy_exact(fresh(&f), POSTAGE_SUCCESS_REDIRECT, edge, &f.err), f.err);
    close_policy(&f);
    free(edge);
    free(over);
}

static void test_policy__size_limit_says_what_to_use_instead(void **state)
{
    const uint64_t gib = UINT64_C(1) << 30;
    struct fixture f = open_policy("s3");

    (void)state;
    assert_refused(postage_policy_size_range(f.policy, 0, 5 * gib + 1, &f.err), POSTAGE_ERR_LIMIT, f.err, "multipart upload");
    assert_non_null(strstr(f.err.message, "5368709121"));
    assert_non_null(strstr(f.err.message, "5368709120"));
    assert_refused(postage_policy_size_range(fresh(&f), 2, 1, &f.err), POSTAGE_ERR_INVALID, f.err, "2 to 1");
    assert_refused(postage_policy_size_range(fresh(&f), 0, UINT64_MAX, &f.err), POSTAGE_ERR_LIMIT, f.err,
                   "18446744073709551615");
    assert_ok(postage_policy_size_range(fresh(&f), 5 * gib, 5 * gib, &f.err), f.err);
    close_policy(&f);
    f = open_policy("minio");
    assert_refused(postage_policy_size_range(f.policy, 0, 5 * 1024 * gib + 1, &f.err), POSTAGE_ERR_LIMIT, f.err, "minio");
    assert_ok(postage_policy_size_range(fresh(&f), 0, 5 * gib + 1, &f.err), f.err);
    close_policy(&f);
}

static enum postage_status sign_now(const struct postage_policy *policy, const char *token, int64_t credentials_end,
                                    struct postage_form **form, struct postage_error *err)
{
    struct postage_credentials *credentials = forms_credentials(token, credentials_end);
    struct postage_signer *signer = forms_signer(credentials);
    enum postage_status status = postage_signer_sign(signer, policy, FORMS_NOW, form, err);

    postage_signer_free(signer);
    postage_credentials_free(credentials);
    return status;
}

static void test_policy__expiry_limits(void **state)
{
    struct fixture f = open_policy("s3");
    struct postage_form *form;

    (void)state;
    assert_ok(postage_policy_key(f.policy, "k", &f.err), f.err);
    assert_refused(sign_now(f.policy, NULL, 0, &form, &f.err), POSTAGE_ERR_INVALID, f.err, "expiry");
    assert_null(form);
    assert_refused(postage_policy_expires_in(f.policy, 0, &f.err), POSTAGE_ERR_INVALID, f.err, "s3");
    assert_refused(postage_policy_expires_in(fresh(&f), -1, &f.err), POSTAGE_ERR_INVALID, f.err, "-1");
    assert_refused(postage_policy_expires_in(fresh(&f), 604801, &f.err), POSTAGE_ERR_LIMIT, f.err, "604800");
    assert_non_null(strstr(f.err.message, "604801"));
    assert_ok(postage_policy_key(fresh(&f), "k", &f.err), f.err);
    assert_ok(postage_policy_expires_in(f.policy, 604800, &f.err), f.err);
    assert_ok(sign_now(f.policy, NULL, 0, &form, &f.err), f.err);
    assert_int_equal(postage_form_expires_unix_s(form), FORMS_NOW + 604800);
    postage_form_free(form);
    assert_ok(postage_policy_expires_at(f.policy, FORMS_NOW + 604801, &f.err), f.err);
    assert_refused(sign_now(f.policy, NULL, 0, &form, &f.err), POSTAGE_ERR_LIMIT, f.err, "604800");
    assert_ok(postage_policy_expires_at(f.policy, FORMS_NOW, &f.err), f.err);
    assert_refused(sign_now(f.policy, NULL, 0, &form, &f.err), POSTAGE_ERR_EXPIRED, f.err, "s3");
    assert_ok(postage_policy_expires_at(f.policy, FORMS_NOW + 1, &f.err), f.err); /* the last call counts */
    assert_ok(sign_now(f.policy, NULL, 0, &form, &f.err), f.err);
    assert_int_equal(postage_form_expires_unix_s(form), FORMS_NOW + 1);
    postage_form_free(form);
    close_policy(&f);
    f = open_policy("minio");
    assert_ok(postage_policy_key(f.policy, "k", &f.err), f.err);
    assert_ok(postage_policy_expires_in(f.policy, INT64_MAX, &f.err), f.err);
    assert_refused(sign_now(f.policy, NULL, 0, &form, &f.err), POSTAGE_ERR_INVALID, f.err, "9999");
    close_policy(&f);
}

static void test_policy__everything_before_the_file_is_limited_tokens_included(void **state)
{
    struct fixture f = open_policy("s3");
    struct postage_form *form;
    char *token = long_text(8192, ""), *value = long_text(2000, "");
    char name[32];

    (void)state;
    assert_ok(postage_policy_key(f.policy, "k", &f.err), f.err);
    assert_ok(postage_policy_expires_in(f.policy, 900, &f.err), f.err);
    /* The token is in the form twice, once at 4/3 of its length inside the policy: 8192 bytes are about 19115. */
    assert_refused(sign_now(f.policy, token, 0, &form, &f.err), POSTAGE_ERR_LIMIT, f.err, "20480");
    assert_null(strstr(f.err.message, "kkkk"));
    token[2048] = '\0';
    assert_ok(sign_now(f.policy, token, 0, &form, &f.err), f.err);
    postage_form_free(form);
    for (int i = 0; i < 8; i++) {
        snprintf(name, sizeof name, "field-%d", i);
        assert_ok(postage_policy_exact(f.policy, name, value, &f.err), f.err);
    }
    assert_refused(sign_now(f.policy, NULL, 0, &form, &f.err), POSTAGE_ERR_LIMIT, f.err, "s3");
    close_policy(&f);
    free(token);
    free(value);
}

static void test_policy__too_many_fields_are_refused(void **state)
{
    struct fixture f = open_policy("minio");
    enum postage_status status = POSTAGE_OK;
    char name[32];
    int count = 0;

    (void)state;
    while (status == POSTAGE_OK && count < 100000) {
        snprintf(name, sizeof name, "field-%d", count++);
        status = postage_policy_exact(f.policy, name, "v", &f.err);
    }
    assert_int_equal(status, POSTAGE_ERR_LIMIT);
    assert_in_range(count, 100, 1000); /* MinIO takes 1000 parts */
    close_policy(&f);
}

static void test_policy__no_key_is_refused_when_signed(void **state)
{
    struct fixture f = open_policy("s3");
    struct postage_form *form;

    (void)state;
    assert_ok(postage_policy_expires_in(f.policy, 900, &f.err), f.err);
    assert_refused(sign_now(f.policy, NULL, 0, &form, &f.err), POSTAGE_ERR_INVALID, f.err, "key");
    assert_null(form);
    assert_ptr_equal(postage_policy_provider(f.policy), &postage_provider_s3);
    postage_policy_free(NULL);
    close_policy(&f);
}

static void test_policy__outlives_its_target(void **state)
{
    struct postage_target *target = forms_target("minio://bucket");
    struct fixture f = { .err = POSTAGE_ERROR_INIT };

    (void)state;
    assert_ok(postage_policy_new(&f.policy, target, NULL, &f.err), f.err);
    postage_target_free(target);
    assert_ok(postage_policy_key(f.policy, "k", &f.err), f.err);
    assert_conditions(&f, "{\"bucket\":\"bucket\"},{\"key\":\"k\"}");
    close_policy(&f);
}

/* --- memory --- */

static enum postage_status build_all(void *context, const struct postage_allocator *alloc, struct postage_error *err)
{
    const struct postage_target *target = context;
    struct postage_policy *policy = NULL;
    enum postage_status status = postage_policy_new(&policy, target, alloc, err);

    assert_made(status, policy);
    if (status == POSTAGE_OK)
        status = postage_policy_key_template(policy, "in/${filename}", err);
    if (status == POSTAGE_OK)
        status = postage_policy_any(policy, POSTAGE_CONTENT_TYPE, NULL, err);
    if (status == POSTAGE_OK)
        status = postage_policy_narrow(policy, POSTAGE_CONTENT_TYPE, "image/", err);
    if (status == POSTAGE_OK)
        status = postage_policy_metadata(policy, "user", "42", err);
    if (status == POSTAGE_OK)
        status = postage_policy_tag(policy, "a", "b", err);
    if (status == POSTAGE_OK)
        status = postage_policy_tag(policy, "c", "d", err);
    postage_policy_free(policy);
    return status;
}

static void test_policy__failed_allocations_leak_nothing(void **state)
{
    struct postage_target *target = forms_target("s3://bucket");

    (void)state;
    assert_true(fail_each_allocation(build_all, target, FAILING_IS_TOLD) >= 4);
    postage_target_free(target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_policy__document_keeps_the_documented_order),
        cmocka_unit_test(test_policy__each_rule_is_written_as_its_condition),
        cmocka_unit_test(test_policy__narrowing_adds_a_prefix_and_all_hold),
        cmocka_unit_test(test_policy__only_a_prefix_rule_can_be_narrowed_and_not_beside_its_value),
        cmocka_unit_test(test_policy__refusals_name_provider_field_and_value),
        cmocka_unit_test(test_policy__a_field_is_there_once_under_all_its_names),
        cmocka_unit_test(test_policy__second_calls_are_refused),
        cmocka_unit_test(test_policy__tag_keys_mind_their_case),
        cmocka_unit_test(test_policy__ignored_fields_are_sent_without_a_condition),
        cmocka_unit_test(test_policy__minio_takes_what_it_compares_as_a_prefix),
        cmocka_unit_test(test_policy__key_limit),
        cmocka_unit_test(test_policy__metadata_limit_counts_names_and_values),
        cmocka_unit_test(test_policy__tag_limits),
        cmocka_unit_test(test_policy__redirect_limit),
        cmocka_unit_test(test_policy__size_limit_says_what_to_use_instead),
        cmocka_unit_test(test_policy__expiry_limits),
        cmocka_unit_test(test_policy__everything_before_the_file_is_limited_tokens_included),
        cmocka_unit_test(test_policy__too_many_fields_are_refused),
        cmocka_unit_test(test_policy__no_key_is_refused_when_signed),
        cmocka_unit_test(test_policy__outlives_its_target),
        cmocka_unit_test(test_policy__failed_allocations_leak_nothing),
    };

    return cmocka_run_group_tests_name("policy/policy", tests, NULL, NULL);
}
