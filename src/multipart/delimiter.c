/*
 * The search of Boyer, Moore and Horspool, with windows of four bytes where they look at one.
 *
 * What is searched for begins with LF, so that it is also found without its CR: n bytes. Each place where it could stand covers
 * n - 3 windows; so in content that is looked at every n - 3 bytes, one look falls into it. A look asks a table whether the
 * delimiter has such a window at all. Nearly always it has not, and n - 3 places are done with. Otherwise the lines that begin
 * at these places are compared.
 *
 * Four bytes, because two or one are often in the delimiter by chance; a table of 8192, because a window that shares its entry
 * costs as much as one that is there. Some delimiters begin with a run of dashes, and so do lines in texts: windows of one byte
 * alone, and all before them, are left out, which makes the stride shorter instead.
 *
 * No input makes it slow by more than a factor: the places done with do not overlap, and since LF is the delimiter's first byte
 * and no other, nor do the stretches that agree with it (test_delimiter.c counts).
 */
#include "multipart/delimiter.h"

#include <string.h>

#define WINDOW sizeof(uint32_t)
#define LEAP   4 /* looks with one branch for all, where that many fit */

/* Multiplicative hashing (Knuth, TAOCP 3, 6.4): 2^32 divided by the golden ratio, the high bits count. */
static inline size_t window_hash(const void *bytes)
{
    uint32_t word;

    memcpy(&word, bytes, WINDOW);
    return word * UINT32_C(2654435769) >> (32 - DELIMITER_WINDOW_BITS);
}

static bool is_run(const char *window)
{
    return memcmp(window, window + 1, WINDOW - 1) == 0;
}

void delimiter_set(struct delimiter *delimiter, struct slice boundary)
{
    memcpy(delimiter->text, "\r\n--", DELIMITER_BOUNDARY);
    memcpy(delimiter->text + DELIMITER_BOUNDARY, boundary.ptr, boundary.len);
    delimiter->len = DELIMITER_BOUNDARY + boundary.len;
    for (size_t at = delimiter->len - WINDOW; at >= DELIMITER_LF && !is_run(delimiter->text + at); at--) {
        delimiter->windows[window_hash(delimiter->text + at)] = 1;
        delimiter->stride++;
    }
}

/* Looks at every line that begins before `stop`. */
static const uint8_t *find_line(const struct delimiter *delimiter, const uint8_t *at, const uint8_t *stop, const uint8_t *end)
{
    const size_t line_len = delimiter->len - DELIMITER_DASHES;
    const uint8_t *lf;

    while (at < stop && (lf = memchr(at, '\n', (size_t)(stop - at))) != NULL) {
        size_t there = (size_t)(end - lf) - 1;
        size_t len = there < line_len ? there : line_len;

        at = lf + 1;
        if (len == 0 || (*at == '-' && memcmp(at, delimiter->text + DELIMITER_DASHES, len) == 0))
            return lf;
    }
    return NULL;
}

static inline unsigned has_window(const struct delimiter *delimiter, const uint8_t *at)
{
    return delimiter->windows[window_hash(at)];
}

/* Whether one of LEAP looks finds something; LEAP is the number of them here. */
static inline bool leap_finds(const struct delimiter *delimiter, const uint8_t *at, size_t stride)
{
    return (has_window(delimiter, at) | has_window(delimiter, at + stride) | has_window(delimiter, at + 2 * stride) |
            has_window(delimiter, at + 3 * stride)) != 0;
}

/* One look after the other; the first is at the last window that a delimiter beginning at `at` has. */
static const uint8_t *look(const struct delimiter *delimiter, const uint8_t *at, size_t looks, const uint8_t *end)
{
    const uint8_t *lf;

    for (; looks > 0; looks--, at += delimiter->stride)
        if (has_window(delimiter, at + delimiter->len - DELIMITER_LF - WINDOW) &&
            (lf = find_line(delimiter, at, at + delimiter->stride, end)) != NULL)
            return lf;
    return NULL;
}

const uint8_t *delimiter_find(const struct delimiter *delimiter, const uint8_t *at, const uint8_t *end)
{
    const size_t line = delimiter->len - DELIMITER_LF, stride = delimiter->stride, leap = LEAP * stride;
    const uint8_t *lf;

    if (stride == 0)
        return find_line(delimiter, at, end, end);
    for (; (size_t)(end - at) >= line + leap; at += leap)
        if (leap_finds(delimiter, at + line - WINDOW, stride) && (lf = look(delimiter, at, LEAP, end)) != NULL)
            return lf;
    for (; (size_t)(end - at) >= line; at += stride)
        if ((lf = look(delimiter, at, 1, end)) != NULL)
            return lf;
    return find_line(delimiter, at, end, end);
}
