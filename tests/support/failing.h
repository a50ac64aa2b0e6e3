/*
 * An allocator whose n-th call fails. Over a counting allocator it proves that a failure in any place leaks nothing:
 *
 *     for (size_t n = 1;; n++) {
 *         struct failing failing = { .parent = postage_counting_allocator_use(counting), .fail_at = n };
 *         struct postage_allocator alloc = failing_allocator(&failing);
 *         status = thing_new(&thing, &alloc);
 *         if (status == POSTAGE_OK) break;            // n is now one more than there are calls
 *         // POSTAGE_ERR_NOMEM, and no live block
 *     }
 */
#ifndef POSTAGE_TESTS_SUPPORT_FAILING_H
#define POSTAGE_TESTS_SUPPORT_FAILING_H

#include "postage/allocator.h"

struct failing {
    const struct postage_allocator *parent;
    size_t fail_at; /* from 1; 0: never */
    size_t calls;
};

static inline void *failing_allocate(void *context, size_t bytes)
{
    struct failing *failing = context;

    if (++failing->calls == failing->fail_at)
        return NULL;
    return failing->parent->allocate(failing->parent->context, bytes);
}

static inline void *failing_reallocate(void *context, void *block, size_t bytes)
{
    struct failing *failing = context;

    if (++failing->calls == failing->fail_at)
        return NULL;
    return failing->parent->reallocate(failing->parent->context, block, bytes);
}

static inline void failing_release(void *context, void *block)
{
    struct failing *failing = context;

    failing->parent->release(failing->parent->context, block);
}

static inline struct postage_allocator failing_allocator(struct failing *failing)
{
    return (struct postage_allocator)POSTAGE_ALLOCATOR_INIT(failing_allocate, failing_reallocate, failing_release, failing);
}

#endif
