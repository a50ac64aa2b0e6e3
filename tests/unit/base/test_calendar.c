#include <time.h>

#include "base/calendar.h"
#include "support/test.h"

/* The C library's own calendar is the other opinion. */
static void check_against_libc(int64_t unix_s)
{
    char ours[CALENDAR_EXTENDED_BYTES], theirs[64], basic[CALENDAR_BASIC_BYTES];
    time_t moment = (time_t)unix_s;
    struct tm parts;
    int64_t back;

    assert_non_null(gmtime_r(&moment, &parts));
    strftime(theirs, sizeof theirs, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
    calendar_extended(unix_s, ours);
    assert_string_equal(ours, theirs);
    assert_true(calendar_read_extended(slice_of(ours), &back));
    assert_int_equal(back, unix_s);
    strftime(theirs, sizeof theirs, "%Y%m%dT%H%M%SZ", &parts);
    calendar_basic(unix_s, basic);
    assert_string_equal(basic, theirs);
    assert_true(calendar_read_basic(slice_of(basic), &back));
    assert_int_equal(back, (int64_t)timegm(&parts));
}

static void test_calendar__agrees_with_libc_on_every_day_of_four_centuries(void **state)
{
    (void)state;
    for (int64_t day = 0; day < 400 * 365 + 97; day++)
        check_against_libc(day * 86400 + (day * 7919) % 86400);
}

static void test_calendar__agrees_with_libc_up_to_year_9999(void **state)
{
    (void)state;
    for (int64_t unix_s = 0; unix_s <= CALENDAR_MAX_UNIX_S; unix_s += INT64_C(19840711))
        check_against_libc(unix_s);
    check_against_libc(0);
    check_against_libc(CALENDAR_MAX_UNIX_S);
}

static const struct {
    const char *text;
    int64_t unix_s;
} extended[] = {
    { "1970-01-01T00:00:00Z", 0 },
    { "1970-01-01T00:00:00.000Z", 0 },
    { "2000-02-29T23:59:59Z", 951868799 },
    { "2024-02-29T00:00:00.999999999Z", 1709164800 },
    { "2013-05-24T00:00:00.5Z", 1369353600 },
    { "9999-12-31T23:59:59.000Z", CALENDAR_MAX_UNIX_S },
};

static const char *const not_extended[] = {
    "",
    "2026",
    "2026-11-21",
    "2026-11-21T12:00:00",
    "2026-11-21T12:00:00+00:00",
    "2026-11-21T12:00:00+02:00",
    "2026-11-21T12:00:00-00:00",
    "2026-11-21T12:00:00z",
    "2026-11-21t12:00:00Z",
    "2026-11-21 12:00:00Z",
    "2026-11-21 12:00:00 UTC",
    "2026-11-21T12:00:00.Z",
    "2026-11-21T12:00:00,5Z",
    "2026-11-21T12:00:00.5",
    "2026-11-21T12:00:00.5xZ",
    "2026-11-21T12:00Z",
    "2026-11-21T12:00:00ZZ",
    " 2026-11-21T12:00:00Z",
    "2026-11-21T12:00:00Z ",
    "2026-00-21T12:00:00Z",
    "2026-13-21T12:00:00Z",
    "2026-11-00T12:00:00Z",
    "2026-11-31T12:00:00Z",
    "2025-02-29T12:00:00Z",
    "2100-02-29T12:00:00Z",
    "2026-11-21T24:00:00Z",
    "2026-11-21T12:60:00Z",
    "2026-11-21T12:00:60Z",
    "2026-11-21T12:00:61Z",
    "1969-12-31T23:59:59Z",
    "0000-01-01T00:00:00Z",
    "-999-01-01T00:00:00Z",
    "+026-11-21T12:00:00Z",
    "20261-11-21T12:00:00Z",
    "2026-1-21T12:00:00Z",
    "2026-11-21T1 :00:00Z",
    "2026-11-21T12:00:-1Z",
    "20261121T120000Z",
};

static void test_calendar__reads_the_documented_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof extended / sizeof extended[0]; i++) {
        int64_t unix_s = -1;

        if (!calendar_read_extended(slice_of(extended[i].text), &unix_s) || unix_s != extended[i].unix_s)
            fail_msg("%s gave %lld", extended[i].text, (long long)unix_s);
    }
}

static void test_calendar__refuses_everything_else(void **state)
{
    int64_t unix_s;

    (void)state;
    for (size_t i = 0; i < sizeof not_extended / sizeof not_extended[0]; i++)
        if (calendar_read_extended(slice_of(not_extended[i]), &unix_s))
            fail_msg("\"%s\" was read", not_extended[i]);
    assert_false(calendar_read_extended(SLICE("2026-11-21T12:00:00Z\0"), &unix_s));
}

static void test_calendar__basic_form_is_read_strictly(void **state)
{
    static const char *const refused[] = { "",
                                           "20261121",
                                           "20261121T120000",
                                           "20261121T120000z",
                                           "20261121T120000ZZ",
                                           "20261121T12000Z",
                                           "2026-11-21T12:00:00Z",
                                           "20261321T120000Z",
                                           "20260229T120000Z",
                                           "20261121T240000Z",
                                           "19691231T235959Z",
                                           "2026112 T120000Z",
                                           "+0261121T120000Z" };
    int64_t unix_s;

    (void)state;
    assert_true(calendar_read_basic(SLICE("20130524T000000Z"), &unix_s));
    assert_int_equal(unix_s, 1369353600);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (calendar_read_basic(slice_of(refused[i]), &unix_s))
            fail_msg("\"%s\" was read", refused[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendar__agrees_with_libc_on_every_day_of_four_centuries),
        cmocka_unit_test(test_calendar__agrees_with_libc_up_to_year_9999),
        cmocka_unit_test(test_calendar__reads_the_documented_forms),
        cmocka_unit_test(test_calendar__refuses_everything_else),
        cmocka_unit_test(test_calendar__basic_form_is_read_strictly),
    };

    return cmocka_run_group_tests_name("base/calendar", tests, NULL, NULL);
}
