#include "http/chunks.h"

#include "base/text.h"

static bool refuse(struct chunks *chunks, const char *fault)
{
    chunks->fault = fault;
    return false;
}

static bool take_digit(struct chunks *chunks, char c)
{
    int digit = text_hex_digit(c);

    if (digit < 0)
        return refuse(chunks, "a chunk size that is not hexadecimal");
    if (chunks->left > UINT64_MAX >> 4)
        return refuse(chunks, "a chunk size over 64 bits");
    chunks->left = chunks->left << 4 | (uint64_t)digit;
    chunks->has_digit = true;
    return true;
}

/* RFC 9112 7.1.1: blanks (BWS), an extension or the line end. What else stands behind a blank may be the rest of another size.
 */
static bool take_behind_size(struct chunks *chunks, char c)
{
    if (c == '\r')
        chunks->state = CHUNKS_SIZE_LF;
    else if (c == ';')
        chunks->state = CHUNKS_EXTENSION;
    else if (c == ' ' || c == '\t')
        chunks->state = CHUNKS_SIZE_BLANK;
    else
        return refuse(chunks, "neither an extension nor a line end behind a chunk size");
    return true;
}

static bool take_size(struct chunks *chunks, char c)
{
    bool ends = c == '\r' || c == ';' || c == ' ' || c == '\t';

    return ends && chunks->has_digit ? take_behind_size(chunks, c) : take_digit(chunks, c);
}

static bool take_extension(struct chunks *chunks, char c)
{
    if (c == '\r')
        chunks->state = CHUNKS_SIZE_LF;
    else if (((unsigned char)c < 0x20 && c != '\t') || c == 0x7F)
        return refuse(chunks, "a control character in a chunk extension");
    return true;
}

static bool take_size_end(struct chunks *chunks, char c)
{
    if (c != '\n')
        return refuse(chunks, "CR without LF behind a chunk size");
    chunks->state = chunks->left > 0 ? CHUNKS_DATA : CHUNKS_LAST;
    chunks->line_bytes = 0;
    chunks->has_digit = false;
    return true;
}

static bool take_data_end(struct chunks *chunks, char c)
{
    if (c != (chunks->state == CHUNKS_DATA_CR ? '\r' : '\n'))
        return refuse(chunks, "a chunk that is longer than its size");
    chunks->state = chunks->state == CHUNKS_DATA_CR ? CHUNKS_DATA_LF : CHUNKS_SIZE;
    return true;
}

static bool take_byte(struct chunks *chunks, char c)
{
    static bool (*const takes[])(struct chunks * chunks, char c) = {
        [CHUNKS_SIZE] = take_size,
        [CHUNKS_SIZE_BLANK] = take_behind_size,
        [CHUNKS_EXTENSION] = take_extension,
        [CHUNKS_SIZE_LF] = take_size_end,
    };

    if (chunks->state == CHUNKS_DATA_CR || chunks->state == CHUNKS_DATA_LF)
        return take_data_end(chunks, c);
    if (++chunks->line_bytes > CHUNK_LINE_MAX_BYTES)
        return refuse(chunks, "a chunk's size line over " TEXT_OF_NUMBER(CHUNK_LINE_MAX_BYTES) " bytes");
    return takes[chunks->state](chunks, c);
}

size_t chunks_take(struct chunks *chunks, struct slice bytes, struct slice *data)
{
    size_t used = 0, length;

    *data = (struct slice){ bytes.ptr, 0 };
    while (used < bytes.len && chunks->state != CHUNKS_DATA && chunks->state != CHUNKS_LAST)
        if (!take_byte(chunks, bytes.ptr[used++]))
            return used;
    if (chunks->state != CHUNKS_DATA || used == bytes.len)
        return used;
    length = bytes.len - used < chunks->left ? bytes.len - used : (size_t)chunks->left;
    *data = (struct slice){ bytes.ptr + used, length };
    chunks->left -= length;
    if (chunks->left == 0)
        chunks->state = CHUNKS_DATA_CR;
    return used + length;
}
