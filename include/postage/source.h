/**
 * @file
 * Sources: where the bytes of an object come from, pulled in pieces of any size.
 *
 * A `struct postage_source` is a pair of a function table and its state. Make one with a constructor below, or fill in a
 * table of your own; hand its address to a body or an upload, which borrow it; call `postage_source_close` when they are done.
 *
 * Answers of `read`, which keep "how many", "not now" and "no more" apart:
 *
 *     status           bytes    meaning
 *     POSTAGE_OK       1..cap   progress; a short count is ordinary
 *     POSTAGE_AGAIN    0        nothing now; the waker is called, from any thread, when it is worth asking again
 *     POSTAGE_END      0        finished; further reads repeat this
 *     an error         0        repeated until rewind
 *
 * `cap` is at least 1, and `read` sets `*got` on every return. A rewind that failed leaves the source failed.
 */
#ifndef POSTAGE_SOURCE_H
#define POSTAGE_SOURCE_H

#include "postage/allocator.h"
#include "postage/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Called by a source that answered POSTAGE_AGAIN, once bytes, the end or a failure can be had. Implemented by the reader of
 * the source. It lives until the source is closed, or is given another one or NULL: when `set_waker` returns, the one before
 * must not be called any more. A call that comes early (while the `read` that answers AGAIN still runs) is not lost, and one
 * too many does no harm.
 */
struct postage_waker {
    size_t size; /**< set by the INIT macro */
    /** Callable from any thread. Only signals, never reads; takes no lock that is held around `read` or `set_waker`. */
    void (*wake)(struct postage_waker *waker);
};
/** A waker that calls this function. */
/* clang-format off */
#define POSTAGE_WAKER_INIT(wake) { sizeof(struct postage_waker), wake }
/* clang-format on */

/** What tells whether a source is still the same as when it was opened. Compared as a whole; zeroed before `identity` is
 * called, which writes no byte beyond the `size` it finds. */
struct postage_identity {
    size_t size;         /**< set by the INIT macro */
    uint64_t device;     /**< of the file system */
    uint64_t inode;      /**< of the file */
    uint64_t bytes;      /**< its size */
    int64_t modified_ns; /**< nanoseconds since 1970-01-01 UTC */
};
/** Nothing known. */
/* clang-format off */
#define POSTAGE_IDENTITY_INIT { sizeof(struct postage_identity), 0, 0, 0, 0 }
/* clang-format on */

/** The functions of a source. Only `read` is required. None may be called while another one runs on the same source. */
struct postage_source_ops {
    size_t size; /**< set by the INIT macro */
    /** Puts 1 to `cap` bytes at `dst`; the answers are in the table above. */
    enum postage_status (*read)(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err);
    enum postage_status (*rewind)(void *self, struct postage_error *err);     /**< NULL: one pass only */
    enum postage_status (*length)(void *self, uint64_t *bytes);               /**< NULL: not known beforehand */
    enum postage_status (*identity)(void *self, struct postage_identity *id); /**< NULL: cannot change under us */
    void (*set_waker)(void *self, struct postage_waker *waker);               /**< NULL: never answers AGAIN */
    void (*close)(void *self);                                                /**< NULL: nothing to release */
};
/** No function yet. */
/* clang-format off */
#define POSTAGE_SOURCE_OPS_INIT { sizeof(struct postage_source_ops), NULL, NULL, NULL, NULL, NULL, NULL }
/* clang-format on */

/** A source: its functions and what they work on. All zero: closed. */
struct postage_source {
    const struct postage_source_ops *ops; /**< NULL: closed */
    void *self;                           /**< handed to each of them */
};

/**
 * Opens a regular file for reading from its beginning.
 *
 * Its length is fixed at this moment. Reading goes that far and then looks one byte further, so that both growth and shrinking
 * are seen: a file that grew gives that one byte more than its length, a file that shrank ends early. `identity` (device,
 * inode, size, modification time) is asked from the open descriptor. Rewinds. Never answers AGAIN; reading allocates nothing.
 *
 * @param out   out: the source; close it. Left zeroed on failure.
 * @param path  copied.
 * @return POSTAGE_OK, ERR_INVALID (no path), ERR_SOURCE (cannot be opened, or is not a regular file: the message says which),
 *         ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_source_file(struct postage_source *out, const char *path,
                                                                       const struct postage_allocator *alloc,
                                                                       struct postage_error *err);

/**
 * Reads the `length` bytes at `data`, borrowed until the source is closed; `data` may be NULL when `length` is 0. Rewinds.
 * @return POSTAGE_OK, ERR_INVALID (NULL with a length), ERR_NOMEM. `out` is left zeroed on failure.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_source_memory(struct postage_source *out, const void *data,
                                                                         size_t length, const struct postage_allocator *alloc,
                                                                         struct postage_error *err);

/**
 * How a callback source gets its bytes: `read` as in `postage_source_ops`, with `context` for `self`; `*got` is 0 and `err` is
 * not NULL when it is called. Zero is the default of each field; `context` must live until the source is closed.
 */
struct postage_callback_source_options {
    size_t size;   /**< set by the INIT macro */
    void *context; /**< for the functions */
    enum postage_status (*read)(void *context, uint8_t *dst, size_t cap, size_t *got,
                                struct postage_error *err);                  /**< required */
    enum postage_status (*rewind)(void *context, struct postage_error *err); /**< NULL: one pass only, so never retried */
    void (*set_waker)(void *context, struct postage_waker *waker);           /**< required if `read` may answer AGAIN */
    void (*close)(void *context);                                            /**< NULL: nothing to release */
    bool length_known; /**< `length` holds; else an upload has to be given one */
    uint64_t length;   /**< bytes in all, when `length_known` */
};
/** All defaults. */
/* clang-format off */
#define POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT { sizeof(struct postage_callback_source_options), NULL, NULL, NULL, NULL, NULL, false, 0 }
/* clang-format on */

/**
 * Makes a source from the caller's functions, and checks their answers against the table above.
 *
 * OK without bytes, more bytes than `cap`, bytes together with AGAIN or END, or AGAIN without `set_waker` become
 * POSTAGE_ERR_SOURCE with a message that says so. After END or a failure `read` is not called again before a rewind; a failure
 * whose function left `err` alone gets a message. `close` is called once, by `postage_source_close`; not if this call fails.
 *
 * @return POSTAGE_OK, ERR_INVALID (no `read`, or `size` is not set), ERR_NOMEM. `out` is left zeroed on failure.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_source_callback(
    struct postage_source *out, const struct postage_callback_source_options *options, const struct postage_allocator *alloc,
    struct postage_error *err);

/** Releases the source and zeroes it. `source` may be NULL or already closed. */
POSTAGE_API void postage_source_close(struct postage_source *source);

#ifdef __cplusplus
}
#endif

#endif
