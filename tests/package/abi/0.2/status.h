/**
 * @file
 * Status codes and the caller-owned error that goes with them.
 *
 * Every function that can fail returns a `postage_status` by value: 0 is success, above zero is a normal event of a stream,
 * below zero is a failure. The detail of a failure goes into the caller's `struct postage_error`, if one was given.
 */
#ifndef POSTAGE_STATUS_H
#define POSTAGE_STATUS_H

#include "postage/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Number, name and meaning of each status in one list; the enum and `postage_status_text` are made from it. */
#define POSTAGE_STATUS_MAP(X)                                                                                                  \
    X(0, OK, "success")                                                                                                        \
    X(1, AGAIN, "nothing is available yet; ask again later")                                                                   \
    X(2, END, "the stream is complete")                                                                                        \
    X(-1, ERR_NOMEM, "out of memory")                                                                                          \
    X(-2, ERR_INVALID, "an argument, name or value is not valid")                                                              \
    X(-3, ERR_UNSUPPORTED, "the provider cannot do this")                                                                      \
    X(-4, ERR_LIMIT, "a limit was exceeded")                                                                                   \
    X(-5, ERR_SYNTAX, "a document or message is malformed")                                                                    \
    X(-6, ERR_CREDENTIALS, "no usable credentials")                                                                            \
    X(-7, ERR_EXPIRED, "the form or the credentials have expired")                                                             \
    X(-8, ERR_SOURCE, "the source could not be read")                                                                          \
    X(-9, ERR_LENGTH, "the source gave more or fewer bytes than it declared")                                                  \
    X(-10, ERR_CHANGED, "the source changed while it was being read")                                                          \
    X(-11, ERR_CRYPTO, "a cryptographic operation failed")                                                                     \
    X(-12, ERR_SYSTEM, "a system call failed")                                                                                 \
    X(-13, ERR_REJECTED, "the provider refused the upload")                                                                    \
    X(-14, ERR_NETWORK, "the network or the peer failed")                                                                      \
    X(-15, ERR_TIMEOUT, "a time limit passed")                                                                                 \
    X(-16, ERR_CANCELLED, "cancelled by the caller")                                                                           \
    X(-17, ERR_REPLY, "the reply was malformed or incomplete")                                                                 \
    X(-18, ERR_DIGEST, "the provider's digest differs from the bytes sent, or could not be compared")

/** The constants of POSTAGE_STATUS_MAP. */
enum postage_status {
/** One of them, for this enum only. */
#define POSTAGE_STATUS_ENUM(number, name, text) POSTAGE_##name = (number), /**< text */
    POSTAGE_STATUS_MAP(POSTAGE_STATUS_ENUM)
#undef POSTAGE_STATUS_ENUM
};

/** What a retry would need. */
enum postage_retry {
    POSTAGE_RETRY_NEVER = 0,     /**< the same upload would fail the same way */
    POSTAGE_RETRY_SAME_FORM = 1, /**< the same form may be posted again */
    POSTAGE_RETRY_NEW_FORM = 2   /**< only a newly signed form can succeed: expired, or signed by a wrong clock or token */
};

/**
 * Detail of a failure: the caller's storage, filled by the call that failed; no pointers inside.
 *
 * Start from `POSTAGE_ERROR_INIT`. No text in it ever holds a secret, a session token, a policy or a signature.
 */
struct postage_error {
    size_t size;              /**< set by the INIT macro; without it nothing is written */
    enum postage_status code; /**< what the function returned */
    enum postage_retry retry; /**< what a retry would need */
    int http_status;          /**< 0: no response arrived */
    char provider_code[64];   /**< for example "EntityTooLarge"; "" when the provider sent none */
    char request_id[64];      /**< for a support ticket; "" when the provider sent none */
    int64_t retry_after_ms;   /**< how long the provider asks to wait before a retry; 0: it does not say */
    char message[512];        /**< one English line, the useful part first: which field, which value, which limit */
};
/** No error yet. */
/* clang-format off */
#define POSTAGE_ERROR_INIT { sizeof(struct postage_error), POSTAGE_OK, POSTAGE_RETRY_NEVER, 0, "", "", 0, "" }
/* clang-format on */

/** The constant's name without prefix, for example "ERR_LIMIT"; "UNKNOWN" for any other number. Never NULL. */
POSTAGE_API const char *postage_status_name(enum postage_status status);

/** One English line for the status; "unknown status" for any other number. Never NULL. */
POSTAGE_API const char *postage_status_text(enum postage_status status);

#ifdef __cplusplus
}
#endif

#endif
