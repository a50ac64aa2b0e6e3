/* RTLD_NEXT */
#define _GNU_SOURCE

/* Many uploads of one client, connections that die, names that do not resolve. */
#include <dlfcn.h>
#include <netdb.h>
#include <poll.h>

#include "support/client_bench.h"

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
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
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
        job_check(&jobs[i], POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
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
    postage_source_close(&chain->job.source);
    assert_int_equal(postage_client_run(chain->job.client, 0, NULL), POSTAGE_ERR_INVALID);
    if (chain->next != NULL)
        job_submit(&chain->next->job);
}

/* Each submits the next when it is done. */
static void submit_chain(struct chain *links, size_t count, struct bench *bench)
{
    for (size_t i = 0; i < count; i++) {
        job_init(&links[i].job, bench, "data", 4);
        links[i].job.options.context = &links[i];
        links[i].job.options.on_done = on_done_submit_next;
        links[i].next = i + 1 < count ? &links[i + 1] : NULL;
    }
    job_submit(&links[0].job);
}

static void test_client__takes_new_uploads_from_callbacks_but_is_not_driven_by_them(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct chain links[5];
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 1);
    submit_chain(links, 5, &bench);
    run_all(bench.client);
    for (size_t i = 0; i < 5; i++)
        job_check(&links[i].job, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
    assert_int_equal(server_connections(bench.server), 1);
    bench_stop(&bench);
}

/* Over a connection that is there, what a callback submits has left when the call that made the callback returns. */
static void test_client__an_upload_from_a_callback_leaves_in_the_same_turn(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct chain links[2];
    struct bench bench;
    struct pollfd wake;

    (void)state;
    bench_start(&bench, &script, 1, 1);
    submit_chain(links, 2, &bench);
    while (links[0].job.done == 0)
        assert_int_equal(postage_client_run(bench.client, 1000, NULL), POSTAGE_OK);
    wake = (struct pollfd){ .fd = postage_client_wake_descriptor(bench.client), .events = POLLIN };
    assert_int_equal(poll(&wake, 1, 0), 0); /* nobody has to be woken for it either */
    for (int i = 0; i < 2000 && server_requests(bench.server) < 2; i++)
        sleep_ms(1);
    assert_int_equal(server_requests(bench.server), 2);
    run_all(bench.client);
    for (size_t i = 0; i < 2; i++)
        job_check(&links[i].job, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
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
    } rows[] = {
        { "stores, then dies", { READ_ALL, { SERVER_END, NULL, 0 } }, 100, POSTAGE_OBJECT_UNKNOWN },
        { "stores, then resets", { READ_ALL, { SERVER_RESET, NULL, 0 } }, 100, POSTAGE_OBJECT_UNKNOWN },
        { "dies on the head",
          { { SERVER_READ_HEAD, NULL, 0 }, { SERVER_RESET, NULL, 0 } },
          32000000,
          POSTAGE_OBJECT_NOT_STORED },
        { "dies in the middle",
          { { SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 100000 } },
          32000000,
          POSTAGE_OBJECT_NOT_STORED },
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
        postage_source_close(&second.source);
        bench_stop(&bench);
    }
    free(data);
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
    assert_non_null(strstr(slow[0].message, "the connect limit passed after 300 ms"));
    job_check(&slow[1], POSTAGE_OUTCOME_CANCELLED, POSTAGE_OBJECT_NOT_STORED);
    bench_stop(&bench);
    assert_true(now_ms() - start < 4000);
    postage_form_free(form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client__runs_thirty_two_uploads_at_once),
        cmocka_unit_test(test_client__more_than_may_run_wait_and_share_connections),
        cmocka_unit_test(test_client__takes_new_uploads_from_callbacks_but_is_not_driven_by_them),
        cmocka_unit_test(test_client__an_upload_from_a_callback_leaves_in_the_same_turn),
        cmocka_unit_test(test_client__refuses_uploads_that_cannot_be),
        cmocka_unit_test(test_client__a_form_is_never_sent_again_behind_our_back),
        cmocka_unit_test(test_client__a_resolver_that_hangs_delays_nobody),
    };

    return cmocka_run_group_tests_name("upload/client", tests, NULL, NULL);
}
