/* What stands between parts, CR LF - - boundary, and finding it in content at a fraction of a step per byte. */
#ifndef POSTAGE_MULTIPART_DELIMITER_H
#define POSTAGE_MULTIPART_DELIMITER_H

#include "base/slice.h"
#include "postage/body.h"

/* Where in the text its parts begin. */
enum { DELIMITER_CR = 0, DELIMITER_LF = 1, DELIMITER_DASHES = 2, DELIMITER_BOUNDARY = 4 };

#define DELIMITER_WINDOW_BITS 13

struct delimiter {
    char text[DELIMITER_BOUNDARY + POSTAGE_BOUNDARY_MAX];
    size_t len;
    size_t stride;                               /* bytes from one look at content to the next; 0: every line is looked at */
    uint8_t windows[1 << DELIMITER_WINDOW_BITS]; /* by hash of four bytes: 1 where the delimiter holds such */
};

/* `delimiter` has been zeroed. `boundary` has 1 to POSTAGE_BOUNDARY_MAX characters, neither CR nor LF among them. */
void delimiter_set(struct delimiter *delimiter, struct slice boundary);

/*
 * The first LF from `at` on after which the delimiter goes on up to its end or up to `end`; NULL: none. What stands before the
 * LF is not looked at. Takes time in proportion to end - at, whatever the bytes are.
 */
const uint8_t *delimiter_find(const struct delimiter *delimiter, const uint8_t *at, const uint8_t *end);

#endif
