/*
 * The body of a reply in chunks (RFC 9112 7.1): a size line, so many bytes, a line end, and again; a size of 0 ends it. Pure:
 * it is given bytes and says which of them are data.
 */
#ifndef POSTAGE_HTTP_CHUNKS_H
#define POSTAGE_HTTP_CHUNKS_H

#include <stdint.h>

#include "base/slice.h"

#define CHUNK_LINE_MAX_BYTES 1024 /* a size with its extensions, which nobody uses */

enum chunks_state {
    CHUNKS_SIZE,
    CHUNKS_SIZE_BLANK,
    CHUNKS_EXTENSION,
    CHUNKS_SIZE_LF,
    CHUNKS_DATA,
    CHUNKS_DATA_CR,
    CHUNKS_DATA_LF,
    CHUNKS_LAST /* the size was 0: trailers follow, which are header lines */
};

/* All zero: before the first byte. */
struct chunks {
    enum chunks_state state;
    uint64_t left; /* of the current chunk */
    size_t line_bytes;
    bool has_digit;
    const char *fault; /* the rule that was broken; NULL: none */
};

/*
 * Takes bytes, up to the end of a piece of data, to CHUNKS_LAST or to a fault. `data` is what among them belongs to the body;
 * may be empty. @return how many were taken.
 */
size_t chunks_take(struct chunks *chunks, struct slice bytes, struct slice *data);

#endif
