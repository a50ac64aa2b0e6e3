/* Allocation through a caller's allocator. Blocks arrive zeroed, so that a half-built object is safe to free. */
#ifndef POSTAGE_BASE_MEM_H
#define POSTAGE_BASE_MEM_H

#include "postage/allocator.h"

/* The allocator to keep in an object: a copy of `alloc`, or of malloc's when it is NULL. One that cannot be taken has no
 * memory. */
struct postage_allocator mem_allocator(const struct postage_allocator *alloc);

/* `bytes` zeroed bytes, or NULL. `bytes` of 0 gives a block of 1. */
void *mem_alloc(const struct postage_allocator *alloc, size_t bytes);

/* A NUL-terminated copy of `length` bytes, or NULL. */
char *mem_copy_text(const struct postage_allocator *alloc, const char *text, size_t length);

void mem_free(const struct postage_allocator *alloc, void *block);

/* Overwrites with zeros in a way the compiler keeps. */
void mem_wipe(void *block, size_t bytes);

/* Wipes, then frees. `block` may be NULL. */
void mem_wipe_free(const struct postage_allocator *alloc, void *block, size_t bytes);

#endif
