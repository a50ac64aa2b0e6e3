/* Which fields nobody may see, by the rows, and that a check hides them. */
#include <stdio.h>

#include "support/rows.h"
#include "support/forms.h"
#include "provider/secret_field.h"

static void check_hides(const char *name)
{
    struct postage_check_options options = POSTAGE_CHECK_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_report *report;
    char json[512], *text;

    snprintf(json, sizeof json, "{\"url\":\"http://127.0.0.1/b\",\"fields\":{\"key\":\"a\",\"%s\":\"CANARY\"}}", name);
    options.now_unix_s = FORMS_NOW;
    assert_ok(postage_check_json(&report, json, strlen(json), &options, NULL, &err), err);
    assert_int_equal(postage_report_to_json(report, NULL, &text), POSTAGE_OK);
    if (strstr(text, "CANARY") != NULL)
        fail_msg("%s: %s", name, text);
    postage_text_free(text, NULL);
    postage_report_free(report);
}

static void assert_secret(const struct postage_provider *provider, const char *name)
{
    if (!secret_field_is(provider, slice_of(name)) || !registry_is_secret(slice_of(name)))
        fail_msg("%s: %s", provider->name, name);
    check_hides(name);
}

static void assert_schemes_are_secret(const struct postage_provider *provider, const struct signature_scheme *const *schemes)
{
    for (; schemes != NULL && *schemes != NULL; schemes++) {
        assert_secret(provider, (*schemes)->signature_field);
        if ((*schemes)->token_field != NULL)
            assert_secret(provider, (*schemes)->token_field);
        assert_false(secret_field_is(provider, slice_of((*schemes)->credential_field)));
    }
}

static void test_secret_field__every_scheme_of_every_row_has_its_own(void **state)
{
    const struct postage_provider *provider;

    (void)state;
    for (size_t i = 0; (provider = registry_at(i)) != NULL; i++) {
        assert_secret(provider, "policy");
        assert_secret(provider, "POLICY");
        assert_schemes_are_secret(provider, provider->schemes);
        assert_schemes_are_secret(provider, provider->older_schemes);
        for (const char *const *name = provider->secret_fields; name != NULL && *name != NULL; name++)
            assert_secret(provider, *name);
        assert_false(secret_field_is(provider, SLICE("key")));
    }
}

static void test_secret_field__a_message_that_quotes_one_is_replaced(void **state)
{
    const struct postage_provider *s3 = &postage_provider_s3;

    (void)state;
    assert_string_equal(secret_field_safe_message(s3, "[\"eq\", \"$X-Amz-Security-Token\", \"T\"]"),
                        "a condition on the session token failed");
    assert_string_equal(secret_field_safe_message(s3, "{\"x-amz-s3session-token\": \"T\"}"),
                        "a condition on a secret field failed");
    assert_string_equal(secret_field_safe_message(s3, "the signature does not match"), "the signature does not match");
    assert_string_equal(secret_field_safe_message(s3, ""), "no message");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secret_field__every_scheme_of_every_row_has_its_own),
        cmocka_unit_test(test_secret_field__a_message_that_quotes_one_is_replaced),
    };

    return cmocka_run_group_tests_name("provider/secret_field", tests, NULL, NULL);
}
