/**
 * @file
 * Credentials: an immutable snapshot of the keys that sign.
 *
 * Either a secret, or a signing key already derived for one day, region and service, so that a machine that issues forms need
 * not hold the secret at all. Secret, derived key and token live in pages of their own that are left out of core dumps, and
 * are wiped when freed. Any number of threads, and signers, may use the same credentials at once.
 */
#ifndef POSTAGE_CREDENTIALS_H
#define POSTAGE_CREDENTIALS_H

#include "postage/allocator.h"
#include "postage/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Length of a derived signing key: one SHA-256. */
#define POSTAGE_DERIVED_KEY_BYTES 32

/** What credentials are made from. All texts are copied. */
struct postage_credentials_options {
    size_t size;                   /**< set by the INIT macro */
    const char *access_key_id;     /**< required: 1 to 128 printable ASCII characters */
    const char *secret_access_key; /**< required, unless `derived_key` is given; UTF-8, 1 to 1024 bytes */
    const char *session_token;     /**< NULL or "": none; 1 to 8192 printable ASCII characters */
    int64_t expires_unix_s;        /**< when the provider stops accepting them; 0: never or not known */
    const uint8_t *derived_key;    /**< NULL, or POSTAGE_DERIVED_KEY_BYTES bytes: the SigV4 signing key of the scope below */
    const char *derived_date;      /**< with `derived_key`: its day, "YYYYMMDD", UTC */
    const char *derived_region;    /**< with `derived_key`: its region */
};
/** All defaults. */
/* clang-format off */
#define POSTAGE_CREDENTIALS_OPTIONS_INIT { sizeof(struct postage_credentials_options), NULL, NULL, NULL, 0, NULL, NULL, NULL }
/* clang-format on */

struct postage_credentials;

/**
 * Makes credentials. No error text quotes any part of a secret or token.
 *
 * @return POSTAGE_OK, POSTAGE_ERR_CREDENTIALS (names the field that is missing or not valid), ERR_INVALID (the options' size
 *         is not set), ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_credentials_new(struct postage_credentials **out,
                                                                           const struct postage_credentials_options *options,
                                                                           const struct postage_allocator *alloc,
                                                                           struct postage_error *err);

/** Wipes and releases. `credentials` may be NULL. Signers made from them must be freed first. */
POSTAGE_API void postage_credentials_free(struct postage_credentials *credentials);

/** The access key id: not a secret. */
POSTAGE_API const char *postage_credentials_access_key_id(const struct postage_credentials *credentials);

/** Whether there is a session token. */
POSTAGE_API bool postage_credentials_are_temporary(const struct postage_credentials *credentials);

/** When they expire, 0 for never or not known. */
POSTAGE_API int64_t postage_credentials_expires_unix_s(const struct postage_credentials *credentials);

#ifdef __cplusplus
}
#endif

#endif
