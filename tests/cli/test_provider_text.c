#include "provider_text.h"
#include "postage/provider.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>

/* Every provider's name or title, in the order of the registry. */
static void list(char *out, size_t cap, const char *(*word)(const struct postage_provider *), const char *after,
                 const char *comma, const char *last)
{
    const struct postage_provider *provider;
    size_t used = 0;

    for (size_t i = 0; (provider = postage_provider_at(i)) != NULL; i++) {
        const char *between = i == 0 ? "" : postage_provider_at(i + 1) == NULL ? last : comma;

        used += (size_t)snprintf(out + used, cap - used, "%s%s%s", between, word(provider), after);
    }
}

static void test_provider_text__marks_become_lists_of_the_registry(void **state)
{
    static const struct {
        const char *mark;
        const char *(*word)(const struct postage_provider *);
        const char *after, *comma, *last;
    } rows[] = {
        { "{names}", postage_provider_name, "", ", ", ", " },
        { "{alternatives}", postage_provider_name, "", "|", "|" },
        { "{schemes}", postage_provider_name, "://", " ", " " },
        { "{targets}", postage_provider_name, "://bucket/key", ", ", " or " },
        { "{titles}", postage_provider_title, "", ", ", " and " },
    };
    char out[PROVIDER_TEXT_BYTES], text[64], words[512], expected[600];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        list(words, sizeof words, rows[i].word, rows[i].after, rows[i].comma, rows[i].last);
        snprintf(text, sizeof text, "{%s}", rows[i].mark);
        snprintf(expected, sizeof expected, "{%s}", words);
        assert_string_equal(provider_text(out, text), expected);
    }
}

static void test_provider_text__other_braces_stay(void **state)
{
    char out[PROVIDER_TEXT_BYTES];

    (void)state;
    assert_string_equal(provider_text(out, "{\"url\": {names"), "{\"url\": {names");
    assert_string_equal(provider_text(out, ""), "");
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
        cmocka_unit_test(test_provider_text__other_braces_stay),
        cmocka_unit_test(test_provider_text__what_is_too_long_is_cut),
    };

    return cmocka_run_group_tests_name("cli/provider_text", tests, NULL, NULL);
}
