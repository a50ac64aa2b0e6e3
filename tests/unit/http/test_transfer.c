/* Transfers: what is said, how replies end, and limits. */
#include <stdlib.h>

#include "http/clock.h"
#include "support/transferring.h"

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
        seen_begin(&seen);
        seen_finish(&seen);
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
    seen_begin(&seen);
    seen_finish(&seen);
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
        seen_begin(&seen);
        seen_finish(&seen);
        assert_int_equal(seen.end, HTTP_REPLIED);
        assert_int_equal(seen.body_end, rows[i].end);
        assert_string_equal(seen.body, rows[i].body);
        http_loop_free(loop);
        server_stop(server);
    }
}

/* --- limits and cancelling --- */

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
    seen_begin(&connecting);
    seen_init(&idle, loop, server_url(server));
    idle.options.idle_timeout_ms = 300;
    seen_begin(&idle);
    seen_init(&total, loop, server_url(server));
    total.options.deadline_ms = clock_ms() + 200;
    seen_begin(&total);
    seen_finish(&connecting);
    seen_finish(&total);
    seen_finish(&idle);
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
    seen_begin(&seen[0]);
    http_loop_transfer_stop(loop, seen[0].transfer);
    for (size_t i = 1; i < 4; i++)
        seen_begin(&seen[i]);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transfer__any_method_and_head_and_body_is_said_as_it_is),
        cmocka_unit_test(test_transfer__what_cannot_be_said_is_refused_by_name),
        cmocka_unit_test(test_transfer__whole_and_cut_replies_are_told_apart),
        cmocka_unit_test(test_transfer__a_body_is_kept_up_to_its_limit),
        cmocka_unit_test(test_transfer__limits_end_it_at_their_stage),
        cmocka_unit_test(test_transfer__is_cancelled_at_every_stage),
    };

    return cmocka_run_group_tests_name("http/transfer", tests, NULL, NULL);
}
