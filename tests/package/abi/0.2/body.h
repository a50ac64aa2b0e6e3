/**
 * @file
 * The body of a form upload: fields and one file as multipart/form-data, produced as a stream that is pulled.
 *
 * Usable without the rest of the library: any HTTP client that can send bytes from a callback can send this body. The length
 * is known before the first byte, so that it can be declared; nothing is buffered, so memory does not depend on the object.
 *
 *     struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
 *     struct postage_body *body;
 *     uint8_t buffer[16384];
 *     size_t got;
 *
 *     status = postage_body_new(&body, NULL);
 *     if (status == POSTAGE_OK)
 *         status = postage_body_open(body, &options, &err);    // fields, file name, source
 *     // send  Content-Type: postage_body_content_type(body),  Content-Length: postage_body_length(body)
 *     while (status == POSTAGE_OK && (status = postage_body_read(body, buffer, sizeof buffer, &got, &err)) == POSTAGE_OK)
 *         send_all(connection, buffer, got);
 *     postage_body_free(body);
 *
 * Rules: RFC 2046 5.1.1 (delimiters), RFC 7578 4.2 to 4.7 (part headers), HTML "multipart/form-data encoding algorithm"
 * (escapes in names), S3 API reference "POST Object" and OSS "PostObject" (the file part comes last).
 */
#ifndef POSTAGE_BODY_H
#define POSTAGE_BODY_H

#include "postage/allocator.h"
#include "postage/digest.h"
#include "postage/source.h"
#include "postage/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One form field: a pair, which stays as it is. */
struct postage_field {
    const char *name;  /**< as it stands in the form */
    const char *value; /**< UTF-8, without CR, LF or NUL */
};

/** Longest boundary that may be given, in characters (RFC 2046 5.1.1). */
#define POSTAGE_BOUNDARY_MAX 70

/** Length of a boundary that a body draws itself: 24 of 62 characters are 142 bits. */
#define POSTAGE_BOUNDARY_DRAWN 24

/** What to encode. Zero is the default of each field. */
struct postage_body_options {
    size_t size;                             /**< set by the INIT macro */
    const struct postage_field *fields;      /**< sent in this order, before the file; borrowed, texts too, until close */
    size_t field_count;                      /**< of `fields` */
    const struct postage_field *more_fields; /**< sent after `fields`, before the file; borrowed likewise */
    size_t more_field_count;                 /**< of `more_fields` */
    const char *file_name;                   /**< NULL: "file"; directories are not stripped; borrowed until close */
    const char *file_content_type;           /**< Content-Type of the file part; NULL: application/octet-stream; borrowed */
    struct postage_source *source;           /**< required; borrowed until close. Its length must be known, or given here: */
    bool length_given;                       /**< take `length` instead of the source's own */
    uint64_t length;                         /**< bytes that the source will give, neither more nor fewer */
    const char *boundary;                    /**< NULL: a new random one (for tests: 1 to 70 of [A-Za-z0-9'_-]); copied */
    unsigned digests;                        /**< POSTAGE_DIGEST_BIT of each to compute while the file's bytes pass */
};
/** All defaults. */
/* clang-format off */
#define POSTAGE_BODY_OPTIONS_INIT { sizeof(struct postage_body_options), NULL, 0, NULL, 0, NULL, NULL, NULL, false, 0, NULL, 0 }
/* clang-format on */

struct postage_body;

/** Makes a closed body; it may be opened and closed any number of times. @return POSTAGE_OK or POSTAGE_ERR_NOMEM. */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_body_new(struct postage_body **out,
                                                                    const struct postage_allocator *alloc);

/** Closes and releases. `body` may be NULL. */
POSTAGE_API void postage_body_free(struct postage_body *body);

/**
 * Validates everything, draws the boundary and computes the length; reads nothing from the source yet.
 *
 * Refused, naming the field: an empty name; a line break or other control character, invalid UTF-8, or a backslash at the
 * end or before another one (readers differ about those) in a name or file name; a field named "file"; a part Content-Type
 * that is not `type/subtype` with parameters as RFC 7231 3.1.1.1 writes them; a boundary that is badly formed or occurs in a
 * name or value. In names and the file name `"` is sent as `%22`; other bytes as they are; values are sent as they are.
 * A body that is open is closed first.
 *
 * @return POSTAGE_OK           read may be called.
 *         POSTAGE_ERR_INVALID  see above; also a source without known length and none given; options not from the INIT macro;
 *                              a bit in `digests` that is not a digest's.
 *         POSTAGE_ERR_LIMIT    the whole would be longer than 2^63-1 bytes.
 *         POSTAGE_ERR_CRYPTO   no random bytes can be had, or OpenSSL does not have a digest that was asked for.
 *         POSTAGE_ERR_SOURCE   the source cannot tell its length or identity.
 *         POSTAGE_ERR_NOMEM    no room for the pool of random bytes (1 KiB, kept until the free) or OpenSSL's MD5.
 * After an error the body is closed.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_body_open(struct postage_body *body,
                                                                     const struct postage_body_options *options,
                                                                     struct postage_error *err);

/** Forgets everything the open body referred to; wipes the boundary and what it had rendered. The source stays the caller's. */
POSTAGE_API void postage_body_close(struct postage_body *body);

/** `multipart/form-data; boundary=…`, the value for the request's Content-Type; valid until close. */
POSTAGE_API const char *postage_body_content_type(const struct postage_body *body);

/** Exact number of bytes that `postage_body_read` will produce in all. */
POSTAGE_API uint64_t postage_body_length(const struct postage_body *body);

/** Bytes before the file's first one: all fields, and the header of the file part. */
POSTAGE_API uint64_t postage_body_head_length(const struct postage_body *body);

/** Bytes of the closing delimiter, at the very end: `length - head_length - close_length` is the file's length. */
POSTAGE_API uint64_t postage_body_close_length(const struct postage_body *body);

/** Bytes produced since open or rewind. */
POSTAGE_API uint64_t postage_body_position(const struct postage_body *body);

/** Bytes of the file produced since open or rewind. A surplus byte, read to find a source too long, is not among them. */
POSTAGE_API uint64_t postage_body_source_position(const struct postage_body *body);

/**
 * Produces the next bytes of the request body.
 *
 * Any `cap` of at least 1 works; the bytes are the same whatever sizes are asked for. The source writes straight into `dst`.
 * Before the first byte of the closing delimiter is produced the source must have ended exactly at its declared length, and
 * its identity must be the one it had at open: a file that shrank, grew or was rewritten never becomes a complete body.
 *
 * An error or AGAIN that comes up after bytes already stored is the answer of the next call.
 *
 * @param body     open body; used by one thread at a time.
 * @param dst      `cap` writable bytes, owned by the caller.
 * @param cap      capacity of `dst`, in bytes.
 * @param written  out: bytes stored, 0..cap; set on every return.
 * @param err      out, may be NULL: detail of a failure.
 * @return POSTAGE_OK           bytes were stored; ask again.
 *         POSTAGE_AGAIN        the source has nothing yet; nothing stored; ask again when its waker was called.
 *         POSTAGE_END          the body is complete; nothing stored; further calls repeat this.
 *         POSTAGE_ERR_SOURCE   the source failed, or answered a count that does not go with its status; the body can now
 *                              only be rewound or closed.
 *         POSTAGE_ERR_LENGTH   the source gave more or fewer bytes than declared; likewise.
 *         POSTAGE_ERR_CHANGED  the source's identity changed; likewise.
 *         POSTAGE_ERR_INVALID  `cap` is 0 or the body is not open; changes nothing.
 *         another error        whatever the source answered; likewise.
 * Allocates nothing.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_body_read(struct postage_body *body, uint8_t *dst, size_t cap,
                                                                     size_t *written, struct postage_error *err);

/**
 * Goes back to the first byte, with the same boundary, digests begun anew.
 * @return POSTAGE_OK, ERR_UNSUPPORTED (the source is one pass only and was read; nothing is changed), ERR_CHANGED (it is not
 *         the one it was at open), or what the source's rewind answered.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_body_rewind(struct postage_body *body, struct postage_error *err);

/** Whether `postage_body_rewind` can work: nothing was read yet, or the source can rewind. */
POSTAGE_API bool postage_body_can_rewind(const struct postage_body *body);

/**
 * The digest of the file's bytes produced so far; of a CRC the highest byte comes first.
 * @param bytes     out: `capacity` writable bytes; POSTAGE_DIGEST_MAX_BYTES are enough for each.
 * @return its length; 0, and nothing stored: it was not asked for, `capacity` is too small, or the body is not open.
 */
POSTAGE_API size_t postage_body_digest(const struct postage_body *body, enum postage_digest digest, uint8_t *bytes,
                                       size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
