/*
 * Descriptors that are watched, for what and for whom. epoll(7) waits for them, or poll(2) where there is none; a caller with a
 * loop of its own is told what to watch instead.
 */
#ifndef POSTAGE_HTTP_POLLER_H
#define POSTAGE_HTTP_POLLER_H

#include "base/mem.h"
#include "postage/status.h"

struct poller_event {
    int descriptor;
    bool readable; /* or failed */
    bool writable;
};

/* For whom a descriptor is watched. It is told what came; it may change what is watched, and end itself. */
struct watcher {
    enum postage_status (*ready)(struct watcher *watcher, const struct poller_event *event, struct postage_error *err);
};

/* Of one descriptor. */
struct poller_slot {
    bool readable; /* what is waited for */
    bool writable;
    struct watcher *watcher;
};

enum { POLLER_EVENTS = 256 };

struct poller {
    struct postage_allocator alloc;
    int epoll;                 /* -1: poll is used */
    struct poller_slot *slots; /* by descriptor */
    size_t slot_count;
    size_t watched;
    /* A caller's loop; NULL: none. */
    void (*watch)(void *context, int descriptor, bool readable, bool writable);
    void *context;
};

enum postage_status poller_open(struct poller *poller, const struct postage_allocator *alloc, struct postage_error *err);
void poller_close(struct poller *poller);

/* Watches `descriptor` for this; neither readable nor writable: no more. ERR_NOMEM, ERR_SYSTEM: as before. */
enum postage_status poller_set(struct poller *poller, int descriptor, bool readable, bool writable, struct watcher *watcher);

struct watcher *poller_watcher(const struct poller *poller, int descriptor); /* NULL: not watched */

/* Waits; -1: without limit. @return how many `events` there are, 0 also when a signal came; -1: errno says why not. */
int poller_wait(struct poller *poller, int timeout_ms, struct poller_event events[POLLER_EVENTS]);

#endif
