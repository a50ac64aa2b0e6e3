#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_read.h"
#include "support/test.h"

struct row {
    const char *name;
    struct slice text;
};

#define ROW(name, literal)                                                                                                     \
    {                                                                                                                          \
        name,                                                                                                                  \
        {                                                                                                                      \
            (literal), sizeof(literal) - 1                                                                                     \
        }                                                                                                                      \
    }

static enum postage_status parse(struct slice text, size_t depth, struct postage_error *err)
{
    struct json json;
    enum postage_status status = json_parse(&json, text, depth, "form", NULL, err);

    json_clear(&json);
    return status;
}

static const struct row accepted[] = {
    ROW("empty object", "{}"),
    ROW("empty array", "[]"),
    ROW("text alone", "\"a\""),
    ROW("number alone", "0"),
    ROW("negative zero", "-0"),
    ROW("fraction and exponent", "-1.25e+10"),
    ROW("capital exponent", "1E5"),
    ROW("exponent with leading zeros", "1e007"),
    ROW("exponent beyond a double", "1e400"),
    ROW("the three names", "[true,false,null]"),
    ROW("all four kinds of white space", " \t\r\n{ \"a\" : 1 , \"b\" : [ ] } \n"),
    ROW("every escape", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\""),
    ROW("an escaped pair of surrogates", "\"\\ud83c\\udf89\""),
    ROW("raw UTF-8 of each length",
        "\"\x7f \xc2\x80 \xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xf0\x90\x80\x80 \xf4\x8f\xbf\xbf\""),
    ROW("members that differ in case", "{\"a\":1,\"A\":2}"),
    ROW("the same name in two objects", "[{\"a\":1},{\"a\":1}]"),
    ROW("an empty name", "{\"\":1}"),
    ROW("DEL, which is no control character in JSON", "\"\x7f\""),
};

static const struct row refused[] = {
    ROW("nothing", ""),
    { "nothing, nowhere", { NULL, 0 } },
    ROW("white space alone", " \n"),
    ROW("trailing bytes", "{} x"),
    ROW("a second document", "{}{}"),
    ROW("a trailing NUL", "{}\0"),
    ROW("byte order mark", "\xef\xbb\xbf{}"),
    ROW("UTF-16", "{\0}\0"),
    ROW("leading zero", "01"),
    ROW("negative leading zero", "-01"),
    ROW("two zeros", "00"),
    ROW("point without digits", "1."),
    ROW("point without digits, then exponent", "1.e5"),
    ROW("no digit before the point", ".5"),
    ROW("plus sign", "+1"),
    ROW("minus alone", "-"),
    ROW("exponent without digits", "1e"),
    ROW("exponent with sign alone", "1e+"),
    ROW("hexadecimal", "0x10"),
    ROW("NaN", "NaN"),
    ROW("Infinity", "-Infinity"),
    ROW("decimal comma", "1,5"),
    ROW("raw line feed in a text", "\"a\nb\""),
    ROW("raw tab in a text", "\"a\tb\""),
    ROW("raw NUL in a text", "\"a\0b\""),
    ROW("raw 0x1F in a text", "\"\x1f\""),
    ROW("form feed as white space", "\f{}"),
    ROW("no-break space as white space", "\xc2\xa0{}"),
    ROW("a lone continuation byte", "\"\x80\""),
    ROW("overlong slash", "\"\xc0\xaf\""),
    ROW("overlong in three bytes", "\"\xe0\x80\xaf\""),
    ROW("a surrogate in UTF-8", "\"\xed\xa0\x80\""),
    ROW("above U+10FFFF", "\"\xf4\x90\x80\x80\""),
    ROW("a sequence that is cut by the quote", "\"\xe2\x82\""),
    ROW("Latin-1", "\"caf\xe9\""),
    ROW("escaped NUL", "\"x\\u0000y\""),
    ROW("escaped NUL in a name", "{\"x\\u0000\":1}"),
    ROW("lone high surrogate", "\"\\ud83c\""),
    ROW("lone low surrogate", "\"\\udf89\""),
    ROW("high surrogate before a letter", "\"\\ud83cx\""),
    ROW("two high surrogates", "\"\\ud83c\\ud83c\""),
    ROW("surrogates the wrong way round", "\"\\udf89\\ud83c\""),
    ROW("dollar escape", "\"\\$\""),
    ROW("vertical tab escape", "\"\\v\""),
    ROW("single quote escape", "\"\\'\""),
    ROW("short hexadecimal escape", "\"\\u12\""),
    ROW("letters that are no hexadecimal digits", "\"\\u00zz\""),
    ROW("a sign inside an escape", "\"\\u+041\""),
    ROW("unfinished text", "\"abc"),
    ROW("text that ends in a backslash", "\"abc\\"),
    ROW("unfinished object", "{\"a\":1"),
    ROW("unfinished array", "[1,"),
    ROW("trailing comma in an array", "[1,]"),
    ROW("trailing comma in an object", "{\"a\":1,}"),
    ROW("leading comma", "[,1]"),
    ROW("missing comma", "[1 2]"),
    ROW("missing colon", "{\"a\" 1}"),
    ROW("name without quotes", "{a:1}"),
    ROW("number as name", "{1:1}"),
    ROW("single quotes", "{'a':1}"),
    ROW("comment", "{} // x"),
    ROW("comment inside", "[/**/]"),
    ROW("duplicate member", "{\"a\":1,\"a\":1}"),
    ROW("duplicate member by escape", "{\"a\":1,\"\\u0061\":2}"),
    ROW("duplicate member far apart", "{\"a\":1,\"b\":2,\"c\":{},\"a\":3}"),
    ROW("duplicate empty name", "{\"\":1,\"\":2}"),
    ROW("wrong bracket", "[1}"),
    ROW("name in capitals", "TRUE"),
    ROW("name that goes on", "nullx"),
    ROW("half a name", "tru"),
};

static void test_json_read__accepts_rfc_8259(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;

        if (parse(accepted[i].text, 8, &err) != POSTAGE_OK)
            fail_msg("%s: %s", accepted[i].name, err.message);
    }
}

static void test_json_read__refuses_everything_else_and_says_where(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;

        if (parse(refused[i].text, 8, &err) != POSTAGE_ERR_SYNTAX)
            fail_msg("%s: not refused", refused[i].name);
        if (strstr(err.message, "form") == NULL ||
            (strstr(err.message, "byte ") == NULL && strstr(err.message, "member \"") == NULL))
            fail_msg("%s: \"%s\" does not say what and where", refused[i].name, err.message);
    }
}

/* A parser that looks one byte past the end would read the rest: every prefix of a document is offered without one. */
static void test_json_read__every_prefix_of_a_document_is_refused(void **state)
{
    static const char text[] = "{\"a\":[1.5e3,\"\\ud83c\\udf89\",true,null],\"\xc3\xa9\":{\"b\":\"\xf0\x9f\x8e\x89\"}}";
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    for (size_t len = 0; len < sizeof text - 1; len++) {
        char *exact = malloc(len + (len == 0));

        assert_non_null(exact);
        memcpy(exact, text, len);
        assert_int_equal(parse((struct slice){ exact, len }, 8, &err), POSTAGE_ERR_SYNTAX);
        free(exact);
    }
    assert_ok(parse((struct slice){ text, sizeof text - 1 }, 8, &err), err);
}

static void test_json_read__depth_is_limited(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    size_t many = 1000000;
    char *deep = malloc(many);

    (void)state;
    assert_non_null(deep);
    memset(deep, '[', many);
    assert_ok(parse(slice_of("[[[[]]]]"), 4, &err), err);
    assert_ok(parse(slice_of("{\"a\":{\"a\":[{}]}}"), 4, &err), err);
    assert_refused(parse(slice_of("[[[[[]]]]]"), 4, &err), POSTAGE_ERR_SYNTAX, err, "byte ");
    assert_refused(parse((struct slice){ deep, many }, 8, &err), POSTAGE_ERR_SYNTAX, err, "byte ");
    free(deep);
}

static void test_json_read__number_of_members_is_limited(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    size_t count = JSON_MAX_MEMBERS;
    char *text = malloc(2 * count + 8);

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i <= count; i++) {
        text[1 + 2 * i] = '1';
        text[2 + 2 * i] = ',';
    }
    text[0] = '[';
    text[2 * count] = ']';
    assert_ok(parse((struct slice){ text, 2 * count + 1 }, 8, &err), err);
    text[2 * count] = ',';
    text[2 * count + 2] = ']';
    assert_int_equal(parse((struct slice){ text, 2 * count + 3 }, 8, &err), POSTAGE_ERR_SYNTAX);
    assert_non_null(strstr(err.message, "an object or array has more than 1000 members"));
    free(text);
}

static void assert_number(const struct json *json, int index, const char *expected)
{
    struct slice text = json_number_text(cJSON_GetArrayItem(json->root, index));

    if (!slice_equal(text, slice_of(expected)))
        fail_msg("number %d is \"%.*s\", expected %s", index, (int)text.len, text.ptr, expected);
}

static void test_json_read__numbers_are_those_of_the_text(void **state)
{
    static const char text[] = "[9007199254740993,18446744073709551615,{\"a\":7},-0,1e400, 5 ]";
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct json json;

    (void)state;
    assert_ok(json_parse(&json, slice_of(text), 8, "policy", NULL, &err), err);
    assert_number(&json, 0, "9007199254740993");
    assert_number(&json, 1, "18446744073709551615");
    assert_number(&json, 3, "-0");
    assert_number(&json, 4, "1e400");
    assert_number(&json, 5, "5");
    assert_true(slice_equal(json_number_text(json_member(cJSON_GetArrayItem(json.root, 2), "a")), SLICE("7")));
    json_clear(&json);
}

static void test_json_read__digits_inside_texts_are_no_numbers(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct json json;

    (void)state;
    assert_ok(json_parse(&json, SLICE("{\"12\":\"34\",\"a\\\"5\":6}"), 8, "policy", NULL, &err), err);
    assert_true(slice_equal(json_number_text(json_member(json.root, "a\"5")), SLICE("6")));
    json_clear(&json);
}

static void test_json_read__members_are_found_by_their_exact_name(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct json json;

    (void)state;
    assert_ok(json_parse(&json, SLICE("{\"Name\":\"upper\",\"name\":\"lower\",\"n\":5}"), 8, "form", NULL, &err), err);
    assert_true(slice_equal(json_text(json_member(json.root, "name")), SLICE("lower")));
    assert_true(slice_equal(json_text(json_member(json.root, "Name")), SLICE("upper")));
    assert_null(json_member(json.root, "NAME"));
    assert_null(json_text(json_member(json.root, "n")).ptr);
    assert_null(json_text(json_member(json.root, "absent")).ptr);
    json_clear(&json);
}

/* cJSON keeps 63 characters of a number and trips over the rest; that must not look like a lack of memory. */
static void test_json_read__long_numbers_are_read_or_refused_as_what_they_are(void **state)
{
    (void)state;
    for (size_t digits = 1; digits < 500; digits++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        char text[512];

        snprintf(text, sizeof text, "[%0*d]", (int)digits, 7);
        memset(text + 1, '7', digits);
        if (digits <= 63)
            assert_ok(parse(slice_of(text), 8, &err), err);
        else
            assert_refused(parse(slice_of(text), 8, &err), POSTAGE_ERR_SYNTAX, err, "a number is too long");
    }
}

static void test_json_read__texts_are_decoded(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct json json;

    (void)state;
    assert_ok(json_parse(&json, SLICE("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83c\\udf89\"]"), 8, "form", NULL, &err), err);
    assert_string_equal(cJSON_GetArrayItem(json.root, 0)->valuestring, "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x8e\x89");
    json_clear(&json);
}

/* A decimal comma must neither be accepted nor make "1.5" fail. Locales that are not installed leave the C locale. */
static void test_json_read__the_locale_changes_nothing(void **state)
{
    static const char *const locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8", "" };
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof locales / sizeof locales[0]; i++) {
        setlocale(LC_ALL, locales[i]);
        assert_ok(parse(SLICE("[1.5,2.25e-3]"), 8, &err), err);
        assert_int_equal(parse(SLICE("1,5"), 8, &err), POSTAGE_ERR_SYNTAX);
    }
    setlocale(LC_ALL, "C");
}

static void test_json_read__a_hostile_document_cannot_forge_a_second_line(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    assert_int_equal(parse(SLICE("{\"a\\nerror: all is well\":1,\"a\\nerror: all is well\":2}"), 8, &err), POSTAGE_ERR_SYNTAX);
    assert_null(strchr(err.message, '\n'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_read__accepts_rfc_8259),
        cmocka_unit_test(test_json_read__refuses_everything_else_and_says_where),
        cmocka_unit_test(test_json_read__every_prefix_of_a_document_is_refused),
        cmocka_unit_test(test_json_read__depth_is_limited),
        cmocka_unit_test(test_json_read__number_of_members_is_limited),
        cmocka_unit_test(test_json_read__numbers_are_those_of_the_text),
        cmocka_unit_test(test_json_read__digits_inside_texts_are_no_numbers),
        cmocka_unit_test(test_json_read__members_are_found_by_their_exact_name),
        cmocka_unit_test(test_json_read__long_numbers_are_read_or_refused_as_what_they_are),
        cmocka_unit_test(test_json_read__texts_are_decoded),
        cmocka_unit_test(test_json_read__the_locale_changes_nothing),
        cmocka_unit_test(test_json_read__a_hostile_document_cannot_forge_a_second_line),
    };

    return cmocka_run_group_tests_name("base/json_read", tests, NULL, NULL);
}
