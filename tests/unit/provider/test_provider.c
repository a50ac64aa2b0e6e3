/* What users may ask a row. */
#include "support/test.h"

#include "postage/provider.h"

static const struct {
    const char *provider;
    enum postage_setting setting;
    const char *names[8];
} settings[] = {
    { "s3", POSTAGE_SETTING_ACCESS_KEY_ID, { "AWS_ACCESS_KEY_ID" } },
    { "s3", POSTAGE_SETTING_KEY_EXPIRY, { "AWS_CREDENTIAL_EXPIRATION" } },
    { "s3", POSTAGE_SETTING_REGION, { "AWS_REGION", "AWS_DEFAULT_REGION" } },
    { "s3", POSTAGE_SETTING_ENDPOINT, { "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL" } },
    { "s3", POSTAGE_SETTING_IGNORE_ENDPOINT, { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" } },
    { "s3", POSTAGE_SETTING_FIPS, { "AWS_USE_FIPS_ENDPOINT" } },
    { "minio", POSTAGE_SETTING_ACCESS_KEY_ID, { "MINIO_ACCESS_KEY", "MINIO_ROOT_USER", NULL, "AWS_ACCESS_KEY_ID" } },
    { "minio", POSTAGE_SETTING_ENDPOINT, { "MINIO_ENDPOINT", NULL, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL" } },
    { "minio", POSTAGE_SETTING_KEY_ALIAS, { NULL, NULL, "MC_HOST_" } },
    { "minio", POSTAGE_SETTING_ENDPOINT_ALIAS, { NULL, "MC_HOST_" } },
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

        for (size_t n = 0; n < sizeof settings[i].names / sizeof settings[i].names[0]; n++) {
            const char *name = postage_provider_environment(provider, settings[i].setting, n);

            if (settings[i].names[n] == NULL)
                assert_null(name);
            else
                assert_string_equal(name, settings[i].names[n]);
        }
    }
}

/* How many of two settings a provider has at a place. */
static int count_of(const struct postage_provider *provider, enum postage_setting one, enum postage_setting other, size_t place)
{
    return (postage_provider_environment(provider, one, place) != NULL) +
           (postage_provider_environment(provider, other, place) != NULL);
}

/* The keys of one source belong together, and aliases have neither a variable nor a secret beside them. */
static void test_provider__every_place_is_a_variable_or_aliases(void **state)
{
    const struct postage_provider *provider;

    (void)state;
    for (size_t i = 0; (provider = postage_provider_at(i)) != NULL; i++)
        for (size_t n = 0; n < 8; n++) {
            assert_true(count_of(provider, POSTAGE_SETTING_ACCESS_KEY_ID, POSTAGE_SETTING_KEY_ALIAS, n) <= 1);
            assert_true(count_of(provider, POSTAGE_SETTING_ENDPOINT, POSTAGE_SETTING_ENDPOINT_ALIAS, n) <= 1);
            assert_int_not_equal(count_of(provider, POSTAGE_SETTING_ACCESS_KEY_ID, POSTAGE_SETTING_SECRET_ACCESS_KEY, n), 1);
            if (postage_provider_environment(provider, POSTAGE_SETTING_KEY_ALIAS, n) != NULL)
                assert_null(postage_provider_environment(provider, POSTAGE_SETTING_SESSION_TOKEN, n));
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
        cmocka_unit_test(test_provider__every_place_is_a_variable_or_aliases),
        cmocka_unit_test(test_provider__says_what_has_to_be_named),
    };

    return cmocka_run_group_tests_name("provider/provider", tests, NULL, NULL);
}
