#include "base/arena.h"

#include <stdint.h>

enum { ARENA_ALIGN = _Alignof(max_align_t) };

void arena_init(struct arena *arena, const struct postage_allocator *alloc, size_t first_bytes)
{
    *arena = (struct arena){ .alloc = mem_allocator(alloc), .next_bytes = first_bytes };
}

void arena_clear(struct arena *arena)
{
    while (arena->chunks != NULL) {
        struct arena_chunk *chunk = arena->chunks;

        arena->chunks = chunk->older;
        mem_wipe_free(&arena->alloc, chunk, sizeof *chunk + chunk->used);
    }
}

static struct arena_chunk *add_chunk(struct arena *arena, size_t need)
{
    size_t cap = arena->next_bytes > need ? arena->next_bytes : need;
    struct arena_chunk *chunk;

    if (cap > SIZE_MAX - sizeof *chunk)
        return NULL;
    chunk = arena->alloc.allocate(arena->alloc.context, sizeof *chunk + cap);
    if (chunk == NULL)
        return NULL;
    *chunk = (struct arena_chunk){ .older = arena->chunks, .cap = cap };
    arena->next_bytes = chunk->older != NULL && cap <= SIZE_MAX / 4 ? cap * 2 : cap;
    arena->chunks = chunk;
    return chunk;
}

/* `bytes` as they come, at a multiple of `align`, which is a power of two. */
static char *take(struct arena *arena, size_t bytes, size_t align)
{
    struct arena_chunk *chunk = arena->chunks;
    size_t start = chunk != NULL ? (chunk->used + align - 1) & ~(align - 1) : 0;

    if (chunk == NULL || start > chunk->cap || chunk->cap - start < bytes) {
        chunk = add_chunk(arena, bytes);
        start = 0;
    }
    if (chunk == NULL)
        return NULL;
    chunk->used = start + bytes;
    return (char *)chunk->bytes + start;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    void *block = take(arena, bytes, ARENA_ALIGN);

    return block != NULL ? memset(block, 0, bytes) : NULL;
}

void *arena_new(struct arena *arena, const struct postage_allocator *alloc, size_t object_bytes, size_t text_bytes)
{
    arena_init(arena, alloc, text_bytes <= SIZE_MAX - object_bytes ? object_bytes + text_bytes : SIZE_MAX);
    return arena_alloc(arena, object_bytes);
}

char *arena_grow_text(struct arena *arena, size_t len)
{
    char *text = len < SIZE_MAX ? take(arena, len + 1, 1) : NULL;

    if (text != NULL)
        text[len] = '\0';
    return text;
}

struct slice arena_join(struct arena *arena, const struct slice *texts, size_t count)
{
    struct slice joined = { NULL, 0 };
    char *at;

    for (size_t i = 0; i < count; i++)
        joined.len = texts[i].len < SIZE_MAX - joined.len ? joined.len + texts[i].len : SIZE_MAX;
    joined.ptr = at = arena_text(arena, joined.len);
    for (size_t i = 0; at != NULL && i < count; i++)
        at = slice_put(at, texts[i]);
    return joined;
}

void *arena_array(struct arena *arena, size_t count, size_t bytes)
{
    return bytes > 0 && count > SIZE_MAX / bytes ? NULL : arena_alloc(arena, count * bytes);
}
