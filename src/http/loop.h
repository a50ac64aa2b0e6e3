/*
 * The event loop: many requests on connections that libcurl makes, driven by our own waiting or by a caller's loop.
 *
 * One thread at a time, "the loop's thread"; only `http_loop_wake` may be called from others. A request's read and moved
 * callbacks may start others, but not stop themselves: set a flag and do it after the dispatch. `done` may do anything.
 */
#ifndef POSTAGE_HTTP_LOOP_H
#define POSTAGE_HTTP_LOOP_H

#include "base/mem.h"
#include "http/facts.h"
#include "http/transfer.h"
#include "postage/log.h"

struct http_loop_options {
    const char *ca_file; /* texts are copied; NULL: the system's */
    const char *proxy;   /* NULL: none */
    bool use_environment_proxy;
    bool always_tunnel;     /* plain HTTP too goes through a proxy's tunnel */
    size_t max_connections; /* kept open for reuse */
    struct postage_logger logger;
    /* The interest in a descriptor changed; NULL: http_loop_run waits for them. */
    void (*watch)(void *context, int descriptor, bool readable, bool writable);
    void *context;
};

struct http_loop;

/*
 * Around everything that is done in one go: SIGPIPE is held from the outermost call of `enter` to its `leave`. The functions
 * below do it for themselves; a caller that makes several of them spares each its system calls.
 */
void http_loop_enter(struct http_loop *loop);
void http_loop_leave(struct http_loop *loop);

enum postage_status http_loop_new(struct http_loop **out, const struct http_loop_options *options,
                                  const struct postage_allocator *alloc, struct postage_error *err);

/* Every request and transfer must have ended. NULL is fine. */
void http_loop_free(struct http_loop *loop);

/* Begins a request. On failure `done` is not called. @return POSTAGE_OK, ERR_NOMEM, ERR_INVALID (URL). */
enum postage_status http_loop_start(struct http_loop *loop, const struct http_request_options *options,
                                    struct http_request **out, struct postage_error *err);

/* Ends a request now, with HTTP_CANCELLED, and calls its `done`. */
void http_loop_stop(struct http_loop *loop, struct http_request *request);

/* The read callback that answered AGAIN should be asked again. Harmless when it did not. */
void http_loop_resume(struct http_loop *loop, struct http_request *request);

/* The same for what carries no form (transfer.h). @return POSTAGE_OK, ERR_INVALID, ERR_NOMEM, ERR_SYSTEM. */
enum postage_status http_loop_transfer_start(struct http_loop *loop, const struct http_transfer_options *options,
                                             struct http_transfer **out, struct postage_error *err);
void http_loop_transfer_stop(struct http_loop *loop, struct http_transfer *transfer);

/* `take`, which answered AGAIN, is ready for more. Harmless when it did not; may be called from `take` and `done`. */
void http_loop_transfer_resume(struct http_loop *loop, struct http_transfer *transfer);

/* Waits at most `timeout_ms` (-1: without limit) for something to happen, and deals with it. */
enum postage_status http_loop_run(struct http_loop *loop, int64_t timeout_ms, struct postage_error *err);

const struct postage_logger *http_loop_logger(const struct http_loop *loop);
void http_loop_wake(struct http_loop *loop); /* any thread */
int http_loop_wake_descriptor(const struct http_loop *loop);
int64_t http_loop_timeout_ms(const struct http_loop *loop);
enum postage_status http_loop_on_ready(struct http_loop *loop, int descriptor, bool readable, bool writable,
                                       struct postage_error *err);
enum postage_status http_loop_on_timeout(struct http_loop *loop, struct postage_error *err);

#endif
