/*
 * One request seen from libcurl's side: an easy handle, its callbacks and its timers. Only src/http includes this.
 */
#ifndef POSTAGE_HTTP_REQUEST_H
#define POSTAGE_HTTP_REQUEST_H

#include <curl/curl.h>

#include "base/mem.h"
#include "http/loop.h"
#include "http/facts.h"

struct http_settings { /* of the loop, the same for all its requests */
    char *ca_file;
    char *proxy;
    bool use_environment_proxy;
    struct postage_logger logger;
};

struct http_request {
    struct http_request *next, *previous; /* among the running ones; `next` also among the idle ones */
    struct http_request *next_changed;
    const struct http_settings *settings;
    struct http_request **changed; /* the loop's list of those with something to follow up after libcurl's turn */
    CURL *easy;                    /* kept between uses, with the options that are the same for all of them */
    struct http_request_options options;
    struct curl_slist headers[3];
    char content_type[160];
    char detail[HTTP_DETAIL_BYTES];
    struct http_reply reply;
    enum postage_status read_status;
    uint64_t handed_bytes;
    uint64_t sent_bytes;  /* libcurl's count of what the socket took */
    uint64_t moved_bytes; /* both directions, to see that something moved */
    unsigned replays_refused;
    bool paused;
    bool early_wait_made;      /* the wait for an early response, after the form and before the file, was made */
    int64_t early_wait_end_ms; /* when it ends; 0: it is not on */
    bool ready;                /* connected and, if asked for, TLS established */
    curl_socket_t descriptor;  /* the one libcurl waits for last; CURL_SOCKET_BAD: none */
    bool reply_begun;          /* a byte of a reply was seen, perhaps not a whole line of it */
    bool securing;             /* connected, waiting for the peer's part of the TLS handshake */
    bool is_changed;           /* in that list: another timer counts now, or `resume_wanted` */
    bool resume_wanted;
    bool read_failed;
    bool out_of_memory; /* in a callback of ours */
    int64_t started_ms;
    int64_t moved_ms;
    int64_t first_byte_ms;
    int64_t last_byte_ms;
    int64_t reply_ms;
};

/* Makes the easy handle and sets what all uses share. @return POSTAGE_OK, ERR_NOMEM, ERR_SYSTEM. */
enum postage_status request_init(struct http_request *request, const struct http_settings *settings,
                                 struct http_request **changed, struct postage_error *err);

/* Sets what is of one use. @return POSTAGE_OK, ERR_NOMEM, ERR_INVALID. */
enum postage_status request_prepare(struct http_request *request, const struct http_request_options *options,
                                    struct postage_error *err);

/*
 * When one of its timers ends, on clock_ms's clock, and which; INT64_MAX: none is running. HTTP_TIMER_NONE: no limit, but a
 * pause ends and the request is to be resumed.
 */
int64_t request_due_ms(const struct http_request *request, enum http_timer *timer);

/* libcurl wants to know when a descriptor of this request is ready: `what` is one of CURL_POLL_... */
void request_note_interest(struct http_request *request, curl_socket_t descriptor, int what);

/*
 * The descriptor is readable and libcurl has not read yet. It tells nothing of less than a line, but a reply that was cut
 * in its first line is a reply that had begun. Plain HTTP only: under TLS the bytes may be anything.
 */
void request_look_ahead(struct http_request *request, curl_socket_t descriptor);

/* Puts the facts together. `stopped` is HTTP_REPLIED when libcurl ended it, else why we did. */
void request_facts(struct http_request *request, CURLcode code, enum http_end stopped, enum http_timer timer,
                   struct http_facts *facts);

/* Forgets and wipes everything of this use; handle and small storage stay. */
void request_reset(struct http_request *request);

void request_log(const struct http_request *request, const char *format, ...) POSTAGE_PRINTF(2, 3);

#endif
