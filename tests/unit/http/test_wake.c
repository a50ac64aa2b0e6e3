#include <poll.h>
#include <pthread.h>

#include "http/wake.h"
#include "support/test.h"

static bool is_readable(const struct wake *wake, int timeout_ms)
{
    struct pollfd entry = { .fd = wake->read_end, .events = POLLIN };

    return poll(&entry, 1, timeout_ms) == 1;
}

static void test_wake__many_signals_are_one_until_drained(void **state)
{
    struct wake wake;

    (void)state;
    assert_int_equal(wake_open(&wake, NULL), POSTAGE_OK);
    assert_false(is_readable(&wake, 0));
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100000; i++)
            wake_signal(&wake);
        assert_true(is_readable(&wake, 0));
        wake_drain(&wake);
        assert_false(is_readable(&wake, 0));
    }
    wake_close(&wake);
}

struct sender {
    struct wake wake;
    atomic_int sent;
};

enum { MESSAGES = 20000 };

static void *send_messages(void *argument)
{
    struct sender *sender = argument;

    for (int i = 0; i < MESSAGES; i++) {
        atomic_fetch_add(&sender->sent, 1);
        wake_signal(&sender->wake);
    }
    return NULL;
}

static void test_wake__no_signal_of_another_thread_is_lost(void **state)
{
    struct sender sender = { .sent = 0 };
    pthread_t threads[2];
    int seen = 0;

    (void)state;
    assert_int_equal(wake_open(&sender.wake, NULL), POSTAGE_OK);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, send_messages, &sender);
    while (seen < 2 * MESSAGES) {
        assert_true(is_readable(&sender.wake, 5000)); /* a lost signal would leave us waiting here */
        wake_drain(&sender.wake);
        seen = atomic_load(&sender.sent);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    wake_close(&sender.wake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wake__many_signals_are_one_until_drained),
        cmocka_unit_test(test_wake__no_signal_of_another_thread_is_lost),
    };

    return cmocka_run_group_tests_name("http/wake", tests, NULL, NULL);
}
