/* What is due when, by counting alone; and what a connection makes of it, without sockets. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "postage/sandbox.h"
#include "sandbox/connection.h"

static const char request[] = "GET /none HTTP/1.1\r\nHost: a\r\n\r\n";

/* --- counting --- */

static void test_fault__room_ends_where_something_is_due(void **state)
{
    struct fault_exchange exchange = { .count = 2,
                                       .faults = { { FAULT_REQUEST, FAULT_CUT, 10, 0 }, { FAULT_REPLY, FAULT_RESET, 3, 0 } } };
    uint32_t pause_ms;

    (void)state;
    assert_int_equal(fault_room(&exchange, FAULT_REQUEST, 100), 10);
    assert_int_equal(fault_room(&exchange, FAULT_REQUEST, 4), 4);
    assert_int_equal(fault_due(&exchange, FAULT_REQUEST, &pause_ms), FAULT_NONE);
    fault_pass(&exchange, FAULT_REQUEST, 10);
    assert_int_equal(fault_due(&exchange, FAULT_REQUEST, &pause_ms), FAULT_CUT);
    assert_int_equal(fault_room(&exchange, FAULT_REPLY, 100), 3);
    fault_pass(&exchange, FAULT_REPLY, 4); /* too far: it is never due */
    assert_int_equal(fault_due(&exchange, FAULT_REPLY, &pause_ms), FAULT_NONE);
    assert_int_equal(fault_room(&exchange, FAULT_REPLY, 100), 100);
}

static void test_fault__a_delay_comes_once_and_before_an_end(void **state)
{
    struct fault_exchange exchange = { .count = 3,
                                       .faults = { { FAULT_REPLY, FAULT_HOLD, 0, 0 },
                                                   { FAULT_REPLY, FAULT_DELAY, 0, 30 },
                                                   { FAULT_REPLY, FAULT_DELAY, 0, 12 } } };
    uint32_t pause_ms;

    (void)state;
    assert_int_equal(fault_due(&exchange, FAULT_REPLY, &pause_ms), FAULT_DELAY);
    assert_int_equal(pause_ms, 42);
    assert_int_equal(fault_due(&exchange, FAULT_REPLY, &pause_ms), FAULT_HOLD);
    assert_int_equal(pause_ms, 0);
    assert_int_equal(fault_due(&exchange, FAULT_REQUEST, &pause_ms), FAULT_NONE);
}

static void test_fault__throttled_bytes_take_their_time(void **state)
{
    static const uint32_t rates[] = { 0, 1, 3, 19, 20, 21, 100, 1000, 1000000, UINT32_MAX };

    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct fault_exchange exchange = { .count = 1, .faults = { { FAULT_REQUEST, FAULT_THROTTLE, 7, rates[i] } } };
        uint64_t rate = rates[i] > 0 ? rates[i] : 1, waited_ms = 0;
        uint32_t pause_ms;

        assert_int_equal(fault_room(&exchange, FAULT_REQUEST, 1000), 7);
        fault_pass(&exchange, FAULT_REQUEST, 7);
        while (exchange.passed[FAULT_REQUEST] < 7 + 4 * rate) {
            fault_pass(&exchange, FAULT_REQUEST, fault_room(&exchange, FAULT_REQUEST, SIZE_MAX));
            while (fault_due(&exchange, FAULT_REQUEST, &pause_ms) == FAULT_DELAY)
                waited_ms += pause_ms;
        }
        assert_true(waited_ms >= 3800 && waited_ms <= 4200);
    }
}

/* --- a connection --- */

struct stage {
    struct setup setup;
    struct fault faults[FAULTS_MAX];
    size_t count;
    uint64_t begun; /* the last number */
    unsigned ended;
    uint64_t passed[FAULT_DIRECTIONS]; /* of the last exchange that ended */
};

static size_t begin(void *context, uint64_t number, struct fault faults[FAULTS_MAX])
{
    struct stage *stage = context;

    memcpy(faults, stage->faults, sizeof stage->faults);
    stage->begun = number;
    return stage->count;
}

static void end(void *context, const struct fault_exchange *exchange)
{
    struct stage *stage = context;

    memcpy(stage->passed, exchange->passed, sizeof stage->passed);
    stage->ended++;
}

static int64_t fixed_now(void *context)
{
    (void)context;
    return 1795240000;
}

static int set_up(void **state)
{
    struct postage_sandbox_options options = POSTAGE_SANDBOX_OPTIONS_INIT;
    struct stage *stage = calloc(1, sizeof *stage);

    options.now = fixed_now;
    *state = stage;
    if (stage == NULL || setup_init(&stage->setup, &options, NULL) != POSTAGE_OK)
        return -1;
    stage->setup.faults = (struct fault_script){ begin, end, stage };
    return 0;
}

static int tear_down(void **state)
{
    setup_clear(&((struct stage *)*state)->setup);
    free(*state);
    return 0;
}

static void play(struct stage *stage, size_t count, const struct fault *faults)
{
    stage->count = count;
    stage->ended = 0;
    for (size_t i = 0; i < count; i++)
        stage->faults[i] = faults[i];
}

static size_t drink(struct connection *connection, char *text, size_t cap)
{
    const uint8_t *data;
    size_t len, total = 0;

    while ((len = connection_output(connection, &data)) > 0) {
        assert_true(total + len < cap);
        memcpy(text + total, data, len);
        total += len;
        connection_sent(connection, len);
    }
    text[total] = '\0';
    return total;
}

static struct connection *ask(struct stage *stage, char *text, size_t cap, size_t *len)
{
    struct connection *connection = connection_new(&stage->setup, false);

    assert_int_equal(connection_room(connection, 1000), 1); /* the first byte alone: then faults are known */
    connection_feed(connection, (const uint8_t *)request, sizeof request - 1);
    *len = drink(connection, text, cap);
    return connection;
}

static void test_fault__every_byte_of_a_reply_can_be_the_last(void **state)
{
    char whole[4096], part[4096];
    size_t len, length;

    play(*state, 0, NULL);
    connection_free(ask(*state, whole, sizeof whole, &length));
    for (size_t at = 0; at <= length; at++) {
        struct connection *connection;
        struct stage *stage = *state;

        play(stage, 1, &(struct fault){ FAULT_REPLY, FAULT_RESET, at, 0 });
        connection = ask(stage, part, sizeof part, &len);
        assert_int_equal(len, at);
        assert_memory_equal(part, whole, strspn(part, "HTP/1.")); /* ids and dates differ */
        assert_int_equal(connection_phase(connection), CONNECTION_RESET);
        assert_int_equal(stage->ended, 1);
        connection_free(connection);
        assert_int_equal(stage->ended, 1);
        assert_int_equal(stage->passed[FAULT_REQUEST], sizeof request - 1);
        assert_int_equal(stage->passed[FAULT_REPLY], at);
    }
}

static void test_fault__every_byte_of_a_request_can_be_the_last(void **state)
{
    struct stage *stage = *state;
    char text[4096];
    size_t len;

    for (size_t at = 0; at < sizeof request; at++) {
        struct connection *connection;

        play(stage, 1, &(struct fault){ FAULT_REQUEST, FAULT_CUT, at, 0 });
        connection = ask(stage, text, sizeof text, &len);
        assert_int_equal(len, 0);
        assert_int_equal(connection_phase(connection), CONNECTION_CUT);
        assert_false(connection_wants_input(connection));
        assert_int_equal(stage->passed[FAULT_REQUEST], at);
        connection_free(connection);
    }
}

static void test_fault__a_pause_keeps_every_byte(void **state)
{
    static const struct fault pauses[] = { { FAULT_REQUEST, FAULT_DELAY, 9, 5 },
                                           { FAULT_REQUEST, FAULT_DELAY, sizeof request - 1, 6 },
                                           { FAULT_REPLY, FAULT_DELAY, 4, 7 } };
    struct stage *stage = *state;
    struct connection *connection;
    char text[4096];
    size_t len;

    play(stage, 3, pauses);
    connection = ask(stage, text, sizeof text, &len);
    assert_int_equal(len, 0);
    assert_int_equal(connection_pause_ms(connection), 5);
    assert_false(connection_wants_input(connection));
    connection_feed(connection, (const uint8_t *)request, sizeof request - 1); /* the next one, too early */
    connection_resume(connection);
    assert_int_equal(connection_pause_ms(connection), 6);
    assert_int_equal(drink(connection, text, sizeof text), 0);
    connection_resume(connection);
    assert_int_equal(drink(connection, text, sizeof text), 4);
    assert_string_equal(text, "HTTP");
    assert_int_equal(connection_pause_ms(connection), 7);
    assert_int_equal(stage->ended, 0);
    play(stage, 0, NULL);
    connection_resume(connection);
    drink(connection, text, sizeof text);
    assert_int_equal(stage->ended, 2);
    assert_int_equal(stage->begun, 2);
    assert_non_null(strstr(text, "HTTP/1.1 "));
    assert_int_equal(connection_phase(connection), CONNECTION_OPEN);
    connection_free(connection);
}

static void test_fault__a_mute_store_still_takes(void **state)
{
    struct stage *stage = *state;
    struct connection *connection;
    char text[4096];
    size_t len;

    play(stage, 1, &(struct fault){ FAULT_REQUEST, FAULT_MUTE, 9, 0 });
    connection = ask(stage, text, sizeof text, &len);
    assert_int_equal(len, 0);
    assert_int_equal(connection_phase(connection), CONNECTION_MUTED);
    connection_resume(connection);
    assert_int_equal(connection_phase(connection), CONNECTION_OPEN);
    assert_int_not_equal(drink(connection, text, sizeof text), 0); /* which no socket takes any more */
    assert_int_equal(stage->passed[FAULT_REQUEST], sizeof request - 1);
    connection_free(connection);
}

static void test_fault__a_corrupt_byte_is_one_byte(void **state)
{
    static const struct fault both[] = { { FAULT_REQUEST, FAULT_CORRUPT, 0, 'G' ^ 'B' }, { FAULT_REPLY, FAULT_CORRUPT, 5, 2 } };
    char text[4096];
    size_t len;

    play(*state, 2, both);
    connection_free(ask(*state, text, sizeof text, &len));
    assert_memory_equal(text, "HTTP/3.1 400 ", 13); /* BET */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fault__room_ends_where_something_is_due),
        cmocka_unit_test(test_fault__a_delay_comes_once_and_before_an_end),
        cmocka_unit_test(test_fault__throttled_bytes_take_their_time),
        cmocka_unit_test_setup_teardown(test_fault__every_byte_of_a_reply_can_be_the_last, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fault__every_byte_of_a_request_can_be_the_last, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fault__a_pause_keeps_every_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fault__a_mute_store_still_takes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fault__a_corrupt_byte_is_one_byte, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
