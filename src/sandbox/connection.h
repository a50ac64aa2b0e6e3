/*
 * One client's connection, without its socket: bytes in, bytes out. The server (server.c) moves them; the fuzzer plays it.
 */
#ifndef SANDBOX_CONNECTION_H
#define SANDBOX_CONNECTION_H

#include "sandbox/setup.h"

enum connection_phase {
    CONNECTION_OPEN,   /* requests may come */
    CONNECTION_LAST,   /* the output that is there is the last: then shut the write side, drain, close */
    CONNECTION_CLOSED, /* close at once */
    /* What faults ask for. */
    CONNECTION_CUT,   /* shut the write side as it stands, drain, close */
    CONNECTION_RESET, /* abort */
    CONNECTION_MUTED, /* shut the write side as it stands, then connection_resume */
    CONNECTION_HELD   /* neither read nor write nor close */
};

struct connection;

struct connection *connection_new(struct setup *setup, bool tls);
void connection_free(struct connection *connection);

/* Bytes that arrived; all are taken. After the last answer was decided they are thrown away. */
void connection_feed(struct connection *connection, const uint8_t *data, size_t len);

/* The peer will send no more. */
void connection_end(struct connection *connection);

/* Too long without a byte, or without a whole head. */
void connection_time_out(struct connection *connection);

/* What to send next; 0 bytes: nothing now. Valid until the next call. */
size_t connection_output(struct connection *connection, const uint8_t **data);
void connection_sent(struct connection *connection, size_t len);

/* Milliseconds for which a fault lets nothing pass, then connection_resume; 0: it does not. */
uint32_t connection_pause_ms(const struct connection *connection);
void connection_resume(struct connection *connection);

/* How many of `cap` bytes to read at once, so that those after a fault stay in the socket. */
size_t connection_room(const struct connection *connection, size_t cap);

/* Whether bytes are welcome: not while an answer is still going out. */
bool connection_wants_input(const struct connection *connection);
/* Whether a head has begun and not ended. */
bool connection_is_in_head(const struct connection *connection);
enum connection_phase connection_phase(const struct connection *connection);

#endif
