/* Transfers: what is said, how replies end, limits, and a taker that takes its time. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/clock.h"
#include "http/loop.h"
#include "support/client_bench.h"
#include "support/failing.h"

enum { KEPT_MAX = 4096, NEVER_MS = 60000 };

/* One transfer, and what became of it. */
struct seen {
    struct http_loop *loop;
    struct http_transfer *transfer; /* NULL: over */
    struct http_transfer_options options;
    char url[256];
    unsigned done;
    enum http_end end;
    enum http_timer timer;
    enum http_body_end body_end;
    enum postage_status read_status;
    int status;
    int64_t ended_ms;
    char type[64]; /* the header content-type */
    char detail[256];
    char body[KEPT_MAX + 1];
    size_t body_length;
};

static void on_transfer_done(void *context, const struct http_facts *facts)
{
    struct seen *seen = context;
    const char *type = http_reply_header(facts->reply, "content-type");
    struct slice body = buf_slice(&facts->reply->body);

    seen->done++;
    seen->transfer = NULL;
    seen->end = facts->end;
    seen->timer = facts->timer;
    seen->body_end = facts->body_end;
    seen->read_status = facts->read_status;
    seen->status = facts->reply->status;
    seen->ended_ms = now_ms();
    snprintf(seen->type, sizeof seen->type, "%s", type != NULL ? type : "");
    snprintf(seen->detail, sizeof seen->detail, "%s", facts->reply->fault != NULL ? facts->reply->fault : facts->detail);
    if (seen->options.take == NULL && body.len <= KEPT_MAX)
        memcpy(seen->body, body.ptr, seen->body_length = body.len);
}

static enum postage_status take_all(void *context, const struct http_reply *reply, struct slice bytes, size_t *taken)
{
    struct seen *seen = context;

    (void)taken;
    assert_true(reply->head_complete);
    assert_true(bytes.len > 0);
    if (seen->body_length + bytes.len > KEPT_MAX)
        return POSTAGE_ERR_LIMIT;
    memcpy(seen->body + seen->body_length, bytes.ptr, bytes.len);
    seen->body_length += bytes.len;
    return POSTAGE_OK;
}

static struct http_loop *new_loop(const struct postage_allocator *alloc)
{
    static const struct http_loop_options options = { .max_connections = 4 };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct http_loop *loop;

    assert_ok(http_loop_new(&loop, &options, alloc, &err), err);
    return loop;
}

static void seen_init(struct seen *seen, struct http_loop *loop, const char *url)
{
    *seen = (struct seen){ .loop = loop };
    snprintf(seen->url, sizeof seen->url, "%s", url);
    seen->options = (struct http_transfer_options){
        .url = seen->url,
        .method = "GET",
        .reply_body_max = KEPT_MAX,
        .connect_timeout_ms = NEVER_MS,
        .idle_timeout_ms = NEVER_MS,
        .context = seen,
        .done = on_transfer_done,
    };
}

static void begin(struct seen *seen)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    assert_ok(http_loop_transfer_start(seen->loop, &seen->options, &seen->transfer, &err), err);
}

static void turn(struct http_loop *loop)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    assert_ok(http_loop_run(loop, 100, &err), err);
}

static void finish(struct seen *seen)
{
    int64_t limit = now_ms() + 20000;

    while (seen->done == 0) {
        assert_true(now_ms() < limit);
        turn(seen->loop);
    }
    assert_int_equal(seen->done, 1);
}

/* --- what is said --- */

static char long_body[2 * 1024 * 1024];

static const struct {
    const char *method;
    struct http_header header; /* name NULL: none */
    const char *body;
    size_t length;
    const char *line;    /* what the request begins with */
    const char *there;   /* what else stands in it */
    const char *missing; /* what does not */
} said[] = {
    { "GET", { NULL, NULL }, NULL, 0, "GET /bucket/a/../b%2F?x=1 HTTP/1.1\r\n", "User-Agent: postage/", "Content-" },
    { "GET", { "X-Token", "abc;d=\"e\"" }, NULL, 0, "GET ", "\r\nX-Token: abc;d=\"e\"\r\n", "Expect" },
    { "GET", { "X-Empty", "" }, NULL, 0, "GET ", "\r\nX-Empty:\r\n", "Accept-Encoding" },
    { "HEAD", { "Range", "bytes=0-9" }, NULL, 0, "HEAD ", "\r\nRange: bytes=0-9\r\n", "Content-" },
    { "PUT", { "Content-Type", "text/plain" }, "data", 4, "PUT ", "\r\n\r\ndata", "urlencoded" },
    { "PUT", { NULL, NULL }, "", 0, "PUT ", "\r\nContent-Length: 0\r\n", "Content-Type" },
    { "POST", { NULL, NULL }, "a\0b", 3, "POST ", "\r\nContent-Length: 3\r\n", "Content-Type" },
    { "POST", { NULL, NULL }, long_body, sizeof long_body, "POST ", "\r\nContent-Length: 2097152\r\n", "Expect" },
    { "DELETE", { NULL, NULL }, NULL, 0, "DELETE ", "\r\nHost: 127.0.0.1:", "Content-" },
    { "PROPFIND", { "User-Agent", "other/1" }, "<x/>", 4, "PROPFIND ", "\r\nUser-Agent: other/1\r\n", "postage" },
};

static void test_transfer__any_method_and_head_and_body_is_said_as_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        const struct server_step *script =
            STEPS(READ_ALL, { SERVER_SEND, "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 0\r\n\r\n", 0 });
        struct server *server = server_start(&script, 1);
        struct http_loop *loop = new_loop(NULL);
        struct seen seen;
        size_t length;
        char *text, url[200];

        snprintf(url, sizeof url, "%s/a/../b%%2F?x=1", server_url(server));
        seen_init(&seen, loop, url);
        seen.options.method = said[i].method;
        seen.options.headers = &said[i].header;
        seen.options.header_count = said[i].header.name != NULL;
        seen.options.body = said[i].body;
        seen.options.body_length = said[i].length;
        begin(&seen);
        finish(&seen);
        text = server_received(server, &length);
        if (seen.end != HTTP_REPLIED || seen.status != 200 || strncmp(text, said[i].line, strlen(said[i].line)) != 0 ||
            strstr(text, said[i].there) == NULL || strstr(text, said[i].missing) != NULL ||
            server_body_bytes(server) != said[i].length)
            fail_msg("row %zu: %s, HTTP %d: %s", i, http_end_text(seen.end), seen.status, text);
        assert_string_equal(seen.type, "a/b");
        free(text);
        http_loop_free(loop);
        server_stop(server);
    }
}

static const struct {
    const char *url;
    const char *method;
    struct http_header header;
    const char *body;
    const char *words;
} refused[] = {
    { "ftp://h/", "GET", { "A", "b" }, NULL, "http://" },
    { "http://h/a b", "GET", { "A", "b" }, NULL, "not allowed" },
    { "http://me:pw@h/", "GET", { "A", "b" }, NULL, "user name" },
    { "http://h/", "", { "A", "b" }, NULL, "method \"\"" },
    { "http://h/", "GET /x", { "A", "b" }, NULL, "method \"GET /x\"" },
    { "http://h/", "G\r\nX: y", { "A", "b" }, NULL, "method" },
    { "http://h/", "CONNECT", { "A", "b" }, NULL, "CONNECT" },
    { "http://h/", "HEAD", { "A", "b" }, "x", "no body" },
    { "http://h/", "GET", { "A:", "b" }, NULL, "header \"A:\"" },
    { "http://h/", "GET", { "A\r\nB", "b" }, NULL, "not a header name" },
    { "http://h/", "GET", { "A", "secret\r\nX: y" }, NULL, "header \"A\": its value" },
    { "http://h/", "GET", { "Content-length", "5" }, NULL, "header \"Content-length\"" },
    { "http://h/", "GET", { "transfer-Encoding", "chunked" }, NULL, "library" },
};

static void test_transfer__what_cannot_be_said_is_refused_by_name(void **state)
{
    struct http_loop *loop = new_loop(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct seen seen;

        seen_init(&seen, loop, refused[i].url);
        seen.options.method = refused[i].method;
        seen.options.headers = &refused[i].header;
        seen.options.header_count = 1;
        seen.options.body = refused[i].body;
        assert_refused(http_loop_transfer_start(loop, &seen.options, &seen.transfer, &err), POSTAGE_ERR_INVALID, err,
                       refused[i].words);
        assert_null(strstr(err.message, "secret"));
        assert_null(seen.transfer);
    }
    http_loop_free(loop);
}

/* --- how replies end --- */

#define HEAD200 "HTTP/1.1 200 OK\r\n"
#define CHUNKS  HEAD200 "Transfer-Encoding: chunked\r\n\r\n"

static const struct {
    const char *name;
    const char *method;
    const char *reply;
    enum http_end end;
    enum http_body_end body_end;
    int status;
    const char *body;
} replies[] = {
    { "a length", "GET", HEAD200 "Content-Length: 4\r\n\r\ndata", HTTP_REPLIED, HTTP_BODY_COMPLETE, 200, "data" },
    { "more than it", "GET", HEAD200 "Content-Length: 4\r\n\r\ndatamore", HTTP_REPLIED, HTTP_BODY_COMPLETE, 200, "data" },
    { "chunks", "GET", CHUNKS "2\r\nda\r\n2;x=y\r\nta\r\n0\r\n\r\n", HTTP_REPLIED, HTTP_BODY_COMPLETE, 200, "data" },
    { "trailers", "GET", CHUNKS "4\r\ndata\r\n0\r\nContent-Type: no\r\n\r\n", HTTP_REPLIED, HTTP_BODY_COMPLETE, 200, "data" },
    { "to the close", "GET", HEAD200 "\r\ndata", HTTP_REPLIED, HTTP_BODY_TO_CLOSE, 200, "data" },
    { "HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\n\r\ndata", HTTP_REPLIED, HTTP_BODY_TO_CLOSE, 200, "data" },
    { "no content", "GET", "HTTP/1.1 204 N\r\n\r\n", HTTP_REPLIED, HTTP_BODY_COMPLETE, 204, "" },
    { "not modified", "GET", "HTTP/1.1 304 N\r\nContent-Length: 9\r\n\r\n", HTTP_REPLIED, HTTP_BODY_COMPLETE, 304, "" },
    { "a head alone", "HEAD", HEAD200 "Content-Length: 9\r\n\r\n", HTTP_REPLIED, HTTP_BODY_COMPLETE, 200, "" },
    { "a head of chunks", "HEAD", CHUNKS, HTTP_REPLIED, HTTP_BODY_COMPLETE, 200, "" },
    { "a refusal", "GET", "HTTP/1.1 403 F\r\nContent-Length: 4\r\n\r\nnono", HTTP_REPLIED, HTTP_BODY_COMPLETE, 403, "nono" },
    { "a redirect", "GET", "HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", HTTP_REPLIED,
      HTTP_BODY_COMPLETE, 302, "" },
    { "a challenge", "GET", "HTTP/1.1 401 U\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n", HTTP_REPLIED,
      HTTP_BODY_COMPLETE, 401, "" },
    { "an interim reply", "GET", "HTTP/1.1 103 E\r\nLink: x\r\n\r\n" HEAD200 "Content-Length: 1\r\n\r\nx", HTTP_REPLIED,
      HTTP_BODY_COMPLETE, 200, "x" },
    { "a coding is left alone", "GET", HEAD200 "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\ndata", HTTP_REPLIED,
      HTTP_BODY_COMPLETE, 200, "data" },
    { "cut by its length", "GET", HEAD200 "Content-Length: 5\r\n\r\ndata", HTTP_REPLIED, HTTP_BODY_CUT, 200, "data" },
    { "cut in a chunk", "GET", CHUNKS "5\r\ndata", HTTP_REPLIED, HTTP_BODY_CUT, 200, "data" },
    { "cut behind a chunk", "GET", CHUNKS "4\r\ndata\r\n", HTTP_REPLIED, HTTP_BODY_CUT, 200, "data" },
    { "cut in the last chunk", "GET", CHUNKS "4\r\ndata\r\n0\r\n", HTTP_REPLIED, HTTP_BODY_CUT, 200, "data" },
    { "a size that is none", "GET", CHUNKS "4\r\ndata\r\nx\r\n", HTTP_REPLIED, HTTP_BODY_CUT, 200, "data" },
    { "a cut head", "GET", HEAD200 "ETag: \"ab", HTTP_MALFORMED, HTTP_BODY_CUT, 200, "" },
    { "a cut first line", "GET", "HTTP/1.1 20", HTTP_LOST, HTTP_BODY_CUT, 0, "" }, /* libcurl keeps it */
    { "two lengths", "GET", HEAD200 "Content-Length: 4\r\nContent-Length: 5\r\n\r\ndata", HTTP_MALFORMED, HTTP_BODY_CUT, 200,
      "" },
    { "length and chunks", "GET", HEAD200 "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndata\r\n0\r\n\r\n",
      HTTP_MALFORMED, HTTP_BODY_CUT, 200, "" },
    { "another coding", "GET", HEAD200 "Transfer-Encoding: gzip\r\n\r\ndata", HTTP_MALFORMED, HTTP_BODY_CUT, 200, "" },
    { "bare LF", "GET", "HTTP/1.1 200 OK\nContent-Length: 4\n\ndata", HTTP_MALFORMED, HTTP_BODY_CUT, 0, "" },
    { "HTTP/2", "GET", "HTTP/2 200\r\n\r\ndata", HTTP_MALFORMED, HTTP_BODY_CUT, 0, "" },
    { "no HTTP", "GET", "<html>hello</html>\r\n", HTTP_MALFORMED, HTTP_BODY_CUT, 0, "" },
    { "nothing", "GET", "", HTTP_LOST, HTTP_BODY_CUT, 0, "" },
};

static void check_reply(size_t row, bool taken)
{
    const struct server_step *script = STEPS(READ_ALL, { SERVER_SEND, replies[row].reply, 0 });
    struct server *server = server_start(&script, 1);
    struct http_loop *loop = new_loop(NULL);
    struct seen seen;

    seen_init(&seen, loop, server_url(server));
    seen.options.method = replies[row].method;
    seen.options.take = taken ? take_all : NULL;
    begin(&seen);
    finish(&seen);
    if (seen.end != replies[row].end || seen.body_end != replies[row].body_end || seen.status != replies[row].status ||
        strcmp(seen.body, replies[row].body) != 0)
        fail_msg("%s (%s): %s (%s), body end %d, HTTP %d, \"%s\"", replies[row].name, taken ? "taken" : "kept",
                 http_end_text(seen.end), seen.detail, seen.body_end, seen.status, seen.body);
    assert_int_equal(server_connections(server), 1);
    assert_string_not_equal(seen.type, "no");
    assert_true(seen.end != HTTP_MALFORMED || seen.detail[0] != '\0');
    http_loop_free(loop);
    server_stop(server);
}

static void test_transfer__whole_and_cut_replies_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        check_reply(i, false);
        check_reply(i, true);
    }
}

static void test_transfer__a_body_is_kept_up_to_its_limit(void **state)
{
    static const struct {
        size_t max;
        enum http_body_end end;
        const char *body;
    } rows[] = { { 5, HTTP_BODY_COMPLETE, "hello" }, { 4, HTTP_BODY_CAPPED, "hell" }, { 0, HTTP_BODY_CAPPED, "" } };
    const struct server_step *script = STEPS(READ_ALL, { SERVER_SEND, HEAD200 "Content-Length: 5\r\n\r\nhello", 0 });

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct server *server = server_start(&script, 1);
        struct http_loop *loop = new_loop(NULL);
        struct seen seen;

        seen_init(&seen, loop, server_url(server));
        seen.options.reply_body_max = rows[i].max;
        begin(&seen);
        finish(&seen);
        assert_int_equal(seen.end, HTTP_REPLIED);
        assert_int_equal(seen.body_end, rows[i].end);
        assert_string_equal(seen.body, rows[i].body);
        http_loop_free(loop);
        server_stop(server);
    }
}

/* --- limits and cancelling --- */

/* A listener whose connections are made by the system and answered by nobody: TLS never comes about. */
static int listen_silently(char *url, size_t cap)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    snprintf(url, cap, "https://127.0.0.1:%d/", ntohs(address.sin_port));
    return listener;
}

static void test_transfer__limits_end_it_at_their_stage(void **state)
{
    const struct server_step *script =
        STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_SEND, HEAD200 "Content-Length: 9\r\n\r\n", 0 }, { SERVER_SEND, "a", 0 },
              { SERVER_DELAY, NULL, 150 }, { SERVER_SEND, "b", 0 }, { SERVER_DELAY, NULL, 150 }, { SERVER_SEND, "c", 0 },
              { SERVER_HOLD, NULL, 0 });
    struct server *server = server_start(&script, 1);
    struct http_loop *loop = new_loop(NULL);
    struct seen connecting, idle, total;
    char url[64];
    int listener = listen_silently(url, sizeof url);
    int64_t start = now_ms();

    (void)state;
    seen_init(&connecting, loop, url);
    connecting.options.connect_timeout_ms = 100;
    begin(&connecting);
    seen_init(&idle, loop, server_url(server));
    idle.options.idle_timeout_ms = 300;
    begin(&idle);
    seen_init(&total, loop, server_url(server));
    total.options.deadline_ms = clock_ms() + 200;
    begin(&total);
    finish(&connecting);
    finish(&total);
    finish(&idle);
    assert_int_equal(connecting.end, HTTP_TIMED_OUT);
    assert_int_equal(connecting.timer, HTTP_TIMER_CONNECT);
    assert_true(connecting.ended_ms - start < 1000);
    assert_int_equal(total.end, HTTP_TIMED_OUT);
    assert_int_equal(total.timer, HTTP_TIMER_TOTAL);
    assert_true(total.ended_ms - start >= 190);
    assert_int_equal(idle.end, HTTP_TIMED_OUT);
    assert_int_equal(idle.timer, HTTP_TIMER_IDLE);
    assert_true(idle.ended_ms - start >= 590); /* bytes move the limit away */
    http_loop_free(loop);
    server_stop(server);
    close(listener);
}

static enum postage_status take_none(void *context, const struct http_reply *reply, struct slice bytes, size_t *taken)
{
    struct seen *seen = context;

    (void)reply, (void)taken;
    seen->body_length = bytes.len;
    return POSTAGE_AGAIN;
}

static void test_transfer__is_cancelled_at_every_stage(void **state)
{
    const struct server_step *silent = STEPS(HOLD);
    const struct server_step *talks = STEPS(
        { SERVER_READ_HEAD, NULL, 0 }, { SERVER_SEND, HEAD200 "Content-Length: 4\r\n\r\ndata", 0 }, { SERVER_HOLD, NULL, 0 });
    struct server *waits = server_start(&silent, 1), *replies_at_once = server_start(&talks, 1);
    struct http_loop *loop = new_loop(NULL);
    struct seen seen[4];
    char url[64];
    int listener = listen_silently(url, sizeof url);

    (void)state;
    seen_init(&seen[0], loop, server_url(waits)); /* at once */
    seen_init(&seen[1], loop, url);               /* in TLS */
    seen_init(&seen[2], loop, server_url(waits)); /* awaiting the reply */
    seen_init(&seen[3], loop, server_url(replies_at_once));
    seen[3].options.take = take_none; /* stopped, with all of it there */
    begin(&seen[0]);
    http_loop_transfer_stop(loop, seen[0].transfer);
    for (size_t i = 1; i < 4; i++)
        begin(&seen[i]);
    while (seen[3].body_length == 0 || server_requests(waits) == 0)
        turn(loop);
    for (size_t i = 1; i < 4; i++)
        http_loop_transfer_stop(loop, seen[i].transfer);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(seen[i].done, 1);
        assert_int_equal(seen[i].end, HTTP_CANCELLED);
    }
    http_loop_free(loop);
    server_stop(waits);
    server_stop(replies_at_once);
    close(listener);
}

/* --- takers --- */

static enum postage_status take_one(void *context, const struct http_reply *reply, struct slice bytes, size_t *taken)
{
    struct seen *seen = context;

    (void)reply;
    seen->body[seen->body_length++] = bytes.ptr[0];
    *taken = 1;
    return POSTAGE_AGAIN;
}

/* Nothing is lost and nothing comes twice; the connection may have ended long ago; no limit runs meanwhile. */
static void test_transfer__a_part_may_be_taken(void **state)
{
    const struct server_step *script = STEPS(READ_ALL, { SERVER_SEND, HEAD200 "Content-Length: 26\r\n\r\nabcdefghij", 0 },
                                             { SERVER_DELAY, NULL, 20 }, { SERVER_SEND, "klmnopqrstuvwxyz", 0 });
    struct server *server = server_start(&script, 1);
    struct http_loop *loop = new_loop(NULL);
    struct seen seen;

    (void)state;
    seen_init(&seen, loop, server_url(server));
    seen.options.take = take_one;
    seen.options.idle_timeout_ms = 200;
    begin(&seen);
    while (seen.done == 0) {
        size_t before = seen.body_length;

        turn(loop);
        if (before == 13 && seen.body_length == 13) { /* longer than the limit */
            sleep_ms(300);
            turn(loop);
        }
        assert_true(seen.body_length <= before + 1);
        if (seen.transfer != NULL)
            http_loop_transfer_resume(loop, seen.transfer);
    }
    assert_int_equal(seen.end, HTTP_REPLIED);
    assert_int_equal(seen.body_end, HTTP_BODY_COMPLETE);
    assert_string_equal(seen.body, "abcdefghijklmnopqrstuvwxyz");
    http_loop_free(loop);
    server_stop(server);
}

static enum postage_status take_and_fail(void *context, const struct http_reply *reply, struct slice bytes, size_t *taken)
{
    (void)context, (void)reply, (void)bytes, (void)taken;
    return POSTAGE_ERR_SOURCE;
}

struct chain {
    struct seen seen;
    struct chain *started, *stopped; /* by its taker */
};

static enum postage_status take_and_meddle(void *context, const struct http_reply *reply, struct slice bytes, size_t *taken)
{
    struct chain *chain = context;

    (void)reply, (void)bytes, (void)taken;
    begin(&chain->started->seen);
    http_loop_transfer_stop(chain->seen.loop, chain->stopped->seen.transfer);
    return POSTAGE_OK;
}

static void on_done_begin(void *context, const struct http_facts *facts)
{
    struct chain *chain = context;

    on_transfer_done(&chain->seen, facts);
    if (chain->started != NULL && chain->started->seen.done == 0 && chain->started->seen.transfer == NULL)
        begin(&chain->started->seen);
}

static void test_transfer__callbacks_start_and_stop_others(void **state)
{
    const struct server_step *script =
        STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_SEND, HEAD200 "Content-Length: 4\r\n\r\ndata", 0 });
    const struct server_step *silent = STEPS(HOLD);
    struct server *server = server_start(&script, 1), *waits = server_start(&silent, 1);
    struct http_loop *loop = new_loop(NULL);
    struct chain first = { .started = NULL }, second = first, third = first, stopped = first;

    (void)state;
    seen_init(&first.seen, loop, server_url(server));
    seen_init(&second.seen, loop, server_url(server));
    seen_init(&third.seen, loop, server_url(server));
    seen_init(&stopped.seen, loop, server_url(waits));
    first.started = &second;
    first.stopped = &stopped;
    second.started = &third;
    first.seen.options.take = take_and_meddle;
    second.seen.options.done = on_done_begin;
    second.seen.options.context = &second;
    third.seen.options.take = take_and_fail;
    begin(&stopped.seen);
    begin(&first.seen);
    finish(&first.seen);
    assert_int_equal(stopped.seen.end, HTTP_CANCELLED);
    finish(&second.seen);
    assert_string_equal(second.seen.body, "data");
    finish(&third.seen);
    assert_int_equal(third.seen.end, HTTP_READ_FAILED);
    assert_int_equal(third.seen.read_status, POSTAGE_ERR_SOURCE);
    http_loop_free(loop);
    server_stop(server);
    server_stop(waits);
}

static void test_transfer__many_at_once(void **state)
{
    enum { COUNT = 50 };
    const struct server_step *script =
        STEPS(READ_ALL, { SERVER_DELAY, NULL, 50 }, { SERVER_SEND, HEAD200 "Content-Length: 2\r\n\r\nok", 0 });
    struct server *server = server_start(&script, 1);
    struct http_loop *loop = new_loop(NULL);
    static struct seen seen[COUNT];

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        seen_init(&seen[i], loop, server_url(server));
        begin(&seen[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        finish(&seen[i]);
        assert_int_equal(seen[i].end, HTTP_REPLIED);
        assert_string_equal(seen[i].body, "ok");
    }
    http_loop_free(loop);
    server_stop(server);
}

/* --- a gigabyte --- */

enum { BLOCK_BYTES = 65536 - 1 }; /* so that no power of two hides a mistake */
#define FLOOD_BYTES (1024u * 1024 * 1024)

struct flood {
    int listener;
    pthread_t thread;
    _Atomic uint64_t sent;
};

static char block[BLOCK_BYTES];

static void *pour(void *argument)
{
    static const char head[] = HEAD200 "Content-Length: 1073741824\r\n\r\n";
    struct flood *flood = argument;
    int descriptor = accept(flood->listener, NULL, NULL);
    char request[4096];
    bool open = recv(descriptor, request, sizeof request, 0) > 0 && send(descriptor, head, sizeof head - 1, MSG_NOSIGNAL) > 0;

    while (open && flood->sent < FLOOD_BYTES) {
        size_t at = (size_t)(flood->sent % BLOCK_BYTES), length = BLOCK_BYTES - at;
        ssize_t gone;

        if (length > FLOOD_BYTES - flood->sent)
            length = (size_t)(FLOOD_BYTES - flood->sent);
        gone = send(descriptor, block + at, length, MSG_NOSIGNAL);
        open = gone > 0;
        flood->sent += open ? (uint64_t)gone : 0;
    }
    close(descriptor);
    return NULL;
}

/* Takes what a buffer of 64 KiB has room for. */
struct taker {
    struct seen seen;
    uint64_t taken;
    size_t room;
};

static enum postage_status take_into_room(void *context, const struct http_reply *reply, struct slice bytes, size_t *taken)
{
    struct taker *taker = context;
    size_t length = bytes.len < taker->room ? bytes.len : taker->room;

    (void)reply;
    for (size_t done = 0; done < length;) {
        size_t at = (size_t)((taker->taken + done) % BLOCK_BYTES), piece = BLOCK_BYTES - at;

        if (piece > length - done)
            piece = length - done;
        assert_memory_equal(bytes.ptr + done, block + at, piece);
        done += piece;
    }
    taker->taken += length;
    taker->room -= length;
    *taken = length;
    return length == bytes.len ? POSTAGE_OK : POSTAGE_AGAIN;
}

static void on_taker_done(void *context, const struct http_facts *facts)
{
    on_transfer_done(&((struct taker *)context)->seen, facts);
}

static void test_transfer__a_gigabyte_passes_through_a_window(void **state)
{
    struct postage_counting_allocator *counting;
    struct flood flood = { .sent = 0 };
    struct taker taker = { .taken = 0 };
    struct http_loop *loop;
    char url[64];
    uint64_t paused;

    (void)state;
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        block[i] = (char)(i * 7 + i / 251);
    flood.listener = listen_silently(url, sizeof url);
    pthread_create(&flood.thread, NULL, pour, &flood);
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    loop = new_loop(postage_counting_allocator_use(counting));
    seen_init(&taker.seen, loop, url);
    memmove(taker.seen.url + 4, taker.seen.url + 5, strlen(taker.seen.url + 5) + 1); /* not https */
    taker.seen.options.context = &taker;
    taker.seen.options.take = take_into_room;
    taker.seen.options.done = on_taker_done;
    begin(&taker.seen);
    for (int i = 0; i < 10; i++) /* it has no room yet */
        assert_int_equal(http_loop_run(loop, 20, NULL), POSTAGE_OK);
    paused = flood.sent;
    sleep_ms(100);
    assert_int_equal(http_loop_run(loop, 20, NULL), POSTAGE_OK);
    assert_int_equal(flood.sent, paused); /* the server is held */
    assert_true(paused < FLOOD_BYTES / 16);
    while (taker.seen.done == 0) {
        taker.room = 64 * 1024; /* its buffer was emptied */
        http_loop_transfer_resume(loop, taker.seen.transfer);
        turn(loop);
    }
    assert_int_equal(taker.seen.end, HTTP_REPLIED);
    assert_int_equal(taker.seen.body_end, HTTP_BODY_COMPLETE);
    assert_int_equal(taker.taken, FLOOD_BYTES);
    http_loop_free(loop);
    print_message("own heap at most %zu bytes\n", (size_t)counters_of(counting).peak_bytes);
    assert_true(counters_of(counting).peak_bytes <= 64 * 1024);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
    pthread_join(flood.thread, NULL);
    close(flood.listener);
}

/* --- memory --- */

struct memory {
    const char *url;
    bool taken;
};

static enum postage_status one_transfer(void *context, const struct postage_allocator *alloc, struct postage_error *err)
{
    static const struct http_loop_options options = { .max_connections = 4 };
    static const struct http_header header = { "X-Token", "t" };
    const struct memory *memory = context;
    struct http_loop *loop;
    struct seen seen;
    enum postage_status status = http_loop_new(&loop, &options, alloc, err);

    assert_made(status, loop);
    if (status != POSTAGE_OK)
        return status;
    seen_init(&seen, loop, memory->url);
    seen.options.headers = &header;
    seen.options.header_count = 1;
    seen.options.take = memory->taken ? take_all : NULL;
    status = http_loop_transfer_start(loop, &seen.options, &seen.transfer, err);
    assert_made(status, seen.transfer);
    for (int i = 0; i < 200 && status == POSTAGE_OK && seen.done == 0; i++)
        status = http_loop_run(loop, 100, err);
    if (seen.done == 0 && seen.transfer != NULL)
        http_loop_transfer_stop(loop, seen.transfer);
    else if (status == POSTAGE_OK && seen.end == HTTP_NO_MEMORY)
        status = err->code = POSTAGE_ERR_NOMEM;
    assert_true(status != POSTAGE_OK || (seen.end == HTTP_REPLIED && strcmp(seen.body, "hello") == 0));
    http_loop_free(loop);
    return status;
}

static void test_transfer__each_failing_allocation_is_told(void **state)
{
    const struct server_step *script =
        STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_SEND, HEAD200 "Content-Type: a/b\r\n\r\nhello", 0 });
    struct server *server = server_start(&script, 1);
    struct memory memory = { server_url(server), false };

    (void)state;
    assert_true(fail_each_allocation(one_transfer, &memory, FAILING_IS_TOLD) > 5);
    memory.taken = true;
    assert_true(fail_each_allocation(one_transfer, &memory, FAILING_IS_TOLD) > 5);
    server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transfer__any_method_and_head_and_body_is_said_as_it_is),
        cmocka_unit_test(test_transfer__what_cannot_be_said_is_refused_by_name),
        cmocka_unit_test(test_transfer__whole_and_cut_replies_are_told_apart),
        cmocka_unit_test(test_transfer__a_body_is_kept_up_to_its_limit),
        cmocka_unit_test(test_transfer__limits_end_it_at_their_stage),
        cmocka_unit_test(test_transfer__is_cancelled_at_every_stage),
        cmocka_unit_test(test_transfer__a_part_may_be_taken),
        cmocka_unit_test(test_transfer__callbacks_start_and_stop_others),
        cmocka_unit_test(test_transfer__many_at_once),
        cmocka_unit_test(test_transfer__a_gigabyte_passes_through_a_window),
        cmocka_unit_test(test_transfer__each_failing_allocation_is_told),
    };

    return cmocka_run_group_tests_name("http/transfer", tests, NULL, NULL);
}
