/* The clock that a caller gives. */
#include "sandbox/setup.h"
#include "support/test.h"

static int64_t clock_of(void *context)
{
    return *(const int64_t *)context;
}

static void test_setup__a_clock_outside_the_calendar_stands_at_its_end(void **state)
{
    static const struct {
        int64_t told, counts;
    } rows[] = {
        { INT64_MIN, 0 },
        { -1, 0 },
        { 0, 0 },
        { 1763726400, 1763726400 },
        { CALENDAR_MAX_UNIX_S, CALENDAR_MAX_UNIX_S },
        { CALENDAR_MAX_UNIX_S + 1, CALENDAR_MAX_UNIX_S },
        { INT64_MAX, CALENDAR_MAX_UNIX_S },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t told = rows[i].told;
        const struct setup setup = { .now = clock_of, .now_context = &told };

        assert_true(setup_now(&setup) == rows[i].counts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_setup__a_clock_outside_the_calendar_stands_at_its_end),
    };

    return cmocka_run_group_tests_name("sandbox/setup", tests, NULL, NULL);
}
