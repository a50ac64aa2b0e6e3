/* Sums of numbers that callers choose: they stop at the ends of the type instead of running over. */
#ifndef POSTAGE_BASE_SATURATE_H
#define POSTAGE_BASE_SATURATE_H

#include <stdint.h>

static inline int64_t saturating_add(int64_t a, int64_t b)
{
    if (b > 0 && a > INT64_MAX - b)
        return INT64_MAX;
    if (b < 0 && a < INT64_MIN - b)
        return INT64_MIN;
    return a + b;
}

#endif
