/* RTLD_NEXT */
#define _GNU_SOURCE

/* What libcurl does with connections that are ours, and what it must not: the traps of docs/http.md. */
#include <dlfcn.h>
#include <netdb.h>
#include <poll.h>

#include "http/clock.h"
#include "http/connection.h"
#include "support/exchange.h"
#include "support/relay.h"

/* --- found before libcurl's and the C library's --- */

static bool small_buffer; /* the system takes a few KiB at a time */
static bool detached;     /* curl_easy_recv answers AGAIN without doing anything: nothing ties connection and handle together */
static unsigned retries;  /* calls of curl_easy_send after one that answered AGAIN */
static const void *again; /* what that one was given; NULL: it did not */
static size_t again_length;

__attribute__((visibility("default"))) CURLcode curl_easy_recv(CURL *easy, void *bytes, size_t cap, size_t *got)
{
    CURLcode (*next)(CURL *, void *, size_t, size_t *);

    *(void **)&next = dlsym(RTLD_NEXT, "curl_easy_recv");
    return detached ? CURLE_AGAIN : next(easy, bytes, cap, got);
}

static void shrink_buffer(CURL *easy)
{
    curl_socket_t descriptor = CURL_SOCKET_BAD;
    const int bytes = 8192;

    curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &descriptor);
    assert_int_equal(setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes), 0);
}

__attribute__((visibility("default"))) CURLcode curl_easy_send(CURL *easy, const void *bytes, size_t length, size_t *sent)
{
    CURLcode (*next)(CURL *, const void *, size_t, size_t *);
    CURLcode code;

    *(void **)&next = dlsym(RTLD_NEXT, "curl_easy_send");
    if (small_buffer)
        shrink_buffer(easy);
    if (again != NULL) {
        retries++;
        assert_ptr_equal(bytes, again);
        assert_int_equal(length, again_length);
    }
    code = next(easy, bytes, length, sent);
    again = code == CURLE_AGAIN ? bytes : NULL;
    again_length = length;
    return code;
}

/* The host "slow.test" takes six seconds, and does not exist. */
__attribute__((visibility("default"))) int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                                                       struct addrinfo **out)
{
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

    *(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
    if (node != NULL && strstr(node, "slow.test") != NULL) {
        sleep_ms(6000);
        return EAI_AGAIN;
    }
    return next(node, service, hints, out);
}

/* --- connections alone --- */

struct parts {
    struct postage_allocator alloc;
    struct poller poller;
    struct engine engine;
    char detail[CONNECTION_DETAIL_BYTES];
};

struct opened {
    CURLcode code;
    bool done;
};

static void on_opened(void *owner, CURLcode code)
{
    *(struct opened *)owner = (struct opened){ code, true };
}

static void parts_open(struct parts *parts)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    *parts = (struct parts){ .alloc = mem_allocator(NULL) };
    parts->poller = (struct poller){ .alloc = parts->alloc, .epoll = -1 };
    assert_ok(process_start_curl(&err), err);
    assert_ok(poller_open(&parts->poller, &parts->alloc, &err), err);
    assert_int_equal(engine_open(&parts->engine, &parts->poller, &parts->alloc), POSTAGE_OK);
}

static void parts_close(struct parts *parts)
{
    engine_close(&parts->engine);
    poller_close(&parts->poller);
}

static struct http_connection *connect_to(struct parts *parts, const char *url, const char *ca_file)
{
    const struct easy_options options = { .url = url, .ca_file = ca_file, .timeout_ms = 5000, .detail = parts->detail };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct poller_event events[POLLER_EVENTS];
    struct http_connection *connection;
    struct opened opened = { .done = false };

    assert_ok(connection_open(&connection, &parts->engine, &options, &parts->alloc, &err), err);
    connection->owner = &opened;
    connection->opened = on_opened;
    /* What libcurl thinks too old for the next one to connect: the default is two minutes. */
    curl_easy_setopt(connection->easy, CURLOPT_MAXAGE_CONN, 1L);
    for (int64_t limit = now_ms() + 5000; !opened.done && now_ms() < limit;) {
        int ready = poller_wait(&parts->poller, 10, events);

        for (int i = 0; i < ready; i++) {
            struct watcher *watcher = poller_watcher(&parts->poller, events[i].descriptor);

            if (watcher != NULL && engine_watches(watcher))
                assert_ok(watcher->ready(watcher, &events[i], &err), err);
        }
        assert_ok(engine_on_time(&parts->engine, clock_ms(), &err), err);
    }
    assert_true(opened.done);
    assert_int_equal(opened.code, CURLE_OK);
    connection->owner = NULL;
    return connection;
}

static const char request[] = "POST /bucket HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi";

static void send_request(struct http_connection *connection)
{
    size_t moved;

    assert_int_equal(connection_send(connection, request, sizeof request - 1, &moved), IO_MOVED);
    assert_int_equal(moved, sizeof request - 1);
}

/* In steps of `step` until there is nothing more. @return how many bytes came. */
static size_t receive_all(struct http_connection *connection, size_t step)
{
    char bytes[4096];
    size_t all = 0, got;

    while (connection_receive(connection, bytes, step, &got) == IO_MOVED)
        all += got;
    return all;
}

/* Old ones are closed by 7.88 alone; one that is taken out of the multi handle by every version. */
static const struct {
    const char *name;
    bool detached;
    bool pending; /* a reply waits in it */
    bool taken_out;
} ages[] = {
    { "tied, quiet", false, false, false },       { "tied, with a reply in it", false, true, false },
    { "not tied, quiet", true, false, false },    { "not tied, with a reply in it", true, true, false },
    { "tied, but taken out", false, true, true },
};

static bool is_7_88(void)
{
    return curl_version_info(CURLVERSION_NOW)->version_num < 0x080000;
}

static void assert_dead(struct http_connection *connection)
{
    size_t moved;
    char byte;

    assert_int_equal(connection_send(connection, request, sizeof request - 1, &moved), IO_FAILED);
    assert_int_equal(connection_receive(connection, &byte, 1, &moved), IO_FAILED);
    assert_false(connection_is_quiet(connection));
}

static void assert_answered(struct http_connection *connection)
{
    sleep_ms(50);
    assert_int_equal(receive_all(connection, 4096), sizeof NO_CONTENT - 1);
    assert_true(connection_is_quiet(connection));
}

/*
 * Another one connects to the same place, two seconds later. Were ours not tied to its handle, libcurl would close it; then its
 * descriptor is the other one's, and what we sent on it would reach a stranger.
 */
static void test_connection__libcurl_does_not_take_it_away_and_we_notice_if_it_does(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct server *server = server_start(&script, 1);

    (void)state;
    for (size_t i = 0; i < sizeof ages / sizeof ages[0]; i++) {
        struct http_connection *ours, *other;
        unsigned before = server_requests(server);
        struct parts parts;
        bool gone;

        parts_open(&parts);
        detached = ages[i].detached;
        ours = connect_to(&parts, server_url(server), NULL);
        if (ages[i].pending)
            send_request(ours);
        sleep_ms(2200);
        if (ages[i].taken_out)
            engine_remove(&parts.engine, ours->easy, &ours->user);
        other = connect_to(&parts, server_url(server), NULL);
        detached = false;
        gone = ours->descriptor < 0;
        if (gone ? !ages[i].detached && !ages[i].taken_out : ages[i].taken_out || (ages[i].detached && is_7_88()))
            fail_msg("%s: its descriptor is %d, the other one's %d", ages[i].name, ours->descriptor, other->descriptor);
        if (!gone && !ages[i].pending)
            send_request(ours);
        if (gone)
            assert_dead(ours);
        else
            assert_answered(ours);
        assert_true(connection_is_quiet(other)); /* it got nothing of ours */
        connection_close(ours, false);
        connection_close(other, false);
        parts_close(&parts);
        assert_int_equal(server_requests(server) - before, !gone || ages[i].pending);
    }
    server_stop(server);
}

/* The descriptor says nothing of what OpenSSL has decrypted already. */
static void test_connection__tls_is_read_until_there_is_nothing_more(void **state)
{
    const struct server_step *script = STEPS(REPLY("HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\nabcdefghijklmnopqrstuvwxyz"));
    struct server *server = server_start(&script, 1);
    struct relay *tls = relay_start(&(struct relay_options){ .kind = RELAY_TLS, .port = server_port(server) });
    struct http_connection *connection;
    struct pollfd entry = { .events = POLLIN };
    struct parts parts;
    char url[64], bytes[10];
    size_t got;

    (void)state;
    snprintf(url, sizeof url, "https://127.0.0.1:%d/bucket", relay_port(tls));
    parts_open(&parts);
    connection = connect_to(&parts, url, relay_ca_file(tls));
    assert_true(connection_is_quiet(connection));
    send_request(connection);
    entry.fd = connection->descriptor;
    do /* session tickets come first */
        assert_int_equal(poll(&entry, 1, 5000), 1);
    while (connection_receive(connection, bytes, sizeof bytes, &got) == IO_WAIT);
    assert_int_equal(got, sizeof bytes);
    assert_int_equal(poll(&entry, 1, 0), 0);
    assert_false(connection_is_quiet(connection)); /* which takes a byte */
    assert_int_equal(got + 1 + receive_all(connection, 10),
                     sizeof "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\nabcdefghijklmnopqrstuvwxyz" - 1);
    assert_true(connection_is_quiet(connection));
    connection_close(connection, false);
    parts_close(&parts);
    relay_stop(tls);
    server_stop(server);
}

/* --- requests over TLS --- */

struct tls_bench {
    struct server *server;
    struct relay *tls;
    struct http_loop *loop;
    char url[64];
};

static void tls_bench_start(struct tls_bench *bench, const struct server_step *const *script, struct relay_options options)
{
    bench->server = server_start(script, 1);
    options.kind = RELAY_TLS;
    options.port = server_port(bench->server);
    bench->tls = relay_start(&options);
    snprintf(bench->url, sizeof bench->url, "https://127.0.0.1:%d/bucket", relay_port(bench->tls));
    bench->loop = exchange_loop(&(struct http_loop_options){ .ca_file = relay_ca_file(bench->tls), .max_connections = 4 });
}

static void tls_bench_stop(struct tls_bench *bench)
{
    http_loop_free(bench->loop);
    relay_stop(bench->tls);
    server_stop(bench->server);
}

static void test_connection__speaks_http_1_1_where_more_is_offered(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct http_transfer_options options = {
        .method = "GET", .connect_timeout_ms = 5000, .idle_timeout_ms = 5000, .done = exchange_done
    };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct http_transfer *transfer;
    struct exchange exchange;
    struct tls_bench bench;

    (void)state;
    tls_bench_start(&bench, &script, (struct relay_options){ .prefers_h2 = true });
    exchange_init(&exchange, bench.loop, bench.url, 10);
    exchange_expect(&exchange, 204);
    assert_string_equal(relay_protocol(bench.tls), "http/1.1");
    exchange = (struct exchange){ .loop = bench.loop };
    options.url = bench.url;
    options.context = &exchange;
    assert_ok(http_loop_transfer_start(bench.loop, &options, &transfer, &err), err);
    exchange_finish(&exchange);
    assert_int_equal(exchange.status, 204);
    assert_string_equal(relay_protocol(bench.tls), "http/1.1");
    assert_int_equal(relay_connections(bench.tls), 2);
    tls_bench_stop(&bench);
}

/* A call that answered AGAIN is made again with the same bytes at the same address, or older versions of libcurl fail it. */
static void test_connection__a_slow_tls_reader_gets_all_of_it(void **state)
{
    enum { LENGTH = 1024 * 1024 };
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct exchange exchange;
    struct tls_bench bench;

    (void)state;
    tls_bench_start(&bench, &script, (struct relay_options){ .slow_ms = 3 });
    retries = 0;
    exchange_init(&exchange, bench.loop, bench.url, LENGTH);
    small_buffer = true;
    exchange_expect(&exchange, 204);
    small_buffer = false;
    assert_int_equal(server_body_bytes(bench.server), LENGTH);
    assert_int_equal(exchange.facts.handed_bytes, LENGTH);
    assert_true(retries > 0);
    tls_bench_stop(&bench);
}

#define TEN     "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* Pieces of the reply are as long as records, as a record holds 16 KiB; it is read to its end all the same. */
static void test_connection__a_long_refusal_over_tls_is_read_whole(void **state)
{
    const struct server_step *script = STEPS(READ_ALL, { SERVER_SEND, "HTTP/1.1 403 F\r\nContent-Length: 60000\r\n\r\n", 0 },
                                             { SERVER_SEND_MANY, HUNDRED, 600 }, { SERVER_HOLD, NULL, 0 });
    struct exchange exchange;
    struct tls_bench bench;

    (void)state;
    tls_bench_start(&bench, &script, (struct relay_options){ .slow_ms = 0 });
    exchange_init(&exchange, bench.loop, bench.url, 10);
    exchange_expect(&exchange, 403);
    assert_int_equal(exchange.facts.body_end, HTTP_BODY_COMPLETE);
    tls_bench_stop(&bench);
}

/* Tickets and new keys arrive on an idle connection, as something to read that is no data. */
static void test_connection__records_without_data_do_not_end_an_idle_one(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct exchange exchange;
    struct tls_bench bench;

    (void)state;
    tls_bench_start(&bench, &script, (struct relay_options){ .chatters = true });
    for (int i = 0; i < 6; i++) {
        exchange_init(&exchange, bench.loop, bench.url, 10);
        exchange_expect(&exchange, 204);
        assert_int_equal(exchange.facts.reused, i > 0);
        sleep_ms(30);
        if (i % 2 == 0) /* the loop looks, or the next request does */
            assert_int_equal(http_loop_run(bench.loop, 0, NULL), POSTAGE_OK);
    }
    assert_int_equal(relay_connections(bench.tls), 1);
    tls_bench_stop(&bench);
}

/* --- names that hang --- */

/* libcurl has twenty resolver threads by default, and waits for them when it is freed. */
static void test_connection__many_names_that_hang_hold_nobody(void **state)
{
    enum { SLOW = 30 };
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    static struct exchange slow[SLOW];
    struct server *server = server_start(&script, 1);
    struct http_loop *loop = exchange_loop(&(struct http_loop_options){ .max_connections = 4 });
    struct exchange healthy;
    char url[64], hosts[SLOW][32];
    int64_t start = now_ms();

    (void)state;
    for (size_t i = 0; i < SLOW; i++) {
        snprintf(hosts[i], sizeof hosts[i], "http://h%zu.slow.test/", i);
        exchange_init(&slow[i], loop, hosts[i], 10);
        exchange_begin(&slow[i]);
    }
    for (int i = 0; i < 20; i++) /* all of them are being looked up */
        assert_int_equal(http_loop_run(loop, 10, NULL), POSTAGE_OK);
    snprintf(url, sizeof url, "http://localhost:%d/bucket", server_port(server));
    exchange_init(&healthy, loop, url, 10);
    exchange_expect(&healthy, 204);
    for (size_t i = 0; i < SLOW; i++) {
        http_loop_stop(loop, slow[i].request);
        assert_int_equal(slow[i].facts.end, HTTP_CANCELLED);
        assert_int_equal(slow[i].facts.stage, HTTP_RESOLVING);
    }
    http_loop_free(loop);
    if (now_ms() - start > 3000)
        fail_msg("it took %d ms", (int)(now_ms() - start));
    server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connection__libcurl_does_not_take_it_away_and_we_notice_if_it_does),
        cmocka_unit_test(test_connection__tls_is_read_until_there_is_nothing_more),
        cmocka_unit_test(test_connection__speaks_http_1_1_where_more_is_offered),
        cmocka_unit_test(test_connection__a_slow_tls_reader_gets_all_of_it),
        cmocka_unit_test(test_connection__a_long_refusal_over_tls_is_read_whole),
        cmocka_unit_test(test_connection__records_without_data_do_not_end_an_idle_one),
        cmocka_unit_test(test_connection__many_names_that_hang_hold_nobody),
    };

    return cmocka_run_group_tests_name("http/connection", tests, NULL, NULL);
}
