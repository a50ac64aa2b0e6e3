/*
 * A request that carries no form, and its reply: HEAD and GET of objects, keys, metadata, downloads.
 *
 * libcurl's own transfer, in the loop of the others. Unlike a form's request it may be repeated by whoever asked, so that
 * nobody has to know which of its bytes left. The reply's head is judged as strictly as a form's; its body is collected up to a
 * limit, or taken piece by piece, at the taker's pace. Each has a connection of its own, which ends with it: libcurl would take
 * what waits on an idle one for the next reply, and send again behind our back on one that died.
 */
#ifndef POSTAGE_HTTP_TRANSFER_H
#define POSTAGE_HTTP_TRANSFER_H

#include "base/slice.h"
#include "http/facts.h"

/* What a taker has not taken yet is held here, whatever the object's size; libcurl holds one piece of 16 KiB beside it. */
enum { HTTP_TRANSFER_WINDOW_BYTES = 48 * 1024 };

struct http_header {
    const char *name;
    const char *value;
};

/* Copied when the transfer begins, but for `body`, which is borrowed until `done` was called. */
struct http_transfer_options {
    const char *url;
    const char *method; /* "GET", "HEAD", "PUT", ...: a token, sent as it is */
    const struct http_header *headers;
    size_t header_count;
    const void *body; /* NULL: none; else `body_length` bytes, of which there may be 0. Not with HEAD */
    size_t body_length;
    size_t reply_body_max;      /* bytes kept of the reply's body, if there is no `take` */
    int64_t connect_timeout_ms; /* each above 0; INT64_MAX: no limit */
    int64_t idle_timeout_ms;    /* no byte moved, either way; does not run while `take` has answered AGAIN */
    int64_t deadline_ms;        /* on clock_ms's clock; 0: none */
    void *context;
    /*
     * The body's next bytes; NULL: they are kept with the reply. OK: all of them were taken. AGAIN: the first `*taken`, 0
     * unless set, and the rest is offered once more when the transfer is resumed. A failure ends it with HTTP_READ_FAILED. May
     * start other requests and stop them, but not this one. Whatever the status of the reply: `done` tells it; what came before
     * an end that is not HTTP_REPLIED with a complete body is not the object.
     */
    enum postage_status (*take)(void *context, const struct http_reply *reply, struct slice bytes, size_t *taken);
    /*
     * Called once, last; the transfer is gone afterwards. May do anything. Of the facts, those about a request's body, its
     * timings and its connection's reuse mean nothing here; `read_status` is what `take` answered.
     */
    void (*done)(void *context, const struct http_facts *facts);
};

struct http_transfer;
struct request_parts;

/* @return POSTAGE_OK, ERR_INVALID (URL, method, header, proxy), ERR_NOMEM, ERR_SYSTEM: then `done` is not called. */
enum postage_status transfer_start(struct http_transfer **out, struct request_parts *parts,
                                   const struct http_transfer_options *options, struct postage_error *err);
void transfer_stop(struct http_transfer *transfer);
void transfer_resume(struct http_transfer *transfer); /* never ends it, and never calls `take` */

#endif
