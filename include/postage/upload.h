/**
 * @file
 * Uploading: one blocking call, or a client that runs many uploads over one event loop.
 *
 *     struct postage_result *result;
 *     struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
 *     options.form = form;
 *     options.source = &source;
 *     status = postage_upload(&result, &options, NULL, NULL, &err);
 *     if (result != NULL)                                          // NULL: nothing was begun, err says why
 *         printf("%s\n", postage_object_state_name(result->object_state));
 *
 * HTTP/1.1 with an exact Content-Length, no Expect, no redirect followed, TLS verified. Memory does not depend on the object.
 * A form cannot be resumed in the middle: a retry starts again.
 */
#ifndef POSTAGE_UPLOAD_H
#define POSTAGE_UPLOAD_H

#include "postage/allocator.h"
#include "postage/digest.h"
#include "postage/form.h"
#include "postage/log.h"
#include "postage/result.h"
#include "postage/source.h"
#include "postage/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Whether a digest is computed while sending and compared with what the store returns. If several come, a CRC is compared
 * and not an ETag, which need not be an MD5 then. A difference is never a success; the result's `verified` says which digest
 * agreed, if any.
 */
enum postage_verify {
    /** The digest that this store returns for this form, as far as one can be computed. If none comes, the result says so. */
    POSTAGE_VERIFY_AUTO = 0,
    /** The same, and an upload that could not be compared fails with the outcome UNVERIFIED: nothing is sent where that is
     * known beforehand, else the object is stored. */
    POSTAGE_VERIFY_REQUIRED = 1,
    POSTAGE_VERIFY_NONE = 2 /**< nothing is computed and nothing compared */
};

/** How far an upload is. */
struct postage_progress {
    uint64_t object_bytes;      /**< size of the file */
    uint64_t object_bytes_sent; /**< of it, handed to the connection; not yet an acknowledgement */
    int64_t elapsed_ms;         /**< since the upload was submitted */
    bool finished;              /**< the last call: the result is known */
};

/** What a progress callback answers. */
enum postage_progress_answer {
    POSTAGE_GO_ON = 0, /**< the upload goes on */
    POSTAGE_STOP = 1   /**< it ends soon, as by postage_client_cancel: outcome CANCELLED, unless the result was known before */
};

/** One upload. Zero is the default of each field. Everything pointed to is borrowed until the upload is done. */
struct postage_upload_options {
    size_t size;                     /**< set by the INIT macro */
    const struct postage_form *form; /**< required */
    struct postage_source *source;   /**< required; not closed by the upload */
    bool length_given;               /**< take `length` as the size of the file instead of the source's own */
    uint64_t length;                 /**< bytes, when `length_given` */
    const char *file_name;           /**< of the file part; NULL: "file". A provider may put it for `${filename}` */
    const char
        *file_content_type;     /**< of the file part (stores take the form's field instead); NULL: application/octet-stream */
    enum postage_verify verify; /**< whether to compare a digest */
    /** The one to compare; 0: the first that the store is known to return, which is MD5 where there is no CRC (digests.md). */
    enum postage_digest digest;
    /* Time limits. 0 is the default, POSTAGE_NO_LIMIT is none; a negative one is refused (ERR_INVALID). */
    int64_t connect_timeout_ms;  /**< default 5,000. Includes name resolution */
    int64_t idle_timeout_ms;     /**< default 30,000. No byte moved while sending; not while the source answers AGAIN */
    int64_t response_timeout_ms; /**< default 60,000. From the last byte sent, or an early refusal, to the complete reply */
    int64_t total_timeout_ms;    /**< default POSTAGE_NO_LIMIT. From submission, waiting for a turn included */
    /**
     * Sends without judging the form first (check.h). By default, what the provider would refuse is not sent: the outcome is
     * then FORM_EXPIRED or REJECTED, and the message says which rule. An S3-like form of unknown origin that does not go to
     * Amazon is refused only if MinIO would refuse it, too.
     */
    bool skip_check;
    uint64_t group; /**< 0: none. For postage_client_cancel_group */
    void *context;  /**< for the callbacks */
    /**
     * NULL: no progress is reported. Called at most ten times a second while bytes move, about four times a second while the
     * upload waits for a name, a connection, the peer or its source, and once at the end, when the answer changes nothing. Not
     * called while it waits for its turn, and never while a call of it is still running. POSTAGE_STOP also ends
     * postage_upload.
     */
    enum postage_progress_answer (*on_progress)(void *context, const struct postage_progress *progress);
    /**
     * Called once, last, on the client's thread; `result` is the client's and is freed after the call. What the upload borrowed
     * may be released here, the source included. Not for postage_upload.
     */
    void (*on_done)(void *context, const struct postage_result *result);
};
/** All defaults. */
/* clang-format off */
#define POSTAGE_UPLOAD_OPTIONS_INIT { sizeof(struct postage_upload_options), NULL, NULL, false, 0, NULL, NULL, POSTAGE_VERIFY_AUTO, POSTAGE_DIGEST_NONE, 0, 0, 0, 0, false, 0, NULL, NULL, NULL }
/* clang-format on */

/** Options of a client. Zero is the default of each field; texts are copied. */
struct postage_client_options {
    size_t size;                         /**< set by the INIT macro */
    size_t max_running;                  /**< uploads running at once; more wait their turn. 0: 64 */
    const char *ca_file;                 /**< PEM file of certificate authorities; NULL: the system's */
    const char *proxy;                   /**< proxy URL; NULL: none, whatever the environment says */
    bool use_environment_proxy;          /**< honour http_proxy and its relatives: they get to see forms */
    bool proxy_tunnel;                   /**< plain HTTP too goes through the proxy's tunnel (CONNECT), as TLS always does */
    const struct postage_logger *logger; /**< where the client's log goes; copied; NULL: nowhere */
    /**
     * For a caller's own event loop: called on the client's thread when the interest in a descriptor changes.
     * NULL: the client waits by itself, in postage_client_run.
     */
    void (*watch)(void *context, int descriptor, bool readable, bool writable);
    void *context; /**< for `watch` */
};
/** All defaults. */
/* clang-format off */
#define POSTAGE_CLIENT_OPTIONS_INIT { sizeof(struct postage_client_options), 0, NULL, NULL, false, false, NULL, NULL, NULL }
/* clang-format on */

struct postage_client;

/**
 * Uploads one file and waits.
 *
 * @param client_options  NULL: defaults.
 * @param out  out: what happened; yours, free it with postage_result_free. NULL only with ERR_INVALID, ERR_NOMEM
 *             and ERR_SYSTEM from before anything was sent.
 * @return the status of the result's outcome (postage_outcome_status): POSTAGE_OK exactly when the object is known to be
 * stored, and was verified if that was required.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_upload(struct postage_result **out,
                                                                  const struct postage_upload_options *options,
                                                                  const struct postage_client_options *client_options,
                                                                  const struct postage_allocator *alloc,
                                                                  struct postage_error *err);

/**
 * Makes a client. The thread that runs it is "the client's thread"; only one may at a time. All callbacks run on it:
 * on_progress, on_done, the source's functions, watch, the logger. They may submit and cancel; running the client from one of
 * them answers ERR_INVALID; freeing it there is not allowed. SIGPIPE is blocked on the thread while they and the network are at
 * work.
 *
 * Connections are kept and used again. The first client of the process starts libcurl (curl_global_init), once and for good.
 * After a fork, the child must not use the client.
 *
 * @return POSTAGE_OK, ERR_INVALID (options without size), ERR_SYSTEM (no descriptor, libcurl cannot start), ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_client_new(struct postage_client **out,
                                                                      const struct postage_client_options *options,
                                                                      const struct postage_allocator *alloc,
                                                                      struct postage_error *err);

/** Cancels what is unfinished (each on_done is called, outcome CANCELLED) and releases. NULL is fine. Client's thread. */
POSTAGE_API void postage_client_free(struct postage_client *client);

/**
 * Queues an upload and wakes the client. From any thread, and from callbacks. Whatever else goes wrong is told to on_done.
 *
 * @param id  out, may be NULL: a number for this upload, never 0, never used twice by one client.
 * @return POSTAGE_OK (on_done will be called, once), ERR_INVALID (no form, no source, no known length, a negative
 *         limit), ERR_CANCELLED (the client is being freed), ERR_NOMEM. Otherwise on_done is not called.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_client_submit(struct postage_client *client,
                                                                         const struct postage_upload_options *options,
                                                                         uint64_t *id, struct postage_error *err);

/** Asks for an upload to end; its on_done follows soon. Unknown or finished ids are ignored. Any thread. */
POSTAGE_API void postage_client_cancel(struct postage_client *client, uint64_t id);

/** The same for all uploads of a group other than 0. Any thread. */
POSTAGE_API void postage_client_cancel_group(struct postage_client *client, uint64_t group);

/** Uploads queued or running. Any thread. */
POSTAGE_API size_t postage_client_pending(struct postage_client *client);

/**
 * Waits for something to happen, at most `timeout_ms`, and deals with it. Without uploads it waits for one. 0 only looks;
 * POSTAGE_NO_LIMIT, or -1 as for poll, waits without limit. To finish everything:
 * `while (postage_client_pending(client) > 0 && status == POSTAGE_OK) status = postage_client_run(client, -1, &err);`
 *
 * What becomes of uploads is told to their on_done, never by this status.
 * @return POSTAGE_OK (also when nothing happened), ERR_INVALID (called from one of the client's callbacks; less than -1),
 *         ERR_SYSTEM (waiting failed), ERR_NOMEM. After the last two it may be called again, or the client freed.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_client_run(struct postage_client *client, int64_t timeout_ms,
                                                                      struct postage_error *err);

/* For a caller's own event loop, together with `watch`: */

/** A descriptor that becomes readable when another thread submitted, cancelled or woke a source. Watch it always. */
POSTAGE_API int postage_client_wake_descriptor(const struct postage_client *client);

/** Milliseconds until postage_client_on_timeout wants to be called; 0: now; -1: not at all. Ask again after each call. */
POSTAGE_API int64_t postage_client_timeout_ms(struct postage_client *client);

/** Deals with a descriptor that is ready. May call callbacks. Client's thread. @return as postage_client_run. */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_client_on_ready(struct postage_client *client, int descriptor,
                                                                           bool readable, bool writable,
                                                                           struct postage_error *err);

/** Deals with the timeout. May call callbacks. Client's thread. @return as postage_client_run. */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_client_on_timeout(struct postage_client *client,
                                                                             struct postage_error *err);

#ifdef __cplusplus
}
#endif

#endif
