/* What users may ask a row. */
#include <string.h>

#include "support/test.h"

#include "postage/provider.h"

static const struct {
    const char *provider;
    enum postage_setting setting;
    const char *names[6];
} settings[] = {
    { "s3", POSTAGE_SETTING_ACCESS_KEY_ID, { "AWS_ACCESS_KEY_ID" } },
    { "s3", POSTAGE_SETTING_KEY_EXPIRY, { "AWS_CREDENTIAL_EXPIRATION" } },
    { "s3", POSTAGE_SETTING_REGION, { "AWS_REGION", "AWS_DEFAULT_REGION" } },
    { "s3", POSTAGE_SETTING_ENDPOINT, { "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL" } },
    { "s3", POSTAGE_SETTING_IGNORE_ENDPOINT, { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" } },
    { "s3", POSTAGE_SETTING_FIPS, { "AWS_USE_FIPS_ENDPOINT" } },
    { "minio", POSTAGE_SETTING_ACCESS_KEY_ID, { "MINIO_ACCESS_KEY", "MINIO_ROOT_USER", "MC_HOST_", "AWS_ACCESS_KEY_ID" } },
    { "minio", POSTAGE_SETTING_ENDPOINT, { "MINIO_ENDPOINT", "MC_HOST_", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL" } },
    { "minio", POSTAGE_SETTING_FIPS, { NULL } },
    { "oss", POSTAGE_SETTING_ACCESS_KEY_ID, { "OSS_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_ID" } },
    { "oss", POSTAGE_SETTING_SESSION_TOKEN, { "OSS_SESSION_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN" } },
    { "oss", POSTAGE_SETTING_IGNORE_ENDPOINT, { NULL } },
    { "oss", (enum postage_setting)0, { NULL } },
    { "oss", (enum postage_setting)99, { NULL } },
};

static void test_provider__places_of_settings_are_told_in_their_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const struct postage_provider *provider = postage_provider_find(settings[i].provider);

        for (size_t n = 0; n == 0 || settings[i].names[n - 1] != NULL; n++) {
            const char *name = postage_provider_environment(provider, settings[i].setting, n);

            if (settings[i].names[n] == NULL)
                assert_null(name);
            else
                assert_string_equal(name, settings[i].names[n]);
        }
    }
}

/* The keys of one source belong together, and a source that is one variable has no secret beside it. */
static void test_provider__every_source_of_keys_has_a_secret_or_holds_it(void **state)
{
    const struct postage_provider *provider;

    (void)state;
    for (size_t i = 0; (provider = postage_provider_at(i)) != NULL; i++) {
        const char *id;

        for (size_t n = 0; (id = postage_provider_environment(provider, POSTAGE_SETTING_ACCESS_KEY_ID, n)) != NULL; n++)
            assert_int_equal(postage_provider_environment(provider, POSTAGE_SETTING_SECRET_ACCESS_KEY, n) == NULL,
                             id[strlen(id) - 1] == '_');
    }
}

static void test_provider__says_what_has_to_be_named(void **state)
{
    (void)state;
    assert_null(postage_provider_default_region(postage_provider_find("s3")));
    assert_string_equal(postage_provider_default_region(postage_provider_find("minio")), "us-east-1");
    assert_true(postage_provider_needs_endpoint(postage_provider_find("minio")));
    assert_false(postage_provider_needs_endpoint(postage_provider_find("oss")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_provider__places_of_settings_are_told_in_their_order),
        cmocka_unit_test(test_provider__every_source_of_keys_has_a_secret_or_holds_it),
        cmocka_unit_test(test_provider__says_what_has_to_be_named),
    };

    return cmocka_run_group_tests_name("provider/provider", tests, NULL, NULL);
}
