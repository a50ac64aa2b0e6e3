/*
 * Memory that is freed, and wiped, all at once: the texts of a policy or a form.
 *
 * Allocations never move. A failed allocation returns NULL and leaves the arena usable.
 */
#ifndef POSTAGE_BASE_ARENA_H
#define POSTAGE_BASE_ARENA_H

#include "base/mem.h"
#include "base/slice.h"

struct arena_chunk {
    struct arena_chunk *older;
    size_t used;
    size_t cap;
    max_align_t bytes[];
};

struct arena {
    struct postage_allocator alloc;
    struct arena_chunk *chunks; /* newest first */
    size_t next_bytes;          /* size of the next chunk */
};

/* What malloc hands out quickly, with the chunk's own head: glibc keeps blocks of up to 1,032 bytes ready for each thread. */
enum { ARENA_QUICK_BYTES = 1000 };

/* `first_bytes`: what the first two chunks should hold each; later ones double. Nothing is allocated yet. */
void arena_init(struct arena *arena, const struct postage_allocator *alloc, size_t first_bytes);
void arena_clear(struct arena *arena);

/*
 * An object that lives in its own arena, zeroed, or NULL: `arena` then goes into it, and clearing a copy of that frees all at
 * once. `text_bytes`: what the first chunk should hold besides. One allocation, where the texts are not longer.
 */
void *arena_new(struct arena *arena, const struct postage_allocator *alloc, size_t object_bytes, size_t text_bytes);

/* `bytes` zeroed bytes, aligned for anything, or NULL. */
void *arena_alloc(struct arena *arena, size_t bytes);

/* The rest of `arena_text`, when the newest chunk is full. */
char *arena_grow_text(struct arena *arena, size_t len);

/*
 * Room for a text of `len` bytes, which the caller writes; the NUL is there. Or NULL. Inline, as is the copy: a form is made of
 * some dozen of them.
 */
static inline char *arena_text(struct arena *arena, size_t len)
{
    struct arena_chunk *chunk = arena->chunks;
    char *text;

    if (chunk == NULL || len >= chunk->cap - chunk->used)
        return arena_grow_text(arena, len);
    text = (char *)chunk->bytes + chunk->used;
    chunk->used += len + 1;
    text[len] = '\0';
    return text;
}

/* A NUL-terminated copy, or NULL. */
static inline char *arena_copy(struct arena *arena, struct slice text)
{
    char *copy = arena_text(arena, text.len);

    if (copy != NULL && text.len > 0)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

/* All of them one after the other, NUL-terminated; `ptr` NULL: out of memory. */
struct slice arena_join(struct arena *arena, const struct slice *texts, size_t count);

/* `count` elements of `bytes` each, zeroed, or NULL, also when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t bytes);

#endif
