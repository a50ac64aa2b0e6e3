/*
 * One HTTP/1.1 POST with a body of known length, and what became of it.
 *
 * What is reported are facts: how far the request came, how many bytes were handed over, what the reply said and whether it
 * was whole. What they mean for an object is judged elsewhere.
 */
#ifndef POSTAGE_HTTP_FACTS_H
#define POSTAGE_HTTP_FACTS_H

#include "http/reply.h"
#include "postage/status.h"

/* How far a request came. */
enum http_stage {
    HTTP_RESOLVING,
    HTTP_CONNECTING,
    HTTP_SECURING, /* TLS */
    HTTP_SENDING_HEAD,
    HTTP_SENDING_BODY,   /* at least one byte of it left for the network */
    HTTP_AWAITING_REPLY, /* all of it did */
    HTTP_READING_REPLY,
    HTTP_STAGE_COUNT
};

/* Why a request ended. */
enum http_end {
    HTTP_REPLIED, /* a well-formed, complete reply head came; of the body see `body_end` */
    HTTP_BAD_URL, /* refused before anything was tried */
    HTTP_NO_NAME, /* the host name could not be resolved */
    HTTP_NO_CONNECTION,
    HTTP_PROXY_REFUSED, /* the proxy made no tunnel: `proxy_status` */
    HTTP_NO_TLS,        /* handshake or certificate */
    HTTP_LOST,          /* the connection ended without a reply */
    HTTP_MALFORMED,     /* the reply broke a rule or its head was cut: `fault` */
    HTTP_TIMED_OUT,     /* `timer` */
    HTTP_READ_FAILED,   /* the read callback failed: `read_status` */
    HTTP_CANCELLED,
    HTTP_NO_MEMORY,
    HTTP_END_COUNT
};

enum http_timer {
    HTTP_TIMER_NONE,
    HTTP_TIMER_CONNECT,  /* resolve, connect and TLS together */
    HTTP_TIMER_IDLE,     /* no byte moved while sending */
    HTTP_TIMER_RESPONSE, /* from the last byte sent to the complete reply */
    HTTP_TIMER_TOTAL
};

/* Milliseconds from the start; -1: not reached. */
struct http_timings {
    int64_t resolved_ms;
    int64_t connected_ms;
    int64_t tls_ms;
    int64_t first_byte_sent_ms;
    int64_t last_byte_sent_ms;
    int64_t reply_ms;
};

/* Room for the library's words for a failure, with their end. */
enum { HTTP_DETAIL_BYTES = 256 };

/* What became of it; gone after the call that gets it. */
struct http_facts {
    enum http_end end;
    enum http_stage stage;
    enum http_timer timer;
    int64_t waited_ms;               /* by that timer */
    enum http_body_end body_end;     /* with HTTP_REPLIED */
    enum postage_status read_status; /* with HTTP_READ_FAILED */
    bool reply_begun;                /* at least a byte of a reply came (under TLS: a line) */
    uint64_t handed_bytes;           /* given to the connection; some may not have left */
    bool tail_left;                  /* a byte of the body's last `tail_length` bytes may have left this machine */
    bool proxied;                    /* the reply may be a proxy's: the request went to one in absolute form */
    int proxy_status;                /* with HTTP_PROXY_REFUSED: what it answered; 0: nothing */
    bool reused;                     /* the connection had carried another request before */
    int os_errno;                    /* 0: none known */
    const char *detail;              /* the library's words for a failure to connect; never about a body; "" otherwise */
    struct http_timings timings;
    const struct http_reply *reply; /* status 0: not a line of it came; head_complete with HTTP_REPLIED */
};

/* Texts are borrowed until `done` was called. */
struct http_request_options {
    const char *url;
    const char *content_type;
    uint64_t body_length;
    /*
     * Of a long body: after so many bytes sending waits about a round trip for an early response, since the server may refuse
     * by what it has seen. 0: no wait.
     */
    uint64_t judged_length;
    uint64_t tail_length;       /* the last bytes of the body, of which it is to be known whether one can have left */
    size_t error_body_max;      /* bytes kept of a reply with a status from 300 on */
    size_t success_body_max;    /* of a 2xx */
    int64_t connect_timeout_ms; /* each above 0; INT64_MAX: no limit */
    int64_t idle_timeout_ms;    /* does not run while the read callback has answered AGAIN */
    int64_t response_timeout_ms;
    int64_t deadline_ms; /* on clock_ms's clock; 0: none */
    void *context;
    bool read_never_waits; /* it does not answer AGAIN: a short body may be read in one go */
    /* Answers as a source's read; never asked for more than is left of `body_length`. Must not call into the loop. */
    enum postage_status (*read)(void *context, uint8_t *dst, size_t cap, size_t *got);
    /* Bytes moved. May be NULL. Must not call into the loop. */
    void (*moved)(void *context);
    /* Called once, last; the request is gone afterwards. May start and stop others. */
    void (*done)(void *context, const struct http_facts *facts);
};

struct http_request;

const char *http_end_text(enum http_end end); /* for logs */

#endif
