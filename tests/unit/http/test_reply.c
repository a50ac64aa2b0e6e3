#include <stdlib.h>

#include "http/reply.h"
#include "support/failing.h"
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

static void begin(struct http_reply *reply)
{
    http_reply_begin(reply, 1024, 1024);
}

static bool take_text(struct http_reply *reply, const char *text)
{
    return http_reply_take(reply, slice_of(text)) == strlen(text) && reply->fault == NULL;
}

static void test_reply__heads_are_taken_or_refused_by_rule(void **state)
{
    struct http_reply reply;

    (void)state;
    http_reply_init(&reply, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool taken = true;

        begin(&reply);
        for (size_t n = 0; rows[i].lines[n] != NULL; n++) {
            assert_true(taken); /* only the last line of a row is refused */
            taken = take_text(&reply, rows[i].lines[n]);
        }
        if (taken != (rows[i].fault == NULL) || (taken && !reply.head_complete) ||
            (!taken && strstr(reply.fault, rows[i].fault) == NULL))
            fail_msg("%s: %s", rows[i].name, reply.fault != NULL ? reply.fault : "taken");
    }
    http_reply_clear(&reply);
}

/* --- whole replies, cut anywhere --- */

static const struct whole {
    const char *name;
    const char *text;
    const char *fault; /* or NULL */
    enum http_body_end end;
    const char *body;
    size_t extra; /* bytes behind it */
    bool keeps;   /* the connection */
} wholes[] = {
    { "no content", "HTTP/1.1 204 No Content\r\nETag: x\r\n\r\n", NULL, HTTP_BODY_COMPLETE, "", 0, true },
    { "no content, and something", "HTTP/1.1 204 N\r\n\r\njunk", NULL, HTTP_BODY_COMPLETE, "", 4, true },
    { "no content that announces some", "HTTP/1.1 204 N\r\nContent-Length: 3\r\n\r\nabc", NULL, HTTP_BODY_COMPLETE, "", 3,
      false },
    { "not modified", "HTTP/1.1 304 N\r\n\r\n", NULL, HTTP_BODY_COMPLETE, "", 0, true },
    { "a length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", NULL, HTTP_BODY_COMPLETE, "abc", 0, true },
    { "a length of 0", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", NULL, HTTP_BODY_COMPLETE, "", 0, true },
    { "more than its length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcde", NULL, HTTP_BODY_COMPLETE, "abc", 2, true },
    { "less than its length", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", NULL, HTTP_BODY_CUT, "abc", 0, false },
    { "the longest length", "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nabc", NULL, HTTP_BODY_CUT, "abc", 0,
      false },
    { "to the close", "HTTP/1.1 200 OK\r\n\r\nabc", NULL, HTTP_BODY_TO_CLOSE, "abc", 0, false },
    { "close asked for", "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 1\r\n\r\na", NULL, HTTP_BODY_COMPLETE, "a",
      0, false },
    { "HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", NULL, HTTP_BODY_COMPLETE, "a", 0, false },
    { "a proxy's close", "HTTP/1.1 204 N\r\nProxy-Connection: close\r\n\r\n", NULL, HTTP_BODY_COMPLETE, "", 0, false },
    { "close in an interim reply", "HTTP/1.1 103 E\r\nConnection: close\r\n\r\nHTTP/1.1 204 N\r\n\r\n", NULL,
      HTTP_BODY_COMPLETE, "", 0, false },
    { "an interim reply in HTTP/1.0", "HTTP/1.0 103 E\r\n\r\nHTTP/1.1 204 N\r\n\r\n", NULL, HTTP_BODY_COMPLETE, "", 0, false },
    { "interim replies before", "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 103 E\r\nA: b\r\n\r\nHTTP/1.1 204 N\r\n\r\n", NULL,
      HTTP_BODY_COMPLETE, "", 0, true },
    { "chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", NULL,
      HTTP_BODY_COMPLETE, "abc0123456789", 0, true },
    { "chunks with trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nETag: b\r\n\r\n", NULL,
      HTTP_BODY_COMPLETE, "a", 0, true },
    { "chunks without the last", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", NULL, HTTP_BODY_CUT,
      "abc", 0, false },
    { "chunks without the last line", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", NULL,
      HTTP_BODY_CUT, "abc", 0, false },
    { "a cut head", "HTTP/1.1 204 No Content\r\nETag: x\r\n", "its head was cut", HTTP_BODY_CUT, "", 0, false },
    { "a cut line", "HTTP/1.1 20", "its first line was cut", HTTP_BODY_CUT, "", 0, false },
    { "an interim reply alone", "HTTP/1.1 100 C\r\n\r\n", NULL, HTTP_BODY_CUT, "", 0, false },
    { "an interim reply and a cut line", "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 20", "its first line was cut", HTTP_BODY_CUT, "", 0,
      false },
    { "TLS", "\x15\x03\x01", "speaks TLS", HTTP_BODY_CUT, "", 0, false },
    { "another protocol, without a line", "220 smtp", "not an HTTP/1.1", HTTP_BODY_CUT, "", 0, false },
    { "a control character", "HTTP/1.1 200 OK\r\nA: \x1b[1m\r\n", "control character", HTTP_BODY_CUT, "", 0, false },
    { "a status of 99", "HTTP/1.1 099 X\r\n", "under 100", HTTP_BODY_CUT, "", 0, false },
    { "chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "in HTTP/1.0", HTTP_BODY_CUT, "", 0,
      false },
    { "a chunk too long", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd", "longer than its size",
      HTTP_BODY_CUT, "abc", 0, false },
    { "a chunk with a bare LF", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\n", "not hexadecimal", HTTP_BODY_CUT,
      "", 0, false },
    { "a chunk without a size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "not hexadecimal", HTTP_BODY_CUT,
      "", 0, false },
    { "a signed chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+3\r\n", "not hexadecimal", HTTP_BODY_CUT,
      "", 0, false },
    { "blanks behind a chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1 \t\r\na\r\n0 ;x\r\n\r\n", NULL,
      HTTP_BODY_COMPLETE, "a", 0, true },
    { "a chunk size in two", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1 0\r\n", "behind a chunk size",
      HTTP_BODY_CUT, "", 0, false },
    { "DEL in an extension", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;\x7f\r\n", "control character",
      HTTP_BODY_CUT, "", 0, false },
    { "a chunk size over 64 bits", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n", "64 bits",
      HTTP_BODY_CUT, "", 0, false },
    { "a CR alone behind a size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\rx", "CR without LF", HTTP_BODY_CUT,
      "", 0, false },
    { "a line break in an extension", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a\nb\r\n", "control character",
      HTTP_BODY_CUT, "", 0, false },
    { "junk for a trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\njunk\r\n", "without a colon",
      HTTP_BODY_CUT, "", 0, false },
};

/* In pieces of `size` bytes each. @return how many bytes were the reply's. */
static size_t take_in_pieces(struct http_reply *reply, const char *text, size_t size)
{
    size_t length = strlen(text), used = 0;

    while (used < length && !http_reply_is_over(reply)) {
        size_t piece = length - used < size ? length - used : size;
        char *copy = malloc(piece); /* so that a look beyond it is found */

        memcpy(copy, text + used, piece);
        used += http_reply_take(reply, (struct slice){ copy, piece });
        free(copy);
    }
    http_reply_end(reply, true);
    return used;
}

static void test_reply__means_the_same_wherever_it_is_cut(void **state)
{
    struct http_reply reply;

    (void)state;
    http_reply_init(&reply, NULL);
    for (size_t i = 0; i < sizeof wholes / sizeof wholes[0]; i++)
        for (size_t size = 1; size <= strlen(wholes[i].text); size++) {
            const struct whole *row = &wholes[i];
            size_t used;

            begin(&reply);
            used = take_in_pieces(&reply, row->text, size);
            if ((row->fault == NULL) != (reply.fault == NULL) ||
                (row->fault != NULL && strstr(reply.fault, row->fault) == NULL))
                fail_msg("%s by %zu: %s", row->name, size, reply.fault != NULL ? reply.fault : "no fault");
            if (reply.body_end != row->end || strcmp(buf_text(&reply.body), row->body) != 0 ||
                http_reply_keeps_connection(&reply) != row->keeps)
                fail_msg("%s by %zu: end %d, body %s", row->name, size, (int)reply.body_end, buf_text(&reply.body));
            assert_true(row->fault != NULL || strlen(row->text) - used == row->extra);
        }
    http_reply_clear(&reply);
}

/* A peer that resets may have had more to say. */
static void test_reply__a_reset_does_not_end_a_body_in_order(void **state)
{
    struct http_reply reply;

    (void)state;
    http_reply_init(&reply, NULL);
    begin(&reply);
    assert_true(take_text(&reply, "HTTP/1.1 200 OK\r\n\r\nabc"));
    http_reply_end(&reply, false);
    assert_int_equal(reply.body_end, HTTP_BODY_CUT);
    assert_null(reply.fault);
    http_reply_clear(&reply);
}

static void test_reply__keeps_headers_of_the_final_head_only(void **state)
{
    struct http_reply reply;

    (void)state;
    http_reply_init(&reply, NULL);
    begin(&reply);
    assert_true(take_text(&reply,
                          "HTTP/1.1 103 Early\r\nETag: early\r\n\r\nHTTP/1.1 200 OK\r\nX-Amz-Request-Id:\t 7 \t\r\nEmpty:\r\n"
                          "Transfer-Encoding: chunked\r\n\r\n0\r\ntrailer: after\r\n\r\n"));
    assert_int_equal(reply.interim, 1);
    assert_int_equal(reply.header_count, 3);
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
    begin(&reply);
    assert_true(take_text(&reply, "HTTP/1.1 200 OK\r\n"));
    while (take_text(&reply, filler))
        lines++;
    assert_int_equal(lines, (HTTP_HEAD_MAX_BYTES - 17) / (sizeof filler - 1));
    assert_non_null(strstr(reply.fault, "64 KiB"));
    http_reply_clear(&reply);
}

static void test_reply__a_line_without_an_end_is_capped_too(void **state)
{
    struct http_reply reply;
    size_t bytes = 0;

    (void)state;
    http_reply_init(&reply, NULL);
    begin(&reply);
    assert_true(take_text(&reply, "HTTP/1.1 200 "));
    while (take_text(&reply, "0123456789"))
        bytes += 10;
    assert_true(bytes <= HTTP_HEAD_MAX_BYTES);
    assert_non_null(strstr(reply.fault, "64 KiB"));
    http_reply_clear(&reply);
}

/* One piece or many: the first rule that is broken is the one that is named. */
static void test_reply__junk_that_is_too_long_is_junk_first(void **state)
{
    static char junk[HTTP_HEAD_MAX_BYTES + 100];
    struct http_reply reply;

    (void)state;
    memset(junk, 'x', sizeof junk);
    http_reply_init(&reply, NULL);
    begin(&reply);
    http_reply_take(&reply, (struct slice){ junk, sizeof junk });
    assert_string_equal(reply.fault, "not an HTTP/1.1 status line");
    http_reply_clear(&reply);
}

static void test_reply__thirty_two_interim_replies_are_the_most(void **state)
{
    struct http_reply reply;
    unsigned taken = 0;

    (void)state;
    http_reply_init(&reply, NULL);
    begin(&reply);
    while (take_text(&reply, "HTTP/1.1 102 Processing\r\n\r\n"))
        taken++;
    assert_int_equal(taken, HTTP_INTERIM_MAX);
    http_reply_clear(&reply);
}

static void test_reply__bodies_stop_at_their_cap(void **state)
{
    struct http_reply reply;

    (void)state;
    http_reply_init(&reply, NULL);
    http_reply_begin(&reply, 4, 8);
    assert_true(take_text(&reply, "HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\n12345"));
    assert_true(take_text(&reply, "678"));
    assert_false(http_reply_is_over(&reply));
    assert_true(take_text(&reply, "9"));
    assert_true(http_reply_is_over(&reply));
    assert_int_equal(reply.body_end, HTTP_BODY_CAPPED);
    assert_string_equal(buf_text(&reply.body), "12345678");
    assert_false(http_reply_keeps_connection(&reply));
    http_reply_begin(&reply, 4, 8);
    assert_true(take_text(&reply, "HTTP/1.1 200 OK\r\n\r\n12345"));
    assert_string_equal(buf_text(&reply.body), "1234");
    http_reply_clear(&reply);
}

static void test_reply__a_new_one_finds_nothing_of_the_last(void **state)
{
    struct http_reply reply;

    (void)state;
    http_reply_init(&reply, NULL);
    begin(&reply);
    assert_true(take_text(&reply, "HTTP/1.1 200 OK\r\nLocation: secret-place\r\n"));
    assert_true(take_text(&reply, "X: secret"));
    assert_true(take_text(&reply, "\r\n\r\nsecret-body"));
    begin(&reply);
    assert_int_equal(reply.status, 0);
    assert_int_equal(reply.header_count, 0);
    assert_null(slice_find((struct slice){ reply.head.ptr, reply.head.cap }, SLICE("secret")));
    assert_null(slice_find((struct slice){ reply.body.ptr, reply.body.cap }, SLICE("secret")));
    assert_null(slice_find((struct slice){ reply.partial.ptr, reply.partial.cap }, SLICE("secret")));
    http_reply_clear(&reply);
}

/* --- memory --- */

#define LONG_LINE "X-Long: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n"
#define LONG_BODY                                                                                                              \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234567"

/* Whatever memory is short of, the reply is not taken for one that has ended. */
static enum postage_status read_replies(void *context, const struct postage_allocator *alloc, struct postage_error *err)
{
    static const char *const texts[] = {
        "HTTP/1.1 103 E\r\n" LONG_LINE LONG_LINE "\r\nHTTP/1.1 200 OK\r\nContent-Length: 120\r\n\r\n" LONG_BODY,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n78\r\n" LONG_BODY "\r\n78\r\n" LONG_BODY
        "\r\n0\r\n" LONG_LINE LONG_LINE LONG_LINE LONG_LINE "\r\n",
        "HTTP/1.1 404 N\r\n" LONG_LINE LONG_LINE LONG_LINE LONG_LINE LONG_LINE "\r\n" LONG_BODY,
        "HTTP/1.1 204 N\r\n\r\n",
    };
    struct http_reply reply;

    http_reply_init(&reply, alloc);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && err->code == POSTAGE_OK; i++) {
        begin(&reply);
        take_in_pieces(&reply, texts[i], *(const size_t *)context);
        assert_true(http_reply_is_over(&reply));
        if (!http_reply_ran_out_of_memory(&reply)) {
            assert_null(reply.fault);
            assert_int_not_equal(reply.body_end, HTTP_BODY_CUT);
            continue;
        }
        assert_string_equal(reply.fault, "out of memory");
        assert_int_equal(reply.body_end, HTTP_BODY_CUT);
        assert_false(http_reply_keeps_connection(&reply));
        err->code = POSTAGE_ERR_NOMEM;
    }
    http_reply_clear(&reply);
    return err->code;
}

static void test_reply__survives_each_allocation_that_fails(void **state)
{
    static const size_t sizes[] = { 1, 7, 50, 1000 };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t size = sizes[i];

        assert_in_range(fail_each_allocation(read_replies, &size, FAILING_IS_TOLD), 3, 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reply__heads_are_taken_or_refused_by_rule),
        cmocka_unit_test(test_reply__means_the_same_wherever_it_is_cut),
        cmocka_unit_test(test_reply__a_reset_does_not_end_a_body_in_order),
        cmocka_unit_test(test_reply__keeps_headers_of_the_final_head_only),
        cmocka_unit_test(test_reply__counts_every_header_byte_against_its_cap),
        cmocka_unit_test(test_reply__a_line_without_an_end_is_capped_too),
        cmocka_unit_test(test_reply__junk_that_is_too_long_is_junk_first),
        cmocka_unit_test(test_reply__thirty_two_interim_replies_are_the_most),
        cmocka_unit_test(test_reply__bodies_stop_at_their_cap),
        cmocka_unit_test(test_reply__a_new_one_finds_nothing_of_the_last),
        cmocka_unit_test(test_reply__survives_each_allocation_that_fails),
    };

    return cmocka_run_group_tests_name("http/reply", tests, NULL, NULL);
}
