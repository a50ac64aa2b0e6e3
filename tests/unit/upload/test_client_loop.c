/* Sources fed by other threads, and clients driven by a foreign loop. */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "support/client_bench.h"

/* --- a source fed by another thread --- */

struct pipe_source {
    pthread_mutex_t lock;
    struct postage_waker *waker;
    uint64_t ready; /* bytes the other thread has made */
    uint64_t taken;
    uint64_t total;
    unsigned agains;
};

static enum postage_status pipe_read(void *context, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct pipe_source *pipe = context;
    enum postage_status status = POSTAGE_OK;

    (void)err;
    pthread_mutex_lock(&pipe->lock);
    *got = 0;
    if (pipe->taken == pipe->total) {
        status = POSTAGE_END;
    } else if (pipe->taken == pipe->ready) {
        pipe->agains++;
        status = POSTAGE_AGAIN;
    } else {
        *got = cap < pipe->ready - pipe->taken ? cap : (size_t)(pipe->ready - pipe->taken);
        memset(dst, 'p', *got);
        pipe->taken += *got;
    }
    pthread_mutex_unlock(&pipe->lock);
    return status;
}

static void pipe_set_waker(void *context, struct postage_waker *waker)
{
    struct pipe_source *pipe = context;

    pthread_mutex_lock(&pipe->lock);
    pipe->waker = waker;
    pthread_mutex_unlock(&pipe->lock);
}

static void *feed(void *argument)
{
    struct pipe_source *pipe = argument;

    for (uint64_t made = 0; made < pipe->total; made += 10000) {
        sleep_ms(made == 250000 ? 400 : made % 50000 == 0 ? 20 : 0);
        pthread_mutex_lock(&pipe->lock);
        pipe->ready = made + 10000;
        if (pipe->waker != NULL)
            pipe->waker->wake(pipe->waker);
        pthread_mutex_unlock(&pipe->lock);
    }
    return NULL;
}

static void test_client_loop__a_source_can_be_fed_by_another_thread(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct postage_callback_source_options callback = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
    struct pipe_source pipes[4];
    pthread_t threads[4];
    struct job jobs[4];
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 4);
    for (size_t i = 0; i < 4; i++) {
        pipes[i] = (struct pipe_source){ .lock = PTHREAD_MUTEX_INITIALIZER, .total = 500000 };
        callback.context = &pipes[i];
        callback.read = pipe_read;
        callback.set_waker = pipe_set_waker;
        callback.length_known = true;
        callback.length = pipes[i].total;
        job_init(&jobs[i], &bench, "", 0);
        postage_source_close(&jobs[i].source);
        assert_int_equal(postage_source_callback(&jobs[i].source, &callback, NULL, NULL), POSTAGE_OK);
        jobs[i].options.idle_timeout_ms = 200; /* waiting for the source is not the network's idleness */
        job_submit(&jobs[i]);
        pthread_create(&threads[i], NULL, feed, &pipes[i]);
    }
    run_all(bench.client);
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        job_check(&jobs[i], POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
        assert_true(pipes[i].agains > 0);
        assert_null(pipes[i].waker);
        pthread_mutex_destroy(&pipes[i].lock);
    }
    bench_stop(&bench);
}

/* --- a foreign loop --- */

static void on_watch(void *context, int descriptor, bool readable, bool writable)
{
    const int *epoll = context;
    struct epoll_event event = { .events = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u), .data.fd = descriptor };

    if (!readable && !writable)
        epoll_ctl(*epoll, EPOLL_CTL_DEL, descriptor, &event);
    else if (epoll_ctl(*epoll, EPOLL_CTL_MOD, descriptor, &event) != 0)
        epoll_ctl(*epoll, EPOLL_CTL_ADD, descriptor, &event);
}

static void *submit_soon(void *argument)
{
    sleep_ms(50);
    job_submit(argument);
    return NULL;
}

static void drive(struct postage_client *client, int epoll, const struct job *until)
{
    int64_t limit = now_ms() + 10000;

    while (until->done == 0 || postage_client_pending(client) > 0) {
        struct epoll_event events[16];
        int count = epoll_wait(epoll, events, 16, (int)postage_client_timeout_ms(client));

        assert_true(now_ms() < limit);
        for (int i = 0; i < count; i++)
            assert_int_equal(postage_client_on_ready(client, events[i].data.fd, (events[i].events & ~(uint32_t)EPOLLOUT) != 0,
                                                     (events[i].events & EPOLLOUT) != 0, NULL),
                             POSTAGE_OK);
        assert_int_equal(postage_client_on_timeout(client, NULL), POSTAGE_OK);
    }
}

static void test_client_loop__can_be_driven_by_epoll(void **state)
{
    const struct server_step *scripts[] = { STEPS(REPLY(NO_CONTENT)) };
    struct postage_client_options options = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    static char data[1000000];
    struct bench bench;
    struct job jobs[9];
    pthread_t thread;
    int epoll = epoll_create1(0);

    (void)state;
    bench_start(&bench, scripts, 1, 4);
    postage_client_free(bench.client);
    options.watch = on_watch;
    options.context = &epoll;
    options.max_running = 4;
    assert_ok(postage_client_new(&bench.client, &options, postage_counting_allocator_use(bench.counting), &err), err);
    on_watch(&epoll, postage_client_wake_descriptor(bench.client), true, false);
    for (size_t i = 0; i < 9; i++)
        job_init(&jobs[i], &bench, data, sizeof data);
    for (size_t i = 0; i < 8; i++)
        job_submit(&jobs[i]);
    pthread_create(&thread, NULL, submit_soon, &jobs[8]); /* into a loop that sleeps by then */
    drive(bench.client, epoll, &jobs[8]);
    pthread_join(thread, NULL);
    for (size_t i = 0; i < 9; i++)
        job_check(&jobs[i], POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
    bench_stop(&bench);
    close(epoll);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client_loop__a_source_can_be_fed_by_another_thread),
        cmocka_unit_test(test_client_loop__can_be_driven_by_epoll),
    };

    return cmocka_run_group_tests_name("upload/client_loop", tests, NULL, NULL);
}
