#include "provider_text.h"
#include "support/test.h"

#include <string.h>

static void test_provider_text__marks_become_lists_of_the_registry(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        { "one of {names}.", "one of s3, minio, oss." },
        { "{alternatives}://", "s3|minio|oss://" },
        { "{schemes}", "s3:// minio:// oss://" },
        { "{targets}", "s3://bucket/key, minio://bucket/key or oss://bucket/key" },
        { "for {titles}", "for AWS S3, MinIO and Aliyun OSS" },
        { "{\"url\": {names", "{\"url\": {names" },
        { "", "" },
    };
    char out[PROVIDER_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(provider_text(out, rows[i].text), rows[i].expected);
}

static void test_provider_text__what_is_too_long_is_cut(void **state)
{
    char text[2 * PROVIDER_TEXT_BYTES], out[PROVIDER_TEXT_BYTES];

    (void)state;
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(strlen(provider_text(out, text)), PROVIDER_TEXT_BYTES - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_provider_text__marks_become_lists_of_the_registry),
        cmocka_unit_test(test_provider_text__what_is_too_long_is_cut),
    };

    return cmocka_run_group_tests_name("cli/provider_text", tests, NULL, NULL);
}
