/*
 * One attempt: one body, one request, one verdict. An upload makes attempts; what it makes of their verdicts is its affair.
 */
#ifndef POSTAGE_UPLOAD_ATTEMPT_H
#define POSTAGE_UPLOAD_ATTEMPT_H

#include <stdatomic.h>

#include "http/loop.h"
#include "upload/result.h"
#include "postage/body.h"
#include "postage/upload.h"

/* How much of a reply's body is read: of one that refuses, and of one that says that the object is stored. */
#define REFUSAL_BODY_MAX_KIB 64
#define SUCCESS_BODY_MAX_MIB 1

struct attempt {
    struct postage_allocator alloc;
    struct http_loop *loop;
    struct postage_body *body;    /* kept between uses; open while the attempt runs */
    struct http_request *request; /* NULL: not on the wire */
    const struct postage_upload_options *options;
    atomic_bool *cancelled;     /* looked at before every read, so that a cancel costs at most one buffer */
    uint64_t object_bytes_sent; /* of an attempt that has ended */
    unsigned digests;           /* computed while sending, to be compared with the reply's */
    bool waiting;               /* the source answered AGAIN */
    enum postage_status source_status;
    struct postage_error source_error; /* of the body or the source */
    void *context;
    void (*moved)(void *context);
    /* The verdict on this attempt; texts are gone after the call. Called once, never from inside attempt_start. */
    void (*done)(void *context, struct result_draft *draft);
};

/* Makes the body. @return POSTAGE_OK or ERR_NOMEM. */
enum postage_status attempt_init(struct attempt *attempt, const struct postage_allocator *alloc);
void attempt_clear(struct attempt *attempt);

/*
 * Opens the body and begins the request. @return false: it did not come to that; `draft` is filled, `done` is not called.
 */
bool attempt_start(struct attempt *attempt, int64_t deadline_ms, struct result_draft *draft);

void attempt_stop(struct attempt *attempt);   /* `done` is called with CANCELLED */
void attempt_resume(struct attempt *attempt); /* the source's waker was called */

/* Bytes of the file handed over so far, and its size. */
uint64_t attempt_object_bytes_sent(const struct attempt *attempt);
uint64_t attempt_object_bytes(const struct attempt *attempt);

#endif
