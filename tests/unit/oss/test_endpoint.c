#include <string.h>

#include "postage/target.h"
#include "support/test.h"

struct row {
    const char *name;
    const char *uri;
    struct postage_target_options options;
    const char *url; /* or NULL, and then */
    enum postage_status status;
    const char *word;
};

/* clang-format off */
#define OPTIONS(...) { .size = sizeof(struct postage_target_options), .region = "cn-hangzhou", __VA_ARGS__ }
/* clang-format on */

/* clang-format off */
static const struct row rows[] = {
    { .name = "public host", .uri = "oss://bucket/k", .options = OPTIONS(.dualstack = false),
      .url = "https://bucket.oss-cn-hangzhou.aliyuncs.com/" },
    { .name = "internal", .uri = "oss://bucket/k", .options = OPTIONS(.internal = true),
      .url = "https://bucket.oss-cn-hangzhou-internal.aliyuncs.com/" },
    { .name = "dual-stack has another word order", .uri = "oss://bucket/k", .options = OPTIONS(.dualstack = true),
      .url = "https://bucket.cn-hangzhou.oss.aliyuncs.com/" },
    { .name = "accelerate", .uri = "oss://bucket/k", .options = OPTIONS(.accelerate = true),
      .url = "https://bucket.oss-accelerate.aliyuncs.com/" },
    { .name = "accelerate outside the mainland by endpoint", .uri = "oss://bucket/k",
      .options = OPTIONS(.endpoint = "https://oss-accelerate-overseas.aliyuncs.com"),
      .url = "https://bucket.oss-accelerate-overseas.aliyuncs.com/" },
    { .name = "cname is the bucket", .uri = "oss://bucket/k",
      .options = OPTIONS(.endpoint = "https://upload.example.com", .addressing = POSTAGE_ADDRESSING_CNAME),
      .url = "https://upload.example.com/" },
    { .name = "local name for the sandbox", .uri = "oss://bucket/k", .options = OPTIONS(.endpoint = "http://localhost:9000"),
      .url = "http://bucket.localhost:9000/" },
    { .name = "an address takes the sandbox's path style", .uri = "oss://bucket/k",
      .options = OPTIONS(.endpoint = "http://[::1]:9000"),
      .url = "http://[::1]:9000/bucket" },
    { .name = "path style on the service", .uri = "oss://bucket/k", .options = OPTIONS(.addressing = POSTAGE_ADDRESSING_PATH),
      .status = POSTAGE_ERR_UNSUPPORTED, .word = "path addressing is refused" },
    { .name = "cname without a domain", .uri = "oss://bucket/k", .options = OPTIONS(.addressing = POSTAGE_ADDRESSING_CNAME),
      .status = POSTAGE_ERR_INVALID, .word = "bound domain" },
    { .name = "two kinds at once", .uri = "oss://bucket/k", .options = OPTIONS(.internal = true, .accelerate = true),
      .status = POSTAGE_ERR_UNSUPPORTED, .word = "only one" },
    { .name = "fips", .uri = "oss://bucket/k", .options = OPTIONS(.fips = true),
      .status = POSTAGE_ERR_UNSUPPORTED, .word = "FIPS" },
    { .name = "host's beginning as region", .uri = "oss://bucket/k",
      .options = { .size = sizeof(struct postage_target_options), .region = "oss-cn-hangzhou" },
      .status = POSTAGE_ERR_INVALID, .word = "the region is \"cn-hangzhou\"" },
    { .name = "dotted bucket", .uri = "oss://a.b.c/k", .options = OPTIONS(.dualstack = false),
      .status = POSTAGE_ERR_INVALID, .word = "bucket \"a.b.c\"" },
    { .name = "capital letters", .uri = "oss://Bucket/k", .options = OPTIONS(.dualstack = false),
      .status = POSTAGE_ERR_INVALID, .word = "lower-case" },
    { .name = "endpoint with a path", .uri = "oss://bucket/k", .options = OPTIONS(.endpoint = "https://h.example/p"),
      .status = POSTAGE_ERR_INVALID, .word = "must not have a path" },
    { .name = "unknown signature", .uri = "oss://bucket/k", .options = OPTIONS(.signature = "v2"),
      .status = POSTAGE_ERR_UNSUPPORTED, .word = "no signature \"v2\"" },
    { .name = "region is required", .uri = "oss://bucket/k", .options = { .size = sizeof(struct postage_target_options) },
      .status = POSTAGE_ERR_INVALID, .word = "region is required" },
};
/* clang-format on */

static void test_endpoint__table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_target *target;
        enum postage_status status = postage_target_new(&target, rows[i].uri, &rows[i].options, NULL, &err);

        if (rows[i].url == NULL) {
            assert_refused(status, rows[i].status, err, rows[i].word);
            continue;
        }
        if (status != POSTAGE_OK || strcmp(postage_target_url(target), rows[i].url) != 0)
            fail_msg("%s: %s", rows[i].name, status == POSTAGE_OK ? postage_target_url(target) : err.message);
        postage_target_free(target);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_endpoint__table) };

    return cmocka_run_group_tests_name("oss/endpoint", tests, NULL, NULL);
}
