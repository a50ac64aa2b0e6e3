/* Connections without sockets: bytes in, bytes out. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/connection.h"
#include "postage/sandbox.h"

static int64_t fixed_now(void *context)
{
    (void)context;
    return 1795240000;
}

static int set_up(void **state)
{
    static struct setup setup;
    struct postage_sandbox_options options = POSTAGE_SANDBOX_OPTIONS_INIT;

    options.now = fixed_now;
    options.no_sync = true;
    *state = &setup;
    return setup_init(&setup, &options, NULL) == POSTAGE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    setup_clear(*state);
    return 0;
}

/* Everything the connection has to say, NUL-terminated; `step` bytes are sent at a time. */
static size_t read_all(struct connection *connection, size_t step, char *text, size_t cap)
{
    const uint8_t *data;
    size_t len, total = 0;

    while ((len = connection_output(connection, &data)) > 0) {
        len = len < step ? len : step;
        assert_true(total + len < cap);
        memcpy(text + total, data, len);
        total += len;
        connection_sent(connection, len);
    }
    text[total] = '\0';
    return total;
}

static const char form[] =
    "POST /s3 HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 126\r\n\r\n"
    "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n"
    "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhello\r\n--b--\r\n";

static void test_connection__verdict_does_not_depend_on_cuts(void **state)
{
    char answer[4096];

    for (size_t step = 1; step < sizeof form; step++) {
        struct connection *connection = connection_new(*state, false);

        for (size_t at = 0; at < sizeof form - 1; at += step) {
            size_t left = sizeof form - 1 - at;

            connection_feed(connection, (const uint8_t *)form + at, left < step ? left : step);
        }
        read_all(connection, step, answer, sizeof answer);
        assert_memory_equal(answer, "HTTP/1.1 403 ", 13);
        assert_non_null(strstr(answer, "<Code>AccessDenied</Code>"));
        assert_int_equal(connection_phase(connection), CONNECTION_LAST);
        connection_free(connection);
    }
}

static void test_connection__answers_pipelined_requests_in_order(void **state)
{
    static const char requests[] = "GET /none1 HTTP/1.1\r\nHost: a\r\n\r\nGET /none2 HTTP/1.1\r\nHost: a\r\n\r\n"
                                   "GET /none3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /none4 HTTP/1.1\r\n\r\n";
    struct connection *connection = connection_new(*state, false);
    char answers[8192], *first, *second, *third;

    connection_feed(connection, (const uint8_t *)requests, sizeof requests - 1);
    read_all(connection, 100, answers, sizeof answers);
    first = strstr(answers, "<BucketName>none1<");
    second = strstr(answers, "<BucketName>none2<");
    third = strstr(answers, "<BucketName>none3<");
    assert_true(first != NULL && second != NULL && third != NULL && first < second && second < third);
    assert_null(strstr(answers, "none4"));
    assert_int_equal(connection_phase(connection), CONNECTION_LAST);
    connection_free(connection);
}

static void test_connection__ends_are_told_apart(void **state)
{
    struct connection *connection = connection_new(*state, false);
    char answer[4096];

    connection_end(connection); /* between requests */
    assert_int_equal(connection_phase(connection), CONNECTION_CLOSED);
    connection_free(connection);

    connection = connection_new(*state, false); /* in a body */
    connection_feed(connection, (const uint8_t *)form, 150);
    connection_end(connection);
    read_all(connection, 1000, answer, sizeof answer);
    assert_non_null(strstr(answer, "<Code>IncompleteBody</Code>"));
    connection_free(connection);

    connection = connection_new(*state, false); /* silence in a head */
    connection_feed(connection, (const uint8_t *)form, 20);
    assert_true(connection_is_in_head(connection));
    connection_time_out(connection);
    read_all(connection, 1000, answer, sizeof answer);
    assert_non_null(strstr(answer, "<Code>RequestTimeout</Code>"));
    assert_int_equal(connection_phase(connection), CONNECTION_LAST);
    connection_free(connection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connection__verdict_does_not_depend_on_cuts),
        cmocka_unit_test(test_connection__answers_pipelined_requests_in_order),
        cmocka_unit_test(test_connection__ends_are_told_apart),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
