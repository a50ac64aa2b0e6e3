/*
 * Memory that is freed, and wiped, all at once: the texts of a policy or a form.
 *
 * Allocations never move. A failed allocation returns NULL and leaves the arena usable.
 */
#ifndef POSTAGE_BASE_ARENA_H
#define POSTAGE_BASE_ARENA_H

#include "base/mem.h"
#include "base/slice.h"

struct arena_chunk;

struct arena {
    struct postage_allocator alloc;
    struct arena_chunk *chunks; /* newest first */
    size_t next_bytes;          /* size of the next chunk */
};

/* `first_bytes`: what the first chunk should hold; later ones double. Nothing is allocated yet. */
void arena_init(struct arena *arena, const struct postage_allocator *alloc, size_t first_bytes);
void arena_clear(struct arena *arena);

/* `bytes` zeroed bytes, aligned for anything, or NULL. */
void *arena_alloc(struct arena *arena, size_t bytes);

/* A NUL-terminated copy, or NULL. */
char *arena_copy(struct arena *arena, struct slice text);

/* `count` elements of `bytes` each, zeroed, or NULL, also when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t bytes);

#endif
