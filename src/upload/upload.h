/*
 * One upload: the caller's options, its place in the client's lists, and its attempts.
 *
 * Today there is one attempt. More of them are made here and nowhere else: a verdict arrives in `on_verdict`.
 */
#ifndef POSTAGE_UPLOAD_UPLOAD_H
#define POSTAGE_UPLOAD_UPLOAD_H

#include "upload/attempt.h"

struct upload {
    struct postage_waker waker; /* first: what the source calls leads back here */
    struct upload *next, *previous;
    struct postage_client *client;
    struct postage_upload_options options; /* what they point to stays the caller's */
    struct attempt attempt;
    uint64_t id;
    unsigned attempts;
    int64_t submitted_ms;
    int64_t deadline_ms; /* 0: none */
    int64_t progress_ms; /* when progress was told last */
    bool in_progress;    /* the progress callback is running */
    atomic_bool cancelled;
    atomic_bool awake; /* the source's waker was called */
    void (*done)(void *context, const struct postage_result *result);
    void *done_context;
    void (*ended)(struct upload *upload); /* the client's; called last, after `done` */
};

enum postage_status upload_init(struct upload *upload, struct postage_client *client, const struct postage_allocator *alloc);
void upload_clear(struct upload *upload);

/* Forgets the use before and takes these options. */
void upload_reset(struct upload *upload, const struct postage_upload_options *options, uint64_t id);

/* Begins. @return false: it ended at once, and everything was told. */
bool upload_start(struct upload *upload, struct http_loop *loop, void (*signal)(struct postage_waker *waker));

/* Tells progress unless it was told a moment ago. @return when to call again, on clock_ms's clock; INT64_MAX: no need to. */
int64_t upload_tell_waiting(struct upload *upload, int64_t now_ms);

/* Ends one that is on the wire, or one that never began. Everything is told. */
void upload_cancel(struct upload *upload);
void upload_expire(struct upload *upload); /* total time passed before it began */

#endif
