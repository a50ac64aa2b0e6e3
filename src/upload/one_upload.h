/*
 * One upload: the caller's options, its place in the client's lists, and its attempts.
 *
 * Today there is one attempt. More of them are made here and nowhere else: a verdict arrives in `on_verdict`.
 */
#ifndef POSTAGE_UPLOAD_ONE_UPLOAD_H
#define POSTAGE_UPLOAD_ONE_UPLOAD_H

#include "upload/attempt.h"

struct one_upload {
    struct postage_waker waker; /* first: what the source calls leads back here */
    struct one_upload *next, *previous;
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
    void (*ended)(struct one_upload *upload); /* the client's: before `done`, which is called by one_upload_tell */
};

enum postage_status one_upload_init(struct one_upload *upload, struct postage_client *client,
                                    const struct postage_allocator *alloc);
void one_upload_clear(struct one_upload *upload);

/* Forgets the use before and takes these options. */
void one_upload_reset(struct one_upload *upload, const struct postage_upload_options *options, uint64_t id);

/* Begins. @return false: it ended at once, and everything was told. */
bool one_upload_start(struct one_upload *upload, struct http_loop *loop, void (*signal)(struct postage_waker *waker));

/* Ends one that is on the wire, or one that never began. Everything is told. */
void one_upload_cancel(struct one_upload *upload);
void one_upload_expire(struct one_upload *upload); /* total time passed before it began */

#endif
