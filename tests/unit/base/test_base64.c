#include <openssl/evp.h>

#include "base/base64.h"
#include "support/test.h"

static void fill(uint8_t *bytes, size_t count, uint32_t seed)
{
    for (size_t i = 0; i < count; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(seed >> 24);
    }
}

static void test_base64__agrees_with_openssl_at_every_length(void **state)
{
    uint8_t bytes[301], back[303];
    char ours[405], theirs[405], by_letter[405];

    (void)state;
    for (size_t len = 0; len <= 300; len++) {
        fill(bytes, len, (uint32_t)len + 1);
        base64_encode(bytes, len, ours);
        EVP_EncodeBlock((unsigned char *)theirs, bytes, (int)len);
        assert_string_equal(ours, theirs);
        base64_encode_table(bytes, len, by_letter); /* what other processors do */
        assert_string_equal(by_letter, theirs);
        assert_int_equal(strlen(ours), BASE64_LENGTH(len));
        assert_int_equal(base64_decode(slice_of(ours), back), len);
        assert_memory_equal(back, bytes, len);
        memset(back, 0, sizeof back);
        assert_int_equal(base64_decode_table(slice_of(ours), back), len);
        assert_memory_equal(back, bytes, len);
    }
}

/* UBSan watches: NULL has no place behind it, not even 0 bytes behind. */
static void test_base64__nothing_may_be_nowhere(void **state)
{
    const struct slice nothing = { NULL, 0 };
    char text[1] = { 'x' };
    uint8_t bytes[1];

    (void)state;
    base64_encode(NULL, 0, text);
    assert_string_equal(text, "");
    assert_int_equal(base64_decode(nothing, bytes), 0);
}

static void test_base64__every_byte_value_comes_back(void **state)
{
    uint8_t bytes[256], back[258];
    char text[BASE64_LENGTH(256) + 1];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    base64_encode(bytes, sizeof bytes, text);
    assert_int_equal(base64_decode(slice_of(text), back), sizeof bytes);
    assert_memory_equal(back, bytes, sizeof bytes);
}

static const struct {
    const char *name;
    struct slice text;
} malformed[] = {
    { "one character", { "A", 1 } },
    { "two without padding", { "AA", 2 } },
    { "three without padding", { "AAA", 3 } },
    { "five", { "AAAAA", 5 } },
    { "one and three pads", { "A===", 4 } },
    { "four pads", { "====", 4 } },
    { "a pad in the middle", { "AA=A", 4 } },
    { "a pad in second place", { "A=AA", 4 } },
    { "a pad first", { "=AAA", 4 } },
    { "padding before more text", { "AA==AAAA", 8 } },
    { "one pad before more text", { "AAA=AAAA", 8 } },
    { "a quartet of pads behind", { "AAAA====", 8 } },
    { "one pad too many", { "AAA==", 5 } },
    { "unused bits after two characters", { "AB==", 4 } },
    { "unused bits after three characters", { "AAB=", 4 } },
    { "line feed", { "AAAA\nAAAA", 9 } },
    { "line feed that keeps the length a multiple", { "AAA\nAAAA", 8 } },
    { "line feed at the end", { "AAAA\n", 5 } },
    { "space", { "AA A", 4 } },
    { "NUL", { "AA\0A", 4 } },
    { "NULs for pads", { "AA\0\0", 4 } },
    { "URL alphabet, minus", { "AA-A", 4 } },
    { "URL alphabet, underscore", { "AA_A", 4 } },
    { "high bytes", { "\xff\xff\xff\xff", 4 } },
    { "UTF-8",
      { "\xc3\xa9"
        "AA",
        4 } },
};

static void test_base64__malformed_text_is_refused(void **state)
{
    uint8_t bytes[16];

    (void)state;
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
        if (base64_decode(malformed[i].text, bytes) != SIZE_MAX)
            fail_msg("%s was decoded", malformed[i].name);
}

/* Of the 256 characters in each place exactly the alphabet's 64 are taken (the pad only where it may stand). */
static void test_base64__takes_its_alphabet_alone(void **state)
{
    (void)state;
    for (size_t len = 4; len <= 48; len += 44)
        for (size_t place = 0; place < len; place++) {
            int taken = 0, taken_by_letter = 0;

            for (int c = 0; c < 256; c++) {
                char text[48];
                uint8_t bytes[36];

                memset(text, 'A', sizeof text);
                text[place] = (char)c;
                taken += base64_decode((struct slice){ text, len }, bytes) != SIZE_MAX;
                taken_by_letter += base64_decode_table((struct slice){ text, len }, bytes) != SIZE_MAX;
            }
            assert_int_equal(taken, place == len - 1 ? 65 : 64);
            assert_int_equal(taken_by_letter, taken);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base64__agrees_with_openssl_at_every_length),
        cmocka_unit_test(test_base64__nothing_may_be_nowhere),
        cmocka_unit_test(test_base64__every_byte_value_comes_back),
        cmocka_unit_test(test_base64__malformed_text_is_refused),
        cmocka_unit_test(test_base64__takes_its_alphabet_alone),
    };

    return cmocka_run_group_tests_name("base/base64", tests, NULL, NULL);
}
