#include "alias.h"
#include "support/test.h"

#include <string.h>

static void check_text(const char *name, const char *what, const char *got, const char *expected)
{
    if ((got == NULL) != (expected == NULL) || (got != NULL && strcmp(got, expected) != 0))
        fail_msg("%s: %s is \"%s\", expected \"%s\"", name, what, got != NULL ? got : "(none)",
                 expected != NULL ? expected : "(none)");
}

static void test_alias__keys_and_endpoint_are_taken_apart(void **state)
{
    static const struct {
        const char *name, *assignment, *endpoint, *access_key, *secret_key, *token;
    } rows[] = {
        { "plain", "MC_HOST_a=http://AK:SK@127.0.0.1:9000", "http://127.0.0.1:9000", "AK", "SK", NULL },
        { "with a token", "MC_HOST_a=https://AK:SK:TOK@play.min.io", "https://play.min.io", "AK", "SK", "TOK" },
        { "decoded", "MC_HOST_a=https://A%40K:S%2FK%3A@h", "https://h", "A@K", "S/K:", NULL },
        { "a slash in the secret", "MC_HOST_a=https://AK:a/b+c@h", "https://h", "AK", "a/b+c", NULL },
        { "the last @ ends the keys", "MC_HOST_a=https://AK:a@b@h", "https://h", "AK", "a@b", NULL },
        { "a lone percent sign", "MC_HOST_a=https://AK:100%@h", "https://h", "AK", "100%", NULL },
        { "no keys", "MC_HOST_a=https://play.min.io/", "https://play.min.io", NULL, NULL, NULL },
        { "IPv6", "MC_HOST_a=http://AK:SK@[::1]:9000", "http://[::1]:9000", "AK", "SK", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct alias alias;

        assert_int_equal(alias_parse(&alias, rows[i].assignment), EXIT_DONE);
        check_text(rows[i].name, "variable", alias.variable, "MC_HOST_a");
        check_text(rows[i].name, "endpoint", alias.endpoint, rows[i].endpoint);
        check_text(rows[i].name, "access key", alias.access_key, rows[i].access_key);
        check_text(rows[i].name, "secret key", alias.secret_key, rows[i].secret_key);
        check_text(rows[i].name, "token", alias.token, rows[i].token);
        alias_clear(&alias);
        assert_null(alias.storage);
    }
}

static void test_alias__what_is_not_written_so_is_refused(void **state)
{
    static const char *const rows[] = {
        "MC_HOST_a=play.min.io",         "MC_HOST_a=ftp://AK:SK@h",     "MC_HOST_a=https://AK@h",
        "MC_HOST_a=https://:SK@h",       "MC_HOST_a=https://AK:@h",     "MC_HOST_a=https://AK::T@h",
        "MC_HOST_a=https://AK:SK:@h",    "MC_HOST_a=https://AK:SK@",    "MC_HOST_a=https://AK:SK@/",
        "MC_HOST_a=https://AK:SK@h/dir", "MC_HOST_a=https://AK:S%00@h", "MC_HOST_a=https://AK:SK@h?q",
        "MC_HOST_a=http://AK:SK",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct alias alias;
        enum exit_code code = alias_parse(&alias, rows[i]);

        alias_clear(&alias);
        if (code != EXIT_CREDENTIALS)
            fail_msg("%s: code %d", rows[i], (int)code);
    }
}

static void test_alias__endpoints_are_the_same_whatever_their_spelling(void **state)
{
    (void)state;
    assert_true(alias_same_endpoint("http://h:9000", "HTTP://H:9000/"));
    assert_true(alias_same_endpoint("https://h:443", "https://h"));
    assert_true(alias_same_endpoint("http://h", "http://h:80"));
    assert_false(alias_same_endpoint("http://h", "https://h"));
    assert_false(alias_same_endpoint("http://h:9000", "http://h:9001"));
    assert_false(alias_same_endpoint("http://h", "http://h2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alias__keys_and_endpoint_are_taken_apart),
        cmocka_unit_test(test_alias__what_is_not_written_so_is_refused),
        cmocka_unit_test(test_alias__endpoints_are_the_same_whatever_their_spelling),
    };

    return cmocka_run_group_tests_name("cli/alias", tests, NULL, NULL);
}
