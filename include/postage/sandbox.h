/**
 * @file
 * The sandbox: a strict local endpoint for tests. It takes forms as S3, MinIO or OSS would, judges every rule, stores objects
 * in a directory, serves them back, and keeps a ledger of what it really received.
 *
 *     struct postage_sandbox_options options = POSTAGE_SANDBOX_OPTIONS_INIT;
 *     struct postage_sandbox *sandbox;
 *
 *     status = postage_sandbox_start(&sandbox, &options, &err);  // own thread, free port, a bucket for each dialect
 *     endpoint = postage_sandbox_endpoint(sandbox, 0);           // "http://127.0.0.1:43210"
 *     // ... sign forms with the keys of the options, upload, read back ...
 *     postage_sandbox_stop(sandbox);
 *
 * A library of its own, postage::sandbox, over libevent and llhttp or http_parser: it is for test suites and never part of what
 * a production program links. docs/sandbox.md says what it enforces and where it differs from the real stores.
 */
#ifndef POSTAGE_SANDBOX_H
#define POSTAGE_SANDBOX_H

#include "postage/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The key pair used when the options name none: test data, not a secret. */
#define POSTAGE_SANDBOX_KEY_ID "AKIAPOSTAGESANDBOX00"
#define POSTAGE_SANDBOX_SECRET "postage/sandbox/test/secret/not/for/production" /**< goes with POSTAGE_SANDBOX_KEY_ID */

/** A bucket, and whose rules it follows. */
struct postage_sandbox_bucket {
    const char *name;    /**< 3 to 63 characters of a bucket's name */
    const char *dialect; /**< by name: "s3" (also when NULL), "minio", "oss"; an unknown one is refused with the list */
    bool public_read;    /**< unsigned GET, HEAD and listing */
    bool public_write;   /**< unsigned forms (never on MinIO, which accepts none); implies nothing about reading */
};

/** Who may sign. With a session token it is a temporary key: forms and requests must carry the token. */
struct postage_sandbox_key {
    const char *access_key_id;     /**< required */
    const char *secret_access_key; /**< required */
    const char *session_token;     /**< NULL: a permanent key */
    int64_t expires_unix_s;        /**< of a temporary key; 0: never */
};

/** Zero is the default of each field. Texts are copied. */
struct postage_sandbox_options {
    size_t size;               /**< set by the INIT macro */
    const char *const *listen; /**< "127.0.0.1:0" (default), "[::1]:9000": numeric; port 0 is a free one */
    size_t listen_count;       /**< of `listen`; 0: the default */
    const char *directory;     /**< where objects live; made if missing. NULL: a temporary one, removed at the end */
    const struct postage_sandbox_bucket *buckets; /**< default: one for each dialect, of its name */
    size_t bucket_count;                          /**< of `buckets`; 0: the default */
    const struct postage_sandbox_key *keys;       /**< default: POSTAGE_SANDBOX_KEY_ID and POSTAGE_SANDBOX_SECRET */
    size_t key_count;                             /**< of `keys`; 0: the default */
    const char *region;                           /**< all signatures must name it; default "us-east-1" */
    bool tls;                                     /**< https on every address, with a certificate made on the spot */
    bool discard;                                 /**< judge, digest and enter uploads in the ledger, but store nothing */
    bool unsigned_reads;                          /**< unsigned GET, HEAD and listing on every bucket */
    bool no_sync;                                 /**< leave out fsync: quicker, and a power cut may lose objects */
    const char *ledger_file;                      /**< JSON lines are appended to it; NULL: no ledger */
    int64_t (*now)(void *context); /**< seconds since 1970-01-01 UTC, to the year 9999; NULL: the system's. Sandbox's thread */
    void *now_context;             /**< for `now` */
    uint32_t max_connections;      /**< further ones wait in the listen queue; default 1024 */
    uint32_t head_timeout_ms;      /**< for a request's head to arrive whole; default 20000 */
    uint32_t idle_timeout_ms;      /**< without a byte in either direction; default 30000 */
    uint64_t max_object_bytes;     /**< default 5 GiB, as the real ones; with `discard` 64 GiB */
};
/** All defaults. */
/* clang-format off */
#define POSTAGE_SANDBOX_OPTIONS_INIT { sizeof(struct postage_sandbox_options), NULL, 0, NULL, NULL, 0, NULL, 0, NULL, false, false, false, false, NULL, NULL, NULL, 0, 0, 0, 0 }
/* clang-format on */

struct postage_sandbox;

/**
 * Makes a sandbox that listens; it answers once it runs.
 *
 * @return POSTAGE_OK, ERR_INVALID (which option), ERR_SYSTEM (an address, the directory or the ledger cannot be used),
 *         ERR_CRYPTO, ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_sandbox_new(struct postage_sandbox **out,
                                                                       const struct postage_sandbox_options *options,
                                                                       struct postage_error *err);

/** Makes one and runs it in a thread of its own. */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_sandbox_start(struct postage_sandbox **out,
                                                                         const struct postage_sandbox_options *options,
                                                                         struct postage_error *err);

/** Runs in the caller's thread until `postage_sandbox_interrupt`. @return POSTAGE_OK or ERR_SYSTEM. */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_sandbox_run(struct postage_sandbox *sandbox,
                                                                       struct postage_error *err);

/** Ends `postage_sandbox_run`. From any thread, and from a signal handler. */
POSTAGE_API void postage_sandbox_interrupt(struct postage_sandbox *sandbox);

/** Interrupts, joins the thread if there is one, closes every connection, releases. `sandbox` may be NULL. */
POSTAGE_API void postage_sandbox_stop(struct postage_sandbox *sandbox);

/** "http://127.0.0.1:43210" of the `index`-th address, NULL past the last. Belongs to the sandbox. */
POSTAGE_API const char *postage_sandbox_endpoint(const struct postage_sandbox *sandbox, size_t index);

/** The PEM certificate that clients have to trust; NULL without TLS. Belongs to the sandbox. */
POSTAGE_API const char *postage_sandbox_certificate(const struct postage_sandbox *sandbox);

/** Where the objects are. Belongs to the sandbox. */
POSTAGE_API const char *postage_sandbox_directory(const struct postage_sandbox *sandbox);

#ifdef __cplusplus
}
#endif

#endif
