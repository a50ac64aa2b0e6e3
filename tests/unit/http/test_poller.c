#include <unistd.h>

#include "http/poller.h"
#include "support/counters.h"
#include "support/failing.h"
#include "support/test.h"

static size_t watched(const struct poller *poller, int descriptor, short events)
{
    size_t found = 0;

    for (size_t i = 0; i < poller->count; i++)
        if (poller->entries[i].fd == descriptor && poller->entries[i].events == events)
            found++;
    return found;
}

static void test_poller__watches_each_descriptor_once_for_what_was_asked_last(void **state)
{
    struct poller poller;

    (void)state;
    poller_init(&poller, NULL);
    for (int descriptor = 300; descriptor >= 0; descriptor--)
        assert_int_equal(poller_set(&poller, descriptor, true, false, NULL), POSTAGE_OK);
    for (int descriptor = 0; descriptor <= 300; descriptor += 3)
        assert_int_equal(poller_set(&poller, descriptor, false, false, NULL), POSTAGE_OK);
    for (int descriptor = 1; descriptor <= 300; descriptor += 3)
        assert_int_equal(poller_set(&poller, descriptor, true, true, NULL), POSTAGE_OK);
    assert_int_equal(poller_set(&poller, 299, false, false, NULL), POSTAGE_OK);
    assert_int_equal(poller_set(&poller, 299, false, false, NULL), POSTAGE_OK); /* not there any more: fine */
    assert_int_equal(poller.count, 199);
    for (int descriptor = 0; descriptor < 299; descriptor++) {
        assert_int_equal(watched(&poller, descriptor, POLLIN), descriptor % 3 == 2);
        assert_int_equal(watched(&poller, descriptor, POLLIN | POLLOUT), descriptor % 3 == 1);
    }
    poller_clear(&poller);
}

static void test_poller__knows_for_whom_it_watches(void **state)
{
    struct poller poller;
    int one, two;

    (void)state;
    poller_init(&poller, NULL);
    assert_null(poller_owner(&poller, 7));
    assert_int_equal(poller_set(&poller, 7, true, false, &one), POSTAGE_OK);
    assert_int_equal(poller_set(&poller, 8, true, false, &two), POSTAGE_OK);
    assert_ptr_equal(poller_owner(&poller, 7), &one);
    assert_int_equal(poller_set(&poller, 7, true, true, &two), POSTAGE_OK);
    assert_ptr_equal(poller_owner(&poller, 7), &two);
    assert_int_equal(poller_set(&poller, 7, false, false, &two), POSTAGE_OK);
    assert_null(poller_owner(&poller, 7));
    poller_forget(&poller, &two);
    assert_null(poller_owner(&poller, 8));
    assert_int_equal(watched(&poller, 8, POLLIN), 1);
    assert_null(poller_owner(&poller, 100000));
    poller_clear(&poller);
}

static void test_poller__without_memory_keeps_what_it_had(void **state)
{
    struct postage_counting_allocator *counting;
    struct failing failing = { 0 };
    struct postage_allocator alloc;
    struct poller poller;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    failing.parent = postage_counting_allocator_use(counting);
    alloc = failing_allocator(&failing);
    poller_init(&poller, &alloc);
    assert_int_equal(poller_set(&poller, 3, true, false, NULL), POSTAGE_OK);
    failing.fail_at = failing.calls + 1;
    assert_int_equal(poller_set(&poller, 4000, true, false, NULL), POSTAGE_ERR_NOMEM);
    assert_int_equal(poller.count, 1);
    assert_int_equal(watched(&poller, 3, POLLIN), 1);
    poller_clear(&poller);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poller__watches_each_descriptor_once_for_what_was_asked_last),
        cmocka_unit_test(test_poller__knows_for_whom_it_watches),
        cmocka_unit_test(test_poller__without_memory_keeps_what_it_had),
    };

    return cmocka_run_group_tests_name("http/poller", tests, NULL, NULL);
}
