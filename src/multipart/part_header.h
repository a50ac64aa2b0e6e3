/* One part's header: its lines as they come, and what they say about the part. */
#ifndef POSTAGE_MULTIPART_PART_HEADER_H
#define POSTAGE_MULTIPART_PART_HEADER_H

#include "base/slice.h"
#include "postage/reader.h"

struct part_header {
    char *bytes; /* the lines with their line ends, one after another; texts are ended with NUL in place */
    size_t len;
    size_t cap;
    size_t line_start; /* of the line that is being filled */
    size_t count;
    struct slice names[POSTAGE_PART_HEADERS_MAX]; /* of the lines so far: none may come twice */
    struct postage_part part;
};

/* Forgets the last part. `bytes` and `cap` stay. */
void part_header_reset(struct part_header *header);

/*
 * Takes the line from `line_start` up to the CR and LF at the end of `bytes`, and begins the next line after it.
 * @return NULL, or what is wrong with the line. The caller has seen to it that `count` is below the maximum.
 */
const char *part_header_take_line(struct part_header *header);

/* Says that the empty line has come. @return NULL, or what is missing. */
const char *part_header_finish(struct part_header *header);

#endif
