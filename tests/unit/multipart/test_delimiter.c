/* Finding delimiters: against the plainest search there is, and by how many bytes were looked at. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/test.h"

static size_t bytes_compared;

static int counted_memcmp(const void *a, const void *b, size_t len)
{
    const uint8_t *x = a, *y = b;
    size_t at = 0;

    while (at < len && x[at] == y[at])
        at++;
    bytes_compared += at < len ? at + 1 : len;
    return at < len ? x[at] - y[at] : 0;
}

static const void *counted_memchr(const void *bytes, int byte, size_t len)
{
    const uint8_t *found = memchr(bytes, byte, len);

    bytes_compared += found != NULL ? (size_t)(found - (const uint8_t *)bytes) + 1 : len;
    return found;
}

/* The file itself in place of the library's copy, so that its steps can be counted. */
#define memcmp counted_memcmp
#define memchr counted_memchr
#include "multipart/delimiter.c"
#undef memcmp
#undef memchr

static const char *const boundaries[] = {
    "b",
    "bb",
    "AaB03x",
    "a b:c",
    "--------------------",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "abababababababababababababababababab",
    "kQ3vXbA0fT9wZr2LmN7pYsU1",
    "0123456789abcdef0123456789abcdef",
    "----WebKitFormBoundary7MA4YWxkTrZu0gW",
    "---------------------------9051914041544843365972754266",
    "ends-in-dashes----",
    "1234567890123456789012345678901234567890123456789012345678901234567890",
};
#define BOUNDARIES (sizeof boundaries / sizeof boundaries[0])

/* xorshift: the same texts every time. */
static uint32_t draw(uint32_t below)
{
    static uint64_t number = 88172645463325252;

    number ^= number << 13;
    number ^= number >> 7;
    number ^= number << 17;
    return (uint32_t)(number >> 32) % below;
}

static struct delimiter delimiter_of(const char *boundary)
{
    struct delimiter delimiter = { 0 };

    delimiter_set(&delimiter, slice_of(boundary));
    assert_int_equal(delimiter.len, strlen(boundary) + DELIMITER_BOUNDARY);
    return delimiter;
}

static const uint8_t *find_plainly(const struct delimiter *delimiter, const uint8_t *at, const uint8_t *end)
{
    size_t line = delimiter->len - DELIMITER_LF;

    for (; at < end; at++) {
        size_t there = (size_t)(end - at);

        if (memcmp(at, delimiter->text + DELIMITER_LF, there < line ? there : line) == 0)
            return at;
    }
    return NULL;
}

/* Bytes of the delimiter, stretches of it, runs, and sometimes all of it; cut at any place. */
static size_t draw_text(uint8_t *text, size_t cap, const struct delimiter *delimiter)
{
    size_t len = 0, wanted = draw((uint32_t)cap), from, part;
    uint32_t whole_in = 1 + draw(60);

    while (len < wanted) {
        from = draw(whole_in) == 0 ? 0 : draw((uint32_t)delimiter->len);
        part = from == 0 ? delimiter->len : 1 + draw((uint32_t)(delimiter->len - from));
        if (draw(3) == 0)
            part = 1;
        if (part > wanted - len)
            part = wanted - len;
        if (draw(4) == 0)
            memset(text + len, "\n\r-a"[draw(4)], part);
        else if (draw(4) == 0)
            for (size_t i = 0; i < part; i++)
                text[len + i] = (uint8_t)draw(256);
        else
            memcpy(text + len, delimiter->text + from, part);
        len += part;
    }
    return len;
}

static void assert_finds_all(const char *boundary, const struct delimiter *delimiter, const uint8_t *text, size_t len)
{
    /* A block of the text's size, so that the sanitizer sees a look beyond it. */
    uint8_t *block = malloc(len > 0 ? len : 1);
    const uint8_t *at = block, *end, *expected;

    assert_non_null(block);
    memcpy(block, text, len);
    end = block + len;
    do {
        expected = find_plainly(delimiter, at, end);
        if (delimiter_find(delimiter, at, end) != expected)
            fail_msg("boundary %s in %zu bytes from %zu: not found at %td", boundary, len, (size_t)(at - block),
                     expected != NULL ? expected - block : -1);
        at = expected != NULL ? expected + 1 : end;
    } while (at < end);
    free(block);
}

static void test_delimiter__is_found_where_it_stands_and_nowhere_else(void **state)
{
    static uint8_t text[600];

    (void)state;
    for (size_t i = 0; i < BOUNDARIES; i++) {
        struct delimiter delimiter = delimiter_of(boundaries[i]);

        for (int round = 0; round < 1500; round++)
            assert_finds_all(boundaries[i], &delimiter, text, draw_text(text, sizeof text, &delimiter));
    }
}

static void test_delimiter__is_found_at_every_offset_and_cut(void **state)
{
    static uint8_t text[400];

    (void)state;
    for (size_t i = 0; i < BOUNDARIES; i++) {
        struct delimiter delimiter = delimiter_of(boundaries[i]);

        for (size_t offset = 0; offset + delimiter.len <= sizeof text; offset++) {
            memset(text, 'x', sizeof text);
            memcpy(text + offset, delimiter.text, delimiter.len);
            for (size_t cut = 0; cut <= delimiter.len; cut++)
                assert_finds_all(boundaries[i], &delimiter, text, offset + cut);
            assert_finds_all(boundaries[i], &delimiter, text, sizeof text);
        }
    }
}

enum { TEXT_BYTES = 1 << 16 };

static size_t cost_of_searching(const struct delimiter *delimiter, const uint8_t *text)
{
    bytes_compared = 0;
    assert_null(delimiter_find(delimiter, text, text + TEXT_BYTES));
    return bytes_compared;
}

static void repeat(uint8_t *text, const char *part, size_t len)
{
    for (size_t i = 0; i < TEXT_BYTES; i++)
        text[i] = (uint8_t)part[i % len];
    text[TEXT_BYTES - 1] = 'x'; /* no match runs into the end */
}

/* What an uploader chooses, content and boundary, to make the reader work: its bytes are looked at twice, not once a boundary.
 */
static void test_delimiter__looks_at_hostile_content_twice_at_most(void **state)
{
    uint8_t *text = malloc(TEXT_BYTES);

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < BOUNDARIES; i++) {
        struct delimiter delimiter = delimiter_of(boundaries[i]);
        char part[2 * sizeof delimiter.text];

        for (size_t len = 1; len < delimiter.len; len++) { /* all but its end, again and again */
            repeat(text, delimiter.text, len);
            assert_true(cost_of_searching(&delimiter, text) <= 2 * TEXT_BYTES + delimiter.len);
        }
        memcpy(part, "\n\n", 2);
        for (size_t len = 1; len <= strlen(boundaries[i]); len++) { /* its end behind LFs */
            memcpy(part + 2, delimiter.text + delimiter.len - len, len);
            repeat(text, part, 2 + len);
            assert_true(cost_of_searching(&delimiter, text) <= 2 * TEXT_BYTES + delimiter.len);
        }
    }
    free(text);
}

static void test_delimiter__steps_over_ordinary_content(void **state)
{
    static const char *const ordinary[] = { "\n",      "\r\n", "-", "\r\n-", "\r\n--", "word after word\n", "0,1,22,333\r\n",
                                            "\r\n\r\n" };
    uint8_t *text = malloc(TEXT_BYTES);
    struct delimiter delimiter = delimiter_of("----WebKitFormBoundary7MA4YWxkTrZu0gW");

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < sizeof ordinary / sizeof ordinary[0]; i++) {
        repeat(text, ordinary[i], strlen(ordinary[i]));
        assert_true(cost_of_searching(&delimiter, text) <= 2 * sizeof delimiter.text);
    }
    for (size_t i = 0; i < TEXT_BYTES; i++)
        text[i] = (uint8_t)draw(256);
    assert_true(cost_of_searching(&delimiter, text) < TEXT_BYTES / 20);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_delimiter__is_found_where_it_stands_and_nowhere_else),
        cmocka_unit_test(test_delimiter__is_found_at_every_offset_and_cut),
        cmocka_unit_test(test_delimiter__looks_at_hostile_content_twice_at_most),
        cmocka_unit_test(test_delimiter__steps_over_ordinary_content),
    };

    return cmocka_run_group_tests_name("multipart/delimiter", tests, NULL, NULL);
}
