#include "support/test.h"
#include "quantity.h"

#define GB UINT64_C(1000000000)

/* What is expected of one text. */
struct row {
    const char *text;
    enum quantity_status status;
    uint64_t number;
};

static void check_rows(enum quantity_status (*read)(const char *, uint64_t *), const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t number = 0;
        enum quantity_status status = read(rows[i].text, &number);

        if (status != rows[i].status)
            fail_msg("\"%s\": got status %d, expected %d", rows[i].text, (int)status, (int)rows[i].status);
        if (status == QUANTITY_OK && number != rows[i].number)
            fail_msg("\"%s\": got %llu", rows[i].text, (unsigned long long)number);
    }
}

#define CHECK(read, rows) check_rows((read), (rows), sizeof(rows) / sizeof(rows)[0])

static void test_quantity__sizes_are_whole_numbers_with_known_units(void **state)
{
    static const struct row rows[] = {
        { "0", QUANTITY_OK, 0 },
        { "1024", QUANTITY_OK, 1024 },
        { "1B", QUANTITY_OK, 1 },
        { "10MB", QUANTITY_OK, 10000000 },
        { "10MiB", QUANTITY_OK, 10485760 },
        { "10mib", QUANTITY_OK, 10485760 },
        { "5GB", QUANTITY_OK, 5 * GB },
        { "2TiB", QUANTITY_OK, UINT64_C(2) << 40 },
        { "9223372036854775807", QUANTITY_OK, INT64_MAX },
        { "9223372036854775808", QUANTITY_TOO_LARGE, 0 },
        { "99999999999999999999999999", QUANTITY_TOO_LARGE, 0 },
        { "8388608TiB", QUANTITY_TOO_LARGE, 0 },
        { "", QUANTITY_MALFORMED, 0 },
        { "-1", QUANTITY_MALFORMED, 0 },
        { "+1", QUANTITY_MALFORMED, 0 },
        { " 1", QUANTITY_MALFORMED, 0 },
        { "1 ", QUANTITY_MALFORMED, 0 },
        { "1.5GB", QUANTITY_MALFORMED, 0 },
        { "10M", QUANTITY_MALFORMED, 0 },
        { "0x10", QUANTITY_MALFORMED, 0 },
        { "1e3", QUANTITY_MALFORMED, 0 },
        { "MiB", QUANTITY_MALFORMED, 0 },
        { "10MiBs", QUANTITY_MALFORMED, 0 },
    };

    (void)state;
    CHECK(quantity_to_size, rows);
}

static void test_quantity__durations_name_each_unit_once_and_the_longest_first(void **state)
{
    static const struct row rows[] = {
        { "15m", QUANTITY_OK, 900 },
        { "2h30m", QUANTITY_OK, 9000 },
        { "90s", QUANTITY_OK, 90 },
        { "7d", QUANTITY_OK, 604800 },
        { "1d2h3m4s", QUANTITY_OK, 93784 },
        { "900", QUANTITY_OK, 900 },
        { "0", QUANTITY_OK, 0 },
        { "2147483647", QUANTITY_OK, INT32_MAX },
        { "2147483648", QUANTITY_TOO_LARGE, 0 },
        { "99999999999999999999d", QUANTITY_TOO_LARGE, 0 },
        { "24856d", QUANTITY_TOO_LARGE, 0 },
        { "", QUANTITY_MALFORMED, 0 },
        { "m", QUANTITY_MALFORMED, 0 },
        { "15", QUANTITY_OK, 15 },
        { "15 m", QUANTITY_MALFORMED, 0 },
        { "1h30", QUANTITY_MALFORMED, 0 },
        { "30m1h", QUANTITY_MALFORMED, 0 },
        { "1m1m", QUANTITY_MALFORMED, 0 },
        { "1w", QUANTITY_MALFORMED, 0 },
        { "-5m", QUANTITY_MALFORMED, 0 },
        { "1.5h", QUANTITY_MALFORMED, 0 },
        { "15M", QUANTITY_MALFORMED, 0 },
    };

    (void)state;
    CHECK(quantity_to_duration, rows);
}

static void test_quantity__times_are_utc_moments_that_exist(void **state)
{
    static const struct row rows[] = {
        { "1970-01-01T00:00:00Z", QUANTITY_OK, 0 },
        { "2026-11-21T12:00:00Z", QUANTITY_OK, 1795262400 },
        { "20151229T000000Z", QUANTITY_OK, 1451347200 },
        { "2015-12-29T00:00:00Z", QUANTITY_OK, 1451347200 },
        { "2015-12-29T00:00:00.123456Z", QUANTITY_OK, 1451347200 },
        { "2015-12-29T02:00:00+02:00", QUANTITY_OK, 1451347200 },
        { "2015-12-28T22:30:00-01:30", QUANTITY_OK, 1451347200 },
        { "2000-02-29T23:59:59Z", QUANTITY_OK, 951868799 },
        { "1451347200", QUANTITY_OK, 1451347200 },
        { "9999-12-31T23:59:59Z", QUANTITY_OK, 253402300799 },
        { "253402300800", QUANTITY_TOO_LARGE, 0 },
        { "18446744073709551616", QUANTITY_TOO_LARGE, 0 },
        { "2100-02-29T00:00:00Z", QUANTITY_MALFORMED, 0 },
        { "2026-13-01T00:00:00Z", QUANTITY_MALFORMED, 0 },
        { "2026-00-01T00:00:00Z", QUANTITY_MALFORMED, 0 },
        { "2026-04-31T00:00:00Z", QUANTITY_MALFORMED, 0 },
        { "2026-11-21T24:00:00Z", QUANTITY_MALFORMED, 0 },
        { "2026-11-21T12:60:00Z", QUANTITY_MALFORMED, 0 },
        { "2026-11-21T12:00:60Z", QUANTITY_MALFORMED, 0 },
        { "2026-11-21T12:00:00", QUANTITY_MALFORMED, 0 },
        { "2026-11-21T12:00:00.Z", QUANTITY_MALFORMED, 0 },
        { "2026-11-21 12:00:00Z", QUANTITY_MALFORMED, 0 },
        { "2026-11-21", QUANTITY_MALFORMED, 0 },
        { "2026-11-21T12:00:00Zjunk", QUANTITY_MALFORMED, 0 },
        { "1969-12-31T23:59:59Z", QUANTITY_MALFORMED, 0 },
        { "1970-01-01T00:00:00+01:00", QUANTITY_MALFORMED, 0 },
        { "now", QUANTITY_MALFORMED, 0 },
        { "-1", QUANTITY_MALFORMED, 0 },
        { "", QUANTITY_MALFORMED, 0 },
    };

    (void)state;
    CHECK(quantity_to_time, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantity__sizes_are_whole_numbers_with_known_units),
        cmocka_unit_test(test_quantity__durations_name_each_unit_once_and_the_longest_first),
        cmocka_unit_test(test_quantity__times_are_utc_moments_that_exist),
    };

    return cmocka_run_group_tests_name("cli/quantity", tests, NULL, NULL);
}
