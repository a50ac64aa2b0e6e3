/* Uploads of a client against a scripted server: the server, the form, the client, and what became of each upload. */
#ifndef POSTAGE_TESTS_SUPPORT_CLIENT_BENCH_H
#define POSTAGE_TESTS_SUPPORT_CLIENT_BENCH_H

#include <stdlib.h>
#include <time.h>

#include "support/counters.h"
#include "support/uploading.h"

#include "postage/upload.h"

#define STEPS(...)                                                                                                             \
    (const struct server_step[])                                                                                               \
    {                                                                                                                          \
        __VA_ARGS__,                                                                                                           \
        {                                                                                                                      \
            SERVER_END, NULL, 0                                                                                                \
        }                                                                                                                      \
    }
#define REPLY(text)                                                                                                            \
    {                                                                                                                          \
        SERVER_REPLY, (text), 0                                                                                                \
    }
#define READ_ALL                                                                                                               \
    { SERVER_READ_HEAD, NULL, 0 },                                                                                             \
    {                                                                                                                          \
        SERVER_READ_REST, NULL, 0                                                                                              \
    }
#define HOLD                                                                                                                   \
    { SERVER_READ_HEAD, NULL, 0 },                                                                                             \
    {                                                                                                                          \
        SERVER_HOLD, NULL, 0                                                                                                   \
    }

static inline int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){ ms / 1000, (ms % 1000) * 1000000 }, NULL);
}

/* --- a bench: server, form, client --- */

struct bench {
    struct server *server;
    struct postage_form *form;
    struct postage_client *client;
    struct postage_counting_allocator *counting;
};

static inline void bench_start(struct bench *bench, const struct server_step *const *scripts, size_t count, size_t max_running)
{
    struct postage_client_options options = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;

    options.max_running = max_running;
    assert_int_equal(postage_counting_allocator_new(&bench->counting, NULL), POSTAGE_OK);
    bench->server = server_start(scripts, count);
    bench->form = form_for(server_url(bench->server), "");
    assert_ok(postage_client_new(&bench->client, &options, postage_counting_allocator_use(bench->counting), &err), err);
}

static inline void bench_stop(struct bench *bench)
{
    postage_client_free(bench->client);
    assert_int_equal(counters_of(bench->counting).live_blocks, 0);
    postage_counting_allocator_free(bench->counting);
    postage_form_free(bench->form);
    server_stop(bench->server);
}

static inline void run_all(struct postage_client *client)
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
    int64_t ended_ms;
    char message[512];
    unsigned progress_calls;
    bool progress_finished;
    enum postage_progress_answer progress_answer; /* what the callback is to answer */
    struct postage_progress last;
};

static inline void on_done(void *context, const struct postage_result *result)
{
    struct job *job = context;

    job->done++;
    job->outcome = result->outcome;
    job->state = result->object_state;
    job->ended_ms = now_ms();
    snprintf(job->message, sizeof job->message, "%s", result->error->message);
    assert_no_canary(job->message);
}

static inline enum postage_progress_answer on_progress(void *context, const struct postage_progress *progress)
{
    struct job *job = context;

    assert_false(job->progress_finished);
    assert_int_equal(job->done, 0);
    assert_true(progress->object_bytes_sent >= job->last.object_bytes_sent);
    job->progress_calls++;
    job->progress_finished = progress->finished;
    job->last = *progress;
    return job->progress_answer;
}

static inline void job_init(struct job *job, struct bench *bench, const void *data, size_t length)
{
    *job = (struct job){ .client = bench->client, .options = POSTAGE_UPLOAD_OPTIONS_INIT };
    assert_int_equal(postage_source_memory(&job->source, data, length, NULL, NULL), POSTAGE_OK);
    job->options.skip_check = true; /* the form is a stand-in */
    job->options.form = bench->form;
    job->options.source = &job->source;
    job->options.context = job;
    job->options.on_done = on_done;
}

static inline void job_submit(struct job *job)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    assert_ok(postage_client_submit(job->client, &job->options, &job->id, &err), err);
    assert_int_not_equal(job->id, 0);
}

static inline void job_check(struct job *job, enum postage_outcome outcome, enum postage_object_state state)
{
    if (job->done != 1 || job->outcome != outcome || job->state != state)
        fail_msg("done %u times, %s, %s: %s", job->done, postage_outcome_name(job->outcome),
                 postage_object_state_name(job->state), job->message);
    postage_source_close(&job->source);
}

#endif
