/*
 * A loopback server that does what a script says, for faults that no real server commits on demand.
 *
 * Each accepted connection runs one script in a thread of its own: the connection's number picks it, the last one serves all
 * later connections. A script ends by closing its connection. What was received is kept for the test to look at.
 */
#ifndef POSTAGE_TESTS_SUPPORT_SERVER_H
#define POSTAGE_TESTS_SUPPORT_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum server_op {
    SERVER_END,        /* end of the script: close */
    SERVER_READ_HEAD,  /* up to and with the empty line; counts a request */
    SERVER_READ,       /* `number` bytes of the body */
    SERVER_READ_REST,  /* the rest of the body but `number` bytes, by the Content-Length of the head */
    SERVER_SEND,       /* `text` */
    SERVER_SEND_BYTES, /* `number` bytes at `text`, which may hold NUL */
    SERVER_SEND_MANY,  /* `text`, `number` times */
    SERVER_DELAY,      /* `number` milliseconds */
    SERVER_HOLD,       /* until the client goes away or the server stops */
    SERVER_LINGER,     /* end our direction, then read on until the client closes: how careful servers refuse */
    SERVER_RESET,      /* close with RST */
    SERVER_AGAIN,      /* start the script again: for kept connections */
    SERVER_REPLY       /* read head and body, send `text`, start again: an ordinary exchange */
};

struct server_step {
    enum server_op op;
    const char *text;
    uint64_t number;
};

struct server;

/* Starts on a free port of 127.0.0.1. `scripts` are `count` arrays, each ending with SERVER_END; borrowed. */
struct server *server_start(const struct server_step *const *scripts, size_t count);
void server_stop(struct server *server); /* closes everything, waits for its threads, frees */

const char *server_url(const struct server *server); /* "http://127.0.0.1:PORT/bucket" */
int server_port(const struct server *server);
unsigned server_connections(struct server *server);
unsigned server_requests(struct server *server);       /* heads that arrived whole */
uint64_t server_body_bytes(struct server *server);     /* of all requests, read by the scripts */
uint64_t server_declared_bytes(struct server *server); /* Content-Length of the last head */
/* Everything received so far, at most 1 MiB of it; NUL-terminated; the caller frees it. */
char *server_received(struct server *server, size_t *length);

#endif
