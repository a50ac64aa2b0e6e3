#include <stdlib.h>

#include "http/timers.h"
#include "support/counters.h"
#include "support/failing.h"
#include "support/test.h"

enum { COUNT = 200 };

static int64_t earliest(const struct timer *timers)
{
    int64_t first = INT64_MAX;

    for (size_t i = 0; i < COUNT; i++)
        if (timers[i].place != 0 && timers[i].due_ms < first)
            first = timers[i].due_ms;
    return first;
}

static void test_timers__the_first_is_the_first_whatever_is_set(void **state)
{
    static struct timer all[COUNT];
    struct timers timers;

    (void)state;
    timers_init(&timers, NULL);
    assert_int_equal(timers_reserve(&timers, COUNT), POSTAGE_OK);
    srand(7);
    for (int step = 0; step < 20000; step++) {
        struct timer *timer = &all[rand() % COUNT];
        const struct timer *first;

        timers_set(&timers, timer, rand() % 4 == 0 ? INT64_MAX : rand() % 1000);
        first = timers_first(&timers);
        assert_int_equal(first != NULL ? first->due_ms : INT64_MAX, earliest(all));
    }
    for (size_t i = 0; i < COUNT; i++)
        timers_set(&timers, &all[i], INT64_MAX);
    assert_null(timers_first(&timers));
    timers_clear(&timers);
}

static void test_timers__without_memory_keep_what_they_had(void **state)
{
    struct failing failing = { 0 };
    struct postage_counting_allocator *counting;
    struct postage_allocator alloc;
    struct timers timers;
    struct timer timer = { 0 };

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    failing.parent = postage_counting_allocator_use(counting);
    alloc = failing_allocator(&failing);
    timers_init(&timers, &alloc);
    assert_int_equal(timers_reserve(&timers, 1), POSTAGE_OK);
    timers_set(&timers, &timer, 5);
    failing.fail_at = failing.calls + 1;
    assert_int_equal(timers_reserve(&timers, 100000), POSTAGE_ERR_NOMEM);
    assert_ptr_equal(timers_first(&timers), &timer);
    timers_clear(&timers);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timers__the_first_is_the_first_whatever_is_set),
        cmocka_unit_test(test_timers__without_memory_keep_what_they_had),
    };

    return cmocka_run_group_tests_name("http/timers", tests, NULL, NULL);
}
