#include "multipart/parameters.h"

#include "support/test.h"

struct media_type_row {
    const char *text;
    bool fine;
};

static const struct media_type_row media_types[] = {
    { "text/plain", true },
    { "application/vnd.api+json", true },
    { "text/plain;charset=utf-8", true },
    { "text/plain ; charset=\"utf-8\" ; x=y", true },
    { "text/plain; title=\"a\\\"b;c\"", true },
    { "", false },
    { "text", false },
    { "text/", false },
    { "/plain", false },
    { "text /plain", false },
    { "text/plain ", false },
    { " text/plain", false },
    { "text/plain;", false },
    { "text/plain; charset", false },
    { "text/plain; charset=", false },
    { "text/plain; charset =utf-8", false },
    { "text/plain; charset=\"utf-8", false },
    { "text/plain, text/html", false },
    { "text/plain\r\nX: y", false },
    { "text/pl\xc3\xa4in", false },
    { "text/plain; a=\"\x01\"", false },
};

static void test_parameters__tell_media_types_from_other_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof media_types / sizeof media_types[0]; i++)
        if (parameters_are_media_type(slice_of(media_types[i].text)) != media_types[i].fine)
            fail_msg("\"%s\"", media_types[i].text);
}

static void assert_parameter(struct slice *rest, const char *name, const char *value, bool quoted)
{
    struct parameter parameter;

    assert_int_equal(parameters_take(rest, &parameter), PARAMETER_FOUND);
    assert_true(slice_equal(parameter.name, slice_of(name)));
    assert_true(slice_equal(parameter.value, slice_of(value)));
    assert_int_equal(parameter.quoted, quoted);
}

static void test_parameters__come_off_the_front_one_by_one(void **state)
{
    struct slice rest = SLICE("; a=1;b=\"x;y\" ; c=\"\\\"\";d=\"\"  ");
    struct parameter parameter;

    (void)state;
    assert_parameter(&rest, "a", "1", false);
    assert_parameter(&rest, "b", "x;y", true);
    assert_parameter(&rest, "c", "\\\"", true);
    assert_parameter(&rest, "d", "", true);
    assert_int_equal(parameters_take(&rest, &parameter), PARAMETER_NONE);
}

struct unescape_row {
    const char *text;
    const char *plain;
};

static void test_parameters__undo_only_escapes_of_quotes_and_backslashes(void **state)
{
    static const struct unescape_row rows[] = {
        { "", "" }, { "a", "a" }, { "a\\\"b", "a\"b" }, { "a\\\\b", "a\\b" }, { "C:\\dir\\x", "C:\\dir\\x" }, { "\\", "\\" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[32];

        strcpy(text, rows[i].text);
        text[parameters_unescape(text, strlen(text))] = '\0';
        assert_string_equal(text, rows[i].plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters__tell_media_types_from_other_text),
        cmocka_unit_test(test_parameters__come_off_the_front_one_by_one),
        cmocka_unit_test(test_parameters__undo_only_escapes_of_quotes_and_backslashes),
    };

    return cmocka_run_group_tests_name("multipart/parameters", tests, NULL, NULL);
}
