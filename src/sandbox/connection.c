#include "sandbox/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sandbox/answer_head.h"
#include "sandbox/call.h"
#include "sandbox/refuse.h"
#include "sandbox/route.h"

enum { FILE_CHUNK_BYTES = 128 * 1024, PIPELINE_MAX_BYTES = 512 * 1024 };

enum reading { READING_HEAD, READING_BODY, READING_NOTHING };

struct connection {
    struct setup *setup;
    bool tls;
    enum connection_phase phase;
    enum reading reading;
    struct buf head;
    size_t scanned; /* of `head`: the end is not before this */
    struct parser *parser;
    struct call call;
    bool in_call;
    bool body_complete;
    bool peer_ended;
    struct buf output;
    size_t output_at;
    int file; /* the rest of the answer, after `output` */
    uint64_t file_at;
    uint64_t file_left;
    struct buf pipeline; /* what came after a request that is not answered yet, or during a pause */
    struct fault_exchange faults;
    bool in_exchange;   /* the first byte of a request has come */
    uint64_t exchanges; /* begun */
    uint32_t pause_ms;
    uint8_t flipped; /* the byte that a fault sends in place of another */
};

struct connection *connection_new(struct setup *setup, bool tls)
{
    struct connection *connection = calloc(1, sizeof *connection);

    if (connection == NULL)
        return NULL;
    connection->parser = parser_new();
    if (connection->parser == NULL) {
        free(connection);
        return NULL;
    }
    connection->setup = setup;
    connection->tls = tls;
    connection->file = -1;
    buf_init(&connection->head, NULL, HEAD_MAX_BYTES);
    buf_init(&connection->output, NULL, 16 << 20);
    buf_init(&connection->pipeline, NULL, PIPELINE_MAX_BYTES);
    return connection;
}

/* --- faults --- */

static void begin_exchange(struct connection *connection)
{
    const struct fault_script *script = &connection->setup->faults;

    if (connection->in_exchange || script->begin == NULL)
        return;
    connection->faults = (struct fault_exchange){ .count = 0 };
    connection->in_exchange = true;
    connection->exchanges++;
    connection->faults.count = script->begin(script->context, connection->exchanges, connection->faults.faults);
}

static void end_exchange(struct connection *connection)
{
    const struct fault_script *script = &connection->setup->faults;

    if (connection->in_exchange && script->end != NULL)
        script->end(script->context, &connection->faults);
    connection->in_exchange = false;
}

/* Whether nothing may pass now. */
static bool is_stopped(struct connection *connection, enum fault_direction direction)
{
    static const enum connection_phase phases[] = {
        [FAULT_CUT] = CONNECTION_CUT,
        [FAULT_RESET] = CONNECTION_RESET,
        [FAULT_MUTE] = CONNECTION_MUTED,
        [FAULT_HOLD] = CONNECTION_HELD,
    };
    enum fault_action due;

    if (!connection->in_exchange || connection->pause_ms > 0)
        return connection->pause_ms > 0;
    due = fault_due(&connection->faults, direction, &connection->pause_ms);
    if (due == FAULT_NONE || due == FAULT_DELAY)
        return due == FAULT_DELAY;
    connection->phase = phases[due];
    if (due != FAULT_MUTE)
        end_exchange(connection);
    return true;
}

uint32_t connection_pause_ms(const struct connection *connection)
{
    return connection->pause_ms;
}

size_t connection_room(const struct connection *connection, size_t cap)
{
    if (connection->setup->faults.begin == NULL)
        return cap;
    /* What is to be done to a request is asked for when its first byte is there. */
    return connection->in_exchange ? fault_room(&connection->faults, FAULT_REQUEST, cap) : 1;
}

/* --- requests --- */

static void end_call(struct connection *connection)
{
    if (connection->in_call) {
        if (!call_is_answered(&connection->call))
            call_abort(&connection->call);
        call_clear(&connection->call);
    }
    connection->in_call = false;
}

void connection_free(struct connection *connection)
{
    if (connection == NULL)
        return;
    end_call(connection);
    end_exchange(connection);
    if (connection->file >= 0)
        close(connection->file);
    buf_clear(&connection->head);
    buf_clear(&connection->output);
    buf_clear(&connection->pipeline);
    parser_free(connection->parser);
    free(connection);
}

/* Turns the call's answer into output. What has not arrived of the request is not waited for. */
static void send_answer(struct connection *connection)
{
    struct call *call = &connection->call;
    bool keep = connection->body_complete && call->request.keep_alive && !connection->peer_ended;

    answer_head_write(call, !keep, &connection->output);
    if (call->request.method != METHOD_HEAD) {
        buf_add_slice(&connection->output, buf_slice(&call->answer.body));
        connection->file = call->answer.file;
        connection->file_at = call->answer.file_at;
        connection->file_left = call->answer.file_left;
        call->answer.file = -1;
    }
    connection->reading = READING_NOTHING;
    if (!keep)
        connection->phase = CONNECTION_LAST;
    if (buf_status(&connection->output) != POSTAGE_OK || buf_status(&call->answer.body) != POSTAGE_OK ||
        buf_status(&call->answer.headers) != POSTAGE_OK)
        connection->phase = CONNECTION_CLOSED;
    end_call(connection);
}

static bool on_body(void *user, struct slice bytes)
{
    struct connection *connection = user;

    call_body(&connection->call, (const uint8_t *)bytes.ptr, bytes.len);
    return !call_is_answered(&connection->call);
}

static void on_end(void *user)
{
    ((struct connection *)user)->body_complete = true;
}

static bool body_is_missing(const struct connection *connection)
{
    const struct request *request = &connection->call.request;

    return request->chunked || request->length > 0;
}

static bool wants_continue(struct connection *connection)
{
    struct slice expect = request_header(&connection->call.request, "expect");

    return expect.ptr != NULL && slice_equal_ignoring_case(expect, SLICE("100-continue")) &&
           connection->call.request.http_minor >= 1;
}

/* A head is there. */
static void begin_call(struct connection *connection)
{
    struct call *call = &connection->call;
    const char *wrong = request_read(&call->request, connection->parser, buf_slice(&connection->head));

    connection->in_call = true;
    connection->body_complete = wrong == NULL && !body_is_missing(connection);
    call_open(call, connection->setup, connection->tls);
    if (wrong != NULL)
        refuse(call, REFUSAL_REQUEST_SYNTAX, slice_of(wrong));
    else
        route_call(call);
    if (!call_is_answered(call) && connection->body_complete)
        call_end(call);
    if (call_is_answered(call)) {
        send_answer(connection);
        return;
    }
    if (wants_continue(connection))
        buf_add_text(&connection->output, "HTTP/1.1 100 Continue\r\n\r\n");
    connection->reading = READING_BODY;
}

/* A head that cannot end well is refused as soon as that is known. */
static void refuse_head(struct connection *connection, enum refusal refusal, const char *why)
{
    struct call *call = &connection->call;

    request_empty(&call->request);
    connection->in_call = true;
    connection->body_complete = false;
    call_open(call, connection->setup, connection->tls);
    refuse(call, refusal, slice_of(why));
    send_answer(connection);
}

/* The position after the empty line, or 0. */
static size_t find_head_end(struct connection *connection)
{
    const char *text = connection->head.ptr;

    for (size_t i = connection->scanned; i < connection->head.len; i++)
        if (text[i] == '\n' && i >= 3 && memcmp(text + i - 3, "\r\n\r\n", 4) == 0)
            return i + 1;
    connection->scanned = connection->head.len;
    return 0;
}

static bool has_lone_lf(const struct connection *connection, size_t from)
{
    const char *text = connection->head.ptr;

    for (size_t i = from; i < connection->head.len; i++)
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
            return true;
    return false;
}

static size_t take_head(struct connection *connection, const uint8_t *data, size_t len)
{
    size_t before = connection->head.len, room = HEAD_MAX_BYTES - before, taken = len < room ? len : room, end;

    /* RFC 9112 2.2: empty lines before a request are skipped. */
    if (before == 0 && (*data == '\r' || *data == '\n'))
        return 1;
    buf_add(&connection->head, data, taken);
    if (buf_status(&connection->head) != POSTAGE_OK) {
        connection->phase = CONNECTION_CLOSED;
        return taken;
    }
    end = find_head_end(connection);
    if (end > 0) {
        taken = end - before;
        buf_cut(&connection->head, end);
        begin_call(connection);
    } else if (has_lone_lf(connection, before)) {
        refuse_head(connection, REFUSAL_REQUEST_SYNTAX, "a line ends without CR");
    } else if (connection->head.len == HEAD_MAX_BYTES) {
        refuse_head(connection, REFUSAL_HEAD_SIZE, "the head is too long");
    }
    return taken;
}

static size_t take_body(struct connection *connection, const uint8_t *data, size_t len)
{
    static const struct parser_events events = { .on_body = on_body, .on_end = on_end };
    struct call *call = &connection->call;
    size_t taken = parser_read(connection->parser, &events, connection, (struct slice){ (const char *)data, len });

    if (connection->body_complete && !call_is_answered(call))
        call_end(call);
    if (!call_is_answered(call) && parser_fault(connection->parser) != NULL)
        refuse(call, REFUSAL_REQUEST_SYNTAX, slice_of(parser_fault(connection->parser)));
    if (call_is_answered(call))
        send_answer(connection);
    return taken;
}

/* As many bytes as belong to one head or body, and come before the next fault. 0: a fault lets none pass. */
static size_t take(struct connection *connection, const uint8_t *data, size_t len)
{
    uint8_t flipped;
    size_t taken;

    begin_exchange(connection);
    if (is_stopped(connection, FAULT_REQUEST))
        return 0;
    len = fault_room(&connection->faults, FAULT_REQUEST, len);
    flipped = *data ^ fault_flip(&connection->faults, FAULT_REQUEST);
    if (flipped != *data)
        data = &flipped;
    taken = connection->reading == READING_HEAD ? take_head(connection, data, len) : take_body(connection, data, len);
    fault_pass(&connection->faults, FAULT_REQUEST, taken);
    is_stopped(connection, FAULT_REQUEST);
    return taken;
}

void connection_feed(struct connection *connection, const uint8_t *data, size_t len)
{
    while (len > 0 && (connection->phase == CONNECTION_OPEN || connection->phase == CONNECTION_MUTED)) {
        size_t taken;

        if (connection->reading == READING_NOTHING || connection->pause_ms > 0 || connection->phase == CONNECTION_MUTED) {
            buf_add(&connection->pipeline, data, len);
            if (buf_status(&connection->pipeline) != POSTAGE_OK)
                connection->phase = CONNECTION_CLOSED;
            return;
        }
        taken = take(connection, data, len);
        data += taken;
        len -= taken;
    }
}

static void feed_waiting(struct connection *connection)
{
    struct slice waiting = buf_slice(&connection->pipeline);
    char *bytes;

    if (waiting.len == 0)
        return;
    bytes = buf_take(&connection->pipeline);
    if (bytes == NULL) {
        connection->phase = CONNECTION_CLOSED;
        return;
    }
    connection_feed(connection, (const uint8_t *)bytes, waiting.len);
    free(bytes);
}

/* The answer is out: what came after its request is next. */
static void go_on(struct connection *connection)
{
    connection->reading = READING_HEAD;
    connection->scanned = 0;
    buf_reset(&connection->head);
    feed_waiting(connection);
}

void connection_resume(struct connection *connection)
{
    connection->pause_ms = 0;
    if (connection->phase == CONNECTION_MUTED)
        connection->phase = CONNECTION_OPEN;
    if (!is_stopped(connection, FAULT_REQUEST) && connection->reading != READING_NOTHING)
        feed_waiting(connection);
}

void connection_end(struct connection *connection)
{
    connection->peer_ended = true;
    if (connection->phase != CONNECTION_OPEN)
        return;
    if (connection->reading == READING_BODY) {
        /* Half-closed in the middle of a body: the client may still listen, so it is told. */
        call_abort(&connection->call);
        refuse(&connection->call, REFUSAL_INCOMPLETE_BODY, (struct slice){ "", 0 });
        send_answer(connection);
    } else if (connection->reading == READING_NOTHING) {
        connection->phase = CONNECTION_LAST;
    } else {
        connection->phase = CONNECTION_CLOSED;
    }
}

void connection_time_out(struct connection *connection)
{
    size_t output = connection->output.len - connection->output_at;

    if (connection->phase == CONNECTION_OPEN && output == 0 && connection->reading == READING_BODY) {
        call_abort(&connection->call);
        refuse(&connection->call, REFUSAL_TIMEOUT, (struct slice){ "", 0 });
        send_answer(connection);
    } else if (connection->phase == CONNECTION_OPEN && output == 0 && connection_is_in_head(connection)) {
        refuse_head(connection, REFUSAL_TIMEOUT, "");
    } else {
        connection->phase = CONNECTION_CLOSED;
    }
}

static void fill_from_file(struct connection *connection)
{
    size_t want = connection->file_left < FILE_CHUNK_BYTES ? (size_t)connection->file_left : FILE_CHUNK_BYTES;
    char *room = buf_room(&connection->output, want);
    ssize_t got;

    do
        got = room != NULL ? pread(connection->file, room, want, (off_t)connection->file_at) : -1;
    while (got < 0 && room != NULL && errno == EINTR);
    if (got <= 0) {
        connection->phase = CONNECTION_CLOSED; /* the length was promised: only a cut is honest */
        return;
    }
    buf_wrote(&connection->output, (size_t)got);
    connection->file_at += (uint64_t)got;
    connection->file_left -= (uint64_t)got;
}

static void close_file(struct connection *connection)
{
    if (connection->file >= 0)
        close(connection->file);
    connection->file = -1;
}

/* The output that is there, as far as the next fault. */
static size_t offer(struct connection *connection, const uint8_t **data)
{
    uint8_t flip;

    if (is_stopped(connection, FAULT_REPLY))
        return 0;
    *data = (const uint8_t *)connection->output.ptr + connection->output_at;
    flip = fault_flip(&connection->faults, FAULT_REPLY);
    connection->flipped = **data ^ flip;
    if (flip != 0)
        *data = &connection->flipped;
    return fault_room(&connection->faults, FAULT_REPLY, connection->output.len - connection->output_at);
}

size_t connection_output(struct connection *connection, const uint8_t **data)
{
    while (connection->pause_ms == 0 && (connection->phase == CONNECTION_OPEN || connection->phase == CONNECTION_LAST)) {
        if (connection->output_at < connection->output.len)
            return offer(connection, data);
        buf_reset(&connection->output);
        connection->output_at = 0;
        if (connection->file >= 0 && connection->file_left > 0) {
            fill_from_file(connection);
            continue;
        }
        close_file(connection);
        if (connection->reading == READING_NOTHING)
            end_exchange(connection);
        if (connection->phase != CONNECTION_OPEN || connection->reading != READING_NOTHING)
            return 0;
        go_on(connection);
        if (connection->output.len == 0)
            return 0;
    }
    return 0;
}

void connection_sent(struct connection *connection, size_t len)
{
    connection->output_at += len;
    fault_pass(&connection->faults, FAULT_REPLY, len);
    is_stopped(connection, FAULT_REPLY);
}

bool connection_wants_input(const struct connection *connection)
{
    return connection->phase == CONNECTION_OPEN && connection->reading != READING_NOTHING && connection->pause_ms == 0 &&
           !connection->peer_ended;
}

bool connection_is_in_head(const struct connection *connection)
{
    return connection->reading == READING_HEAD && connection->head.len > 0;
}

enum connection_phase connection_phase(const struct connection *connection)
{
    return connection->phase;
}
