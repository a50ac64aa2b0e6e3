/**
 * @file
 * What became of an upload, told without wishful thinking.
 *
 * Two answers are kept apart. `outcome` says what went wrong, if anything; `object_state` says what is known about the object
 * in the bucket, and never disagrees with the server's own ledger:
 *
 * - stored: a complete reply says so as only a store does, and the digest that was compared, if any, agrees with what was sent:
 *   - a 200, 201 or 204 with a store's mark, which is an ETag, the provider's header with a request id, or the provider's
 *     document with the names of bucket and key; with no body or that document alone (any body where the form has a callback);
 *   - a 203 that says that a callback failed (OSS), with the provider's header with a request id;
 *   - a 303, where the form asks for a redirect and Location means that address: case of scheme and host, default port, empty
 *     path, percent-encoding of what needs none, fragment and further parameters of the query make no difference.
 * - not_stored: one of
 *   - no byte of the closing delimiter can have left this machine, and no 2xx or 303 began;
 *   - a complete refusal: a 3xx other than that 303, a 4xx, or a 5xx with an error of the provider's that could be read. A
 *     303 to another place than the form asks for is not a refusal: a proxy may have rewritten it;
 *   - a 407, where a proxy was asked; a 400 whose text says that plain HTTP came to a port that speaks TLS.
 * - unknown: everything else. Look before you upload again: real servers store a body whose last bytes never came, and what
 *   answers a 2xx without a store's mark may be anything (outcome `not_a_store`).
 */
#ifndef POSTAGE_RESULT_H
#define POSTAGE_RESULT_H

#include "postage/digest.h"
#include "postage/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What is known about the object, by the rules above. */
enum postage_object_state {
    POSTAGE_OBJECT_NOT_STORED = 0, /**< this upload has not put it there */
    POSTAGE_OBJECT_STORED = 1,     /**< the provider said so, completely */
    POSTAGE_OBJECT_UNKNOWN = 2     /**< it may be there: look */
};

/**
 * Each outcome: number, constant, name for people and JSON, the status it becomes, meaning. The enum and the texts are made
 * from it.
 */
#define POSTAGE_OUTCOME_MAP(X)                                                                                                 \
    X(0, OK, "ok", OK, "the upload succeeded")                                                                                 \
    X(1, USAGE, "usage", ERR_INVALID, "an option, the form or the file cannot be used like this")                              \
    X(2, SOURCE_IO, "source_io", ERR_SOURCE, "the source could not be read")                                                   \
    X(3, SOURCE_CHANGED, "source_changed", ERR_CHANGED, "the source shrank, grew or changed while it was read")                \
    X(4, OUT_OF_MEMORY, "out_of_memory", ERR_NOMEM, "out of memory")                                                           \
    X(5, CANCELLED, "cancelled", ERR_CANCELLED, "cancelled by the caller")                                                     \
    X(6, DEADLINE, "deadline", ERR_TIMEOUT, "the total time limit passed")                                                     \
    X(7, FORM_EXPIRED, "form_expired", ERR_EXPIRED, "the form has expired; a new one is needed")                               \
    X(8, RESOLVE, "resolve", ERR_NETWORK, "the host name could not be resolved")                                               \
    X(9, CONNECT, "connect", ERR_NETWORK, "no connection could be made")                                                       \
    X(10, TLS, "tls", ERR_NETWORK, "the TLS handshake or certificate check failed")                                            \
    X(11, NET_BEFORE_BODY, "net_before_body", ERR_NETWORK, "the connection was lost before the body began")                    \
    X(12, NET_DURING_BODY, "net_during_body", ERR_NETWORK, "the connection was lost while the body was sent")                  \
    X(13, NET_AFTER_BODY, "net_after_body", ERR_NETWORK,                                                                       \
      "the connection was lost when the end of the body had been handed over")                                                 \
    X(14, REPLY_MALFORMED, "reply_malformed", ERR_REPLY, "the reply was malformed, cut, or larger than allowed")               \
    X(15, THROTTLED, "throttled", ERR_REJECTED, "the provider asks to slow down")                                              \
    X(16, SERVER_TRANSIENT, "server_transient", ERR_REJECTED, "the provider failed in a way that may pass")                    \
    X(17, REJECTED, "rejected", ERR_REJECTED, "the form's rules or the provider refused the upload")                           \
    X(18, REDIRECT_REFUSED, "redirect_refused", ERR_REJECTED,                                                                  \
      "the provider redirects; forms are never sent elsewhere unasked")                                                        \
    X(19, DIGEST_MISMATCH, "digest_mismatch", ERR_DIGEST, "the provider's digest differs from the bytes sent")                 \
    X(20, CALLBACK_FAILED, "stored_callback_failed", OK, "stored, but the provider's call to the application server failed")   \
    X(21, UNVERIFIED, "unverified", ERR_DIGEST,                                                                                \
      "verification was required, and no digest of the provider's could be compared")                                          \
    X(22, NOT_A_STORE, "not_a_store", ERR_REPLY, "something answered, but not like a store")

/** The constants of POSTAGE_OUTCOME_MAP. */
enum postage_outcome {
/** One of them, for this enum only. */
#define POSTAGE_OUTCOME_ENUM(number, name, text, status, meaning) POSTAGE_OUTCOME_##name = (number), /**< meaning */
    POSTAGE_OUTCOME_MAP(POSTAGE_OUTCOME_ENUM)
#undef POSTAGE_OUTCOME_ENUM
};

/** Milliseconds from the start of the last attempt to the end of each stage; -1: not reached. */
struct postage_timings {
    int64_t resolved_ms;        /**< the host's name was resolved */
    int64_t connected_ms;       /**< the connection was made */
    int64_t tls_ms;             /**< the TLS handshake was done */
    int64_t first_byte_sent_ms; /**< of the body */
    int64_t last_byte_sent_ms;  /**< of the body, handed to the connection */
    int64_t reply_ms;           /**< first byte of the reply */
    int64_t total_ms;           /**< the whole upload, all attempts */
};

/** The result of one upload. It is the library's: fields may be added at the end. No pointer in it is ever NULL. */
struct postage_result {
    enum postage_outcome outcome;           /**< what happened */
    enum postage_object_state object_state; /**< what is known about the object */
    enum postage_digest verified;      /**< the provider's digest that agrees with the bytes sent; NONE: none was compared */
    const struct postage_error *error; /**< code is POSTAGE_OK when stored; message, HTTP status, provider code, retry advice */
    int http_status;                   /**< 0: no complete reply head arrived */
    unsigned attempts;                 /**< requests begun */
    uint64_t source_bytes_read;        /**< of the last attempt */
    uint64_t body_bytes_sent;          /**< handed to the connection, of the last attempt */
    uint64_t body_bytes;               /**< the whole body; the file's part of it is `object_bytes` */
    uint64_t object_bytes;             /**< size of the file */
    const struct postage_timings *timings; /**< where the time went */
    const char *key;        /**< as the provider names it (201 reply or redirect), else the form's; may hold ${filename} */
    const char *etag;       /**< without its quotes */
    const char *location;   /**< informational: never request it without checking */
    const char *version_id; /**< of the object, in a bucket with versions */
    const char *provider_message; /**< the provider's own words about a refusal */
    const char *request_id;       /**< for a support ticket */
    const char *host_id;          /**< S3's x-amz-id-2; OSS's number of the reason (EC) */
    const char *hint;             /**< what to do about this refusal, one English line; "": no advice is known */
};

/** The name used in JSON and logs, for example "net_during_body". Never NULL. */
POSTAGE_API const char *postage_outcome_name(enum postage_outcome outcome);

/** One English line. Never NULL. */
POSTAGE_API const char *postage_outcome_text(enum postage_outcome outcome);

/** The status an upload function returns for this outcome. */
POSTAGE_API enum postage_status postage_outcome_status(enum postage_outcome outcome);

/** "stored", "not_stored" or "unknown". Never NULL. */
POSTAGE_API const char *postage_object_state_name(enum postage_object_state state);

/** Releases a result; NULL is fine. */
POSTAGE_API void postage_result_free(struct postage_result *result);

#ifdef __cplusplus
}
#endif

#endif
