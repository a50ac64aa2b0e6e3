/**
 * @file
 * Policies: what may be uploaded, decided by the issuer of a form.
 *
 * One call makes a form field and its rule together, so a field without a rule, or a rule without a field, cannot be written.
 *
 *     struct postage_policy *policy;
 *     status = postage_policy_new(&policy, target, NULL, &err);
 *     postage_policy_key_template(policy, "avatars/42/${filename}", &err);        // uploader's file name, after this prefix
 *     postage_policy_exact(policy, POSTAGE_CONTENT_TYPE, "image/png", &err);      // sent, and nothing else accepted
 *     postage_policy_size_range(policy, 1, 10 * 1024 * 1024, &err);               // bytes of the file, both ends included
 *     postage_policy_metadata(policy, "user", "42", &err);                        // x-amz-meta-user or x-oss-meta-user
 *     postage_policy_expires_in(policy, 15 * 60, &err);                           // seconds from signing
 *     status = postage_signer_sign(signer, policy, now, &form, &err);             // the first refusal of them all, if any
 *
 * No call needs a check of its own. A policy remembers its first refused call, with its status and message: every later call
 * answers that error and changes nothing, signing the policy answers it too, and nothing clears it. So a policy that lacks a
 * rule its issuer asked for cannot become a form. A missing argument (NULL for a policy, name, value or text that is needed) is
 * a refused call, and so is one that runs out of memory. To try again, make a new policy.
 *
 * Names: use the neutral ones below and the provider's spelling is written for you. Any other name is taken as the provider's
 * own ("x-amz-website-redirect-location"), under the same rules; a provider's spelling of something that has a neutral name
 * means that neutral field, so the two can never meet in one form. Names are compared ignoring case, values exactly.
 * A name has no white space, control character, quote or equals sign, and does not begin with '$'.
 *
 * Values: UTF-8 without CR, LF or NUL. A value that is NULL is left open: the uploader fills it in, within the rule.
 *
 * Refused at once, naming provider, field, value and limit: what the provider cannot do (with what to use instead); names that
 * only the library writes (bucket, policy, file and the signature's fields); a second call for a field that is already there;
 * values over a limit, all metadata together included. What only the whole or the time of signing decides (bytes of all fields,
 * expiry, what OSS wants decided) is checked when it is signed.
 *
 * The written document is stable: expiration; then the conditions bucket, key, the fields in the order of their calls, the
 * size range, and the signature's own.
 *
 * Rules: S3 user guide "Creating a POST policy" (conditions, matching), OSS "PostObject". Status of every function that takes
 * `err`: POSTAGE_OK, ERR_INVALID, ERR_UNSUPPORTED, ERR_LIMIT or ERR_NOMEM.
 */
#ifndef POSTAGE_POLICY_H
#define POSTAGE_POLICY_H

#include "postage/allocator.h"
#include "postage/provider.h"
#include "postage/status.h"
#include "postage/target.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Neutral field names. What each provider makes of them: docs/providers.md, printed from the capability tables. */
#define POSTAGE_KEY                 "key"                 /**< set with postage_policy_key and its relatives */
#define POSTAGE_CONTENT_TYPE        "content-type"        /**< stored type of the object */
#define POSTAGE_CACHE_CONTROL       "cache-control"       /**< returned with the object */
#define POSTAGE_CONTENT_DISPOSITION "content-disposition" /**< returned with the object */
#define POSTAGE_CONTENT_ENCODING    "content-encoding"    /**< returned with the object */
#define POSTAGE_EXPIRES             "expires"             /**< HTTP date, returned with the object; not the form's expiry */
#define POSTAGE_ACL                 "acl"                 /**< never sent unless asked for */
#define POSTAGE_STORAGE_CLASS       "storage-class"       /**< the provider's own values, "STANDARD_IA" */
#define POSTAGE_ENCRYPTION          "encryption"          /**< server-side: "AES256", "aws:kms", "KMS", ... */
#define POSTAGE_ENCRYPTION_KEY      "encryption-key"      /**< key id for it */
#define POSTAGE_SUCCESS_STATUS      "success-status"      /**< "200", "201" or "204" */
#define POSTAGE_SUCCESS_REDIRECT    "success-redirect"    /**< absolute URL */
#define POSTAGE_TAGS                "tags"                /**< set with postage_policy_tag */
#define POSTAGE_CHECKSUM_ALGORITHM  "checksum-algorithm"  /**< "SHA256", ... with the checksum itself */
#define POSTAGE_CHECKSUM_CRC32      "checksum-crc32"      /**< base64 of the big-endian digest, checked by the provider */
#define POSTAGE_CHECKSUM_CRC32C     "checksum-crc32c"     /**< likewise */
#define POSTAGE_CHECKSUM_CRC64NVME  "checksum-crc64nvme"  /**< likewise */
#define POSTAGE_CHECKSUM_SHA1       "checksum-sha1"       /**< likewise */
#define POSTAGE_CHECKSUM_SHA256     "checksum-sha256"     /**< likewise */
#define POSTAGE_CONTENT_MD5         "content-md5"         /**< base64 MD5 of the file, checked by the provider */
#define POSTAGE_FORBID_OVERWRITE    "forbid-overwrite"    /**< "true"; OSS */
#define POSTAGE_TRAFFIC_LIMIT       "traffic-limit"       /**< bit/s; OSS */
#define POSTAGE_CALLBACK            "callback"            /**< OSS */
#define POSTAGE_SIZE                "size"                /**< not a field: for postage_policy_leave_open */

struct postage_policy;

/** Makes an empty policy for a target, which it copies. @return POSTAGE_OK, ERR_INVALID (no target), ERR_NOMEM. */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_policy_new(struct postage_policy **out,
                                                                      const struct postage_target *target,
                                                                      const struct postage_allocator *alloc,
                                                                      struct postage_error *err);

/** Releases; `policy` may be NULL. Forms signed from it live on. */
POSTAGE_API void postage_policy_free(struct postage_policy *policy);

/* --- the object's key: exactly one of these three is needed --- */

/** Exactly this key. `${filename}` in it is refused: no provider compares it as written. */
POSTAGE_API enum postage_status postage_policy_key(struct postage_policy *policy, const char *key, struct postage_error *err);

/** Any key that begins with `prefix`; `value`, if given, is sent as the key, else the uploader names it. "" allows any key. */
POSTAGE_API enum postage_status postage_policy_key_prefix(struct postage_policy *policy, const char *prefix, const char *value,
                                                          struct postage_error *err);

/** A key that ends in `${filename}`, which the provider replaces by the file's name; the text before it is the rule. */
POSTAGE_API enum postage_status postage_policy_key_template(struct postage_policy *policy, const char *key,
                                                            struct postage_error *err);

/* --- fields --- */

/** Sends `value` and accepts nothing else. */
POSTAGE_API enum postage_status postage_policy_exact(struct postage_policy *policy, const char *name, const char *value,
                                                     struct postage_error *err);

/** Accepts values that begin with `prefix`. `value` is sent if given (it must begin with the prefix), else left open. */
POSTAGE_API enum postage_status postage_policy_starts_with(struct postage_policy *policy, const char *name, const char *prefix,
                                                           const char *value, struct postage_error *err);

/** Accepts any value, but the field has to be in the form. `value` is sent if given, else left open. */
POSTAGE_API enum postage_status postage_policy_any(struct postage_policy *policy, const char *name, const char *value,
                                                   struct postage_error *err);

/** Accepts one of `count` values, at least 1. `value` is sent if given (it must be one of them). OSS only. */
POSTAGE_API enum postage_status postage_policy_one_of(struct postage_policy *policy, const char *name,
                                                      const char *const *values, size_t count, const char *value,
                                                      struct postage_error *err);

/** Accepts anything but `count` values, at least 1. `value` is sent if given (it must be none of them). OSS only. */
POSTAGE_API enum postage_status postage_policy_none_of(struct postage_policy *policy, const char *name,
                                                       const char *const *values, size_t count, const char *value,
                                                       struct postage_error *err);

/**
 * Adds one more prefix to a field that already has a prefix or any rule: all of its rules have to hold.
 * This is the only way to name a field twice.
 */
POSTAGE_API enum postage_status postage_policy_narrow(struct postage_policy *policy, const char *name, const char *prefix,
                                                      struct postage_error *err);

/** Sends user metadata `name` (without the provider's prefix) with an exact rule. For other rules use the provider's name. */
POSTAGE_API enum postage_status postage_policy_metadata(struct postage_policy *policy, const char *name, const char *value,
                                                        struct postage_error *err);

/** Adds a tag to the object. All tags together become one field, with an exact rule. */
POSTAGE_API enum postage_status postage_policy_tag(struct postage_policy *policy, const char *key, const char *value,
                                                   struct postage_error *err);

/**
 * What the provider calls when the object is stored (OSS "Callback"). Zero is the default of each field; texts are borrowed for
 * the call.
 */
struct postage_callback_options {
    size_t size;      /**< set by the INIT macro */
    const char *url;  /**< required: http or https; up to five, separated by ';', tried in order. No IPv6 */
    const char *host; /**< Host header to send; NULL: that of the URL */
    const char *body; /**< required: template with ${bucket}, ${object}, ${etag}, ${size}, ${x:name}, ... */
    bool json;        /**< the body is JSON: variables then stand without quotes. Else it is urlencoded */
    bool sni;         /**< send the server's name in the TLS handshake: any modern https server wants it */
};
/** All defaults. */
/* clang-format off */
#define POSTAGE_CALLBACK_OPTIONS_INIT { sizeof(struct postage_callback_options), NULL, NULL, NULL, false, false }
/* clang-format on */

/**
 * Sends a callback with an exact rule, composed from its parts. Variables of your own are fields named "x:name", in lower case:
 * `postage_policy_exact(policy, "x:user", "42", err)`, and `${x:user}` in the body. OSS only.
 *
 * A failed callback does not undo the upload: its outcome is CALLBACK_FAILED, and the object is stored.
 */
POSTAGE_API enum postage_status postage_policy_callback(struct postage_policy *policy,
                                                        const struct postage_callback_options *options,
                                                        struct postage_error *err);

/* --- the whole --- */

/** Size of the file in bytes, both ends included; once. Without it the provider's own limit is all there is. */
POSTAGE_API enum postage_status postage_policy_size_range(struct postage_policy *policy, uint64_t min_bytes, uint64_t max_bytes,
                                                          struct postage_error *err);

/**
 * Says that something is left open on purpose, where a provider wants it decided: POSTAGE_CONTENT_TYPE or POSTAGE_SIZE on OSS,
 * which does not check what the policy does not name. No condition is written. Elsewhere it changes nothing.
 */
POSTAGE_API enum postage_status postage_policy_leave_open(struct postage_policy *policy, const char *name,
                                                          struct postage_error *err);

/**
 * Sends and fixes values for fields that an uploader could otherwise add to the form, where the server does not refuse them
 * (OSS: ACL "default", storage class "Standard", forbid-overwrite "false", success status "204"; fields that the policy already
 * has are left alone). What has no neutral value, such as metadata or a callback, stays open. Call it last. On S3 and MinIO
 * there is nothing to pin.
 */
POSTAGE_API enum postage_status postage_policy_pin_unlisted(struct postage_policy *policy, struct postage_error *err);

/** Expiry in seconds after signing, at least 1. Required, unless `postage_policy_expires_at` is used; the last call counts. */
POSTAGE_API enum postage_status postage_policy_expires_in(struct postage_policy *policy, int64_t seconds,
                                                          struct postage_error *err);

/** Expiry at a moment, in seconds since 1970-01-01 UTC. */
POSTAGE_API enum postage_status postage_policy_expires_at(struct postage_policy *policy, int64_t unix_s,
                                                          struct postage_error *err);

/** The provider it is for. */
POSTAGE_API const struct postage_provider *postage_policy_provider(const struct postage_policy *policy);

#ifdef __cplusplus
}
#endif

#endif
