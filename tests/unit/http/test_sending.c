/* What leaves, when and how far, against servers that read in their own ways. */
#include "http/scratch.h"
#include "support/client_bench.h"

static char data[9 * 1024 * 1024];

#define SLOWLY(bytes, ms)                                                                                                      \
    { SERVER_READ, NULL, (bytes) },                                                                                            \
    {                                                                                                                          \
        SERVER_DELAY, NULL, (ms)                                                                                               \
    }
#define REFUSED                                                                                                                \
    "HTTP/1.1 403 Forbidden\r\nx-amz-request-id: R\r\nContent-Length: 40\r\n\r\n<Error><Code>AccessDenied</Code></Error>"

/*
 * The server judges by the form and hangs up with the file unread, whose bytes destroy what it has said on many a machine.
 * Heard all the same, at every size: before, while and after the kernel takes the body.
 */
static void test_sending__a_refusal_is_heard_at_every_size(void **state)
{
    static const size_t sizes[] = { 1000, 20000, 100000, 300000, 1000000, 4000000, 8300000, sizeof data };
    const struct server_step *script =
        STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 200 }, { SERVER_SEND, REFUSED, 0 });

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct bench bench;
        unsigned heard = 0;

        bench_start(&bench, &script, 1, 4);
        for (int n = 0; n < 25; n++) {
            struct job job;

            job_init(&job, &bench, data, sizes[i]);
            job_submit(&job);
            run_all(bench.client);
            heard += job.outcome == POSTAGE_OUTCOME_REJECTED && job.state == POSTAGE_OBJECT_NOT_STORED;
            postage_source_close(&job.source);
        }
        if (heard != 25)
            fail_msg("%zu bytes: %u of 25 refusals heard", sizes[i], heard);
        bench_stop(&bench);
    }
}

/* The limit for the reply begins when the peer's system has everything, and not when ours has. */
static void test_sending__a_slow_reader_has_its_time(void **state)
{
    const struct server_step *script =
        STEPS({ SERVER_READ_HEAD, NULL, 0 }, SLOWLY(400000, 200), SLOWLY(400000, 200), SLOWLY(400000, 200), SLOWLY(400000, 200),
              SLOWLY(400000, 200), { SERVER_READ_REST, NULL, 0 }, { SERVER_SEND, "HTTP/1.1 204 N\r\nETag: \"x\"\r\n\r\n", 0 });
    struct bench bench;
    struct job job;

    (void)state;
    bench_start(&bench, &script, 1, 1);
    job_init(&job, &bench, data, sizeof data);
    job.options.verify = POSTAGE_VERIFY_NONE;
    job.options.response_timeout_ms = 300;
    job_submit(&job);
    run_all(bench.client);
#if defined(__linux__) && !defined(POSTAGE_PORTABLE)
    job_check(&job, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
#else
    assert_int_not_equal(job.state, POSTAGE_OBJECT_NOT_STORED); /* where nobody can tell, it begins with the last send */
    postage_source_close(&job.source);
#endif
    bench_stop(&bench);
}

/* A peer that takes nothing any more: all of it is in our kernel, and the idle limit ends it; what is claimed is true. */
static void test_sending__what_never_left_is_not_stored(void **state)
{
    const struct server_step *script = STEPS(HOLD);
    struct bench bench;
    struct job job;

    (void)state;
    for (size_t bytes = 100000; bytes <= 6400000; bytes *= 4) {
        bench_start(&bench, &script, 1, 1);
        job_init(&job, &bench, data, bytes);
        job.options.idle_timeout_ms = 200;
        job.options.response_timeout_ms = 500;
        job_submit(&job);
        run_all(bench.client);
        assert_int_not_equal(job.outcome, POSTAGE_OUTCOME_OK);
        if (job.state == POSTAGE_OBJECT_STORED || (bytes >= 6400000 && job.state != POSTAGE_OBJECT_NOT_STORED))
            fail_msg("%zu bytes: %s: %s", bytes, postage_object_state_name(job.state), job.message);
        postage_source_close(&job.source);
        bench_stop(&bench);
    }
}

/* --- a source that waits --- */

struct waiting {
    struct postage_waker *waker;
    size_t given;
};

static enum postage_status read_then_wait(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct waiting *waiting = self;

    (void)err;
    *got = 0;
    if (waiting->given >= 1000)
        return POSTAGE_AGAIN;
    waiting->given += *got = cap < 1000 - waiting->given ? cap : 1000 - waiting->given;
    memset(dst, 'x', *got);
    return POSTAGE_OK;
}

static void set_waker(void *self, struct postage_waker *waker)
{
    ((struct waiting *)self)->waker = waker;
}

/* No limit runs while the source has nothing, so it has to be seen. */
static void test_sending__a_peer_that_dies_while_the_source_waits_is_seen(void **state)
{
    static const struct postage_source_ops ops = { .size = sizeof(struct postage_source_ops),
                                                   .read = read_then_wait,
                                                   .set_waker = set_waker };
    static const struct {
        const char *name;
        struct server_step end;
        enum postage_outcome outcome;
    } rows[] = {
        { "closes", { SERVER_END, NULL, 0 }, POSTAGE_OUTCOME_NET_DURING_BODY },
        { "resets", { SERVER_RESET, NULL, 0 }, POSTAGE_OUTCOME_NET_DURING_BODY },
        { "refuses", { SERVER_SEND, REFUSED, 0 }, POSTAGE_OUTCOME_REJECTED },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct server_step script[] = {
            { SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 1200 }, rows[i].end, { SERVER_END, NULL, 0 }
        };
        const struct server_step *scripts = script;
        struct waiting waiting = { 0 };
        int64_t start = now_ms();
        struct bench bench;
        struct job job;

        bench_start(&bench, &scripts, 1, 1);
        job_init(&job, &bench, "", 0);
        postage_source_close(&job.source);
        job.source = (struct postage_source){ &ops, &waiting };
        job.options.length_given = true;
        job.options.length = 50000;
        job_submit(&job);
        run_all(bench.client);
        if (job.outcome != rows[i].outcome || job.state != POSTAGE_OBJECT_NOT_STORED || now_ms() - start > 5000)
            fail_msg("%s: %s, %s: %s", rows[i].name, postage_outcome_name(job.outcome), postage_object_state_name(job.state),
                     job.message);
        assert_int_equal(waiting.given, 1000);
        bench_stop(&bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sending__a_refusal_is_heard_at_every_size),
        cmocka_unit_test(test_sending__a_slow_reader_has_its_time),
        cmocka_unit_test(test_sending__what_never_left_is_not_stored),
        cmocka_unit_test(test_sending__a_peer_that_dies_while_the_source_waits_is_seen),
    };

    return cmocka_run_group_tests_name("http/sending", tests, NULL, NULL);
}
