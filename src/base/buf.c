#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { BUF_FIRST_BYTES = 256 };

void buf_init(struct buf *buf, const struct postage_allocator *alloc, size_t max)
{
    *buf = (struct buf){ .alloc = mem_allocator(alloc), .max = max };
}

void buf_clear(struct buf *buf)
{
    mem_wipe_free(&buf->alloc, buf->ptr, buf->cap);
    *buf = (struct buf){ .alloc = buf->alloc, .max = buf->max };
}

void buf_cut(struct buf *buf, size_t len)
{
    buf->len = len;
    buf->status = POSTAGE_OK;
    if (buf->ptr != NULL)
        buf->ptr[len] = '\0';
}

static void reverse(char *bytes, size_t len)
{
    for (size_t i = 0; i < len / 2; i++) {
        char c = bytes[i];

        bytes[i] = bytes[len - 1 - i];
        bytes[len - 1 - i] = c;
    }
}

/* Both parts turned around, then the whole: in place, so that nothing can fail. */
void buf_bring_forward(struct buf *buf, size_t at, size_t from)
{
    if (at == from || from == buf->len)
        return;
    reverse(buf->ptr + at, from - at);
    reverse(buf->ptr + from, buf->len - from);
    reverse(buf->ptr + at, buf->len - at);
}

void buf_reset(struct buf *buf)
{
    buf_cut(buf, 0);
}

/* Doubling copies by hand instead of realloc, so that outgrown bytes, which may be a policy or a token, are wiped. */
static bool enlarge(struct buf *buf, size_t need)
{
    size_t cap = buf->cap > 0 ? buf->cap : BUF_FIRST_BYTES;
    char *fresh;

    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    if (cap - 1 > buf->max)
        cap = buf->max + 1;
    fresh = buf->alloc.allocate(buf->alloc.context, cap);
    if (fresh == NULL) {
        buf->status = POSTAGE_ERR_NOMEM;
        return false;
    }
    if (buf->ptr != NULL)
        memcpy(fresh, buf->ptr, buf->len);
    mem_wipe_free(&buf->alloc, buf->ptr, buf->cap);
    buf->ptr = fresh;
    buf->ptr[buf->len] = '\0';
    buf->cap = cap;
    return true;
}

char *buf_grow(struct buf *buf, size_t len)
{
    if (buf->status != POSTAGE_OK)
        return NULL;
    if (len > buf->max || buf->len > buf->max - len) {
        buf->status = POSTAGE_ERR_LIMIT;
        return NULL;
    }
    if (buf->len + len + 1 > buf->cap && !enlarge(buf, buf->len + len + 1))
        return NULL;
    return buf->ptr + buf->len;
}

void buf_add_u64(struct buf *buf, uint64_t number)
{
    char digits[20];

    buf_add_slice(buf, text_decimal(number, digits));
}

void buf_add_i64(struct buf *buf, int64_t number)
{
    if (number < 0)
        buf_add_char(buf, '-');
    buf_add_u64(buf, number < 0 ? (uint64_t)0 - (uint64_t)number : (uint64_t)number);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    char *room;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        buf->status = POSTAGE_ERR_INVALID;
        return;
    }
    room = buf_room(buf, (size_t)len);
    if (room == NULL)
        return;
    va_start(args, format);
    vsnprintf(room, (size_t)len + 1, format, args);
    va_end(args);
    buf_wrote(buf, (size_t)len);
}

char *buf_take(struct buf *buf)
{
    char *text;

    if (buf_room(buf, 0) == NULL)
        return NULL;
    text = buf->ptr;
    *buf = (struct buf){ .alloc = buf->alloc, .max = buf->max };
    return text;
}

enum postage_status buf_move(struct buf *buf, struct arena *arena, struct slice *text)
{
    enum postage_status status = buf_status(buf);

    *text = (struct slice){ NULL, 0 };
    if (status == POSTAGE_OK)
        *text = (struct slice){ arena_copy(arena, buf_slice(buf)), buf->len };
    buf_clear(buf);
    return status == POSTAGE_OK && text->ptr == NULL ? POSTAGE_ERR_NOMEM : status;
}
