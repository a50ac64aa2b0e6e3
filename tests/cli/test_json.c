#include "json.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

static void check(const char *text, const char *expected)
{
    size_t length;
    char *got;
    FILE *out = open_memstream(&got, &length);

    assert_non_null(out);
    json_put_text(out, text);
    fclose(out);
    assert_string_equal(got, expected);
    free(got);
}

static void test_json__any_bytes_become_one_valid_string(void **state)
{
    static const struct {
        const char *name, *text, *expected;
    } rows[] = {
        { "empty", "", "\"\"" },
        { "quotes and backslashes", "a\"b\\c", "\"a\\\"b\\\\c\"" },
        { "control characters", "a\n\t\x1B\x7F", "\"a\\u000a\\u0009\\u001b\\u007f\"" },
        { "C1 and the direction of writing",
          "\xC2\x9B"
          "1m\xE2\x80\xAE\xE2\x81\xA6\xD8\x9C",
          "\"\\u009b1m\\u202e\\u2066\\u061c\"" },
        { "UTF-8 of every length", "\xC3\xBC\xE2\x82\xAC\xF0\x9F\x93\xAE", "\"\xC3\xBC\xE2\x82\xAC\xF0\x9F\x93\xAE\"" },
        { "a lone byte", "a\xFFz", "\"a\\ufffdz\"" },
        { "overlong", "\xC0\xAF", "\"\\ufffd\\ufffd\"" },
        { "a surrogate", "\xED\xA0\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
        { "cut at the end", "a\xE2\x82", "\"a\\ufffd\\ufffd\"" },
        { "above U+10FFFF", "\xF4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        print_message("%s\n", rows[i].name);
        check(rows[i].text, rows[i].expected);
    }
}

static void test_json__members_without_a_value_are_null(void **state)
{
    size_t length;
    char *got;
    FILE *out = open_memstream(&got, &length);

    (void)state;
    assert_non_null(out);
    json_put_member(out, "a", NULL);
    json_put_member(out, "b", "");
    json_put_member(out, "c", "x");
    json_put_number(out, "d", INT64_MIN);
    fclose(out);
    assert_string_equal(got, ",\"a\":null,\"b\":null,\"c\":\"x\",\"d\":-9223372036854775808");
    free(got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json__any_bytes_become_one_valid_string),
        cmocka_unit_test(test_json__members_without_a_value_are_null),
    };

    return cmocka_run_group_tests_name("cli/json", tests, NULL, NULL);
}
