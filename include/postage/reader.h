/**
 * @file
 * A strict, streaming reader of multipart/form-data, for upload servers.
 *
 * Push: bytes go in as they arrive, in pieces of any size; events come out through callbacks. File bytes are handed on, never
 * stored; everything else is bounded. It accepts what RFC 7578 and browsers send and refuses what lets two readers see two
 * different forms: bytes before the first or after the last boundary, bare CR or LF as line ends, folded or unbounded
 * headers, repeated or unknown part headers that change the meaning, `filename*`, a missing final boundary, NUL in a name.
 *
 * The verdict does not depend on how the bytes were cut into pieces. A refusal is final and comes on the byte that decides it.
 * Rules: RFC 2046 5.1.1, RFC 7578 4, RFC 6266 4.1 (quoted strings).
 */
#ifndef POSTAGE_READER_H
#define POSTAGE_READER_H

#include "postage/allocator.h"
#include "postage/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The header of one part, valid during the callback that gets it. Escapes `%22`, `%0D`, `%0A` are left as sent. */
struct postage_part {
    const char *name;         /**< never empty */
    const char *file_name;    /**< NULL: the part has no filename parameter; "" is a filename */
    const char *content_type; /**< NULL: none */
};

/** What to do with the parts, and the limits; 0 takes the default named. */
struct postage_reader_options {
    size_t size; /**< set by the INIT macro */
    void *context;
    /** A part's header is complete. Return below zero to refuse the form: the reader then fails with that status. May be NULL. */
    enum postage_status (*on_part)(void *context, const struct postage_part *part, struct postage_error *err);
    /** The next bytes of that part's content: length is at least 1. May be NULL. */
    enum postage_status (*on_data)(void *context, const uint8_t *data, size_t length, struct postage_error *err);
    /** That part's content is complete. May be NULL. */
    enum postage_status (*on_part_end)(void *context, struct postage_error *err);
    size_t max_part_header_bytes; /**< all header lines of one part; default 8192 */
    size_t max_parts;             /**< default 1000 */
    uint64_t max_field_bytes;     /**< content of one part without filename; default 1 MiB */
    uint64_t max_file_bytes;      /**< content of one part with filename; default: no limit but the total */
    uint64_t max_pre_file_bytes;  /**< everything up to the end of the first file part's header; default: no limit */
    uint64_t max_total_bytes;     /**< the whole body; default 5 GiB + 1 MiB */
};
#define POSTAGE_READER_OPTIONS_INIT { .size = sizeof(struct postage_reader_options) }

struct postage_reader;

/**
 * Makes a reader for one body.
 *
 * @param content_type  the request's Content-Type, for example `multipart/form-data; boundary=abc`; the media type is compared
 *                      ignoring case; the boundary may be quoted, 1 to 70 characters of RFC 2046's set.
 * @return POSTAGE_OK, ERR_SYNTAX (not multipart/form-data, or no usable boundary), ERR_NOMEM.
 */
POSTAGE_API enum postage_status postage_reader_new(struct postage_reader **out, const char *content_type,
                                                   const struct postage_reader_options *options,
                                                   const struct postage_allocator *alloc, struct postage_error *err);

/** Releases the reader; `reader` may be NULL. */
POSTAGE_API void postage_reader_free(struct postage_reader *reader);

/**
 * Takes the next bytes of the body.
 *
 * @param data  `length` readable bytes; may be NULL when `length` is 0.
 * @return POSTAGE_OK           all were consumed.
 *         POSTAGE_ERR_SYNTAX   refused; the message says what was found and at which offset of the body.
 *         POSTAGE_ERR_LIMIT    a limit was passed, found on the first byte after it; the message names the limit.
 *         another error        a callback refused.
 * Errors are sticky: further calls repeat the status and look at nothing.
 * Allocates nothing after `postage_reader_new`.
 */
POSTAGE_API enum postage_status postage_reader_feed(struct postage_reader *reader, const void *data, size_t length,
                                                    struct postage_error *err);

/** Says that the body has ended. @return POSTAGE_OK if the final boundary had arrived, else POSTAGE_ERR_SYNTAX. */
POSTAGE_API enum postage_status postage_reader_finish(struct postage_reader *reader, struct postage_error *err);

/** Bytes taken so far. */
POSTAGE_API uint64_t postage_reader_position(const struct postage_reader *reader);

#ifdef __cplusplus
}
#endif

#endif
