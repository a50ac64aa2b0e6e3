#include "http/sending.h"

#include "http/clock.h"
#include "http/tcp.h"

enum {
    LARGE_BODY_BYTES = 8 * 1024 * 1024, /* from here on it pays to wait for an early response */
    TURN_PIECES = 4
};

void sending_begin(struct sending *sending, const struct http_request_options *options, const struct request_head *head,
                   struct scratches *scratches)
{
    *sending = (struct sending){
        .options = options, .head = head, .scratches = scratches, .first_byte_ms = -1, .moved_ms = clock_ms()
    };
}

void sending_drop(struct sending *sending)
{
    scratch_give_back(sending->scratches, sending->scratch);
    sending->scratch = NULL;
}

/* --- how far it came --- */

bool sending_is_done(const struct sending *sending)
{
    return sending->head_bytes > 0 && sending->sent_bytes == sending->head_bytes + sending->options->body_length;
}

uint64_t sending_handed_bytes(const struct sending *sending)
{
    uint64_t bytes = sending->given_bytes > sending->sent_bytes ? sending->given_bytes : sending->sent_bytes;

    return bytes > sending->head_bytes ? bytes - sending->head_bytes : 0;
}

static uint64_t before_tail(const struct sending *sending)
{
    return sending->options->body_length - sending->options->tail_length;
}

bool sending_tail_handed(const struct sending *sending)
{
    return sending_handed_bytes(sending) > before_tail(sending);
}

/*
 * Plain: the bytes that never leave are the last ones given. TLS: a record is nothing without its last byte, and the tail has
 * one of its own (fill_limit).
 */
bool sending_tail_left(const struct sending *sending, const struct http_connection *connection)
{
    uint64_t withheld;

    if (!sending_tail_handed(sending))
        return false;
    if (connection == NULL || connection->descriptor < 0)
        return true;
    if (connection->secure && sending->given_bytes > sending->sent_bytes)
        return false;
    withheld = tcp_withheld(connection->descriptor);
    return connection->secure ? withheld == 0 : withheld < sending_handed_bytes(sending) - before_tail(sending);
}

/* --- pieces --- */

/* How much of the body may be read for now: up to the wait for an early response, or all of it. */
static uint64_t until_early_wait(const struct sending *sending)
{
    const struct http_request_options *options = sending->options;
    bool wanted = options->judged_length > 0 && options->body_length >= LARGE_BODY_BYTES && !sending->early_wait_made;

    return wanted ? options->judged_length : options->body_length;
}

/* The same under TLS, where the tail has a record of its own unless everything is in one. */
static uint64_t fill_limit(const struct sending *sending, bool secure)
{
    uint64_t limit = until_early_wait(sending), before = before_tail(sending);
    bool one_record = sending->head_bytes + sending->options->body_length <= CONNECTION_TLS_RECORD_BYTES;

    return secure && !one_record && sending->read_bytes < before && limit > before ? before : limit;
}

/* Reads until the scratch is full. @return POSTAGE_OK, POSTAGE_AGAIN with what there was, or a failure. */
static enum postage_status fill(struct sending *sending, uint64_t limit)
{
    const struct http_request_options *options = sending->options;
    struct scratch *scratch = sending->scratch;
    enum postage_status status = POSTAGE_OK;

    while (status == POSTAGE_OK && scratch->to < scratch->cap && sending->read_bytes < limit) {
        uint64_t left = limit - sending->read_bytes;
        size_t room = scratch->cap - scratch->to, got = 0;

        if (sending->first_byte_ms < 0)
            sending->first_byte_ms = clock_ms();
        status = options->read(options->context, scratch->bytes + scratch->to, room < left ? room : (size_t)left, &got);
        scratch->to += got;
        sending->read_bytes += got;
    }
    if (status == POSTAGE_AGAIN && options->read_never_waits)
        return POSTAGE_ERR_SOURCE;
    return status > 0 && status != POSTAGE_AGAIN ? POSTAGE_ERR_LENGTH : status; /* an end: more was promised */
}

static bool has_piece(const struct sending *sending)
{
    return sending->scratch != NULL && sending->scratch->from < sending->scratch->to;
}

/* Puts the next piece together, the request's head before the first. @return false: `stop` says why there is none. */
static bool make_piece(struct sending *sending, bool secure, enum sending_stop *stop)
{
    struct scratch *scratch = sending->scratch;

    if (scratch == NULL)
        scratch = sending->scratch = scratch_take(sending->scratches);
    *stop = SENDING_NO_MEMORY;
    if (scratch == NULL)
        return false;
    scratch_empty(scratch);
    if (sending->head_bytes == 0)
        sending->head_bytes = scratch->to = head_write(sending->head, (char *)scratch->bytes);
    sending->read_status = fill(sending, fill_limit(sending, secure));
    *stop = sending->read_status < 0 ? SENDING_READ_FAILED : SENDING_STARVED;
    return sending->read_status >= 0 && scratch->to > 0;
}

/* The scratch is empty. @return false: there is nothing to send, `stop` says why. */
static bool next_piece(struct sending *sending, bool secure, enum sending_stop *stop)
{
    *stop = SENDING_DONE;
    if (sending_is_done(sending))
        return false;
    *stop = SENDING_EARLY_WAIT;
    if (sending->head_bytes == 0 || sending->read_bytes < until_early_wait(sending))
        return make_piece(sending, secure, stop);
    sending->early_wait_made = true;
    return false;
}

static enum io_result send_piece(struct sending *sending, struct http_connection *connection)
{
    struct scratch *scratch = sending->scratch;
    size_t length = scratch->to - scratch->from, moved;
    enum io_result result;

    sending->given_bytes = sending->sent_bytes + (connection->secure ? length : 0);
    result = connection_send(connection, scratch->bytes + scratch->from, length, &moved);
    scratch->from += moved;
    sending->sent_bytes += moved;
    if (moved > 0)
        sending->moved_ms = clock_ms();
    return result == IO_MOVED && moved < length && !connection->secure ? IO_WAIT : result;
}

enum sending_stop sending_go_on(struct sending *sending, struct http_connection *connection)
{
    enum sending_stop stop = SENDING_TURN_OVER;
    enum io_result result = IO_MOVED;

    for (int i = 0; i <= TURN_PIECES && result == IO_MOVED; i++) {
        if (!has_piece(sending) && !next_piece(sending, connection->secure, &stop)) {
            sending_drop(sending);
            return stop;
        }
        if (i == TURN_PIECES)
            return SENDING_TURN_OVER;
        result = send_piece(sending, connection);
    }
    return result == IO_FAILED ? SENDING_DEAD : SENDING_BLOCKED;
}
