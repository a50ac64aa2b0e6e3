/* A set of descriptors to poll(2), for a loop that waits by itself. A descriptor is found through an index, not by search. */
#ifndef POSTAGE_HTTP_POLLER_H
#define POSTAGE_HTTP_POLLER_H

#include <poll.h>

#include "base/mem.h"
#include "postage/status.h"

struct poller {
    struct postage_allocator alloc;
    struct pollfd *entries;
    size_t count;
    size_t cap;
    size_t *slots; /* by descriptor: its place in `entries` plus 1; 0: not watched */
    size_t slot_count;
};

void poller_init(struct poller *poller, const struct postage_allocator *alloc);
void poller_clear(struct poller *poller);

/* Watches `descriptor` for this; neither readable nor writable: no more. Order of entries may change. ERR_NOMEM: unchanged. */
enum postage_status poller_set(struct poller *poller, int descriptor, bool readable, bool writable);

#endif
