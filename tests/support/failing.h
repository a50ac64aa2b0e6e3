/*
 * An allocator whose n-th call fails, and what every test of memory does with it: fail_each_allocation runs a scenario with its
 * first allocation failing, then with its second, until one run has them all.
 */
#ifndef POSTAGE_TESTS_SUPPORT_FAILING_H
#define POSTAGE_TESTS_SUPPORT_FAILING_H

#include "support/counters.h"
#include "support/test.h"

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

/* A function that makes something leaves NULL behind when it fails. */
#define assert_made(status, out) assert_true(((status) == POSTAGE_OK) == ((out) != NULL))

/*
 * What is tried. Allocates with `alloc` alone, releases all of it, and answers the first status that is not OK, with `err` as
 * the function left it; where a function takes no error, the scenario sets `err->code`. Asks assert_made of what is made.
 */
typedef enum postage_status failing_scenario(void *context, const struct postage_allocator *alloc, struct postage_error *err);

enum failing_outcome {
    FAILING_IS_TOLD,        /* each allocation that fails makes the scenario answer ERR_NOMEM */
    FAILING_MAY_BE_SURVIVED /* or it does without: what is asked for ahead of need, for example */
};

/*
 * @return how many allocations the scenario makes when all succeed. Each other run leaked nothing and answered ERR_NOMEM, with
 * the same in its error; the last answered OK.
 */
static inline size_t fail_each_allocation(failing_scenario *scenario, void *context, enum failing_outcome outcome)
{
    for (size_t n = 1; n < 10000; n++) {
        struct postage_counting_allocator *counting;
        struct failing failing = { .fail_at = n };
        struct postage_allocator alloc = failing_allocator(&failing);
        struct postage_error err = POSTAGE_ERROR_INIT;
        enum postage_status status;
        bool failed;

        assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
        failing.parent = postage_counting_allocator_use(counting);
        status = scenario(context, &alloc, &err);
        failed = failing.calls >= n;
        if (status != (failed ? POSTAGE_ERR_NOMEM : POSTAGE_OK) &&
            !(outcome == FAILING_MAY_BE_SURVIVED && status == POSTAGE_OK))
            fail_msg("allocation %zu %s: %s: %s", n, failed ? "failed" : "and all others succeeded",
                     postage_status_name(status), err.message);
        assert_int_equal(err.code, status);
        assert_int_equal(counters_of(counting).live_blocks, 0);
        postage_counting_allocator_free(counting);
        if (!failed)
            return failing.calls;
    }
    fail_msg("the scenario allocates without end");
    return 0;
}

#endif
