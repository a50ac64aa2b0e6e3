/* Moments at which something is to be done, in a heap: the first is known at once, and changing one costs the logarithm. */
#ifndef POSTAGE_HTTP_TIMERS_H
#define POSTAGE_HTTP_TIMERS_H

#include "base/mem.h"
#include "postage/status.h"

/* Part of what it reminds of; all zero: not set. */
struct timer {
    int64_t due_ms;
    size_t place; /* in the heap, plus 1; 0: not set */
    void *owner;
    void (*expired)(void *owner, int64_t now_ms); /* may set any timer, and end the owner */
};

struct timers {
    struct postage_allocator alloc;
    struct timer **heap;
    size_t count;
    size_t cap;
};

void timers_init(struct timers *timers, const struct postage_allocator *alloc);
void timers_clear(struct timers *timers);

/* Room for so many in all: setting one of them cannot fail afterwards. @return POSTAGE_OK or ERR_NOMEM. */
enum postage_status timers_reserve(struct timers *timers, size_t count);

/* INT64_MAX: not at all. */
void timers_set(struct timers *timers, struct timer *timer, int64_t due_ms);

struct timer *timers_first(const struct timers *timers); /* NULL: none is set */

#endif
