/* What a counting allocator has seen, as a value for assertions. */
#ifndef POSTAGE_TESTS_COUNTERS_H
#define POSTAGE_TESTS_COUNTERS_H

#include "postage/allocator.h"

static inline struct postage_allocation_counters counters_of(const struct postage_counting_allocator *counting)
{
    struct postage_allocation_counters counters = POSTAGE_ALLOCATION_COUNTERS_INIT;

    postage_counting_allocator_read(counting, &counters);
    return counters;
}

#endif
