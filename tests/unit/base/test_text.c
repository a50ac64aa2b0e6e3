#include "base/text.h"
#include "support/test.h"

#include <ctype.h>

/* The table of Unicode 3.9, "Well-formed UTF-8 byte sequences", as code: encodes, or answers 0 for what has no encoding. */
static size_t encode(uint32_t point, char out[4])
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xC0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xE0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (point & 0x3F));
        return point >= 0xD800 && point <= 0xDFFF ? 0 : 3;
    }
    out[0] = (char)(0xF0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (point & 0x3F));
    return point > 0x10FFFF ? 0 : 4;
}

static void test_text__every_code_point_has_one_encoding(void **state)
{
    (void)state;
    for (uint32_t point = 0; point <= 0x13FFFF; point++) {
        char bytes[4];
        size_t length = encode(point, bytes);

        if (utf8_sequence_length(bytes, sizeof bytes) != length)
            fail_msg("U+%04X: %zu", (unsigned)point, utf8_sequence_length(bytes, sizeof bytes));
        for (size_t cut = 1; cut < length; cut++)
            assert_int_equal(utf8_sequence_length(bytes, cut), 0);
    }
}

static void test_text__a_plain_start_ends_before_the_word_with_the_first_other_byte(void **state)
{
    char text[] = "abcdefgh ~}!#[]^12345678tail";

    (void)state;
    assert_int_equal(text_plain_start(slice_of(text)), 28);
    assert_int_equal(text_plain_start(SLICE("1234567")), 7);
    assert_int_equal(text_plain_start(SLICE("123\"567")), 0);
    assert_int_equal(text_plain_start((struct slice){ NULL, 0 }), 0);
    for (size_t at = 0; at < 28; at++)
        for (int byte = 0; byte < 256; byte++) {
            bool plain = byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
            char kept = text[at];

            text[at] = (char)byte;
            assert_int_equal(text_plain_start((struct slice){ text, sizeof text - 1 }), plain ? 28 : at / 8 * 8);
            text[at] = kept;
        }
}

static const struct {
    const char *name;
    struct slice bytes;
} malformed[] = {
    { "continuation alone", { "\x80", 1 } },
    { "overlong NUL", { "\xc0\x80", 2 } },
    { "overlong slash in two bytes", { "\xc0\xaf", 2 } },
    { "overlong DEL in two bytes", { "\xc1\xbf", 2 } },
    { "overlong in three bytes", { "\xe0\x9f\xbf", 3 } },
    { "overlong in four bytes", { "\xf0\x8f\xbf\xbf", 4 } },
    { "first surrogate", { "\xed\xa0\x80", 3 } },
    { "last surrogate", { "\xed\xbf\xbf", 3 } },
    { "a pair of surrogates (CESU-8)", { "\xed\xa0\xbc\xed\xbe\x89", 6 } },
    { "U+110000", { "\xf4\x90\x80\x80", 4 } },
    { "five bytes", { "\xf8\x88\x80\x80\x80", 5 } },
    { "six bytes", { "\xfc\x84\x80\x80\x80\x80", 6 } },
    { "0xFE", { "\xfe", 1 } },
    { "0xFF", { "\xff", 1 } },
    { "second byte missing", { "\xc3(", 2 } },
    { "third byte missing", { "\xe2\x82(", 3 } },
    { "fourth byte missing", { "\xf0\x9f\x8e(", 4 } },
    { "cut at the end", { "abc\xe2\x82", 5 } },
};

static void test_text__malformed_utf8_is_seen_wherever_it_stands(void **state)
{
    char padded[32];

    (void)state;
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        struct slice bad = malformed[i].bytes;

        if (utf8_valid(bad))
            fail_msg("%s is taken for UTF-8", malformed[i].name);
        for (size_t shift = 0; shift <= 16; shift++) { /* a fast path over several bytes must not step over it */
            memset(padded, 'a', sizeof padded);
            memcpy(padded + shift, bad.ptr, bad.len);
            if (utf8_valid((struct slice){ padded, shift + bad.len }))
                fail_msg("%s behind %zu bytes is taken for UTF-8", malformed[i].name, shift);
        }
    }
    assert_true(utf8_valid(SLICE("")));
    assert_true(utf8_valid(SLICE("a\0b")));
    assert_true(utf8_valid(SLICE("\xf0\x9f\x8e\x89 caf\xc3\xa9 \xef\xbf\xbf")));
}

static void test_text__finds_line_breaks_and_nul(void **state)
{
    (void)state;
    assert_int_equal(text_find_line_break(SLICE("")), SIZE_MAX);
    assert_int_equal(text_find_line_break(SLICE("abc\t\x0b\x0c\x85")), SIZE_MAX);
    assert_int_equal(text_find_line_break(SLICE("ab\rc\n")), 2);
    assert_int_equal(text_find_line_break(SLICE("\nabc")), 0);
    assert_int_equal(text_find_line_break(SLICE("abc\0\r")), 3);
}

/* RFC 9110 5.6.2 */
static void test_text__tokens(void **state)
{
    static const char tchar[] = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    (void)state;
    assert_true(text_is_token(slice_of(tchar)));
    assert_false(text_is_token(SLICE("")));
    for (int c = 0; c < 256; c++) {
        char byte = (char)c;

        assert_int_equal(text_is_token((struct slice){ &byte, 1 }), c != 0 && strchr(tchar, c) != NULL);
    }
}

static void test_text__numbers_have_64_bits_and_one_spelling(void **state)
{
    static const char *const refused[] = { "",
                                           " 1",
                                           "1 ",
                                           "+1",
                                           "-1",
                                           "01",
                                           "00",
                                           "0x1",
                                           "1.",
                                           "1e3",
                                           "1_0",
                                           "a",
                                           "18446744073709551616",
                                           "99999999999999999999999999" };
    uint64_t number = 7;

    (void)state;
    assert_true(text_to_u64(SLICE("0"), &number));
    assert_int_equal(number, 0);
    assert_true(text_to_u64(SLICE("9007199254740993"), &number));
    assert_true(number == UINT64_C(9007199254740993));
    assert_true(text_to_u64(SLICE("18446744073709551615"), &number));
    assert_true(number == UINT64_MAX);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (text_to_u64(slice_of(refused[i]), &number))
            fail_msg("\"%s\" was taken for a number", refused[i]);
    assert_false(text_to_u64(SLICE("1\0"), &number));
}

static void test_text__decimal(void **state)
{
    static const uint64_t numbers[] = { 0, 9, 10, 10485760, UINT64_MAX };
    static const char *const texts[] = { "0", "9", "10", "10485760", "18446744073709551615" };

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char digits[20];

        assert_true(slice_equal(text_decimal(numbers[i], digits), slice_of(texts[i])));
    }
}

static void test_text__hex(void **state)
{
    static const uint8_t bytes[] = { 0x00, 0x0f, 0xf0, 0xff, 0xab };
    char hex[11] = "..........";

    (void)state;
    text_hex(bytes, sizeof bytes, hex);
    assert_string_equal(hex, "000ff0ffab");
}

static void test_text__hex_digits_of_either_case(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        const char *digits = "0123456789abcdef", *at = c != 0 ? strchr(digits, tolower(c)) : NULL;

        assert_int_equal(text_hex_digit((char)c), at != NULL ? at - digits : -1);
    }
}

static void test_text__trims_spaces_and_tabs(void **state)
{
    (void)state;
    assert_true(slice_equal(text_trim(SLICE(" \ta b\t ")), SLICE("a b")));
    assert_int_equal(text_trim(SLICE(" \t ")).len, 0);
    assert_true(slice_equal(text_trim(SLICE("\r\n")), SLICE("\r\n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text__every_code_point_has_one_encoding),
        cmocka_unit_test(test_text__a_plain_start_ends_before_the_word_with_the_first_other_byte),
        cmocka_unit_test(test_text__malformed_utf8_is_seen_wherever_it_stands),
        cmocka_unit_test(test_text__finds_line_breaks_and_nul),
        cmocka_unit_test(test_text__tokens),
        cmocka_unit_test(test_text__numbers_have_64_bits_and_one_spelling),
        cmocka_unit_test(test_text__decimal),
        cmocka_unit_test(test_text__hex),
        cmocka_unit_test(test_text__hex_digits_of_either_case),
        cmocka_unit_test(test_text__trims_spaces_and_tabs),
    };

    return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
