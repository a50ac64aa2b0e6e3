/* What MinIO does differently, as its row says it. Hosts are in form/test_target.c, refusals in form/test_policy.c. */
#include "support/rows.h"
#include "support/forms.h"

static void test_minio__limits_are_its_own(void **state)
{
    const struct provider_limits *limits = &postage_provider_minio.capabilities->limits;

    (void)state;
    assert_true(limits->max_object_bytes == UINT64_C(5) << 40);
    assert_int_equal(limits->max_pre_file_bytes, 0);
    assert_int_equal(limits->max_field_bytes, 1024 * 1024);
    assert_int_equal(limits->max_expiry_s, 0);
    assert_string_equal(postage_provider_minio.default_region, "us-east-1");
}

/* cmd/postpolicyform.go: other names cover a field, but their condition is taken as satisfied. */
static void test_minio__compares_what_its_source_compares(void **state)
{
    static const char *const compared[] = { "acl",
                                            "bucket",
                                            "Cache-Control",
                                            "CONTENT-TYPE",
                                            "content-disposition",
                                            "content-encoding",
                                            "expires",
                                            "key",
                                            "redirect",
                                            "success_action_redirect",
                                            "success_action_status",
                                            "x-amz-meta-a",
                                            "x-amz-storage-class",
                                            "X-Amz-Anything" };
    static const char *const ignored[] = { "content-language", "content-md5", "foo", "x-amz", "keys" };
    bool (*enforces)(const char *) = postage_provider_minio.capabilities->enforces;

    (void)state;
    for (size_t i = 0; i < sizeof compared / sizeof compared[0]; i++)
        if (!enforces(compared[i]))
            fail_msg("%s is compared", compared[i]);
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        if (enforces(ignored[i]))
            fail_msg("%s is not compared", ignored[i]);
    assert_null(postage_provider_s3.capabilities->enforces);
}

static void test_minio__signs_and_answers_as_s3_does(void **state)
{
    (void)state;
    assert_ptr_equal(postage_provider_minio.schemes, postage_provider_s3.schemes);
    assert_ptr_equal(postage_provider_minio.capabilities->fields, postage_provider_s3.capabilities->fields);
    assert_int_equal(postage_provider_digests(&postage_provider_minio), postage_provider_digests(&postage_provider_s3));
}

static void test_minio__is_found_by_its_name(void **state)
{
    (void)state;
    assert_ptr_equal(postage_provider_find("minio"), &postage_provider_minio);
    assert_ptr_equal(postage_provider_find("s3"), &postage_provider_s3);
    assert_null(postage_provider_find(""));
    assert_null(postage_provider_find("S4"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minio__limits_are_its_own),
        cmocka_unit_test(test_minio__compares_what_its_source_compares),
        cmocka_unit_test(test_minio__signs_and_answers_as_s3_does),
        cmocka_unit_test(test_minio__is_found_by_its_name),
    };

    return cmocka_run_group_tests_name("minio/provider", tests, NULL, NULL);
}
