/* Transfers: takers that take their time, callbacks, and memory. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "support/failing.h"
#include "support/transferring.h"

#define HEAD200 "HTTP/1.1 200 OK\r\n"

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
static void test_transfer_take__a_part_may_be_taken(void **state)
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
    seen_begin(&seen);
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
    seen_begin(&chain->started->seen);
    http_loop_transfer_stop(chain->seen.loop, chain->stopped->seen.transfer);
    return POSTAGE_OK;
}

static void on_done_begin(void *context, const struct http_facts *facts)
{
    struct chain *chain = context;

    on_transfer_done(&chain->seen, facts);
    if (chain->started != NULL && chain->started->seen.done == 0 && chain->started->seen.transfer == NULL)
        seen_begin(&chain->started->seen);
}

static void test_transfer_take__callbacks_start_and_stop_others(void **state)
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
    seen_begin(&stopped.seen);
    seen_begin(&first.seen);
    seen_finish(&first.seen);
    assert_int_equal(stopped.seen.end, HTTP_CANCELLED);
    seen_finish(&second.seen);
    assert_string_equal(second.seen.body, "data");
    seen_finish(&third.seen);
    assert_int_equal(third.seen.end, HTTP_READ_FAILED);
    assert_int_equal(third.seen.read_status, POSTAGE_ERR_SOURCE);
    http_loop_free(loop);
    server_stop(server);
    server_stop(waits);
}

static void test_transfer_take__many_at_once(void **state)
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
        seen_begin(&seen[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        seen_finish(&seen[i]);
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

/* It has no room yet: the server is held. */
static void assert_held(struct http_loop *loop, struct flood *flood)
{
    uint64_t sent;

    for (int i = 0; i < 10; i++)
        assert_int_equal(http_loop_run(loop, 20, NULL), POSTAGE_OK);
    sent = flood->sent;
    sleep_ms(100);
    assert_int_equal(http_loop_run(loop, 20, NULL), POSTAGE_OK);
    assert_int_equal(flood->sent, sent);
    assert_true(sent < FLOOD_BYTES / 16);
}

static void test_transfer_take__a_gigabyte_passes_through_a_window(void **state)
{
    struct postage_counting_allocator *counting;
    struct flood flood = { .sent = 0 };
    struct taker taker = { .taken = 0 };
    struct http_loop *loop;
    char url[64];

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
    seen_begin(&taker.seen);
    assert_held(loop, &flood);
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

static void test_transfer_take__each_failing_allocation_is_told(void **state)
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
        cmocka_unit_test(test_transfer_take__a_part_may_be_taken),
        cmocka_unit_test(test_transfer_take__callbacks_start_and_stop_others),
        cmocka_unit_test(test_transfer_take__many_at_once),
        cmocka_unit_test(test_transfer_take__a_gigabyte_passes_through_a_window),
        cmocka_unit_test(test_transfer_take__each_failing_allocation_is_told),
    };

    return cmocka_run_group_tests_name("http/transfer_take", tests, NULL, NULL);
}
