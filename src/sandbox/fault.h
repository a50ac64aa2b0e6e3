/*
 * Misbehaviour on purpose: what becomes of an exchange (a request and its reply) when so many of its bytes have passed.
 *
 * Counting alone, without sockets and clocks: the connection (connection.c) asks before bytes pass, the server (server.c) does
 * what needs a socket or time. Bytes are those of HTTP, under TLS the decrypted ones.
 */
#ifndef SANDBOX_FAULT_H
#define SANDBOX_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FAULTS_MAX = 4 };

/* Which bytes are counted. Both counts begin with the first byte of the request. */
enum fault_direction {
    FAULT_REQUEST, /* as they arrive */
    FAULT_REPLY,   /* as they leave, an interim reply included */
    FAULT_DIRECTIONS
};

enum fault_action {
    FAULT_NONE,
    FAULT_CUT,      /* the sandbox ends its direction (FIN; under TLS without close_notify), discards for a while, closes */
    FAULT_RESET,    /* the connection is aborted (RST) */
    FAULT_MUTE,     /* the sandbox ends its direction likewise, but goes on taking the request, and stores it */
    FAULT_HOLD,     /* no byte passes any more, either way, until the idle timeout: then the connection is closed */
    FAULT_DELAY,    /* no byte passes, either way, for `amount` milliseconds */
    FAULT_THROTTLE, /* from here on `amount` bytes a second, at least 1 */
    FAULT_CORRUPT   /* the bits of `amount` are flipped in the next byte */
};

/*
 * `action` is due as soon as `at` bytes have passed in `direction`; 0: when the first of them is there. A request that has
 * passed has also been judged, and stored if it is good: `at` its whole length is a store that cannot answer.
 */
struct fault {
    enum fault_direction direction;
    enum fault_action action;
    uint64_t at;
    uint32_t amount;
};

/* The faults of one exchange, and how far it is. */
struct fault_exchange {
    struct fault faults[FAULTS_MAX];
    size_t count;
    uint64_t passed[FAULT_DIRECTIONS];
    uint64_t paused_at[FAULT_DIRECTIONS]; /* where the last pause was, plus 1: it is not made twice */
    bool muted;
};

/* Who decides about faults. On the sandbox's thread. */
struct fault_script {
    /* A request's first byte is there; `number` counts the requests of its connection from 1. Fills in the faults. */
    size_t (*begin)(void *context, uint64_t number, struct fault faults[FAULTS_MAX]);
    /* The exchange is over: its reply has left, a fault has ended it, or its connection is gone. May be NULL. */
    void (*end)(void *context, const struct fault_exchange *exchange);
    void *context;
};

/* What is due. FAULT_DELAY: a pause of `*pause_ms`, once; FAULT_MUTE, once; an action that ends everything; or FAULT_NONE. */
enum fault_action fault_due(struct fault_exchange *exchange, enum fault_direction direction, uint32_t *pause_ms);

/* How many of `len` bytes may pass before something is due; at least 1 of 1 after fault_due has said FAULT_NONE. */
size_t fault_room(const struct fault_exchange *exchange, enum fault_direction direction, size_t len);

/* The bits to flip in the next byte, which then is alone in its room. */
uint8_t fault_flip(const struct fault_exchange *exchange, enum fault_direction direction);

void fault_pass(struct fault_exchange *exchange, enum fault_direction direction, size_t len);

#endif
