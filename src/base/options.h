/* Options structs grow at their end; a caller compiled against an older header passes a shorter one. */
#ifndef POSTAGE_BASE_OPTIONS_H
#define POSTAGE_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * Copies what the caller's struct has into ours, which is zeroed otherwise. The first member of both is `size_t size`.
 * False: the caller's size was not set, so nothing in it can be trusted.
 */
static inline bool options_take(void *ours, size_t our_size, const void *theirs)
{
    size_t size;

    memset(ours, 0, our_size);
    memcpy(&size, theirs, sizeof size);
    if (size < sizeof size)
        return false;
    memcpy(ours, theirs, size < our_size ? size : our_size);
    return true;
}

/* For the message when it was not. */
#define OPTIONS_SIZE_MISSING "the options' size is not set: start from the _OPTIONS_INIT macro"

#endif
