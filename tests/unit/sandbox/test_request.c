/* What the packaged parser, whichever it is, makes of a request. */
#include "support/test.h"

#include <string.h>

#include "base/buf.h"
#include "sandbox/request.h"

static int set_up(void **state)
{
    *state = parser_new();
    return *state != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    parser_free(*state);
    return 0;
}

#define assert_text(slice, text) assert_true(slice_equal(slice, SLICE(text)))

static void test_request__head_is_taken_apart(void **state)
{
    struct request request;

    assert_null(
        request_read(&request, *state,
                     SLICE("PUT /photos/a%20b?partNumber=1&x HTTP/1.1\r\nHost: a\r\nContent-Length: 1844674407370955160\r\n"
                           "Empty:\r\nPadded: \t b c \t\r\n\r\n")));
    assert_int_equal(request.method, METHOD_PUT);
    assert_string_equal(request.method_name, "PUT");
    assert_text(request.path, "/photos/a%20b");
    assert_text(request.query, "partNumber=1&x");
    assert_int_equal(request.header_count, 4);
    assert_text(request_header(&request, "empty"), "");
    assert_text(request_header(&request, "padded"), "b c");
    assert_true(request.has_length && !request.chunked && request.keep_alive);
    assert_true(request.length == 1844674407370955160);
}

static void test_request__methods_have_names_whether_known_or_not(void **state)
{
    static const struct {
        const char *head;
        enum request_method method;
        const char *name;
        bool keep_alive;
    } rows[] = {
        { "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", METHOD_DELETE, "DELETE", true },
        { "GET / HTTP/1.0\r\n\r\n", METHOD_GET, "GET", false },
        { "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", METHOD_HEAD, "HEAD", false },
        { "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", METHOD_OPTIONS, "OPTIONS", true },
        { "POST / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", METHOD_POST, "POST", true },
        { "PATCH / HTTP/1.1\r\nHost: a\r\n\r\n", METHOD_OTHER, "PATCH", true },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct request request;

        assert_null(request_read(&request, *state, slice_of(rows[i].head)));
        assert_int_equal(request.method, rows[i].method);
        assert_string_equal(request.method_name, rows[i].name);
        assert_int_equal(request.keep_alive, rows[i].keep_alive);
    }
}

static void test_request__what_two_readers_may_read_differently_is_refused(void **state)
{
    static const char *const heads[] = {
        "GET / HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n: c\r\n\r\n",
        "GET / HTTP/9.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n"
    };

    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct request request;

        if (request_read(&request, *state, slice_of(heads[i])) == NULL)
            fail_msg("was read: %s", heads[i]);
    }
}

struct reading {
    struct buf body;
    bool ended;
};

static bool take_body(void *user, struct slice bytes)
{
    buf_add_slice(&((struct reading *)user)->body, bytes);
    return true;
}

static void take_end(void *user)
{
    ((struct reading *)user)->ended = true;
}

static bool refuse_trailer(void *user, struct slice text)
{
    (void)user;
    fail_msg("a trailer was taken for a header: %.*s", (int)text.len, text.ptr);
    return false;
}

/* Reads what follows the head, `step` bytes at a time. How many bytes were taken. */
static size_t read_body(struct parser *parser, struct slice bytes, size_t step, struct reading *reading)
{
    static const struct parser_events events = {
        .on_name = refuse_trailer, .on_value = refuse_trailer, .on_body = take_body, .on_end = take_end
    };
    size_t at = 0;

    buf_init(&reading->body, NULL, 4096);
    reading->ended = false;
    while (at < bytes.len && !reading->ended) {
        size_t len = bytes.len - at < step ? bytes.len - at : step;
        size_t taken = parser_read(parser, &events, reading, (struct slice){ bytes.ptr + at, len });

        assert_null(parser_fault(parser));
        assert_true(taken == len || reading->ended);
        at += taken;
    }
    return at;
}

static void test_request__body_ends_where_its_frame_says(void **state)
{
    static const struct {
        const char *head;
        const char *frame;
    } rows[] = {
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n", "hello world" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
          "hello world" },
        { "POST / HTTP/1.0\r\nContent-Length: 11\r\n\r\n", "hello world" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
          "6\r\nhello \r\n5;a=b\r\nworld\r\n0\r\nTrailer: t\r\n\r\n" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char sent[128];
        size_t frame = strlen(rows[i].frame);

        memcpy(sent, rows[i].frame, frame);
        memcpy(sent + frame, "GET /", 6);
        for (size_t step = 1; step <= frame + 5; step++) {
            struct request request;
            struct reading reading;

            assert_null(request_read(&request, *state, slice_of(rows[i].head)));
            assert_int_equal(read_body(*state, (struct slice){ sent, frame + 5 }, step, &reading), frame);
            assert_true(reading.ended);
            assert_text(buf_slice(&reading.body), "hello world");
            buf_clear(&reading.body);
        }
    }
}

static void test_request__broken_chunks_are_a_fault(void **state)
{
    static const char *const frames[] = { "g\r\n", "-1\r\n", "1\r\nab\r\n", "11111111111111111\r\n", "\r\n" };
    static const struct parser_events events = { .on_body = NULL };

    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        struct request request;

        assert_null(request_read(&request, *state, SLICE("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")));
        parser_read(*state, &events, NULL, slice_of(frames[i]));
        if (parser_fault(*state) == NULL)
            fail_msg("frame %zu was read: %s", i, frames[i]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request__head_is_taken_apart),
        cmocka_unit_test(test_request__methods_have_names_whether_known_or_not),
        cmocka_unit_test(test_request__what_two_readers_may_read_differently_is_refused),
        cmocka_unit_test(test_request__body_ends_where_its_frame_says),
        cmocka_unit_test(test_request__broken_chunks_are_a_fault),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
