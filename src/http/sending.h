/*
 * A request on its way out: head and body go piece by piece through a scratch to the connection, and it is known how far they
 * came. It decides nothing: why it stopped is its answer.
 */
#ifndef POSTAGE_HTTP_SENDING_H
#define POSTAGE_HTTP_SENDING_H

#include "http/connection.h"
#include "http/facts.h"
#include "http/head.h"
#include "http/scratch.h"

/* Why it stopped, for now or for good. */
enum sending_stop {
    SENDING_BLOCKED,     /* the connection takes no more now */
    SENDING_TURN_OVER,   /* it would, but others have their turn first */
    SENDING_STARVED,     /* the read callback had nothing */
    SENDING_EARLY_WAIT,  /* the form is out: a refusal would come about now */
    SENDING_DONE,        /* the connection took all of it */
    SENDING_READ_FAILED, /* `read_status` */
    SENDING_DEAD,        /* the connection is */
    SENDING_NO_MEMORY
};

struct sending {
    const struct http_request_options *options;
    const struct request_head *head;
    struct scratches *scratches;
    struct scratch *scratch;         /* what the connection has not taken; NULL: nothing */
    enum postage_status read_status; /* a failure of the read callback */
    size_t head_bytes;               /* 0: not written yet */
    uint64_t read_bytes;             /* of the body, into scratches */
    uint64_t sent_bytes;             /* that the connection took, the head among them */
    uint64_t given_bytes;            /* under TLS: that calls were made with, which may have taken some */
    int64_t first_byte_ms;           /* of the body was asked for; -1: not yet */
    int64_t moved_ms;                /* the connection took something last */
    bool early_wait_made;
};

/* Everything given is borrowed until sending_drop. */
void sending_begin(struct sending *sending, const struct http_request_options *options, const struct request_head *head,
                   struct scratches *scratches);

/* Sends as much as may be sent in one turn. */
enum sending_stop sending_go_on(struct sending *sending, struct http_connection *connection);

void sending_drop(struct sending *sending); /* what is left is not sent */

bool sending_is_done(const struct sending *sending);

/* Body bytes that the connection took, or may have taken. */
uint64_t sending_handed_bytes(const struct sending *sending);

/* Whether a byte of the body's tail was handed over. */
bool sending_tail_handed(const struct sending *sending);

/*
 * Whether a byte of the body's tail can have left this machine, now that the connection is dead or about to be aborted (tcp.h).
 * NULL: nothing is known of it.
 */
bool sending_tail_left(const struct sending *sending, const struct http_connection *connection);

#endif
