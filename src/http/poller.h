/*
 * Descriptors that are watched and for whom, and what poll(2) wants to know of them. A descriptor is found through an index,
 * not by search.
 */
#ifndef POSTAGE_HTTP_POLLER_H
#define POSTAGE_HTTP_POLLER_H

#include <poll.h>

#include "base/mem.h"
#include "postage/status.h"

struct poller_slot {
    size_t place; /* in `entries`, plus 1; 0: not watched */
    void *owner;
};

struct poller {
    struct postage_allocator alloc;
    struct pollfd *entries;
    size_t count;
    size_t cap;
    struct poller_slot *slots; /* by descriptor */
    size_t slot_count;
};

void poller_init(struct poller *poller, const struct postage_allocator *alloc);
void poller_clear(struct poller *poller);

/* Watches `descriptor` for this; neither readable nor writable: no more. Order of entries may change. ERR_NOMEM: unchanged. */
enum postage_status poller_set(struct poller *poller, int descriptor, bool readable, bool writable, void *owner);

void *poller_owner(const struct poller *poller, int descriptor); /* NULL: not watched, or without an owner */
void poller_forget(struct poller *poller,
                   const void *owner); /* it is about to be freed; what it watched stays watched, without an owner */

#endif
