#include "http/reply.h"
#include "support/test.h"

struct row {
    const char *name;
    const char *lines[8]; /* each with its line end */
    const char *fault;    /* NULL: the head is whole and well formed */
};

static const struct row rows[] = {
    { "plain", { "HTTP/1.1 204 No Content\r\n", "ETag: x\r\n", "\r\n" }, NULL },
    { "no reason phrase", { "HTTP/1.1 204\r\n", "\r\n" }, NULL },
    { "HTTP/1.0", { "HTTP/1.0 200 OK\r\n", "\r\n" }, NULL },
    { "the same length twice", { "HTTP/1.1 200 OK\r\n", "Content-Length: 5\r\n", "content-length: 5\r\n", "\r\n" }, NULL },
    { "interim before", { "HTTP/1.1 100 Continue\r\n", "\r\n", "HTTP/1.1 204 N\r\n", "\r\n" }, NULL },
    { "two lengths", { "HTTP/1.1 200 OK\r\n", "Content-Length: 5\r\n", "Content-Length: 6\r\n" }, "two different" },
    { "list of lengths", { "HTTP/1.1 200 OK\r\n", "Content-Length: 5, 5\r\n" }, "not a number" },
    { "sign in length", { "HTTP/1.1 200 OK\r\n", "Content-Length: +5\r\n" }, "not a number" },
    { "length and chunks",
      { "HTTP/1.1 200 OK\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n", "\r\n" },
      "both" },
    { "other coding", { "HTTP/1.1 200 OK\r\n", "Transfer-Encoding: gzip, chunked\r\n" }, "other than chunked" },
    { "chunked twice",
      { "HTTP/1.1 200 OK\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\n" },
      "other than chunked" },
    { "bare LF", { "HTTP/1.1 200 OK\n" }, "bare LF" },
    { "bare LF later", { "HTTP/1.1 200 OK\r\n", "X: y\n" }, "bare LF" },
    { "CR inside", { "HTTP/1.1 200 OK\r\n", "X: a\rb\r\n" }, "CR or NUL" },
    { "folded", { "HTTP/1.1 200 OK\r\n", "X: a\r\n", " b: c\r\n" }, "not a token" },
    { "blank before the colon", { "HTTP/1.1 200 OK\r\n", "X : a\r\n" }, "not a token" },
    { "no colon", { "HTTP/1.1 200 OK\r\n", "junk\r\n" }, "without a colon" },
    { "HTTP/2", { "HTTP/2 204\r\n" }, "not an HTTP/1.1" },
    { "HTTP/2.0", { "HTTP/2.0 204 N\r\n" }, "not an HTTP/1.1" },
    { "HTTP/1.2", { "HTTP/1.2 204 N\r\n" }, "not an HTTP/1.1" },
    { "two digits", { "HTTP/1.1 20\r\n" }, "three-digit" },
    { "four digits", { "HTTP/1.1 2040 N\r\n" }, "three-digit" },
    { "101", { "HTTP/1.1 101 Switching\r\n", "\r\n" }, "switch" },
};

static void test_reply__heads_are_taken_or_refused_by_rule(void **state)
{
    struct http_reply reply;

    (void)state;
    http_reply_init(&reply, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool taken = true;

        http_reply_reset(&reply);
        for (size_t n = 0; rows[i].lines[n] != NULL; n++) {
            assert_true(taken); /* only the last line of a row is refused */
            taken = http_reply_line(&reply, slice_of(rows[i].lines[n]));
        }
        if (taken != (rows[i].fault == NULL) || (taken && !reply.head_complete) ||
            (!taken && strstr(reply.fault, rows[i].fault) == NULL))
            fail_msg("%s: %s", rows[i].name, reply.fault != NULL ? reply.fault : "taken");
    }
    http_reply_clear(&reply);
}

static void test_reply__keeps_headers_of_the_final_head_only(void **state)
{
    struct http_reply reply;

    (void)state;
    http_reply_init(&reply, NULL);
    assert_true(http_reply_line(&reply, SLICE("HTTP/1.1 103 Early\r\n")));
    assert_true(http_reply_line(&reply, SLICE("ETag: early\r\n")));
    assert_true(http_reply_line(&reply, SLICE("\r\n")));
    assert_true(http_reply_line(&reply, SLICE("HTTP/1.1 200 OK\r\n")));
    assert_true(http_reply_line(&reply, SLICE("X-Amz-Request-Id:\t 7 \t\r\n")));
    assert_true(http_reply_line(&reply, SLICE("Empty:\r\n")));
    assert_true(http_reply_line(&reply, SLICE("\r\n")));
    assert_true(http_reply_line(&reply, SLICE("trailer: after\r\n")));
    assert_int_equal(reply.interim, 1);
    assert_int_equal(reply.header_count, 2);
    assert_string_equal(http_reply_header(&reply, "x-amz-request-id"), "7");
    assert_string_equal(http_reply_header(&reply, "empty"), "");
    assert_null(http_reply_header(&reply, "etag"));
    assert_null(http_reply_header(&reply, "trailer"));
    http_reply_clear(&reply);
}

static void test_reply__counts_every_header_byte_against_its_cap(void **state)
{
    static const char filler[] = "X-Filler: 012345678901234567890123456789012345678901234567890\r\n";
    struct http_reply reply;
    size_t lines = 0;

    (void)state;
    http_reply_init(&reply, NULL);
    assert_true(http_reply_line(&reply, SLICE("HTTP/1.1 200 OK\r\n")));
    while (http_reply_line(&reply, slice_of(filler)))
        lines++;
    assert_int_equal(lines, (HTTP_HEAD_MAX_BYTES - 17) / (sizeof filler - 1));
    assert_non_null(strstr(reply.fault, "64 KiB"));
    http_reply_clear(&reply);
}

static void test_reply__thirty_two_interim_replies_are_the_most(void **state)
{
    struct http_reply reply;
    unsigned taken = 0;

    (void)state;
    http_reply_init(&reply, NULL);
    while (http_reply_line(&reply, SLICE("HTTP/1.1 102 Processing\r\n")) && http_reply_line(&reply, SLICE("\r\n")))
        taken++;
    assert_int_equal(taken, HTTP_INTERIM_MAX);
    http_reply_clear(&reply);
}

static void test_reply__bodies_stop_at_their_cap(void **state)
{
    struct http_reply reply;

    (void)state;
    http_reply_init(&reply, NULL);
    assert_true(http_reply_bytes(&reply, SLICE("12345"), 8));
    assert_true(http_reply_bytes(&reply, SLICE("678"), 8));
    assert_false(reply.body_capped);
    assert_false(http_reply_bytes(&reply, SLICE("9"), 8));
    assert_true(reply.body_capped);
    assert_string_equal(buf_text(&reply.body), "12345678");
    http_reply_clear(&reply);
}

static void test_reply__a_reset_leaves_nothing_of_the_last_one(void **state)
{
    struct http_reply reply;

    (void)state;
    http_reply_init(&reply, NULL);
    assert_true(http_reply_line(&reply, SLICE("HTTP/1.1 200 OK\r\n")));
    assert_true(http_reply_line(&reply, SLICE("Location: secret-place\r\n")));
    assert_true(http_reply_bytes(&reply, SLICE("secret-body"), 100));
    http_reply_reset(&reply);
    assert_int_equal(reply.status, 0);
    assert_int_equal(reply.header_count, 0);
    assert_null(slice_find((struct slice){ reply.head.ptr, reply.head.cap }, SLICE("secret")));
    assert_null(slice_find((struct slice){ reply.body.ptr, reply.body.cap }, SLICE("secret")));
    http_reply_clear(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reply__heads_are_taken_or_refused_by_rule),
        cmocka_unit_test(test_reply__keeps_headers_of_the_final_head_only),
        cmocka_unit_test(test_reply__counts_every_header_byte_against_its_cap),
        cmocka_unit_test(test_reply__thirty_two_interim_replies_are_the_most),
        cmocka_unit_test(test_reply__bodies_stop_at_their_cap),
        cmocka_unit_test(test_reply__a_reset_leaves_nothing_of_the_last_one),
    };

    return cmocka_run_group_tests_name("http/reply", tests, NULL, NULL);
}
