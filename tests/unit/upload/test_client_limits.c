/* Limits of time at the ends of their type. */
#include "support/client_bench.h"

static const struct {
    const char *name;
    size_t offset;
} limits[] = {
    { "connect_timeout_ms", offsetof(struct postage_upload_options, connect_timeout_ms) },
    { "idle_timeout_ms", offsetof(struct postage_upload_options, idle_timeout_ms) },
    { "response_timeout_ms", offsetof(struct postage_upload_options, response_timeout_ms) },
    { "total_timeout_ms", offsetof(struct postage_upload_options, total_timeout_ms) },
};

enum { LIMITS = sizeof limits / sizeof limits[0] };

static void set_limit(struct job *job, size_t limit, int64_t ms)
{
    memcpy((char *)&job->options + limits[limit].offset, &ms, sizeof ms);
}

static void test_client_limits__negative_ones_are_refused_by_name(void **state)
{
    static const int64_t negative[] = { INT64_MIN, -1 };
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 1);
    for (size_t i = 0; i < LIMITS * 2; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_result *result;
        struct job job;
        uint64_t id;

        job_init(&job, &bench, "data", 4);
        set_limit(&job, i / 2, negative[i % 2]);
        assert_refused(postage_client_submit(bench.client, &job.options, &id, &err), POSTAGE_ERR_INVALID, err,
                       limits[i / 2].name);
        assert_refused(postage_upload(&result, &job.options, NULL, NULL, &err), POSTAGE_ERR_INVALID, err, limits[i / 2].name);
        assert_null(result);
        assert_int_equal(job.done, 0);
        postage_source_close(&job.source);
    }
    bench_stop(&bench);
}

/* Slow in each stage, so that every timer is looked at while it runs. */
static void test_client_limits__none_and_the_default_let_a_slow_upload_end(void **state)
{
    static const int64_t ample[] = { POSTAGE_NO_LIMIT, INT64_MAX - 1, INT32_MAX, 0 };
    const struct server_step *script = STEPS(
        { SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 4000000 }, { SERVER_DELAY, NULL, 50 },
        { SERVER_READ_REST, NULL, 0 }, { SERVER_DELAY, NULL, 50 }, { SERVER_SEND, NO_CONTENT, 0 }, { SERVER_AGAIN, NULL, 0 });
    static char data[16000000];
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 4);
    for (size_t i = 0; i < sizeof ample / sizeof ample[0]; i++)
        for (size_t limit = 0; limit <= LIMITS; limit++) { /* the last time all of them */
            struct job job;

            job_init(&job, &bench, data, sizeof data);
            for (size_t k = 0; k < LIMITS; k++)
                if (limit == k || limit == LIMITS)
                    set_limit(&job, k, ample[i]);
            job_submit(&job);
            run_all(bench.client);
            job_check(&job, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
        }
    bench_stop(&bench);
}

static void test_client_limits__one_millisecond_is_one(void **state)
{
    const struct server_step *script = STEPS(READ_ALL, { SERVER_HOLD, NULL, 0 });
    const size_t with_an_end[] = { 2, 3 }; /* while the server holds its reply back, these two run */
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 4);
    for (size_t i = 0; i < 2; i++) {
        int64_t start = now_ms();
        struct job job;

        job_init(&job, &bench, "data", 4);
        set_limit(&job, with_an_end[i], 1);
        job_submit(&job);
        run_all(bench.client);
        assert_int_equal(job.done, 1);
        assert_true(job.outcome != POSTAGE_OUTCOME_OK && job.ended_ms - start < 1000);
        postage_source_close(&job.source);
    }
    bench_stop(&bench);
}

static void test_client_limits__of_waiting(void **state)
{
    static const struct {
        int64_t ms;
        enum postage_status status;
    } rows[] = {
        { INT64_MIN, POSTAGE_ERR_INVALID },
        { -2, POSTAGE_ERR_INVALID },
        { 0, POSTAGE_OK },
        { 1, POSTAGE_OK },
        { -1, POSTAGE_OK },
        { POSTAGE_NO_LIMIT, POSTAGE_OK },
    };
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 4);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct job job;

        job_init(&job, &bench, "data", 4);
        job_submit(&job);
        assert_int_equal(postage_client_run(bench.client, rows[i].ms, &err), rows[i].status);
        if (rows[i].status != POSTAGE_OK)
            assert_non_null(strstr(err.message, "timeout_ms"));
        run_all(bench.client);
        job_check(&job, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
    }
    bench_stop(&bench);
}

#define SLOWLY                                                                                                                 \
    { SERVER_READ, NULL, 100000 },                                                                                             \
    {                                                                                                                          \
        SERVER_DELAY, NULL, 50                                                                                                 \
    }

/* The connection takes more only when a good part of what it holds has gone; until then the peer reads all the same. */
static void test_client_limits__a_peer_that_reads_slowly_is_not_idle(void **state)
{
    const struct server_step *script =
        STEPS({ SERVER_READ_HEAD, NULL, 0 }, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY,
              SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY, SLOWLY,
              SLOWLY, SLOWLY, { SERVER_READ_REST, NULL, 0 }, { SERVER_SEND, NO_CONTENT, 0 });
    static char data[16000000];
    struct bench bench;
    struct job job;

    (void)state;
    bench_start(&bench, &script, 1, 1);
    job_init(&job, &bench, data, sizeof data);
    job.options.idle_timeout_ms = 400;
    job_submit(&job);
    run_all(bench.client);
    job_check(&job, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
    bench_stop(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client_limits__negative_ones_are_refused_by_name),
        cmocka_unit_test(test_client_limits__none_and_the_default_let_a_slow_upload_end),
        cmocka_unit_test(test_client_limits__one_millisecond_is_one),
        cmocka_unit_test(test_client_limits__of_waiting),
        cmocka_unit_test(test_client_limits__a_peer_that_reads_slowly_is_not_idle),
    };

    return cmocka_run_group_tests_name("upload/client_limits", tests, NULL, NULL);
}
