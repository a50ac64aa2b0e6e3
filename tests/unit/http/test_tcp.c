/* What never left this machine, held against what the peer in fact received. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/tcp.h"
#include "support/test.h"

struct line {
    int near; /* ours, not blocking */
    int far;  /* the peer's */
};

static void open_line(struct line *line, int window_bytes)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (window_bytes > 0)
        setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &window_bytes, sizeof window_bytes);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    line->near = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(line->near, (struct sockaddr *)&address, sizeof address), 0);
    line->far = accept(listener, NULL, NULL);
    assert_true(line->far >= 0);
    fcntl(line->near, F_SETFL, O_NONBLOCK);
    close(listener);
}

/* As much as the socket takes. */
static uint64_t send_much(int descriptor)
{
    static char bytes[256 * 1024];
    uint64_t total = 0;
    ssize_t sent;

    while ((sent = send(descriptor, bytes, sizeof bytes, MSG_NOSIGNAL)) > 0)
        total += (uint64_t)sent;
    return total;
}

static uint64_t receive_all(int descriptor)
{
    static char bytes[256 * 1024];
    uint64_t total = 0;
    ssize_t got;

    while ((got = recv(descriptor, bytes, sizeof bytes, 0)) > 0)
        total += (uint64_t)got;
    return total;
}

static void reset(int descriptor)
{
    tcp_abort(descriptor);
    close(descriptor);
}

/* Waits until the peer's reset has arrived. */
static void await_reset(int descriptor)
{
    char byte;

    for (int i = 0; i < 1000; i++) {
        if (recv(descriptor, &byte, 1, MSG_DONTWAIT) >= 0 || errno != EAGAIN)
            return;
        usleep(1000);
    }
    fail_msg("no reset came");
}

static void test_tcp__after_a_reset_the_unsent_bytes_are_known(void **state)
{
    struct line line;
    uint64_t sent, withheld;

    (void)state;
    open_line(&line, 16 * 1024);
    sent = send_much(line.near);
    reset(line.far);
    await_reset(line.near);
    withheld = tcp_withheld(line.near);
#if defined(__linux__) && !defined(POSTAGE_PORTABLE)
    assert_true(withheld > 0 && withheld < sent);
#else
    assert_true(withheld == 0 && sent > 0);
#endif
    close(line.near);
}

/* A peer that had taken everything: nothing is claimed, however it dies. */
static void test_tcp__what_the_peer_had_is_never_withheld(void **state)
{
    static char bytes[10000];
    struct line line;

    (void)state;
    for (int abort = 0; abort < 2; abort++) {
        open_line(&line, 0);
        assert_int_equal(send(line.near, bytes, sizeof bytes, 0), sizeof bytes);
        assert_int_equal(recv(line.far, bytes, sizeof bytes, MSG_WAITALL), sizeof bytes);
        if (abort == 0) {
            reset(line.far);
            await_reset(line.near);
        }
        assert_int_equal(tcp_withheld(line.near), 0);
        reset(line.near);
        if (abort != 0)
            close(line.far);
    }
}

/* The peer does not read; we hang up, and it reads on: what was called withheld must not come, in whatever order things happen.
 */
static void test_tcp__what_is_withheld_when_we_abort_never_comes(void **state)
{
    bool claimed = false;

    (void)state;
    for (int i = 0; i < 20; i++) {
        struct line line;
        uint64_t sent, withheld, came;

        open_line(&line, 16 * 1024);
        sent = send_much(line.near);
        if (i % 2 == 1)
            assert_true(recv(line.far, (char[4096]){ 0 }, 4096, 0) > 0); /* the window may be about to open */
        withheld = tcp_withheld(line.near);
        if (i % 4 >= 2)
            usleep(2000);
        came = i % 2 == 1 ? 4096 : 0;
        reset(line.near);
        came += receive_all(line.far);
        assert_true(came <= sent - withheld);
        claimed |= withheld > 0;
        close(line.far);
    }
#if defined(__linux__) && !defined(POSTAGE_PORTABLE)
    assert_true(claimed);
#else
    assert_false(claimed); /* nobody says how much is left */
#endif
}

/* The same with a peer that reads as fast as it can while we hang up. */
static void test_tcp__a_peer_that_reads_meanwhile_gets_nothing_of_it(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        struct line line;
        uint64_t sent, withheld, came = 0;
        int report[2];
        pid_t reader;

        open_line(&line, 64 * 1024);
        sent = send_much(line.near);
        assert_int_equal(pipe(report), 0);
        reader = fork();
        if (reader == 0) {
            close(line.near);
            came = receive_all(line.far);
            _exit(write(report[1], &came, sizeof came) != sizeof came);
        }
        close(line.far);
        usleep((useconds_t)(i * 50));
        withheld = tcp_withheld(line.near);
        reset(line.near);
        assert_int_equal(read(report[0], &came, sizeof came), sizeof came);
        assert_true(came <= sent - withheld);
        close(report[0]);
        close(report[1]);
    }
}

static void test_tcp__the_queue_is_what_the_peer_has_not_acknowledged(void **state)
{
    struct line line;
    uint64_t sent, queued = 7;

    (void)state;
    open_line(&line, 16 * 1024);
    sent = send_much(line.near);
#if defined(__linux__) && !defined(POSTAGE_PORTABLE)
    assert_true(tcp_queued(line.near, &queued));
    assert_true(queued > 0 && queued < sent);
    assert_true(tcp_round_trip_ms(line.near) >= 0);
#else
    assert_false(tcp_queued(line.near, &queued));
    assert_int_equal(tcp_round_trip_ms(line.near), 0);
    assert_true(sent > 0);
#endif
    close(line.near);
    close(line.far);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tcp__after_a_reset_the_unsent_bytes_are_known),
        cmocka_unit_test(test_tcp__what_the_peer_had_is_never_withheld),
        cmocka_unit_test(test_tcp__what_is_withheld_when_we_abort_never_comes),
        cmocka_unit_test(test_tcp__a_peer_that_reads_meanwhile_gets_nothing_of_it),
        cmocka_unit_test(test_tcp__the_queue_is_what_the_peer_has_not_acknowledged),
    };

    return cmocka_run_group_tests_name("http/tcp", tests, NULL, NULL);
}
