/* What a client tells while it works, and what it allocates. */
#include "support/counters.h"
#include "http/scratch.h"
#include "support/client_bench.h"

static void test_client_progress__progress_is_told_ten_times_a_second_at_most(void **state)
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

/* --- waiting --- */

static enum postage_status never_ready(void *context, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    (void)context, (void)dst, (void)cap, (void)got, (void)err;
    return POSTAGE_AGAIN;
}

static void forget_waker(void *context, struct postage_waker *waker)
{
    (void)context, (void)waker;
}

static enum postage_progress_answer stop_after_600_ms(void *context, const struct postage_progress *progress)
{
    on_progress(context, progress);
    return progress->elapsed_ms >= 600 ? POSTAGE_STOP : POSTAGE_GO_ON;
}

struct wait {
    const char *for_what;
    const struct server_step *script;
    const char *scheme;
    bool source_waits;
    enum postage_object_state state;
};

/* Blocking: nobody else could end it. */
static void stop_while_waiting(const struct wait *wait)
{
    struct postage_callback_source_options callback = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_result *result;
    struct postage_form *form;
    struct bench bench;
    struct job job;
    char url[64];
    int64_t start = now_ms();

    bench_start(&bench, &wait->script, 1, 1);
    snprintf(url, sizeof url, "%s://127.0.0.1:%d/bucket", wait->scheme, server_port(bench.server));
    form = form_for(url, "");
    job_init(&job, &bench, "data", 4);
    callback.read = never_ready;
    callback.length_known = true;
    callback.length = 4;
    callback.set_waker = forget_waker;
    if (wait->source_waits) {
        postage_source_close(&job.source);
        assert_int_equal(postage_source_callback(&job.source, &callback, NULL, NULL), POSTAGE_OK);
    }
    job.options.form = form;
    job.options.on_progress = stop_after_600_ms;
    job.options.on_done = NULL;
    assert_int_equal(postage_upload(&result, &job.options, NULL, NULL, &err), POSTAGE_ERR_CANCELLED);
    if (result->outcome != POSTAGE_OUTCOME_CANCELLED || result->object_state != wait->state)
        fail_msg("%s: %s, %s", wait->for_what, postage_outcome_name(result->outcome),
                 postage_object_state_name(result->object_state));
    assert_in_range(now_ms() - start, 600, 2000);
    assert_in_range(job.progress_calls, 2, 6); /* three or so in 600 ms, fewer on a busy machine, and the end */
    assert_true(job.progress_finished);
    postage_result_free(result);
    postage_source_close(&job.source);
    postage_form_free(form);
    bench_stop(&bench);
}

static void test_client_progress__stop_ends_a_blocking_upload_that_waits(void **state)
{
    const struct server_step *hold = STEPS(HOLD), *read_and_hold = STEPS(READ_ALL, { SERVER_HOLD, NULL, 0 });
    const struct wait waits[] = {
        { "the TLS handshake", hold, "https", false, POSTAGE_OBJECT_NOT_STORED },
        { "the reply", read_and_hold, "http", false, POSTAGE_OBJECT_UNKNOWN },
        { "the source", hold, "http", true, POSTAGE_OBJECT_NOT_STORED },
    };

    (void)state;
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++)
        stop_while_waiting(&waits[i]);
}

static void test_client_progress__waiting_is_told_four_times_a_second(void **state)
{
    const struct server_step *script =
        STEPS(READ_ALL, { SERVER_DELAY, NULL, 1300 }, { SERVER_SEND, NO_CONTENT, 0 }, { SERVER_AGAIN, NULL, 0 });
    struct job jobs[3];
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 8);
    for (size_t i = 0; i < 3; i++) {
        job_init(&jobs[i], &bench, "data", 4);
        jobs[i].options.on_progress = i < 2 ? on_progress : NULL;
        job_submit(&jobs[i]);
    }
    run_all(bench.client);
    for (size_t i = 0; i < 3; i++)
        job_check(&jobs[i], POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
    assert_in_range(jobs[0].progress_calls, 3, 8);
    assert_in_range(jobs[1].progress_calls, 3, 8);
    assert_int_equal(jobs[0].last.object_bytes_sent, 4);
    assert_int_equal(postage_client_run(bench.client, 400, NULL), POSTAGE_OK);
    assert_true(postage_client_timeout_ms(bench.client) < 0 || postage_client_timeout_ms(bench.client) > 250); /* at rest */
    bench_stop(&bench);
}

static void test_client_progress__stop_ends_an_upload_that_moves(void **state)
{
    const struct server_step *script = STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 5000 },
                                             { SERVER_DELAY, NULL, 150 }, { SERVER_READ_REST, NULL, 0 });
    static char data[32000000];
    struct bench bench;
    struct job job;

    (void)state;
    bench_start(&bench, &script, 1, 8);
    job_init(&job, &bench, data, sizeof data);
    job.options.on_progress = on_progress;
    job.progress_answer = POSTAGE_STOP;
    job_submit(&job);
    run_all(bench.client);
    job_check(&job, POSTAGE_OUTCOME_CANCELLED, POSTAGE_OBJECT_NOT_STORED);
    assert_true(job.progress_finished);
    assert_true(job.last.object_bytes_sent < sizeof data);
    bench_stop(&bench);
}

static void test_client_progress__what_never_began_sent_nothing(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    static char data[100000];
    struct job first, second;
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 1);
    job_init(&first, &bench, data, sizeof data);
    job_submit(&first);
    run_all(bench.client);
    job_check(&first, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
    job_init(&second, &bench, "hello", 5);
    second.options.on_progress = on_progress;
    job_submit(&second);
    postage_client_cancel(bench.client, second.id);
    run_all(bench.client);
    job_check(&second, POSTAGE_OUTCOME_CANCELLED, POSTAGE_OBJECT_NOT_STORED);
    assert_int_equal(second.progress_calls, 1);
    assert_int_equal(second.last.object_bytes_sent, 0);
    assert_true(second.last.object_bytes <= 5);
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
    struct postage_allocation_counters counters = counters_of(measured->counting);

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

static void test_client_progress__a_chunk_allocates_nothing_and_an_upload_little(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct postage_callback_source_options callback = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
    struct measured measured[2];
    struct bench bench;
    uint64_t before;

    (void)state;
    bench_start(&bench, &script, 1, 8);
    before = counters_of(bench.counting).live_bytes;
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
        assert_true(measured[i].live - before <= SCRATCH_BYTES + 8192); /* one pooled piece, and the upload's own */
    }
    /* Pooled: the second upload found everything there. */
    assert_true(measured[1].total_at_last - measured[0].total_at_last <= 6);
    bench_stop(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client_progress__progress_is_told_ten_times_a_second_at_most),
        cmocka_unit_test(test_client_progress__stop_ends_a_blocking_upload_that_waits),
        cmocka_unit_test(test_client_progress__waiting_is_told_four_times_a_second),
        cmocka_unit_test(test_client_progress__stop_ends_an_upload_that_moves),
        cmocka_unit_test(test_client_progress__what_never_began_sent_nothing),
        cmocka_unit_test(test_client_progress__a_chunk_allocates_nothing_and_an_upload_little),
    };

    return cmocka_run_group_tests_name("upload/client_progress", tests, NULL, NULL);
}
