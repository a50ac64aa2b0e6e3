/*
 * A growing byte buffer that is born with its ceiling.
 *
 * Appending past the ceiling or out of memory makes the buffer fail; a failed buffer ignores further appends, so a series of
 * them is checked once, at the end, with `buf_status`. The bytes are kept NUL-terminated.
 */
#ifndef POSTAGE_BASE_BUF_H
#define POSTAGE_BASE_BUF_H

#include "base/arena.h"
#include "base/mem.h"
#include "base/slice.h"
#include "postage/status.h"

struct buf {
    struct postage_allocator alloc;
    char *ptr; /* NULL until the first append */
    size_t len;
    size_t cap;                 /* bytes of storage, at most max + 1 */
    size_t max;                 /* ceiling in bytes, without the NUL */
    enum postage_status status; /* POSTAGE_OK, ERR_NOMEM or ERR_LIMIT */
};

void buf_init(struct buf *buf, const struct postage_allocator *alloc, size_t max);
void buf_clear(struct buf *buf); /* wipes and frees; the buffer can be used again */
void buf_reset(struct buf *buf); /* empties, keeps the storage, forgives a failure */

/* Cuts back to `len` bytes, of at least as many, and forgives a failure. */
void buf_cut(struct buf *buf, size_t len);

/* Moves what stands from `from` to the end to `at`, which is not after it: before what stood there. */
void buf_bring_forward(struct buf *buf, size_t at, size_t from);

void buf_add_u64(struct buf *buf, uint64_t number);
void buf_add_i64(struct buf *buf, int64_t number);
void buf_printf(struct buf *buf, const char *format, ...) POSTAGE_PRINTF(2, 3);

/* The rest of `buf_room`, when the storage is too small or the buffer failed. */
char *buf_grow(struct buf *buf, size_t len);

/*
 * Makes room for `len` bytes and returns where to write them, or NULL; call `buf_wrote` with how many were.
 * Inline, as are the plain appends: a policy is written in some hundred of them (a quarter of the time of building one).
 */
static inline char *buf_room(struct buf *buf, size_t len)
{
    /* The storage never exceeds the ceiling, so what fits the one is under the other. */
    return buf->status == POSTAGE_OK && len < buf->cap - buf->len ? buf->ptr + buf->len : buf_grow(buf, len);
}

static inline void buf_wrote(struct buf *buf, size_t len)
{
    buf->len += len;
    buf->ptr[buf->len] = '\0';
}

static inline void buf_add(struct buf *buf, const void *bytes, size_t len)
{
    char *room = buf_room(buf, len);

    if (room == NULL)
        return;
    if (len > 0)
        memcpy(room, bytes, len);
    buf_wrote(buf, len);
}

static inline void buf_add_slice(struct buf *buf, struct slice slice)
{
    buf_add(buf, slice.ptr, slice.len);
}

static inline void buf_add_text(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

static inline void buf_add_char(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

static inline enum postage_status buf_status(const struct buf *buf)
{
    return buf->status;
}

static inline struct slice buf_slice(const struct buf *buf)
{
    return (struct slice){ buf->ptr != NULL ? buf->ptr : "", buf->len };
}

/* The text itself, never NULL; valid until the next change. */
static inline const char *buf_text(const struct buf *buf)
{
    return buf->ptr != NULL ? buf->ptr : "";
}

/* Hands the NUL-terminated text over and leaves the buffer empty; NULL if it failed or memory ran out. */
char *buf_take(struct buf *buf);

/* Moves the text into the arena and clears the buffer. @return the buffer's failure or ERR_NOMEM, `*text` then without `ptr`.
 */
enum postage_status buf_move(struct buf *buf, struct arena *arena, struct slice *text);

#endif
