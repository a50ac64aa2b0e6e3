/*
 * One request and its reply on a connection, as one state and the events that move it. Only src/http includes this.
 *
 * What arrives is looked at in every state, so that a peer that refuses, hangs up or dies is noticed whatever we were doing.
 */
#ifndef POSTAGE_HTTP_REQUEST_H
#define POSTAGE_HTTP_REQUEST_H

#include "http/facts.h"
#include "http/pool.h"
#include "http/sending.h"
#include "http/timers.h"
#include "postage/log.h"

enum request_state {
    REQUEST_READY, /* on an idle connection, its turn comes */
    REQUEST_CONNECTING,
    REQUEST_SENDING,
    REQUEST_STARVED,    /* the read callback had nothing */
    REQUEST_EARLY_WAIT, /* the form is out: a refusal would come about now */
    REQUEST_AWAITING,   /* all of it was taken by the connection */
    REQUEST_REFUSED,    /* the head of a refusal came before that: nothing more is sent */
    REQUEST_ENDED
};

/* What all requests of a loop share. */
struct request_parts {
    struct postage_allocator alloc;
    struct poller poller;
    struct engine engine;
    struct pool pool;
    struct scratches scratches;
    struct timers timers;
    size_t owner_count; /* of timers: requests, idle or not, and transfers */
    struct proxies proxies;
    char *ca_file; /* NULL: the system's */
    struct postage_logger logger;
    void (*ended)(struct http_request *request); /* the loop's: it is over, `done` was called */
};

struct http_request {
    struct request_parts *parts;
    struct http_request *next; /* among the idle ones */
    enum request_state state;
    struct timer timer;
    struct http_request_options options;
    struct request_head head;
    struct http_connection *connection; /* NULL: none yet, or not any more */
    struct sending sending;
    struct http_reply reply;
    bool reused;           /* the connection carried a request before */
    bool extra;            /* bytes came behind the reply */
    unsigned fruitless;    /* times in a row that the connection was writable and took nothing */
    uint64_t queued_bytes; /* the peer's system had not acknowledged at the last look */
    int os_errno;          /* of the connection's end; 0: none known */
    int proxy_status;      /* of a proxy that made no tunnel */
    int64_t started_ms;
    int64_t moved_ms;
    int64_t connected_ms; /* these four: -1, not yet */
    int64_t last_byte_ms;
    int64_t drained_ms; /* the peer's system has all of it */
    int64_t reply_ms;
    int64_t early_wait_end_ms;
    int64_t look_ms;                      /* when to look next whether it has drained */
    char detail[CONNECTION_DETAIL_BYTES]; /* libcurl's words for a failure to connect */
};

void request_forget(struct http_request *request); /* wipes what was of one use; small storage stays */
void request_init(struct http_request *request, struct request_parts *parts);
void request_clear(struct http_request *request);

/* Begins one use. @return POSTAGE_OK, ERR_NOMEM, ERR_INVALID, ERR_SYSTEM: then it is as before, and `done` is not called. */
enum postage_status request_start(struct http_request *request, const struct http_request_options *options,
                                  struct postage_error *err);

/* Ends it: `done` is called, then `parts->ended`, and it is gone. So may what its timer and its connection call. */
void request_stop(struct http_request *request);

void request_resume(struct http_request *request); /* never ends it */

/*
 * When it is to be looked at, on clock_ms's clock, and which limit ends then; HTTP_TIMER_NONE: none, but something is to be
 * done. INT64_MAX: no limit is running.
 */
int64_t request_due_ms(const struct http_request *request, enum http_timer *timer);

/* Between looks whether the peer has taken more, or everything, where so long a limit depends on it. */
int64_t request_look_period_ms(int64_t limit_ms);

/* Puts the facts together, while the connection is there; `tail_left` was asked of it. */
void request_facts(const struct http_request *request, enum http_end end, enum http_timer timer, bool tail_left,
                   struct http_facts *facts);

/* How a connection was to come about, and how far it came. */
struct connecting {
    bool tunnel; /* through a proxy's tunnel */
    bool secure;
    bool heard; /* the first hop was reached, and its answer waited for */
};

/* What libcurl's code for a connection that did not come about means. */
enum http_end http_end_of_code(CURL *easy, CURLcode code, const struct connecting *how, int *proxy_status);
enum http_end request_end_of_code(struct http_request *request, CURLcode code);

void request_log(const struct http_request *request, const char *format, ...) POSTAGE_PRINTF(2, 3);

#endif
