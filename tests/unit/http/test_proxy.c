/* Which proxy a request goes through, and what goes through it. */
#include <unistd.h>

#include "http/proxy.h"
#include "support/exchange.h"
#include "support/failing.h"
#include "support/relay.h"
#include "support/uploading.h"

#include "postage/upload.h"

/* --- the choice --- */

static const char *const variables[] = { "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                         "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY" };

static void clear_environment(void)
{
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
}

struct choice {
    const char *given;
    const char *environment; /* "name=value", or NULL */
    const char *more;        /* another one */
    bool tunnel;
    const char *target;
    const char *proxy; /* NULL: none */
    enum proxy_way way;
    const char *user;
};

static const struct choice choices[] = {
    { NULL, NULL, NULL, false, "http://h/", NULL, PROXY_NONE, "" },
    { "http://p:1", NULL, NULL, false, "http://h/", "http://p:1", PROXY_FORWARD, "" },
    { "http://p:1", NULL, NULL, false, "https://h/", "http://p:1", PROXY_TUNNEL, "" },
    { "http://p:1", NULL, NULL, true, "http://h/", "http://p:1", PROXY_TUNNEL, "" },
    { "p:1", NULL, NULL, false, "http://h/", "p:1", PROXY_FORWARD, "" },
    { "u:p@p:1", NULL, NULL, false, "http://h/", "u:p@p:1", PROXY_FORWARD, "u:p" },
    { "http://u:p%40@p:1/x@y", NULL, NULL, false, "http://h/", "http://u:p%40@p:1/x@y", PROXY_FORWARD, "u:p%40" },
    { "https://p:1", NULL, NULL, false, "http://h/", "https://p:1", PROXY_TUNNEL, "" },
    { "SOCKS5h://p:1", NULL, NULL, false, "http://h/", "SOCKS5h://p:1", PROXY_TUNNEL, "" },
    { "socks://p:1", NULL, NULL, false, "https://h/", "socks://p:1", PROXY_TUNNEL, "" },
    { "", "http_proxy=http://p:1", NULL, false, "http://h/", NULL, PROXY_NONE, "" }, /* given as none */
    { "http://p:1", "http_proxy=http://q:2", "no_proxy=*", false, "http://h/", "http://p:1", PROXY_FORWARD, "" },
    { NULL, "http_proxy=http://p:1", NULL, false, "http://h/", "http://p:1", PROXY_FORWARD, "" },
    { NULL, "http_proxy=http://p:1", NULL, false, "https://h/", NULL, PROXY_NONE, "" },
    { NULL, "HTTP_PROXY=http://p:1", NULL, false, "http://h/", NULL, PROXY_NONE, "" }, /* a CGI client could set it */
    { NULL, "https_proxy=http://p:1", NULL, false, "https://h/", "http://p:1", PROXY_TUNNEL, "" },
    { NULL, "HTTPS_PROXY=http://p:1", NULL, false, "https://h/", "http://p:1", PROXY_TUNNEL, "" },
    { NULL, "HTTPS_PROXY=http://p:1", "https_proxy=http://q:2", false, "https://h/", "http://q:2", PROXY_TUNNEL, "" },
    { NULL, "https_proxy=http://p:1", NULL, false, "http://h/", NULL, PROXY_NONE, "" },
    { NULL, "all_proxy=socks5://p:1", NULL, false, "http://h/", "socks5://p:1", PROXY_TUNNEL, "" },
    { NULL, "ALL_PROXY=socks5://p:1", NULL, false, "https://h/", "socks5://p:1", PROXY_TUNNEL, "" },
    { NULL, "ALL_PROXY=http://p:1", "http_proxy=http://q:2", false, "http://h/", "http://q:2", PROXY_FORWARD, "" },
    { NULL, "http_proxy=", "all_proxy=http://q:2", false, "http://h/", "http://q:2", PROXY_FORWARD, "" },
};

static void set_variable(const char *assignment)
{
    char name[32];
    const char *equals;

    if (assignment == NULL)
        return;
    equals = strchr(assignment, '=');
    snprintf(name, sizeof name, "%.*s", (int)(equals - assignment), assignment);
    setenv(name, equals + 1, 1);
}

static void choose(const struct choice *row, struct proxies *proxies, struct proxy_choice *chosen)
{
    struct postage_allocator alloc = mem_allocator(NULL);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct url url;

    clear_environment();
    set_variable(row->environment);
    set_variable(row->more);
    assert_int_equal(proxies_init(proxies, row->given, true, row->tunnel, &alloc), POSTAGE_OK);
    clear_environment();
    assert_null(url_parse(&url, slice_of(row->target)));
    assert_ok(proxies_choose(proxies, &url, chosen, &err), err);
}

static void test_proxy__is_chosen_as_curl_chooses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        const struct choice *row = &choices[i];
        struct proxy_choice chosen;
        struct proxies proxies;

        choose(row, &proxies, &chosen);
        if (chosen.way != row->way || (chosen.url == NULL) != (row->proxy == NULL) ||
            (row->proxy != NULL && strcmp(chosen.url, row->proxy) != 0) || !slice_equal(chosen.user, slice_of(row->user)))
            fail_msg("row %zu: way %d, proxy %s, user %.*s", i, chosen.way, chosen.url != NULL ? chosen.url : "none",
                     (int)chosen.user.len, chosen.user.ptr);
        proxies_clear(&proxies);
    }
}

static const struct {
    const char *list;
    const char *host;
    bool excepted;
} exceptions[] = {
    { "*", "a.example", true },
    { " * ", "a.example", true },
    { "b, *", "a.example", false }, /* alone, or not at all */
    { "example", "example", true },
    { "example", "a.example", true },
    { ".example", "a.example", true },
    { ".example", "example", true },
    { "example", "anexample", false },
    { "a.example", "example", false },
    { "EXAMPLE", "a.eXample", true },
    { "example.", "a.example", true },
    { "example", "a.example.", true },
    { "x,y\texample z", "a.example", true },
    { ",, ,", "a.example", false },
    { ".", "a.example", false },
    { "example:80", "example", false }, /* curl knows no ports there */
    { "127.0.0.1", "127.0.0.1", true },
    { "127.0.0.2", "127.0.0.1", false },
    { "0.0.1", "127.0.0.1", false }, /* an address is no domain */
    { "127.0.0.0/8", "127.9.9.9", true },
    { "127.0.0.0/8", "128.0.0.1", false },
    { "10.1.2.0/23", "10.1.3.255", true },
    { "10.1.2.0/23", "10.1.4.0", false },
    { "10.1.2.3/32", "10.1.2.3", true },
    { "10.1.2.3/33", "10.1.2.3", false },
    { "10.1.2.3/x", "10.1.2.3", false },
    { "10.0.0.0/8", "ten.example", false },
    { "::1", "[::1]", true },
    { "[::1]", "[0:0::1]", true },
    { "fe80::/10", "[febf::1]", true },
    { "fe80::/10", "[fec0::1]", false },
    { "::/128", "[::1]", false },
    { "127.0.0.1", "[::1]", false },
};

static void test_proxy__exceptions_are_curls(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
        char target[64], list[64];
        const struct choice row = { .environment = "http_proxy=http://p:1", .more = list, .target = target };
        struct proxy_choice chosen;
        struct proxies proxies;

        snprintf(target, sizeof target, "http://%s:8080/x", exceptions[i].host);
        snprintf(list, sizeof list, i % 2 == 0 ? "no_proxy=%s" : "NO_PROXY=%s", exceptions[i].list);
        choose(&row, &proxies, &chosen);
        if ((chosen.way == PROXY_NONE) != exceptions[i].excepted)
            fail_msg("no_proxy \"%s\", host %s: way %d", exceptions[i].list, exceptions[i].host, chosen.way);
        proxies_clear(&proxies);
    }
}

/* --- through real ones --- */

/* A loop that goes through `proxy`, whose port is put into `format`. */
static struct http_loop *loop_through(const char *format, const struct relay *proxy, bool tunnel, const char *ca_file)
{
    char url[128];

    snprintf(url, sizeof url, format, relay_port(proxy));
    return exchange_loop(
        &(struct http_loop_options){ .proxy = url, .always_tunnel = tunnel, .ca_file = ca_file, .max_connections = 4 });
}

static void assert_says(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", text, words);
}

static const struct {
    const char *name;
    const char *proxy; /* its URL, by its port */
    enum relay_kind kind;
    bool tunnel;
    bool tls_proxy;
    bool tls_server;
    bool forwards;     /* the proxy sees the request itself */
    const char *asked; /* stands in what the proxy was asked, with the server's port for %d */
    const char *never; /* does not */
} ways[] = {
    { "forwarded", "http://127.0.0.1:%d", RELAY_HTTP, false, false, false, true, "POST http://127.0.0.1:%d/bucket HTTP/1.1\r\n",
      "CONNECT" },
    { "without a scheme", "127.0.0.1:%d", RELAY_HTTP, false, false, false, true, "POST http://127.0.0.1:%d/bucket HTTP/1.1\r\n",
      "Proxy-" },
    { "with a user", "http://me:a%%40b@127.0.0.1:%d", RELAY_HTTP, false, false, false, true,
      "\r\nProxy-Authorization: Basic bWU6YUBi\r\n", "CONNECT" },
    { "a user without a password", "http://me@127.0.0.1:%d", RELAY_HTTP, false, false, false, true,
      "\r\nProxy-Authorization: Basic bWU6\r\n", "CONNECT" },
    { "a tunnel asked for", "http://127.0.0.1:%d", RELAY_HTTP, true, false, false, false, "CONNECT 127.0.0.1:%d HTTP/1.1\r\n",
      "POST" },
    { "a tunnel with a user", "http://me:a%%40b@127.0.0.1:%d", RELAY_HTTP, true, false, false, false,
      "\r\nProxy-Authorization: Basic bWU6YUBi\r\n", "POST" },
    { "a tunnel to TLS", "http://127.0.0.1:%d", RELAY_HTTP, false, false, true, false, "CONNECT 127.0.0.1:%d HTTP/1.1\r\n",
      "POST" },
    { "TLS to the proxy", "https://127.0.0.1:%d", RELAY_HTTP, false, true, false, false, "CONNECT 127.0.0.1:%d HTTP/1.1\r\n",
      "POST" },
    { "TLS in TLS", "https://127.0.0.1:%d", RELAY_HTTP, false, true, true, false, "CONNECT 127.0.0.1:%d HTTP/1.1\r\n", "POST" },
    { "SOCKS", "socks5://127.0.0.1:%d", RELAY_SOCKS, false, false, false, false, "SOCKS 127.0.0.1:%d\r\n", "POST" },
    { "SOCKS with names", "socks5h://127.0.0.1:%d", RELAY_SOCKS, false, false, false, false, "SOCKS 127.0.0.1:%d\r\n", "POST" },
    { "SOCKS to TLS", "socks5://127.0.0.1:%d", RELAY_SOCKS, false, false, true, false, "SOCKS 127.0.0.1:%d\r\n", "POST" },
};

/* A form of a byte and one of 300000, over one connection, and a transfer. */
static void go_through(size_t row, struct http_loop *loop, const char *url, unsigned *connections, struct relay *proxy)
{
    static const uint64_t sizes[] = { 1, 300000, 5 };
    struct exchange exchange;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        exchange_init(&exchange, loop, url, sizes[i]);
        exchange_begin(&exchange);
        exchange_finish(&exchange);
        if (exchange.facts.end != HTTP_REPLIED || exchange.status != 204 || exchange.facts.reused != (i > 0) ||
            exchange.facts.proxied != ways[row].forwards)
            fail_msg("%s, %d bytes: %s, HTTP %d: %s", ways[row].name, (int)sizes[i], http_end_text(exchange.facts.end),
                     exchange.status, exchange.detail);
    }
    *connections = relay_connections(proxy);
}

/* Of two TLS relays, of which one may be none. */
static void join_ca_files(char path[64], const char *one, const char *other)
{
    char command[256];

    strcpy(path, "/tmp/postage-test-XXXXXX");
    close(mkstemp(path));
    snprintf(command, sizeof command, "cat %s %s > %s", one, other, path);
    assert_int_equal(system(command), 0);
}

/* Through a tunnel, a server learns nothing of the proxy. */
static void assert_no_proxy_words(struct server *server, bool forwards)
{
    size_t length;
    char *received = server_received(server, &length);

    assert_true(forwards || strstr(received, "Proxy-") == NULL);
    free(received);
}

static void test_proxy__each_kind_is_gone_through(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct server *server = server_start(&script, 1);
        struct relay *tls = relay_start(&(struct relay_options){ .kind = RELAY_TLS, .port = server_port(server) });
        struct relay *proxy = relay_start(&(struct relay_options){ .kind = ways[i].kind });
        struct relay *outer =
            ways[i].tls_proxy ? relay_start(&(struct relay_options){ .kind = RELAY_TLS, .port = relay_port(proxy) }) : proxy;
        int port = ways[i].tls_server ? relay_port(tls) : server_port(server);
        char url[64], expected[128], *asked, both[64];
        struct http_loop *loop;
        unsigned connections;

        join_ca_files(both, relay_ca_file(tls), relay_ca_file(outer));
        snprintf(url, sizeof url, "http%s://127.0.0.1:%d/bucket", ways[i].tls_server ? "s" : "", port);
        loop = loop_through(ways[i].proxy, outer, ways[i].tunnel, both);
        go_through(i, loop, url, &connections, proxy);
        asked = relay_asked(proxy);
        snprintf(expected, sizeof expected, ways[i].asked, port);
        if (strstr(asked, expected) == NULL || strstr(asked, ways[i].never) != NULL || connections != 1)
            fail_msg("%s: over %u connections: %s", ways[i].name, connections, asked);
        free(asked);
        assert_no_proxy_words(server, ways[i].forwards);
        assert_int_equal(server_requests(server), 3);
        http_loop_free(loop);
        if (outer != proxy)
            relay_stop(outer);
        relay_stop(proxy);
        relay_stop(tls);
        server_stop(server);
        unlink(both);
    }
}

/* --- proxies that do not --- */

static const struct {
    const char *name;
    const char *proxy;
    enum relay_kind kind;
    const char *refusal;
    bool tunnel;
    enum http_end end;
    int status;
    int proxy_status;
} refusals[] = {
    { "407 to CONNECT", "http://127.0.0.1:%d", RELAY_HTTP,
      "HTTP/1.1 407 P\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n", true, HTTP_PROXY_REFUSED, 0, 407 },
    { "407 to a user that is wrong", "http://me:pw@127.0.0.1:%d", RELAY_HTTP,
      "HTTP/1.1 407 P\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n", true, HTTP_PROXY_REFUSED, 0, 407 },
    { "407 that wants NTLM", "http://me:pw@127.0.0.1:%d", RELAY_HTTP,
      "HTTP/1.1 407 P\r\nProxy-Authenticate: NTLM\r\nConnection: close\r\n\r\n", true, HTTP_PROXY_REFUSED, 0, 407 },
    { "403 to CONNECT", "http://127.0.0.1:%d", RELAY_HTTP, "HTTP/1.1 403 F\r\nContent-Length: 3\r\n\r\nno\n", true,
      HTTP_PROXY_REFUSED, 0, 403 },
    { "502 to CONNECT", "http://127.0.0.1:%d", RELAY_HTTP, "HTTP/1.1 502 B\r\nContent-Length: 0\r\n\r\n", true,
      HTTP_PROXY_REFUSED, 0, 502 },
    { "hangs up on CONNECT", "http://127.0.0.1:%d", RELAY_HTTP, "", true, HTTP_PROXY_REFUSED, 0, 0 },
    { "SOCKS says no", "socks5://127.0.0.1:%d", RELAY_SOCKS, "", false, HTTP_PROXY_REFUSED, 0, 0 },
    { "407 to a form", "http://127.0.0.1:%d", RELAY_HTTP,
      "HTTP/1.1 407 P\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n", false, HTTP_REPLIED, 407, 0 },
    { "hangs up on a form", "http://127.0.0.1:%d", RELAY_HTTP, "", false, HTTP_LOST, 0, 0 },
    { "speaks HTTP where SOCKS is asked for", "socks5://127.0.0.1:%d", RELAY_HTTP, "HTTP/1.1 400 B\r\n\r\n", false,
      HTTP_TIMED_OUT, 0, 0 },
};

static void test_proxy__a_refusal_is_the_proxys_and_nothing_reaches_the_server(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));

    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct server *server = server_start(&script, 1);
        struct relay *proxy = relay_start(&(struct relay_options){ .kind = refusals[i].kind, .refusal = refusals[i].refusal });
        struct http_loop *loop = loop_through(refusals[i].proxy, proxy, refusals[i].tunnel, NULL);
        struct exchange exchange;

        exchange_init(&exchange, loop, server_url(server), 100);
        exchange.options.connect_timeout_ms = 500;
        exchange_begin(&exchange);
        exchange_finish(&exchange);
        if (exchange.facts.end != refusals[i].end || exchange.status != refusals[i].status ||
            exchange.facts.proxy_status != refusals[i].proxy_status)
            fail_msg("%s: %s, HTTP %d, proxy %d: %s", refusals[i].name, http_end_text(exchange.facts.end), exchange.status,
                     exchange.facts.proxy_status, exchange.detail);
        assert_int_equal(exchange.facts.proxied,
                         refusals[i].kind == RELAY_HTTP && refusals[i].proxy[0] == 'h' && !refusals[i].tunnel);
        assert_true(exchange.facts.end == HTTP_REPLIED || exchange.facts.end == HTTP_LOST || exchange.facts.handed_bytes == 0);
        assert_int_equal(server_connections(server), 0);
        http_loop_free(loop);
        relay_stop(proxy);
        server_stop(server);
    }
}

/* Nobody listens there any more: the request fails, and does not go around. */
static void test_proxy__one_that_is_gone_is_not_gone_around(void **state)
{
    static const char *const formats[] = { "http://127.0.0.1:%d", "https://127.0.0.1:%d", "socks4://127.0.0.1:%d",
                                           "socks5h://127.0.0.1:%d" };
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct server *server = server_start(&script, 1);

    (void)state;
    for (size_t i = 0; i < 2 * sizeof formats / sizeof formats[0]; i++) {
        struct relay *proxy = relay_start(&(struct relay_options){ .kind = RELAY_HTTP });
        struct http_loop *loop = loop_through(formats[i / 2], proxy, i % 2 == 1, NULL);
        struct exchange exchange;

        relay_stop(proxy);
        exchange_init(&exchange, loop, server_url(server), 100);
        exchange_begin(&exchange);
        exchange_finish(&exchange);
        if (exchange.facts.end != HTTP_NO_CONNECTION && exchange.facts.end != HTTP_PROXY_REFUSED)
            fail_msg("%s: %s: %s", formats[i / 2], http_end_text(exchange.facts.end), exchange.detail);
        http_loop_free(loop);
    }
    assert_int_equal(server_connections(server), 0);
    server_stop(server);
}

static void test_proxy__what_cannot_be_used_is_refused_by_name(void **state)
{
    static const struct {
        const char *proxy;
        const char *words;
    } rows[] = { { "ftp://p:1", "\"ftp\"" },
                 { "socks6://p:1", "\"socks6\"" },
                 { "HTTP2://p", "\"HTTP2\"" },
                 { "bob:hush://x@p:1", "\"?\"" } };
    char long_user[1200], *at = long_user;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct exchange exchange;
    struct http_loop *loop;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        loop = exchange_loop(&(struct http_loop_options){ .proxy = rows[i].proxy });
        exchange_init(&exchange, loop, "http://127.0.0.1:1/", 1);
        assert_refused(http_loop_start(loop, &exchange.options, &exchange.request, &err), POSTAGE_ERR_INVALID, err,
                       rows[i].words);
        assert_says(err.message, "socks5h");
        assert_null(strstr(err.message, "hush"));
        http_loop_free(loop);
    }
    at = slice_put(at, SLICE("http://"));
    memset(at, 'u', 1100);
    *slice_put(at + 1100, SLICE("@p:1")) = '\0';
    loop = exchange_loop(&(struct http_loop_options){ .proxy = long_user });
    exchange_init(&exchange, loop, "http://127.0.0.1:1/", 1);
    assert_refused(http_loop_start(loop, &exchange.options, &exchange.request, &err), POSTAGE_ERR_INVALID, err,
                   "1100 bytes; the limit is 1023");
    assert_null(strstr(err.message, "uuu"));
    http_loop_free(loop);
}

/* libcurl quotes a URL that it does not understand. */
static void test_proxy__passwords_are_not_in_failures(void **state)
{
    static const char *const proxies[] = { "http://bob:hush@[::zz]:1/", "http://bob:hush@p:port/", "http://bob:hu sh@p q:1",
                                           "http://bob:hu/sh@127.0.0.1:1", "http://bob:hush@127.0.0.1:99999" };

    (void)state;
    for (size_t i = 0; i < sizeof proxies / sizeof proxies[0]; i++) {
        const struct proxy_choice choice = { .url = proxies[i], .user = SLICE("bob:hush") };
        struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
        struct postage_client_options client = POSTAGE_CLIENT_OPTIONS_INIT;
        struct postage_form *form = form_for("http://127.0.0.1:1/b", "");
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_result *result = NULL;
        struct postage_source source;
        char words[128];

        assert_int_equal(postage_source_memory(&source, "data", 4, NULL, NULL), POSTAGE_OK);
        options.form = form;
        options.source = &source;
        options.skip_check = true;
        client.proxy = proxies[i];
        assert_int_not_equal(postage_upload(&result, &options, &client, NULL, &err), POSTAGE_OK);
        if (strstr(result->error->message, "hu") != NULL || strstr(err.message, "hu") != NULL)
            fail_msg("%s: %s", proxies[i], result->error->message);
        postage_result_free(result);
        postage_source_close(&source);
        postage_form_free(form);
        snprintf(words, sizeof words, "in '%s'", proxies[i]);
        assert_null(strstr(proxy_safe_words(&choice, words), "hush"));
        assert_string_equal(proxy_safe_words(&choice, "Connection refused"), "Connection refused");
    }
}

/* --- transfers --- */

/* One transfer to the server through a proxy. @return what the proxy was asked; the caller frees it. */
static char *transfer_through(const char *format, const char *refusal, bool tunnel, struct server *server,
                              struct exchange *exchange)
{
    static const struct http_header secret = { "X-Token", "secret" };
    struct relay *proxy = relay_start(&(struct relay_options){ .kind = RELAY_HTTP, .refusal = refusal });
    struct http_loop *loop = loop_through(format, proxy, tunnel, NULL);
    const struct http_transfer_options options = { .url = server_url(server),
                                                   .method = "GET",
                                                   .headers = &secret,
                                                   .header_count = 1,
                                                   .connect_timeout_ms = 5000,
                                                   .idle_timeout_ms = 5000,
                                                   .context = exchange,
                                                   .done = exchange_done };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct http_transfer *transfer;
    char *asked;

    *exchange = (struct exchange){ .loop = loop };
    assert_ok(http_loop_transfer_start(loop, &options, &transfer, &err), err);
    exchange_finish(exchange);
    asked = relay_asked(proxy);
    http_loop_free(loop);
    relay_stop(proxy);
    return asked;
}

/* What a transfer says to the server, a token for example, is not for a proxy that only makes the tunnel. */
static void test_proxy__transfers_go_the_same_way(void **state)
{
    static const char forbidden[] = "HTTP/1.1 403 F\r\nContent-Length: 0\r\n\r\n";
    const struct server_step *script = STEPS(REPLY("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));

    (void)state;
    for (int tunnel = 0; tunnel < 2; tunnel++) {
        struct server *server = server_start(&script, 1);
        struct exchange exchange;
        char *asked = transfer_through("http://me:pw@127.0.0.1:%d", NULL, tunnel == 1, server, &exchange);

        assert_int_equal(exchange.status, 200);
        assert_int_equal(exchange.facts.proxied, tunnel == 0);
        assert_says(asked, tunnel == 0 ? "GET http://127.0.0.1:" : "CONNECT 127.0.0.1:");
        assert_says(asked, "Proxy-Authorization: Basic bWU6cHc=");
        assert_true((strstr(asked, "secret") != NULL) == (tunnel == 0));
        free(asked);
        free(transfer_through("http://127.0.0.1:%d", forbidden, tunnel == 1, server, &exchange));
        assert_int_equal(exchange.facts.end, tunnel == 1 ? HTTP_PROXY_REFUSED : HTTP_REPLIED);
        assert_int_equal(tunnel == 1 ? exchange.facts.proxy_status : exchange.status, 403);
        assert_int_equal(server_connections(server), 1);
        server_stop(server);
    }
}

static enum postage_status read_everything(void *context, const struct postage_allocator *alloc, struct postage_error *err)
{
    struct proxies proxies;
    enum postage_status status = proxies_init(&proxies, context, true, false, alloc);

    proxies_clear(&proxies);
    err->code = status;
    return status;
}

static void test_proxy__each_failing_allocation_is_told(void **state)
{
    char given[] = "http://me:pw@p:1";

    (void)state;
    setenv("http_proxy", "p", 1);
    setenv("https_proxy", "q", 1);
    setenv("no_proxy", "r", 1);
    assert_int_equal(fail_each_allocation(read_everything, NULL, FAILING_IS_TOLD), 3);
    assert_int_equal(fail_each_allocation(read_everything, given, FAILING_IS_TOLD), 1);
    clear_environment();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_proxy__is_chosen_as_curl_chooses),
        cmocka_unit_test(test_proxy__exceptions_are_curls),
        cmocka_unit_test(test_proxy__each_kind_is_gone_through),
        cmocka_unit_test(test_proxy__a_refusal_is_the_proxys_and_nothing_reaches_the_server),
        cmocka_unit_test(test_proxy__one_that_is_gone_is_not_gone_around),
        cmocka_unit_test(test_proxy__what_cannot_be_used_is_refused_by_name),
        cmocka_unit_test(test_proxy__passwords_are_not_in_failures),
        cmocka_unit_test(test_proxy__transfers_go_the_same_way),
        cmocka_unit_test(test_proxy__each_failing_allocation_is_told),
    };

    return cmocka_run_group_tests_name("http/proxy", tests, NULL, NULL);
}
