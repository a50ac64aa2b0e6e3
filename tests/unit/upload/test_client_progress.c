/* What a client tells while it works, and what it allocates. */
#include "support/counters.h"
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
        assert_true(measured[i].live - before <= 8192);
    }
    /* Pooled: the second upload found everything there. */
    assert_true(measured[1].total_at_last - measured[0].total_at_last <= 6);
    bench_stop(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client_progress__progress_is_told_ten_times_a_second_at_most),
        cmocka_unit_test(test_client_progress__a_chunk_allocates_nothing_and_an_upload_little),
    };

    return cmocka_run_group_tests_name("upload/client_progress", tests, NULL, NULL);
}
