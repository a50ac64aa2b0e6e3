/* Uploads that are held in the middle until they are let go: many at once, each on a connection of its own. */
#ifndef POSTAGE_BENCH_HELD_H
#define POSTAGE_BENCH_HELD_H

#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "objects.h"

enum { HELD_BYTES = 64 * 1024, HELD_AFTER_BYTES = 16 * 1024, HELD_WAVE = 256, DESCRIPTORS_BESIDE = 64 };

/* --- a source without content, which can be held --- */

struct nowhere {
    struct postage_waker *waker;
    uint64_t left;
    uint64_t hold_at; /* bytes left at which it has nothing to give until it is released */
    bool held;
    size_t *held_count;
};

static inline enum postage_status nowhere_read(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct nowhere *nowhere = self;
    uint64_t give = nowhere->left > nowhere->hold_at ? nowhere->left - nowhere->hold_at : 0;

    (void)dst; /* whatever the buffer held is as good */
    (void)err;
    *got = 0;
    if (nowhere->left == 0)
        return POSTAGE_END;
    if (give == 0) {
        *nowhere->held_count += nowhere->held ? 0 : 1;
        nowhere->held = true;
        return POSTAGE_AGAIN;
    }
    *got = give < cap ? (size_t)give : cap;
    nowhere->left -= *got;
    return POSTAGE_OK;
}

static inline void nowhere_set_waker(void *self, struct postage_waker *waker)
{
    ((struct nowhere *)self)->waker = waker;
}

static const struct postage_source_ops nowhere_ops = { .size = sizeof(struct postage_source_ops),
                                                       .read = nowhere_read,
                                                       .set_waker = nowhere_set_waker };

/* --- uploads of it --- */

struct job {
    struct nowhere nowhere;
    struct postage_source source;
};

struct jobs {
    struct postage_client *client;
    size_t stored;
    size_t held;
};

static inline void jobs_run(struct jobs *jobs)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    if (postage_client_run(jobs->client, 10000, &err) != POSTAGE_OK)
        objects_fail(err.message);
}

static inline void jobs_on_done(void *context, const struct postage_result *result)
{
    struct jobs *jobs = context;

    if (result->object_state != POSTAGE_OBJECT_STORED)
        objects_fail(result->error->message);
    jobs->stored++;
}

static inline void jobs_submit(struct jobs *jobs, struct job *job, const struct postage_form *form, uint64_t bytes,
                               uint64_t hold_at)
{
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;

    job->nowhere = (struct nowhere){ .left = bytes, .hold_at = hold_at, .held_count = &jobs->held };
    job->source = (struct postage_source){ &nowhere_ops, &job->nowhere };
    options.form = form;
    options.source = &job->source;
    options.length_given = true;
    options.length = bytes;
    options.digest = POSTAGE_DIGEST_CRC64NVME;     /* MD5 of the largest would take minutes */
    options.connect_timeout_ms = POSTAGE_NO_LIMIT; /* many handshakes at once wait for each other */
    options.context = jobs;
    options.on_done = jobs_on_done;
    if (postage_client_submit(jobs->client, &options, NULL, &err) != POSTAGE_OK)
        objects_fail(err.message);
}

/* In waves, as a server's queue of new connections is short. @param forms one each, or `form_step` 0: the same for all. */
static inline void jobs_hold(struct jobs *jobs, struct job *all, size_t count, struct postage_form *const *forms,
                             size_t form_step)
{
    for (size_t i = 0; i < count; i++) {
        jobs_submit(jobs, &all[i], forms[i * form_step], HELD_BYTES, HELD_BYTES - HELD_AFTER_BYTES);
        while ((i + 1 == count || (i + 1) % HELD_WAVE == 0) && jobs->held < i + 1)
            jobs_run(jobs);
    }
}

static inline void jobs_let_go(struct jobs *jobs, struct job *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        all[i].nowhere.hold_at = 0;
        all[i].nowhere.waker->wake(all[i].nowhere.waker);
    }
    while (postage_client_pending(jobs->client) > 0)
        jobs_run(jobs);
}

/* --- descriptors --- */

static inline void raise_descriptors(size_t connections)
{
    struct rlimit files;

    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_max >= connections + DESCRIPTORS_BESIDE)
        return;
    fprintf(stderr, "objects: %zu connections need %zu descriptors; the limit is %llu (ulimit -Hn)\n", connections,
            connections + DESCRIPTORS_BESIDE, (unsigned long long)files.rlim_max);
    exit(1);
}

/* How many sockets of this process have a peer: what is kept open is asked of the system, not of the client. */
static inline size_t open_connections(void)
{
    struct rlimit files;
    size_t found = 0;

    getrlimit(RLIMIT_NOFILE, &files);
    for (int fd = 0; fd < (int)files.rlim_cur; fd++) {
        struct sockaddr_storage peer;
        socklen_t length = sizeof peer;

        found += getpeername(fd, (struct sockaddr *)&peer, &length) == 0 && peer.ss_family == AF_INET ? 1 : 0;
    }
    return found;
}

#endif
