/*
 * Files on their way: many transfers over one client, a few at a time, reported as they finish.
 *
 * A file is opened and its form signed when its turn comes, so that neither descriptors nor memory grow with the number of
 * files and no form waits so long that it expires.
 */
#ifndef POSTAGE_TOOL_BATCH_H
#define POSTAGE_TOOL_BATCH_H

#include "arguments.h"
#include "postage/upload.h"
#include "progress.h"

struct batch;

/* One file. */
struct transfer {
    const char *file; /* as given; "-" is stdin */
    char *key;        /* freed by the batch; NULL: the form knows */
    uint64_t bytes;   /* what the bar expects; the truth is asked from the source */
    /* from here on the batch's own */
    struct batch *batch;
    struct postage_form *form;
    struct postage_source source;
    uint64_t bytes_sent;
    bool ended;
};

enum { BATCH_MAX_RUNNING = 8 };

struct batch {
    const struct arguments *args;
    struct transfer *transfers;
    size_t count;
    const char *place; /* for the reports: "minio://bucket/" */
    /* Makes the form for an open file of `bytes` bytes. Says what is wrong; anything but EXIT_SOURCE ends the batch. */
    enum exit_code (*make_form)(void *context, const struct transfer *transfer, uint64_t bytes, struct postage_form **form);
    void *context;
    /* from here on the batch's own */
    struct postage_client *client;
    struct progress progress;
    struct transfer *running[BATCH_MAX_RUNNING];
    size_t running_count;
    size_t next;
    bool stopped; /* nothing more is started */
    bool cancelled;
    enum exit_code worst;
};

/* Uploads all of them. Returns the worst code of any. */
enum exit_code batch_run(struct batch *batch);

#endif
