#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/poller.h"
#include "support/counters.h"
#include "support/failing.h"
#include "support/test.h"

/* What it says of the descriptor, waiting no longer than it has to; neither: it says nothing. */
static struct poller_event look(struct poller *poller, int descriptor)
{
    struct poller_event events[POLLER_EVENTS];
    int count = poller_wait(poller, 0, events);

    assert_true(count >= 0);
    for (int i = 0; i < count; i++)
        if (events[i].descriptor == descriptor)
            return events[i];
    return (struct poller_event){ descriptor, false, false };
}

static void open_pair(int pair[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
}

static void test_poller__tells_what_was_asked_last(void **state)
{
    struct poller poller;
    int pair[2];

    (void)state;
    open_pair(pair);
    assert_int_equal(poller_open(&poller, NULL, NULL), POSTAGE_OK);
    assert_false(look(&poller, pair[0]).writable);
    assert_int_equal(poller_set(&poller, pair[0], true, true, NULL), POSTAGE_OK);
    assert_true(look(&poller, pair[0]).writable);
    assert_false(look(&poller, pair[0]).readable);
    assert_int_equal(poller_set(&poller, pair[0], true, false, NULL), POSTAGE_OK);
    assert_false(look(&poller, pair[0]).writable);
    assert_int_equal(write(pair[1], "x", 1), 1);
    assert_true(look(&poller, pair[0]).readable);
    assert_int_equal(poller_set(&poller, pair[0], false, false, NULL), POSTAGE_OK);
    assert_int_equal(poller_set(&poller, pair[0], false, false, NULL), POSTAGE_OK); /* not there any more: fine */
    assert_false(look(&poller, pair[0]).readable);
    poller_close(&poller);
    close(pair[0]);
    close(pair[1]);
}

static void test_poller__the_end_of_the_other_side_is_readable(void **state)
{
    struct poller poller;
    int pair[2];

    (void)state;
    open_pair(pair);
    assert_int_equal(poller_open(&poller, NULL, NULL), POSTAGE_OK);
    assert_int_equal(poller_set(&poller, pair[0], true, false, NULL), POSTAGE_OK);
    close(pair[1]);
    assert_true(look(&poller, pair[0]).readable);
    poller_close(&poller);
    close(pair[0]);
}

/* The system forgets a closed descriptor by itself; the number comes back soon, as a stranger's. */
static void test_poller__a_number_can_come_back(void **state)
{
    struct poller poller;
    int pair[2], again[2];

    (void)state;
    open_pair(pair);
    assert_int_equal(poller_open(&poller, NULL, NULL), POSTAGE_OK);
    assert_int_equal(poller_set(&poller, pair[0], true, false, NULL), POSTAGE_OK);
    close(pair[0]);
    close(pair[1]);
    open_pair(again);
    assert_int_equal(again[0], pair[0]);
    assert_int_equal(poller_set(&poller, again[0], true, true, NULL), POSTAGE_OK);
    assert_true(look(&poller, again[0]).writable);
    poller_close(&poller);
    close(again[0]);
    close(again[1]);
}

static void test_poller__knows_for_whom_it_watches(void **state)
{
    struct poller poller;
    struct watcher one, two;
    int pair[2];

    (void)state;
    open_pair(pair);
    assert_int_equal(poller_open(&poller, NULL, NULL), POSTAGE_OK);
    assert_null(poller_watcher(&poller, pair[0]));
    assert_int_equal(poller_set(&poller, pair[0], true, false, &one), POSTAGE_OK);
    assert_int_equal(poller_set(&poller, pair[1], true, false, &two), POSTAGE_OK);
    assert_ptr_equal(poller_watcher(&poller, pair[0]), &one);
    assert_int_equal(poller_set(&poller, pair[0], true, false, &two), POSTAGE_OK);
    assert_ptr_equal(poller_watcher(&poller, pair[0]), &two);
    assert_int_equal(poller_set(&poller, pair[0], false, false, &two), POSTAGE_OK);
    assert_null(poller_watcher(&poller, pair[0]));
    assert_null(poller_watcher(&poller, 100000));
    assert_null(poller_watcher(&poller, -1));
    poller_close(&poller);
    close(pair[0]);
    close(pair[1]);
}

static char told[64];

static void tell(void *context, int descriptor, bool readable, bool writable)
{
    (void)context, (void)descriptor;
    snprintf(told + strlen(told), sizeof told - strlen(told), "%s%s;", readable ? "r" : "", writable ? "w" : "");
}

/* A caller's loop need not be told the same twice. */
static void test_poller__tells_the_callers_loop_of_changes_only(void **state)
{
    struct watcher watcher;
    struct poller poller;
    int pair[2];

    (void)state;
    open_pair(pair);
    assert_int_equal(poller_open(&poller, NULL, NULL), POSTAGE_OK);
    poller.watch = tell;
    told[0] = '\0';
    assert_int_equal(poller_set(&poller, pair[0], true, false, NULL), POSTAGE_OK);
    assert_int_equal(poller_set(&poller, pair[0], true, false, &watcher), POSTAGE_OK);
    assert_int_equal(poller_set(&poller, pair[0], true, true, &watcher), POSTAGE_OK);
    assert_int_equal(poller_set(&poller, pair[0], false, false, NULL), POSTAGE_OK);
    assert_int_equal(poller_set(&poller, pair[0], false, false, NULL), POSTAGE_OK);
    assert_string_equal(told, "r;rw;;");
    poller_close(&poller);
    close(pair[0]);
    close(pair[1]);
}

static void test_poller__without_memory_keeps_what_it_had(void **state)
{
    struct postage_counting_allocator *counting;
    struct failing failing = { 0 };
    struct postage_allocator alloc;
    struct watcher watcher;
    struct poller poller;
    int pair[2];

    (void)state;
    open_pair(pair);
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    failing.parent = postage_counting_allocator_use(counting);
    alloc = failing_allocator(&failing);
    assert_int_equal(poller_open(&poller, &alloc, NULL), POSTAGE_OK);
    assert_int_equal(poller_set(&poller, pair[0], true, true, &watcher), POSTAGE_OK);
    failing.fail_at = failing.calls + 1;
    assert_int_equal(poller_set(&poller, 4000, true, false, NULL), POSTAGE_ERR_NOMEM);
    assert_ptr_equal(poller_watcher(&poller, pair[0]), &watcher);
    assert_true(look(&poller, pair[0]).writable);
    poller_close(&poller);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
    close(pair[0]);
    close(pair[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poller__tells_what_was_asked_last),
        cmocka_unit_test(test_poller__the_end_of_the_other_side_is_readable),
        cmocka_unit_test(test_poller__a_number_can_come_back),
        cmocka_unit_test(test_poller__knows_for_whom_it_watches),
        cmocka_unit_test(test_poller__tells_the_callers_loop_of_changes_only),
        cmocka_unit_test(test_poller__without_memory_keeps_what_it_had),
    };

    return cmocka_run_group_tests_name("http/poller", tests, NULL, NULL);
}
