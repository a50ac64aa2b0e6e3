/**
 * @file
 * A strict, streaming reader of multipart/form-data, for upload servers.
 *
 * Push: bytes go in as they arrive, in pieces of any size; events come out through callbacks. File bytes are handed on, never
 * stored; everything else is bounded. It accepts what RFC 7578 and browsers send and refuses what lets two readers see two
 * different forms:
 *
 * - bytes before the first or after the last boundary, other than one CRLF at the very end; a missing final boundary;
 * - a boundary with more after it (`--abcX` where the boundary is `abc`), one that follows a bare LF or stands right after a
 *   part's header; more than 64 blanks after a boundary;
 * - in a part's header: bare CR or LF, folded lines, NUL and other control characters, invalid UTF-8, a header name twice;
 * - a part without Content-Disposition, one that is not `form-data`, without a name or with an empty one, with any parameter
 *   twice, and any parameter with a `*` (`filename*`, `name*0`: RFC 7578 4.2 forbids them, RFC 2231 readers obey them);
 * - Content-Transfer-Encoding other than 7bit, 8bit or binary (RFC 7578 4.7); a part that is itself `multipart/mixed` (4.3).
 *
 * Other part headers are ignored. Names and file names are quoted strings or tokens; in them `\"` and `\\` are undone, as
 * older clients send them; other backslashes stay. An escaped quote before a semicolon is refused: readers without escapes
 * would see the end of the string there.
 *
 * The verdict does not depend on how the bytes were cut into pieces. A refusal is final and comes with the byte that decides
 * it, or at the end of the header line that does.
 * Rules: RFC 2046 5.1.1, RFC 7578 4, RFC 9110 5.6 (tokens, quoted strings).
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
    bool is_file;             /**< it has a filename, or the name of `file_part_name` */
};

/** What to do with the parts, and the limits; 0 takes the default named. */
struct postage_reader_options {
    size_t size;   /**< set by the INIT macro */
    void *context; /**< for the callbacks */
    /** A part's header is complete. Return below zero to refuse the form: the reader then fails with that status. May be NULL.
     */
    enum postage_status (*on_part)(void *context, const struct postage_part *part, struct postage_error *err);
    /** The next bytes of that part's content: length is at least 1. May be NULL. */
    enum postage_status (*on_data)(void *context, const uint8_t *data, size_t length, struct postage_error *err);
    /** That part's content is complete. May be NULL. */
    enum postage_status (*on_part_end)(void *context, struct postage_error *err);
    size_t max_part_header_bytes; /**< one part's header with its line ends and the empty line; default 8192; allocated */
    size_t max_parts;             /**< default 1000 */
    uint64_t max_field_bytes;     /**< content of one part that is not a file; default 1 MiB */
    uint64_t max_file_bytes;      /**< content of one part that is a file; default: no limit but the total */
    uint64_t max_pre_file_bytes;  /**< everything up to the end of the first file part's header; default: no limit */
    uint64_t max_total_bytes;     /**< the whole body; default 5 GiB + 1 MiB */
    const char *file_part_name;   /**< a part of this name, ignoring case, is a file even without filename, as `file` is to S3
                                       and OSS; default: only a filename makes a file; borrowed until the free */
};
/** All defaults. */
/* clang-format off */
#define POSTAGE_READER_OPTIONS_INIT { sizeof(struct postage_reader_options), NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, NULL }
/* clang-format on */

/** Header lines that one part may have. */
#define POSTAGE_PART_HEADERS_MAX 16

struct postage_reader;

/**
 * Makes a reader for one body.
 *
 * @param content_type  the request's Content-Type, for example `multipart/form-data; boundary=abc`; the media type is compared
 *                      ignoring case; the boundary may be quoted, 1 to 70 characters of RFC 2046's set. Copied.
 * @param options       copied; the callbacks' `context` is borrowed until the free.
 * @return POSTAGE_OK, ERR_SYNTAX (not multipart/form-data, or no usable boundary), ERR_INVALID (options not from the INIT
 *         macro), ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_reader_new(struct postage_reader **out, const char *content_type,
                                                                      const struct postage_reader_options *options,
                                                                      const struct postage_allocator *alloc,
                                                                      struct postage_error *err);

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
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_reader_feed(struct postage_reader *reader, const void *data,
                                                                       size_t length, struct postage_error *err);

/** Says that the body has ended. @return POSTAGE_OK if the final boundary had arrived, else POSTAGE_ERR_SYNTAX. */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_reader_finish(struct postage_reader *reader,
                                                                         struct postage_error *err);

/** Bytes taken so far; after a refusal, no further than the piece that was refused. */
POSTAGE_API uint64_t postage_reader_position(const struct postage_reader *reader);

#ifdef __cplusplus
}
#endif

#endif
