/**
 * @file
 * Signers: credentials, and the key derived from them for a day and region, so that a form costs one HMAC.
 *
 * A signer is the caller's, used by one thread at a time; make one per thread. It has no clock: the time of signing is an
 * argument. Rules: S3 user guide "Authenticating requests: browser-based uploads (SigV4)", "query string authentication".
 */
#ifndef POSTAGE_SIGNER_H
#define POSTAGE_SIGNER_H

#include "postage/allocator.h"
#include "postage/credentials.h"
#include "postage/form.h"
#include "postage/policy.h"
#include "postage/status.h"
#include "postage/target.h"

#ifdef __cplusplus
extern "C" {
#endif

struct postage_signer;

/**
 * Makes a signer. `credentials` are borrowed until it is freed.
 * @return POSTAGE_OK, ERR_INVALID (no credentials), ERR_CRYPTO, ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_signer_new(struct postage_signer **out,
                                                                      const struct postage_credentials *credentials,
                                                                      const struct postage_allocator *alloc,
                                                                      struct postage_error *err);

/** Wipes the kept key and releases; `signer` may be NULL. */
POSTAGE_API void postage_signer_free(struct postage_signer *signer);

/**
 * Signs a policy into a form.
 *
 * The policy is unchanged and can be signed again. An expiry after that of the credentials is cut to it, and the form says so.
 *
 * @param now_unix_s  time of signing, seconds since 1970-01-01 UTC, year 1970 to 9999.
 * @return POSTAGE_OK               `*out` is yours.
 *         the policy's own error   a builder call was refused: the status and message of the first one.
 *         POSTAGE_ERR_INVALID      no policy; no key or no expiry was set; the time is out of range; on OSS, size or content
 *                                  type is undecided.
 *         POSTAGE_ERR_LIMIT        the expiry, the document or everything before the file is over a limit.
 *         POSTAGE_ERR_EXPIRED      the expiry or the credentials' own is not after `now_unix_s`.
 *         POSTAGE_ERR_CREDENTIALS  a derived key of another day or region.
 *         POSTAGE_ERR_CRYPTO, POSTAGE_ERR_NOMEM
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_signer_sign(struct postage_signer *signer,
                                                                       const struct postage_policy *policy, int64_t now_unix_s,
                                                                       struct postage_form **out, struct postage_error *err);

/**
 * Signs an existing policy document byte for byte, for people who come with one.
 *
 * Nothing in the document is changed or refused. If it can be read, its exact conditions become the form's fields, its other
 * conditions open rules; what a server will refuse (a condition that the signature's own fields do not meet, no bucket, an
 * expiry in the past, a document that is not a policy) is in the form's notes.
 *
 * @param document  `length` bytes, at least 1, at most 64 KiB.
 * @return POSTAGE_OK, ERR_LIMIT, ERR_INVALID, ERR_CREDENTIALS, ERR_CRYPTO, ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_sign_policy_text(struct postage_signer *signer,
                                                                            const struct postage_target *target,
                                                                            const char *document, size_t length,
                                                                            int64_t now_unix_s, struct postage_form **out,
                                                                            struct postage_error *err);

/** What a presigned URL may do. */
struct postage_presign_options {
    size_t size;                     /**< set by the INIT macro */
    const char *method;              /**< "GET" (also when NULL) or "HEAD" */
    const char *key;                 /**< object key; NULL: the target's */
    int64_t now_unix_s;              /**< required */
    int64_t expires_in_s;            /**< required, 1 to 604800 (seven days) */
    const char *content_type;        /**< NULL, or the Content-Type that GET is to answer with */
    const char *content_disposition; /**< NULL, or likewise, for example `attachment; filename="a.txt"` */
    const char *version_id;          /**< NULL: the current version */
};
/** All defaults. */
/* clang-format off */
#define POSTAGE_PRESIGN_OPTIONS_INIT { sizeof(struct postage_presign_options), NULL, NULL, 0, 0, NULL, NULL, NULL }
/* clang-format on */

/**
 * Makes a query-signed URL for the object. `*url` is yours: free it with postage_text_free and the signer's allocator.
 * @return POSTAGE_OK, ERR_INVALID, ERR_UNSUPPORTED, ERR_EXPIRED, ERR_CREDENTIALS, ERR_CRYPTO, ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_signer_presign(struct postage_signer *signer,
                                                                          const struct postage_target *target,
                                                                          const struct postage_presign_options *options,
                                                                          char **url, struct postage_error *err);

#ifdef __cplusplus
}
#endif

#endif
