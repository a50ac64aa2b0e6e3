#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "support/test.h"

static void test_error__is_reset_by_each_failure(void **state)
{
    struct postage_error err = { .size = sizeof err,
                                 .retry = POSTAGE_RETRY_NEW_FORM,
                                 .http_status = 403,
                                 .provider_code = "AccessDenied",
                                 .request_id = "1" };

    (void)state;
    assert_int_equal(error_set(&err, POSTAGE_ERR_LIMIT, "%s: %d", "key", 1025), POSTAGE_ERR_LIMIT);
    assert_int_equal(err.code, POSTAGE_ERR_LIMIT);
    assert_int_equal(err.retry, POSTAGE_RETRY_NEVER);
    assert_int_equal(err.http_status, 0);
    assert_string_equal(err.provider_code, "");
    assert_string_equal(err.request_id, "");
    assert_string_equal(err.message, "key: 1025");
}

/* Beyond a caller's size, and in a struct that nobody initialised, not a byte is touched. */
static void test_error__is_written_within_the_callers_size(void **state)
{
    struct {
        struct postage_error err;
        unsigned char beyond[64];
    } caller;
    const size_t sizes[] = { 0, 1, sizeof(size_t), sizeof caller.err - 1, sizeof caller.err, sizeof caller };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        bool taken = sizes[i] >= sizeof caller.err;

        memset(&caller, 0xA5, sizeof caller);
        caller.err.size = sizes[i];
        assert_int_equal(error_set(&caller.err, POSTAGE_ERR_LIMIT, "%s", "too long"), POSTAGE_ERR_LIMIT);
        assert_int_equal(caller.err.size, sizes[i]);
        assert_int_equal(caller.err.code == POSTAGE_ERR_LIMIT, taken);
        for (size_t at = taken ? sizeof caller.err : sizeof caller.err.size; at < sizeof caller; at++)
            assert_int_equal(((const unsigned char *)&caller)[at], 0xA5);
    }
}

static void test_error__may_be_absent(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, POSTAGE_ERR_INVALID, "%s", "x"), POSTAGE_ERR_INVALID);
    assert_int_equal(error_plain(NULL, POSTAGE_ERR_NOMEM), POSTAGE_ERR_NOMEM);
}

static void test_error__a_value_cannot_forge_a_line(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    error_set(&err, POSTAGE_ERR_INVALID, "value %s", "a\r\nb\tc\x1b[31m\x7f");
    for (const char *c = err.message; *c != '\0'; c++)
        assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
    assert_string_equal(err.message, "value a??b?c?[31m?");
}

/* C1 is a second set of controls, and some characters turn the direction in which all others are shown. */
static void test_error__a_value_cannot_move_a_terminal(void **state)
{
    static const struct {
        const char *text, *clean;
    } rows[] = {
        { "a\xC2\x9B"
          "31m",
          "a??31m" },
        { "a\xC2\x80\xC2\x9F\xC2\xA0", "a????\xC2\xA0" },
        { "a\x9B"
          "31m",
          "a?31m" },
        { "\xE2\x80\x8D\xE2\x80\x8E\xE2\x80\x8F\xE2\x80\x90", "\xE2\x80\x8D??????\xE2\x80\x90" },
        { "\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xAE\xE2\x80\xAF", "\xE2\x80\xA7??????\xE2\x80\xAF" },
        { "\xE2\x81\xA5\xE2\x81\xA6\xE2\x81\xA9\xE2\x81\xAA", "\xE2\x81\xA5??????\xE2\x81\xAA" },
        { "\xD8\x9B\xD8\x9C\xD8\x9D", "\xD8\x9B??\xD8\x9D" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;

        error_set(&err, POSTAGE_ERR_INVALID, "%s", rows[i].text);
        assert_string_equal(err.message, rows[i].clean);
    }
}

static void test_error__message_is_always_utf8_and_cut_between_characters(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    char text[600];

    (void)state;
    error_set(&err, POSTAGE_ERR_INVALID, "%s", "\xff\xfe caf\xe9");
    assert_string_equal(err.message, "?? caf?");
    for (size_t start = 0; start < 4; start++) { /* the cut falls on each byte of a four-byte sequence */
        memset(text, 'a', start);
        for (size_t i = start; i + 4 < sizeof text; i += 4)
            memcpy(text + i, "\xf0\x9f\x8e\x89", 5);
        error_set(&err, POSTAGE_ERR_INVALID, "%s", text);
        assert_true(utf8_valid(slice_of(err.message)));
        assert_in_range(strlen(err.message), sizeof err.message - 4, sizeof err.message - 1);
        assert_null(strchr(err.message, '?'));
    }
}

static void test_error__quotes_say_when_they_are_cut(void **state)
{
    static const char wide_text[] = "a🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉";
    static const char long_text[] = "0123456789012345678901234567890123456789012345678901234567890123";
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    error_set(&err, POSTAGE_ERR_INVALID, ERROR_QUOTE_FORMAT, ERROR_QUOTE("short", (size_t)5));
    assert_string_equal(err.message, "\"short\"");
    error_set(&err, POSTAGE_ERR_INVALID, ERROR_QUOTE_FORMAT, ERROR_QUOTE(long_text, sizeof long_text - 1));
    assert_string_equal(err.message, "\"012345678901234567890123456789012345678901234567\"...");
    error_set(&err, POSTAGE_ERR_INVALID, ERROR_QUOTE_FORMAT, ERROR_QUOTE(wide_text, sizeof wide_text - 1));
    assert_string_equal(err.message, "\"a🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉\"...");
}

static void test_error__plain_is_the_status_text(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    assert_int_equal(error_plain(&err, POSTAGE_ERR_NOMEM), POSTAGE_ERR_NOMEM);
    assert_string_equal(err.message, postage_status_text(POSTAGE_ERR_NOMEM));
    assert_string_equal(postage_status_name(POSTAGE_ERR_NOMEM), "ERR_NOMEM");
    assert_string_equal(postage_status_name((enum postage_status) - 999), "UNKNOWN");
    assert_string_equal(postage_status_text((enum postage_status)999), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error__is_reset_by_each_failure),
        cmocka_unit_test(test_error__is_written_within_the_callers_size),
        cmocka_unit_test(test_error__may_be_absent),
        cmocka_unit_test(test_error__a_value_cannot_forge_a_line),
        cmocka_unit_test(test_error__a_value_cannot_move_a_terminal),
        cmocka_unit_test(test_error__message_is_always_utf8_and_cut_between_characters),
        cmocka_unit_test(test_error__quotes_say_when_they_are_cut),
        cmocka_unit_test(test_error__plain_is_the_status_text),
    };

    return cmocka_run_group_tests_name("base/error", tests, NULL, NULL);
}
