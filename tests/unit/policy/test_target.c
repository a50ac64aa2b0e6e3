/* Hosts: S3 user guide "Virtual hosting of buckets", "Endpoints and quotas"; botocore's endpoint rules and partitions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/rows.h"
#include "postage/target.h"
#include "support/failing.h"
#include "support/test.h"

struct made_row {
    const char *name;
    const char *uri;
    struct postage_target_options options;
    const char *url;
};

struct refused_row {
    const char *name;
    const char *uri;
    struct postage_target_options options;
    enum postage_status status;
    const char *words[2]; /* both are in the message */
};

#define OPTIONS(...)                                                                                                           \
    {                                                                                                                          \
        .size = sizeof(struct postage_target_options), __VA_ARGS__                                                             \
    }
#define VIRTUAL POSTAGE_ADDRESSING_VIRTUAL
#define PATH    POSTAGE_ADDRESSING_PATH

static const struct made_row made[] = {
    { "regional, never global", "s3://bucket", OPTIONS(.region = "us-east-1"), "https://bucket.s3.us-east-1.amazonaws.com/" },
    { "another region", "s3://bucket/", OPTIONS(.region = "af-south-1"), "https://bucket.s3.af-south-1.amazonaws.com/" },
    { "China", "s3://bucket", OPTIONS(.region = "cn-north-1"), "https://bucket.s3.cn-north-1.amazonaws.com.cn/" },
    { "GovCloud", "s3://bucket", OPTIONS(.region = "us-gov-west-1"), "https://bucket.s3.us-gov-west-1.amazonaws.com/" },
    { "European sovereign", "s3://bucket", OPTIONS(.region = "eusc-de-east-1"),
      "https://bucket.s3.eusc-de-east-1.amazonaws.eu/" },
    { "iso", "s3://bucket", OPTIONS(.region = "us-iso-east-1"), "https://bucket.s3.us-iso-east-1.c2s.ic.gov/" },
    { "iso-b", "s3://bucket", OPTIONS(.region = "us-isob-east-1"), "https://bucket.s3.us-isob-east-1.sc2s.sgov.gov/" },
    { "iso-e", "s3://bucket", OPTIONS(.region = "eu-isoe-west-1"), "https://bucket.s3.eu-isoe-west-1.cloud.adc-e.uk/" },
    { "iso-f", "s3://bucket", OPTIONS(.region = "us-isof-south-1"), "https://bucket.s3.us-isof-south-1.csp.hci.ic.gov/" },
    { "a region nobody knows yet", "s3://bucket", OPTIONS(.region = "zz-north-9"),
      "https://bucket.s3.zz-north-9.amazonaws.com/" },
    { "a region that only looks like iso", "s3://bucket", OPTIONS(.region = "us-isolated-1"),
      "https://bucket.s3.us-isolated-1.amazonaws.com/" },

    { "path style", "s3://bucket", OPTIONS(.region = "eu-west-1", .addressing = PATH),
      "https://s3.eu-west-1.amazonaws.com/bucket" },
    { "dual-stack", "s3://bucket", OPTIONS(.region = "eu-west-1", .dualstack = true),
      "https://bucket.s3.dualstack.eu-west-1.amazonaws.com/" },
    { "dual-stack, path", "s3://bucket", OPTIONS(.region = "eu-west-1", .dualstack = true, .addressing = PATH),
      "https://s3.dualstack.eu-west-1.amazonaws.com/bucket" },
    { "dual-stack in China", "s3://bucket", OPTIONS(.region = "cn-north-1", .dualstack = true),
      "https://bucket.s3.dualstack.cn-north-1.amazonaws.com.cn/" },
    { "FIPS", "s3://bucket", OPTIONS(.region = "us-east-2", .fips = true), "https://bucket.s3-fips.us-east-2.amazonaws.com/" },
    { "FIPS, path", "s3://bucket", OPTIONS(.region = "us-east-2", .fips = true, .addressing = PATH),
      "https://s3-fips.us-east-2.amazonaws.com/bucket" },
    { "FIPS in GovCloud", "s3://bucket", OPTIONS(.region = "us-gov-west-1", .fips = true),
      "https://bucket.s3-fips.us-gov-west-1.amazonaws.com/" },
    { "FIPS and dual-stack", "s3://bucket", OPTIONS(.region = "us-east-2", .fips = true, .dualstack = true),
      "https://bucket.s3-fips.dualstack.us-east-2.amazonaws.com/" },
    { "accelerate", "s3://bucket", OPTIONS(.region = "us-west-2", .accelerate = true),
      "https://bucket.s3-accelerate.amazonaws.com/" },
    { "accelerate and dual-stack", "s3://bucket", OPTIONS(.region = "us-west-2", .accelerate = true, .dualstack = true),
      "https://bucket.s3-accelerate.dualstack.amazonaws.com/" },

    { "dots over https", "s3://my.bucket", OPTIONS(.region = "eu-west-1"), "https://s3.eu-west-1.amazonaws.com/my.bucket" },
    { "dots over http", "s3://my.bucket", OPTIONS(.region = "eu-west-1", .endpoint = "http://s3.local", .addressing = VIRTUAL),
      "http://my.bucket.s3.local/" },
    { "capitals", "s3://MyBucket", OPTIONS(.region = "us-east-1"), "https://s3.us-east-1.amazonaws.com/MyBucket" },
    { "underscore", "s3://my_bucket", OPTIONS(.region = "us-east-1"), "https://s3.us-east-1.amazonaws.com/my_bucket" },
    { "two characters", "s3://ab", OPTIONS(.region = "us-east-1"), "https://s3.us-east-1.amazonaws.com/ab" },
    { "hyphen at the end", "s3://bucket-", OPTIONS(.region = "us-east-1"), "https://s3.us-east-1.amazonaws.com/bucket-" },
    { "63 characters", "s3://a23456789012345678901234567890123456789012345678901234567890123", OPTIONS(.region = "us-east-1"),
      "https://a23456789012345678901234567890123456789012345678901234567890123.s3.us-east-1.amazonaws.com/" },
    { "64 characters", "s3://a234567890123456789012345678901234567890123456789012345678901234", OPTIONS(.region = "us-east-1"),
      "https://s3.us-east-1.amazonaws.com/a234567890123456789012345678901234567890123456789012345678901234" },
    { "access point alias", "s3://my-ap-abc123-s3alias", OPTIONS(.region = "us-east-1"),
      "https://my-ap-abc123-s3alias.s3.us-east-1.amazonaws.com/" },

    { "minio is path style", "minio://bucket", OPTIONS(.endpoint = "http://127.0.0.1:9000"), "http://127.0.0.1:9000/bucket" },
    { "minio by name is path style", "minio://bucket", OPTIONS(.endpoint = "https://minio.example:9443"),
      "https://minio.example:9443/bucket" },
    { "minio virtual on request", "minio://bucket", OPTIONS(.endpoint = "https://minio.example:9443", .addressing = VIRTUAL),
      "https://bucket.minio.example:9443/" },
    { "IPv6 literal with port", "minio://bucket", OPTIONS(.endpoint = "http://[::1]:9000"), "http://[::1]:9000/bucket" },
    { "IPv6 literal", "s3://bucket", OPTIONS(.region = "us-east-1", .endpoint = "https://[2001:db8::1]"),
      "https://[2001:db8::1]/bucket" },
    { "IPv4 literal under s3", "s3://bucket", OPTIONS(.region = "us-east-1", .endpoint = "http://10.0.0.1:8080"),
      "http://10.0.0.1:8080/bucket" },
    { "slash behind the endpoint", "minio://bucket", OPTIONS(.endpoint = "http://127.0.0.1:9000/"),
      "http://127.0.0.1:9000/bucket" },
    { "path prefix", "s3://bucket", OPTIONS(.region = "us-east-1", .endpoint = "https://gw.example/s3", .addressing = PATH),
      "https://gw.example/s3/bucket" },
    { "path prefix with slash", "minio://bucket", OPTIONS(.endpoint = "https://gw.example/s3/"),
      "https://gw.example/s3/bucket" },
    { "PrivateLink", "s3://bucket",
      OPTIONS(.region = "us-east-1", .endpoint = "https://bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com",
              .addressing = VIRTUAL),
      "https://bucket.bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com/" },

    { "public URL", "minio://bucket", OPTIONS(.endpoint = "http://10.0.0.1:9000", .public_url = "https://upload.example/in"),
      "https://upload.example/in" },
    { "public URL with port", "s3://bucket", OPTIONS(.region = "us-east-1", .public_url = "http://[::1]:8080/"),
      "http://[::1]:8080/" },
    { "a host that only mentions R2", "minio://bucket", OPTIONS(.endpoint = "https://r2.cloudflarestorage.com.example"),
      "https://r2.cloudflarestorage.com.example/bucket" },
};

static const struct refused_row refused[] = {
    { "nothing", "", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "", "" } },
    { "no scheme", "bucket/key", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "", "" } },
    { "one slash", "s3:/bucket", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "", "" } },
    { "unknown scheme", "gs://bucket", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "gs", "" } },
    { "scheme with more behind", "s3x://bucket", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "s3x", "" } },
    { "no bucket", "s3://", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "bucket", "" } },
    { "no bucket but a key", "s3:///key", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "bucket", "" } },

    { "region missing", "s3://bucket", OPTIONS(.region = NULL), POSTAGE_ERR_INVALID, { "region", "s3" } },
    { "region empty", "s3://bucket", OPTIONS(.region = ""), POSTAGE_ERR_INVALID, { "region", "" } },
    { "region that ends the host",
      "s3://bucket",
      OPTIONS(.region = "evil.example/"),
      POSTAGE_ERR_INVALID,
      { "region", "evil.example/" } },
    { "region with a dot", "s3://bucket", OPTIONS(.region = "us-east-1.evil"), POSTAGE_ERR_INVALID, { "region", "" } },
    { "region with user", "s3://bucket", OPTIONS(.region = "x@evil"), POSTAGE_ERR_INVALID, { "region", "" } },
    { "region with port", "s3://bucket", OPTIONS(.region = "x:80"), POSTAGE_ERR_INVALID, { "region", "" } },
    { "region with fragment", "s3://bucket", OPTIONS(.region = "x#"), POSTAGE_ERR_INVALID, { "region", "" } },
    { "region with line break", "s3://bucket", OPTIONS(.region = "us-east-1\r\nX: y"), POSTAGE_ERR_INVALID, { "region", "" } },
    { "region with underscore", "s3://bucket", OPTIONS(.region = "us_east_1"), POSTAGE_ERR_INVALID, { "region", "" } },
    { "region that begins with a hyphen", "s3://bucket", OPTIONS(.region = "-us"), POSTAGE_ERR_INVALID, { "region", "" } },
    { "region that ends in a hyphen", "s3://bucket", OPTIONS(.region = "us-"), POSTAGE_ERR_INVALID, { "region", "" } },
    { "region of digits", "s3://bucket", OPTIONS(.region = "12345"), POSTAGE_ERR_INVALID, { "region", "" } },
    { "region of 64 characters",
      "s3://bucket",
      OPTIONS(.region = "a234567890123456789012345678901234567890123456789012345678901234"),
      POSTAGE_ERR_INVALID,
      { "region", "" } },
    { "region of minio",
      "minio://bucket",
      OPTIONS(.endpoint = "http://a", .region = "a/b"),
      POSTAGE_ERR_INVALID,
      { "region", "" } },

    { "bucket with user", "s3://b@evil.example", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "bucket", "b@evil" } },
    { "bucket with query", "s3://bucket?x", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "bucket", "" } },
    { "bucket with fragment", "s3://bucket#x", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "bucket", "" } },
    { "bucket with colon", "s3://bucket:80", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "bucket", "" } },
    { "bucket with space", "s3://my bucket", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "bucket", "" } },
    { "bucket with escape", "s3://a%2fb", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "bucket", "" } },
    { "bucket with backslash", "s3://a\\b", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "bucket", "" } },
    { "bucket with line break", "s3://a\nb", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "bucket", "" } },
    { "bucket in UTF-8",
      "s3://b\xc3\xbc"
      "cket",
      OPTIONS(.region = "us-east-1"),
      POSTAGE_ERR_INVALID,
      { "bucket", "" } },
    { "bucket that is this directory", "s3://.", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "bucket", "" } },
    { "bucket that is the directory above", "s3://..", OPTIONS(.region = "us-east-1"), POSTAGE_ERR_INVALID, { "bucket", "" } },
    { "bucket above under minio", "minio://../x", OPTIONS(.endpoint = "http://a/b"), POSTAGE_ERR_INVALID, { "bucket", "" } },
    { "bucket with two dots, virtual",
      "minio://a..b",
      OPTIONS(.endpoint = "http://a", .addressing = VIRTUAL),
      POSTAGE_ERR_UNSUPPORTED,
      { "bucket", "" } },
    { "bucket with a leading dot, virtual",
      "minio://.ab",
      OPTIONS(.endpoint = "http://a", .addressing = VIRTUAL),
      POSTAGE_ERR_UNSUPPORTED,
      { "bucket", "" } },
    { "an addressing that is none",
      "s3://bucket",
      OPTIONS(.region = "us-east-1", .addressing = (enum postage_addressing)4),
      POSTAGE_ERR_INVALID,
      { "addressing", "4" } },
    { "virtual, capitals",
      "s3://MyBucket",
      OPTIONS(.region = "us-east-1", .addressing = VIRTUAL),
      POSTAGE_ERR_UNSUPPORTED,
      { "virtual", "bucket \"MyBucket\"" } },
    { "virtual on an address",
      "minio://bucket",
      OPTIONS(.endpoint = "http://127.0.0.1:9000", .addressing = VIRTUAL),
      POSTAGE_ERR_UNSUPPORTED,
      { "virtual", "IP address" } },

    { "endpoint without scheme",
      "minio://bucket",
      OPTIONS(.endpoint = "127.0.0.1:9000"),
      POSTAGE_ERR_INVALID,
      { "endpoint", "http" } },
    { "endpoint of another scheme",
      "minio://bucket",
      OPTIONS(.endpoint = "file:///etc"),
      POSTAGE_ERR_INVALID,
      { "endpoint", "http" } },
    { "endpoint with user", "minio://bucket", OPTIONS(.endpoint = "http://u:p@host"), POSTAGE_ERR_INVALID, { "endpoint", "" } },
    { "endpoint with query",
      "minio://bucket",
      OPTIONS(.endpoint = "http://host/?a=b"),
      POSTAGE_ERR_INVALID,
      { "endpoint", "query" } },
    { "endpoint with an empty query",
      "minio://bucket",
      OPTIONS(.endpoint = "http://host/?"),
      POSTAGE_ERR_INVALID,
      { "endpoint", "query" } },
    { "endpoint with fragment",
      "minio://bucket",
      OPTIONS(.endpoint = "http://host/#a"),
      POSTAGE_ERR_INVALID,
      { "endpoint", "" } },
    { "endpoint with line break",
      "minio://bucket",
      OPTIONS(.endpoint = "http://host/\r\nX: y"),
      POSTAGE_ERR_INVALID,
      { "endpoint", "" } },
    { "endpoint empty", "minio://bucket", OPTIONS(.endpoint = ""), POSTAGE_ERR_INVALID, { "endpoint", "" } },
    { "minio without endpoint",
      "minio://bucket",
      OPTIONS(.region = "us-east-1"),
      POSTAGE_ERR_INVALID,
      { "minio", "endpoint" } },

    { "public URL with query",
      "s3://bucket",
      OPTIONS(.region = "us-east-1", .public_url = "https://a/?b"),
      POSTAGE_ERR_INVALID,
      { "public", "query" } },
    { "public URL of another scheme",
      "s3://bucket",
      OPTIONS(.region = "us-east-1", .public_url = "javascript:alert(1)"),
      POSTAGE_ERR_INVALID,
      { "public", "http" } },
    { "public URL with user",
      "s3://bucket",
      OPTIONS(.region = "us-east-1", .public_url = "https://a@b/"),
      POSTAGE_ERR_INVALID,
      { "public", "" } },

    { "accelerate and path",
      "s3://bucket",
      OPTIONS(.region = "us-east-1", .accelerate = true, .addressing = PATH),
      POSTAGE_ERR_UNSUPPORTED,
      { "accelerat", "path" } },
    { "accelerate and FIPS",
      "s3://bucket",
      OPTIONS(.region = "us-east-1", .accelerate = true, .fips = true),
      POSTAGE_ERR_UNSUPPORTED,
      { "accelerate", "fips" } },
    { "accelerate and endpoint",
      "s3://bucket",
      OPTIONS(.region = "us-east-1", .accelerate = true, .endpoint = "https://a"),
      POSTAGE_ERR_UNSUPPORTED,
      { "accelerat", "endpoint" } },
    { "accelerate in China",
      "s3://bucket",
      OPTIONS(.region = "cn-north-1", .accelerate = true),
      POSTAGE_ERR_UNSUPPORTED,
      { "accelerate", "region \"cn-north-1\"" } },
    { "accelerate and dots",
      "s3://my.bucket",
      OPTIONS(.region = "us-east-1", .accelerate = true),
      POSTAGE_ERR_UNSUPPORTED,
      { "accelerat", "bucket \"my.bucket\"" } },
    { "FIPS in China",
      "s3://bucket",
      OPTIONS(.region = "cn-north-1", .fips = true),
      POSTAGE_ERR_UNSUPPORTED,
      { "fips", "cn-north-1" } },
    { "FIPS and endpoint",
      "s3://bucket",
      OPTIONS(.region = "us-east-1", .fips = true, .endpoint = "https://a"),
      POSTAGE_ERR_UNSUPPORTED,
      { "FIPS", "endpoint" } },
    { "dual-stack and endpoint",
      "s3://bucket",
      OPTIONS(.region = "us-east-1", .dualstack = true, .endpoint = "https://a"),
      POSTAGE_ERR_UNSUPPORTED,
      { "dual-stack", "endpoint" } },
    { "dual-stack of minio",
      "minio://bucket",
      OPTIONS(.endpoint = "http://a", .dualstack = true),
      POSTAGE_ERR_UNSUPPORTED,
      { "minio", "dual-stack" } },
    { "accelerate of minio",
      "minio://bucket",
      OPTIONS(.endpoint = "http://a", .accelerate = true),
      POSTAGE_ERR_UNSUPPORTED,
      { "minio", "" } },
    { "cname of s3",
      "s3://bucket",
      OPTIONS(.region = "us-east-1", .addressing = POSTAGE_ADDRESSING_CNAME),
      POSTAGE_ERR_UNSUPPORTED,
      { "cname", "" } },

    { "R2",
      "s3://bucket",
      OPTIONS(.region = "auto", .endpoint = "https://acct.r2.cloudflarestorage.com"),
      POSTAGE_ERR_UNSUPPORTED,
      { "R2", "form" } },
    { "R2 in capitals",
      "s3://bucket",
      OPTIONS(.region = "auto", .endpoint = "https://ACCT.R2.CloudflareStorage.COM"),
      POSTAGE_ERR_UNSUPPORTED,
      { "R2", "form" } },
    { "R2 with jurisdiction",
      "s3://bucket",
      OPTIONS(.region = "auto", .endpoint = "https://acct.eu.r2.cloudflarestorage.com"),
      POSTAGE_ERR_UNSUPPORTED,
      { "R2", "form" } },
    { "B2",
      "s3://bucket",
      OPTIONS(.region = "us-west-004", .endpoint = "https://s3.us-west-004.backblazeb2.com"),
      POSTAGE_ERR_UNSUPPORTED,
      { "B2", "form" } },
    { "B2 as minio",
      "minio://bucket",
      OPTIONS(.endpoint = "https://s3.us-west-004.backblazeb2.com"),
      POSTAGE_ERR_UNSUPPORTED,
      { "B2", "form" } },
    { "R2 as public URL",
      "s3://bucket",
      OPTIONS(.region = "us-east-1", .public_url = "https://a.r2.cloudflarestorage.com/b"),
      POSTAGE_ERR_UNSUPPORTED,
      { "R2", "form" } },
};

static void test_target__urls(void **state)
{
    int failures = 0;

    (void)state;
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_target *target;
        enum postage_status status = postage_target_new(&target, made[i].uri, &made[i].options, NULL, &err);

        if (status != POSTAGE_OK || strcmp(postage_target_url(target), made[i].url) != 0) {
            print_error("%s: %s, expected %s\n", made[i].name, status == POSTAGE_OK ? postage_target_url(target) : err.message,
                        made[i].url);
            failures++;
        }
        if (status == POSTAGE_OK)
            postage_target_free(target);
    }
    assert_int_equal(failures, 0);
}

static void test_target__refusals_say_what_is_wrong_with_which_part(void **state)
{
    int failures = 0;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_target *target = (void *)(uintptr_t)1;
        enum postage_status status = postage_target_new(&target, refused[i].uri, &refused[i].options, NULL, &err);

        if (status != refused[i].status || strstr(err.message, refused[i].words[0]) == NULL ||
            strstr(err.message, refused[i].words[1]) == NULL) {
            print_error("%s: %s, \"%s\"\n", refused[i].name, postage_status_name(status), err.message);
            failures++;
        }
        assert_true(status == POSTAGE_OK || target == NULL);
        if (status == POSTAGE_OK)
            postage_target_free(target);
    }
    assert_int_equal(failures, 0);
}

static void test_target__key_is_taken_literally(void **state)
{
    static const struct {
        const char *uri, *key;
    } rows[] = {
        { "s3://bucket", "" },
        { "s3://bucket/", "" },
        { "s3://bucket//", "/" },
        { "s3://bucket/a/b c%20?d#e&f", "a/b c%20?d#e&f" },
        { "s3://bucket/a/${filename}", "a/${filename}" },
        { "s3://bucket/\xf0\x9f\x8e\x89", "\xf0\x9f\x8e\x89" },
    };
    struct postage_target_options options = OPTIONS(.region = "us-east-1");

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_target *target;

        assert_ok(postage_target_new(&target, rows[i].uri, &options, NULL, &err), err);
        assert_string_equal(postage_target_key(target), rows[i].key);
        assert_string_equal(postage_target_bucket(target), "bucket");
        assert_string_equal(postage_target_region(target), "us-east-1");
        assert_ptr_equal(postage_target_provider(target), &postage_provider_s3);
        postage_target_free(target);
    }
}

static void test_target__defaults(void **state)
{
    struct postage_target_options options = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_target *target;

    (void)state;
    options.endpoint = "http://localhost:9000";
    assert_ok(postage_target_new(&target, "minio://bucket", &options, NULL, &err), err);
    assert_string_equal(postage_target_region(target), "us-east-1");
    assert_ptr_equal(postage_target_provider(target), &postage_provider_minio);
    postage_target_free(target);
    assert_refused(postage_target_new(&target, "s3://bucket", NULL, NULL, &err), POSTAGE_ERR_INVALID, err, "region");
    assert_int_equal(postage_target_new(&target, "s3://bucket", NULL, NULL, NULL), POSTAGE_ERR_INVALID);
    options.size = 0;
    assert_refused(postage_target_new(&target, "minio://bucket", &options, NULL, &err), POSTAGE_ERR_INVALID, err, "size");
    postage_target_free(NULL);
}

/* There was one version so far; base/test_options.c has the rule itself. */
static void test_target__options_of_no_version_are_refused(void **state)
{
    struct postage_target_options options = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_target *target;

    (void)state;
    options.region = "us-east-1";
    options.size = offsetof(struct postage_target_options, accelerate);
    assert_refused(postage_target_new(&target, "s3://bucket", &options, NULL, &err), POSTAGE_ERR_INVALID, err,
                   "postage_target_options: size");
    assert_null(target);
}

static void test_target__texts_are_copied(void **state)
{
    char uri[] = "minio://bucket/key", endpoint[] = "http://localhost:9000", region[] = "eu-west-1";
    struct postage_target_options options = OPTIONS(.endpoint = endpoint, .region = region);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_target *target;

    (void)state;
    assert_ok(postage_target_new(&target, uri, &options, NULL, &err), err);
    memset(uri, 'x', sizeof uri - 1);
    memset(endpoint, 'x', sizeof endpoint - 1);
    memset(region, 'x', sizeof region - 1);
    assert_string_equal(postage_target_bucket(target), "bucket");
    assert_string_equal(postage_target_key(target), "key");
    assert_string_equal(postage_target_region(target), "eu-west-1");
    assert_string_equal(postage_target_url(target), "http://localhost:9000/bucket");
    postage_target_free(target);
}

static void test_target__endless_texts_are_refused(void **state)
{
    struct postage_target_options options = OPTIONS(.region = "us-east-1");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_target *target;
    char *text = malloc(100001);

    (void)state;
    assert_non_null(text);
    memset(text, 'a', 100000);
    text[100000] = '\0';
    memcpy(text, "s3://", 5);
    assert_refused(postage_target_new(&target, text, &options, NULL, &err), POSTAGE_ERR_INVALID, err, "bucket");
    memcpy(text, "http://localhost/", 17);
    options.endpoint = text;
    assert_int_equal(postage_target_new(&target, "s3://bucket", &options, NULL, &err), POSTAGE_ERR_LIMIT);
    options.endpoint = NULL;
    options.public_url = text;
    assert_int_equal(postage_target_new(&target, "s3://bucket", &options, NULL, &err), POSTAGE_ERR_LIMIT);
    free(text);
}

static enum postage_status new_target(void *context, const struct postage_allocator *alloc, struct postage_error *err)
{
    struct postage_target *target;
    enum postage_status status = postage_target_new(&target, "minio://bucket/key", context, alloc, err);

    assert_made(status, target);
    postage_target_free(target);
    return status;
}

static void test_target__failed_allocations_leak_nothing(void **state)
{
    /* Long enough that the texts take several blocks. */
    char endpoint[400] = "http://localhost:9000/", public_url[1500] = "http://p/";
    struct postage_target_options options = OPTIONS(.endpoint = endpoint, .region = "r", .public_url = public_url);

    (void)state;
    memset(endpoint + strlen(endpoint), 'p', sizeof endpoint - 1 - strlen(endpoint));
    memset(public_url + strlen(public_url), 'p', sizeof public_url - 1 - strlen(public_url));
    assert_true(fail_each_allocation(new_target, &options, FAILING_IS_TOLD) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_target__urls),
        cmocka_unit_test(test_target__refusals_say_what_is_wrong_with_which_part),
        cmocka_unit_test(test_target__key_is_taken_literally),
        cmocka_unit_test(test_target__defaults),
        cmocka_unit_test(test_target__options_of_no_version_are_refused),
        cmocka_unit_test(test_target__texts_are_copied),
        cmocka_unit_test(test_target__endless_texts_are_refused),
        cmocka_unit_test(test_target__failed_allocations_leak_nothing),
    };

    return cmocka_run_group_tests_name("policy/target", tests, NULL, NULL);
}
