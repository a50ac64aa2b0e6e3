/* Which connections carry another request. */
#include "support/client_bench.h"

#define KEPT "HTTP/1.1 204 N\r\nETag: \"x\"\r\n\r\n"
#define FAKE "HTTP/1.1 204 N\r\nETag: \"ghost\"\r\nx-amz-request-id: GHOST\r\n\r\n"

static const struct {
    const char *name;
    const char *first;           /* what is answered to the first upload */
    struct server_step after[2]; /* what happens on its connection then */
    unsigned connections;
} rows[] = {
    { "a quiet one is used again", KEPT, { READ_ALL }, 1 },
    { "a reply nobody asked for", KEPT, { { SERVER_SEND, FAKE, 0 }, { SERVER_HOLD, NULL, 0 } }, 2 },
    { "a byte nobody asked for", KEPT, { { SERVER_SEND, "H", 0 }, { SERVER_HOLD, NULL, 0 } }, 2 },
    { "a timeout of the server's",
      KEPT,
      { { SERVER_SEND, "HTTP/1.1 408 T\r\nConnection: close\r\n\r\n", 0 }, { SERVER_END, NULL, 0 } },
      2 },
    { "closed", KEPT, { { SERVER_END, NULL, 0 } }, 2 },
    { "reset", KEPT, { { SERVER_RESET, NULL, 0 } }, 2 },
    { "more behind the reply", KEPT FAKE, { { SERVER_HOLD, NULL, 0 } }, 2 },
    { "more of a body than announced",
      "HTTP/1.1 200 O\r\nETag: \"x\"\r\nContent-Length: 0\r\n\r\nx",
      { { SERVER_HOLD, NULL, 0 } },
      2 },
    { "a 204 that announces a body",
      "HTTP/1.1 204 N\r\nETag: \"x\"\r\nContent-Length: 3\r\n\r\n",
      { { SERVER_HOLD, NULL, 0 } },
      2 },
    { "a reply that says close",
      "HTTP/1.1 204 N\r\nETag: \"x\"\r\nConnection: close\r\n\r\n",
      { { SERVER_HOLD, NULL, 0 } },
      2 },
    { "a reply in HTTP/1.0", "HTTP/1.0 204 N\r\nETag: \"x\"\r\n\r\n", { { SERVER_HOLD, NULL, 0 } }, 2 },
};

/* What the server says to the second upload counts, and it refuses; whatever else waits there is nobody's reply. */
static void test_pool__only_a_quiet_connection_is_used_again(void **state)
{
    static const char refusal[] =
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 40\r\n\r\n<Error><Code>AccessDenied</Code></Error>";

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int wait = 0; wait < 2; wait++) {
            const struct server_step first[] = { READ_ALL,         { SERVER_SEND, rows[i].first, 0 }, rows[i].after[0],
                                                 rows[i].after[1], { SERVER_SEND, refusal, 0 },       { SERVER_END, NULL, 0 } };
            const struct server_step *scripts[] = { first, STEPS(READ_ALL, { SERVER_SEND, refusal, 0 }) };
            struct job one, two;
            struct bench bench;

            bench_start(&bench, scripts, 2, 1);
            job_init(&one, &bench, "data", 4);
            one.options.verify = POSTAGE_VERIFY_NONE;
            job_submit(&one);
            run_all(bench.client);
            job_check(&one, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
            sleep_ms(40);
            if (wait == 1) /* the loop sees it by itself; else the look before the second upload does */
                assert_int_equal(postage_client_run(bench.client, 0, NULL), POSTAGE_OK);
            job_init(&two, &bench, "data", 4);
            job_submit(&two);
            run_all(bench.client);
            if (two.outcome != POSTAGE_OUTCOME_REJECTED || two.state != POSTAGE_OBJECT_NOT_STORED ||
                server_connections(bench.server) != rows[i].connections)
                fail_msg("%s: %s, %s over %u connections: %s", rows[i].name, postage_outcome_name(two.outcome),
                         postage_object_state_name(two.state), server_connections(bench.server), two.message);
            postage_source_close(&two.source);
            bench_stop(&bench);
        }
}

/* As many stay open as may run at once; each is used again, the one used last first. */
static void test_pool__keeps_what_may_run_at_once(void **state)
{
    const struct server_step *script = STEPS(REPLY(KEPT));
    struct job jobs[40];
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 10);
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < 40; i++) {
            job_init(&jobs[i], &bench, "data", 4);
            jobs[i].options.verify = POSTAGE_VERIFY_NONE;
            job_submit(&jobs[i]);
        }
        run_all(bench.client);
        for (size_t i = 0; i < 40; i++)
            job_check(&jobs[i], POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
    }
    assert_int_equal(server_connections(bench.server), 10);
    assert_int_equal(server_requests(bench.server), 120);
    bench_stop(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pool__only_a_quiet_connection_is_used_again),
        cmocka_unit_test(test_pool__keeps_what_may_run_at_once),
    };

    return cmocka_run_group_tests_name("http/pool", tests, NULL, NULL);
}
