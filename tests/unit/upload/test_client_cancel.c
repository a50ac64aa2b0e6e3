/* Uploads that are cancelled: from threads, from callbacks, by freeing the client. */
#include <pthread.h>

#include "support/client_bench.h"

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

static void test_client_cancel__another_thread_can_cancel_one_or_a_group(void **state)
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

static enum postage_progress_answer on_progress_cancel(void *context, const struct postage_progress *progress)
{
    struct job *job = context;

    postage_client_cancel(job->client, job->id);
    return on_progress(context, progress);
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

static void test_client_cancel__callbacks_can_cancel(void **state)
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

static void test_client_cancel__on_done_can_cancel_the_others(void **state)
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

static void test_client_cancel__free_ends_what_is_unfinished(void **state)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client_cancel__another_thread_can_cancel_one_or_a_group),
        cmocka_unit_test(test_client_cancel__callbacks_can_cancel),
        cmocka_unit_test(test_client_cancel__on_done_can_cancel_the_others),
        cmocka_unit_test(test_client_cancel__free_ends_what_is_unfinished),
    };

    return cmocka_run_group_tests_name("upload/client_cancel", tests, NULL, NULL);
}
