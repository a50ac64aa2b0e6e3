/* RTLD_NEXT */
#define _GNU_SOURCE

/* Many uploads, other threads, callbacks, foreign loops and slow resolvers. */
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "support/uploading.h"

#include "postage/upload.h"

/* clang-format off */
#define STEPS(...) (const struct server_step[]){ __VA_ARGS__, { SERVER_END, NULL, 0 } }
#define REPLY(text) { SERVER_REPLY, (text), 0 }
#define NO_CONTENT "HTTP/1.1 204 No Content\r\n\r\n"
#define READ_ALL { SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ_REST, NULL, 0 }
#define HOLD { SERVER_READ_HEAD, NULL, 0 }, { SERVER_HOLD, NULL, 0 }
/* clang-format on */

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){ ms / 1000, (ms % 1000) * 1000000 }, NULL);
}

/* libcurl finds this one before the C library's: the host "slow.test" takes six seconds and leads to loopback. */
__attribute__((visibility("default"))) int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                                                       struct addrinfo **out)
{
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

    *(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
    if (node != NULL && strcmp(node, "slow.test") == 0) {
        sleep_ms(6000);
        return EAI_AGAIN;
    }
    return next(node, service, hints, out);
}

/* --- a bench: server, form, client --- */

struct bench {
    struct server *server;
    struct postage_form *form;
    struct postage_client *client;
    struct postage_counting_allocator *counting;
};

static void bench_start(struct bench *bench, const struct server_step *const *scripts, size_t count, size_t max_running)
{
    struct postage_client_options options = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;

    options.max_running = max_running;
    assert_int_equal(postage_counting_allocator_new(&bench->counting, NULL), POSTAGE_OK);
    bench->server = server_start(scripts, count);
    bench->form = form_for(server_url(bench->server), "");
    assert_ok(postage_client_new(&bench->client, &options, postage_counting_allocator_use(bench->counting), &err), err);
}

static void bench_stop(struct bench *bench)
{
    postage_client_free(bench->client);
    assert_int_equal(postage_counting_allocator_counters(bench->counting).live_blocks, 0);
    postage_counting_allocator_free(bench->counting);
    postage_form_free(bench->form);
    server_stop(bench->server);
}

static void run_all(struct postage_client *client)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    int64_t limit = now_ms() + 20000;

    while (postage_client_pending(client) > 0) {
        assert_true(now_ms() < limit);
        assert_ok(postage_client_run(client, 1000, &err), err);
    }
}

/* --- one upload and what became of it --- */

struct job {
    struct postage_source source;
    struct postage_upload_options options;
    struct postage_client *client;
    uint64_t id;
    unsigned done;
    enum postage_outcome outcome;
    enum postage_object_state state;
    unsigned replays;
    int64_t ended_ms;
    char message[256];
    unsigned progress_calls;
    bool progress_finished;
    struct postage_progress last;
};

static void on_done(void *context, const struct postage_result *result)
{
    struct job *job = context;

    job->done++;
    job->outcome = result->outcome;
    job->state = result->object_state;
    job->replays = result->replays_refused;
    job->ended_ms = now_ms();
    snprintf(job->message, sizeof job->message, "%s", result->error.message);
    assert_no_canary(job->message);
}

static void on_progress(void *context, const struct postage_progress *progress)
{
    struct job *job = context;

    assert_false(job->progress_finished);
    assert_int_equal(job->done, 0);
    assert_true(progress->object_bytes_sent >= job->last.object_bytes_sent);
    job->progress_calls++;
    job->progress_finished = progress->finished;
    job->last = *progress;
}

static void job_init(struct job *job, struct bench *bench, const void *data, size_t length)
{
    *job = (struct job){ .client = bench->client, .options = POSTAGE_UPLOAD_OPTIONS_INIT };
    assert_int_equal(postage_source_memory(&job->source, data, length, NULL, NULL), POSTAGE_OK);
    job->options.skip_check = true; /* the form is a stand-in */
    job->options.form = bench->form;
    job->options.source = &job->source;
    job->options.context = job;
    job->options.on_done = on_done;
}

static void job_submit(struct job *job)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    assert_ok(postage_client_submit(job->client, &job->options, &job->id, &err), err);
    assert_int_not_equal(job->id, 0);
}

static void job_check(struct job *job, enum postage_outcome outcome, enum postage_object_state state)
{
    if (job->done != 1 || job->outcome != outcome || job->state != state)
        fail_msg("done %u times, %s, %s: %s", job->done, postage_outcome_name(job->outcome),
                 postage_object_state_name(job->state), job->message);
    postage_source_close(&job->source);
}

/* --- many --- */

static void test_client__runs_thirty_two_uploads_at_once(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    static char data[300000];
    struct job jobs[32];
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 32);
    for (size_t i = 0; i < 32; i++) {
        job_init(&jobs[i], &bench, data, i * 9000);
        job_submit(&jobs[i]);
    }
    assert_int_equal(postage_client_pending(bench.client), 32);
    run_all(bench.client);
    for (size_t i = 0; i < 32; i++)
        job_check(&jobs[i], POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
    assert_int_equal(server_requests(bench.server), 32);
    bench_stop(&bench);
}

static void test_client__more_than_may_run_wait_and_share_connections(void **state)
{
    /* Refusals too are read to their end when they are short, so that the connection lives on. */
    const struct server_step *script =
        STEPS(REPLY("HTTP/1.1 403 Forbidden\r\nContent-Length: 40\r\n\r\n<Error><Code>AccessDenied</Code></Error>"));
    struct job jobs[20];
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 2);
    for (size_t i = 0; i < 20; i++) {
        job_init(&jobs[i], &bench, "data", 4);
        job_submit(&jobs[i]);
    }
    run_all(bench.client);
    for (size_t i = 0; i < 20; i++)
        job_check(&jobs[i], POSTAGE_OUTCOME_REJECTED, POSTAGE_OBJECT_NOT_STORED);
    assert_int_equal(server_requests(bench.server), 20);
    assert_true(server_connections(bench.server) <= 2);
    bench_stop(&bench);
}

struct chain {
    struct job job;
    struct chain *next;
};

static void on_done_submit_next(void *context, const struct postage_result *result)
{
    struct chain *chain = context;

    on_done(&chain->job, result);
    assert_int_equal(postage_client_run(chain->job.client, 0, NULL), POSTAGE_ERR_INVALID);
    if (chain->next != NULL)
        job_submit(&chain->next->job);
}

static void test_client__takes_new_uploads_from_callbacks_but_is_not_driven_by_them(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct chain links[5];
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 1);
    for (size_t i = 0; i < 5; i++) {
        job_init(&links[i].job, &bench, "data", 4);
        links[i].job.options.context = &links[i];
        links[i].job.options.on_done = on_done_submit_next;
        links[i].next = i < 4 ? &links[i + 1] : NULL;
    }
    job_submit(&links[0].job);
    run_all(bench.client);
    for (size_t i = 0; i < 5; i++)
        job_check(&links[i].job, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
    assert_int_equal(server_connections(bench.server), 1);
    bench_stop(&bench);
}

static void test_client__refuses_uploads_that_cannot_be(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct bench bench;
    struct job job;

    (void)state;
    bench_start(&bench, &script, 1, 1);
    job_init(&job, &bench, "x", 1);
    assert_refused(postage_client_submit(bench.client, &options, NULL, &err), POSTAGE_ERR_INVALID, err, "form");
    options.skip_check = true; /* the form is a stand-in */
    options.form = bench.form;
    assert_refused(postage_client_submit(bench.client, &options, NULL, &err), POSTAGE_ERR_INVALID, err, "source");
    options.size = 0;
    assert_refused(postage_client_submit(bench.client, &options, NULL, &err), POSTAGE_ERR_INVALID, err, "INIT");
    assert_int_equal(postage_client_pending(bench.client), 0);
    postage_source_close(&job.source);
    bench_stop(&bench);
}

/* --- kept connections that die --- */

static void test_client__a_form_is_never_sent_again_behind_our_back(void **state)
{
    static const struct {
        const char *name;
        struct server_step after[4]; /* what happens to the second request on the connection */
        size_t bytes;
        enum postage_object_state state;
        unsigned replays; /* that libcurl always tries; after a reset it depends on timing */
    } rows[] = {
        { "stores, then dies", { READ_ALL, { SERVER_END, NULL, 0 } }, 100, POSTAGE_OBJECT_UNKNOWN, 1 },
        { "stores, then resets", { READ_ALL, { SERVER_RESET, NULL, 0 } }, 100, POSTAGE_OBJECT_UNKNOWN, 0 },
        /* clang-format off */
        { "dies on the head", { { SERVER_READ_HEAD, NULL, 0 }, { SERVER_RESET, NULL, 0 } },
          32000000, POSTAGE_OBJECT_NOT_STORED, 0 },
        { "dies in the middle", { { SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 100000 } },
          32000000, POSTAGE_OBJECT_NOT_STORED, 0 },
        /* clang-format on */
    };
    char *data = calloc(1, 32000000);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct server_step script[] = { READ_ALL,         { SERVER_SEND, NO_CONTENT, 0 },
                                              rows[i].after[0], rows[i].after[1],
                                              rows[i].after[2], { SERVER_END, NULL, 0 } };
        const struct server_step *scripts[] = { script, STEPS(REPLY(NO_CONTENT)) };
        struct job first, second;
        struct bench bench;

        bench_start(&bench, scripts, 2, 1);
        job_init(&first, &bench, "data", 4);
        job_submit(&first);
        run_all(bench.client);
        job_check(&first, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
        job_init(&second, &bench, data, rows[i].bytes);
        job_submit(&second);
        run_all(bench.client);
        if (second.state != rows[i].state || server_requests(bench.server) != 2)
            fail_msg("%s: %s, %s, %u requests: %s", rows[i].name, postage_outcome_name(second.outcome),
                     postage_object_state_name(second.state), server_requests(bench.server), second.message);
        assert_int_not_equal(second.outcome, POSTAGE_OUTCOME_OK);
        assert_int_equal(second.done, 1);
        if (second.replays < rows[i].replays || second.replays > 1)
            fail_msg("%s: %u replays refused", rows[i].name, second.replays);
        postage_source_close(&second.source);
        bench_stop(&bench);
    }
    free(data);
}

/* --- cancelling --- */

struct canceller {
    struct postage_client *client;
    uint64_t id;
    uint64_t group;
};

static void *cancel_soon(void *argument)
{
    const struct canceller *canceller = argument;

    sleep_ms(100);
    if (canceller->id != 0)
        postage_client_cancel(canceller->client, canceller->id);
    else
        postage_client_cancel_group(canceller->client, canceller->group);
    return NULL;
}

static void test_client__another_thread_can_cancel_one_or_a_group(void **state)
{
    const struct server_step *script = STEPS(HOLD);
    static char data[8000000];

    (void)state;
    for (int by_group = 0; by_group < 2; by_group++) {
        struct canceller canceller;
        struct job jobs[4];
        struct bench bench;
        pthread_t thread;
        int64_t start = now_ms();

        bench_start(&bench, &script, 1, 2); /* two run, two wait */
        for (size_t i = 0; i < 4; i++) {
            job_init(&jobs[i], &bench, data, sizeof data);
            jobs[i].options.group = 7;
            jobs[i].options.total_timeout_ms = i == 0 ? 0 : 600;
            job_submit(&jobs[i]);
        }
        canceller = (struct canceller){ bench.client, by_group ? 0 : jobs[0].id, 7 };
        pthread_create(&thread, NULL, cancel_soon, &canceller);
        run_all(bench.client);
        pthread_join(thread, NULL);
        job_check(&jobs[0], POSTAGE_OUTCOME_CANCELLED, POSTAGE_OBJECT_NOT_STORED);
        assert_true(jobs[0].ended_ms - start < 1100);
        for (size_t i = 1; i < 4; i++)
            job_check(&jobs[i], by_group ? POSTAGE_OUTCOME_CANCELLED : POSTAGE_OUTCOME_DEADLINE, POSTAGE_OBJECT_NOT_STORED);
        assert_true(now_ms() - start < (by_group ? 1100 : 2500));
        bench_stop(&bench);
    }
}

static void on_progress_cancel(void *context, const struct postage_progress *progress)
{
    struct job *job = context;

    on_progress(context, progress);
    postage_client_cancel(job->client, job->id);
}

static void on_done_cancel_group(void *context, const struct postage_result *result)
{
    struct job *job = context;

    on_done(job, result);
    postage_client_cancel_group(job->client, 3);
}

struct cancelling_source {
    struct job *job;
    uint64_t given;
};

static enum postage_status read_and_cancel(void *context, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct cancelling_source *source = context;

    (void)err;
    if (source->given > 200000)
        postage_client_cancel(source->job->client, source->job->id);
    memset(dst, 'x', cap);
    *got = cap;
    source->given += cap;
    return POSTAGE_OK;
}

static void test_client__callbacks_can_cancel(void **state)
{
    const struct server_step *scripts[] = { STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 5000 },
                                                  { SERVER_DELAY, NULL, 150 }, { SERVER_READ_REST, NULL, 0 }) };
    static char data[32000000];
    struct postage_callback_source_options callback = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
    struct cancelling_source reading = { 0 };
    struct job moving, reader;
    struct bench bench;

    (void)state;
    bench_start(&bench, scripts, 1, 8);
    job_init(&moving, &bench, data, sizeof data);
    moving.options.on_progress = on_progress_cancel;
    job_submit(&moving);
    run_all(bench.client);
    job_check(&moving, POSTAGE_OUTCOME_CANCELLED, POSTAGE_OBJECT_NOT_STORED);
    assert_true(moving.progress_finished);

    job_init(&reader, &bench, "", 0);
    postage_source_close(&reader.source);
    reading.job = &reader;
    callback.context = &reading;
    callback.read = read_and_cancel;
    callback.length_known = true;
    callback.length = 1 << 30;
    assert_int_equal(postage_source_callback(&reader.source, &callback, NULL, NULL), POSTAGE_OK);
    job_submit(&reader);
    run_all(bench.client);
    job_check(&reader, POSTAGE_OUTCOME_CANCELLED, POSTAGE_OBJECT_NOT_STORED);
    assert_true(reading.given < 200000 + 2 * 256 * 1024); /* within one buffer */
    bench_stop(&bench);
}

static void test_client__on_done_can_cancel_the_others(void **state)
{
    const struct server_step *scripts[] = { STEPS(READ_ALL, { SERVER_DELAY, NULL, 200 }, { SERVER_SEND, NO_CONTENT, 0 }),
                                            STEPS(HOLD) };
    struct job jobs[6];
    struct bench bench;

    (void)state;
    bench_start(&bench, scripts, 2, 3); /* the first answers, two hang, three wait */
    for (size_t i = 0; i < 6; i++) {
        job_init(&jobs[i], &bench, "data", 4);
        jobs[i].options.group = 3;
        if (i == 0)
            jobs[i].options.on_done = on_done_cancel_group;
    }
    job_submit(&jobs[0]);
    while (server_connections(bench.server) == 0)
        assert_int_equal(postage_client_run(bench.client, 10, NULL), POSTAGE_OK);
    for (size_t i = 1; i < 6; i++)
        job_submit(&jobs[i]);
    run_all(bench.client);
    job_check(&jobs[0], POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
    for (size_t i = 1; i < 6; i++)
        job_check(&jobs[i], POSTAGE_OUTCOME_CANCELLED, i < 3 ? POSTAGE_OBJECT_UNKNOWN : POSTAGE_OBJECT_NOT_STORED);
    bench_stop(&bench);
}

static void test_client__free_ends_what_is_unfinished(void **state)
{
    const struct server_step *script = STEPS(HOLD);
    struct job jobs[4];
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 2);
    for (size_t i = 0; i < 4; i++) {
        job_init(&jobs[i], &bench, "data", 4);
        job_submit(&jobs[i]);
    }
    for (int i = 0; i < 10; i++)
        assert_int_equal(postage_client_run(bench.client, 10, NULL), POSTAGE_OK);
    bench_stop(&bench);
    for (size_t i = 0; i < 4; i++)
        job_check(&jobs[i], POSTAGE_OUTCOME_CANCELLED, i < 2 ? POSTAGE_OBJECT_UNKNOWN : POSTAGE_OBJECT_NOT_STORED);
}

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

static void test_client__a_source_can_be_fed_by_another_thread(void **state)
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

static void test_client__can_be_driven_by_epoll(void **state)
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

/* --- the resolver that hangs --- */

static void test_client__a_resolver_that_hangs_delays_nobody(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct job slow[2], fast;
    struct bench bench;
    struct postage_form *form = form_for("http://slow.test/bucket", "");
    int64_t start = now_ms();

    (void)state;
    bench_start(&bench, &script, 1, 8);
    for (size_t i = 0; i < 2; i++) {
        job_init(&slow[i], &bench, "data", 4);
        slow[i].options.form = form;
        slow[i].options.connect_timeout_ms = i == 0 ? 300 : 60000;
        job_submit(&slow[i]);
    }
    job_init(&fast, &bench, "data", 4);
    job_submit(&fast);
    while (fast.done == 0 || slow[0].done == 0)
        assert_int_equal(postage_client_run(bench.client, 1000, NULL), POSTAGE_OK);
    postage_client_cancel(bench.client, slow[1].id);
    run_all(bench.client);
    assert_true(fast.ended_ms - start < 1000);
    assert_true(slow[0].ended_ms - start < 1300);
    assert_true(slow[1].ended_ms - start < 2300);
    job_check(&fast, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
    job_check(&slow[0], POSTAGE_OUTCOME_RESOLVE, POSTAGE_OBJECT_NOT_STORED);
    assert_non_null(strstr(slow[0].message, "slow.test"));
    assert_non_null(strstr(slow[0].message, "connect limit after 300 ms"));
    job_check(&slow[1], POSTAGE_OUTCOME_CANCELLED, POSTAGE_OBJECT_NOT_STORED);
    bench_stop(&bench);
    assert_true(now_ms() - start < 4000);
    postage_form_free(form);
}

/* --- progress and memory --- */

static void test_client__progress_is_told_ten_times_a_second_at_most(void **state)
{
    const struct server_step *script =
        STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 4000000 }, { SERVER_DELAY, NULL, 250 },
              { SERVER_READ, NULL, 8000000 }, { SERVER_DELAY, NULL, 250 }, { SERVER_READ_REST, NULL, 0 },
              { SERVER_SEND, NO_CONTENT, 0 });
    static char data[32000000];
    struct bench bench;
    struct job job;

    (void)state;
    bench_start(&bench, &script, 1, 1);
    job_init(&job, &bench, data, sizeof data);
    job.options.on_progress = on_progress;
    job_submit(&job);
    run_all(bench.client);
    job_check(&job, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
    assert_true(job.progress_finished);
    assert_true(job.progress_calls >= 3 && job.progress_calls <= 2 + job.last.elapsed_ms / 100);
    assert_int_equal(job.last.object_bytes, sizeof data);
    assert_int_equal(job.last.object_bytes_sent, sizeof data);
    bench_stop(&bench);
}

struct measured {
    struct postage_counting_allocator *counting;
    uint64_t total_at_first;
    uint64_t total_at_last;
    uint64_t live;
    uint64_t given;
};

static enum postage_status read_and_measure(void *context, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct measured *measured = context;
    struct postage_allocation_counters counters = postage_counting_allocator_counters(measured->counting);

    (void)err;
    if (measured->given == 0)
        measured->total_at_first = counters.total_blocks;
    measured->total_at_last = counters.total_blocks;
    measured->live = counters.live_bytes;
    memset(dst, 'm', cap);
    *got = cap;
    measured->given += cap;
    return POSTAGE_OK;
}

static void test_client__a_chunk_allocates_nothing_and_an_upload_little(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct postage_callback_source_options callback = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
    struct measured measured[2];
    struct bench bench;
    uint64_t before;

    (void)state;
    bench_start(&bench, &script, 1, 8);
    before = postage_counting_allocator_counters(bench.counting).live_bytes;
    for (size_t i = 0; i < 2; i++) {
        struct job job;

        measured[i] = (struct measured){ .counting = bench.counting };
        callback.context = &measured[i];
        callback.read = read_and_measure;
        callback.length_known = true;
        callback.length = 64 << 20;
        job_init(&job, &bench, "", 0);
        postage_source_close(&job.source);
        assert_int_equal(postage_source_callback(&job.source, &callback, NULL, NULL), POSTAGE_OK);
        job_submit(&job);
        run_all(bench.client);
        /* A callback source fills every buffer it is given, the one after its declared end as well. */
        job_check(&job, POSTAGE_OUTCOME_SOURCE_CHANGED, POSTAGE_OBJECT_NOT_STORED);
        assert_int_equal(measured[i].total_at_first, measured[i].total_at_last);
        print_message("own heap of one upload: %llu bytes\n", (unsigned long long)(measured[i].live - before));
        assert_true(measured[i].live - before <= 8192);
    }
    /* Pooled: the second upload found everything there. */
    assert_true(measured[1].total_at_last - measured[0].total_at_last <= 6);
    bench_stop(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client__runs_thirty_two_uploads_at_once),
        cmocka_unit_test(test_client__more_than_may_run_wait_and_share_connections),
        cmocka_unit_test(test_client__takes_new_uploads_from_callbacks_but_is_not_driven_by_them),
        cmocka_unit_test(test_client__refuses_uploads_that_cannot_be),
        cmocka_unit_test(test_client__a_form_is_never_sent_again_behind_our_back),
        cmocka_unit_test(test_client__another_thread_can_cancel_one_or_a_group),
        cmocka_unit_test(test_client__callbacks_can_cancel),
        cmocka_unit_test(test_client__on_done_can_cancel_the_others),
        cmocka_unit_test(test_client__free_ends_what_is_unfinished),
        cmocka_unit_test(test_client__a_source_can_be_fed_by_another_thread),
        cmocka_unit_test(test_client__can_be_driven_by_epoll),
        cmocka_unit_test(test_client__a_resolver_that_hangs_delays_nobody),
        cmocka_unit_test(test_client__progress_is_told_ten_times_a_second_at_most),
        cmocka_unit_test(test_client__a_chunk_allocates_nothing_and_an_upload_little),
    };

    return cmocka_run_group_tests_name("upload/client", tests, NULL, NULL);
}
