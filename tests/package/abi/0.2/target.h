/**
 * @file
 * Targets: which bucket of which provider, and under which URL.
 *
 * A target is made from a URI, `s3://bucket/key`, `minio://bucket/key` or `oss://bucket/key`, and options. Everything is
 * checked when it is made: a bucket, region or endpoint that cannot be right is refused here, not by a server later. It
 * never changes after that: any number of threads may use one at once.
 *
 * Where the host comes from (S3 user guide "Virtual hosting of buckets"; botocore's endpoint rules; OSS user guide "Regions and
 * endpoints"):
 *
 *     s3     regional, never the global host: https://BUCKET.s3.REGION.amazonaws.com/, with its partition's suffix;
 *            dual-stack, FIPS and accelerated hosts on request; path style for names that are not a DNS label, and for
 *            names with dots over https (the certificate covers one label).
 *     minio  `endpoint` is required; path style unless asked otherwise.
 *     oss    regional: https://BUCKET.oss-REGION.aliyuncs.com/; internal, dual-stack and accelerated hosts on request.
 *            The bucket is in the host, or `endpoint` is a domain bound to it (cname); path style is for test servers.
 *     other  with an `endpoint` that is not Amazon's, s3, too, is path style unless asked otherwise: few stores have
 *            wildcard DNS.
 *
 * The signature of a form does not cover the host, so `public_url` may name any address that leads to the same bucket.
 * Stores without POST Object: Cloudflare R2 and Backblaze B2 answer 501; their hosts are refused by name.
 */
#ifndef POSTAGE_TARGET_H
#define POSTAGE_TARGET_H

#include "postage/allocator.h"
#include "postage/provider.h"
#include "postage/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How to reach the bucket. Zero is the default of each field; all texts are copied. */
struct postage_target_options {
    size_t size;          /**< set by the INIT macro */
    const char *endpoint; /**< "http[s]://host[:port][/prefix]"; NULL: the provider's own. IPv6 literals in brackets */
    const char *region;   /**< signing region. s3, oss: required; minio: "us-east-1" when NULL. 1..63 of [A-Za-z0-9-] */
    enum postage_addressing addressing; /**< AUTO: the provider's rule, see above */
    bool dualstack;                     /**< s3, oss: hosts with IPv6 and IPv4 */
    bool fips;                          /**< s3 only */
    bool accelerate;                    /**< s3, oss: transfer acceleration; the region stays the bucket's */
    bool internal;                      /**< oss only: hosts inside Alibaba's network */
    const char *signature;              /**< NULL: the provider's default; oss: "v4" (default) or "v1" */
    const char *public_url; /**< URL to print into forms instead of the computed one; must be http or https, no query */
};
/** All defaults. */
/* clang-format off */
#define POSTAGE_TARGET_OPTIONS_INIT { sizeof(struct postage_target_options), NULL, NULL, POSTAGE_ADDRESSING_AUTO, false, false, false, false, NULL, NULL }
/* clang-format on */

struct postage_target;

/**
 * Makes a target. The key part of the URI is taken literally, without percent-decoding; it may be empty.
 *
 * @param uri      required; scheme, bucket and key are copied.
 * @param options  NULL: all defaults.
 * @return POSTAGE_OK, ERR_INVALID (what is wrong with which part), ERR_UNSUPPORTED (the store has no form upload, or the
 *         combination is refused: accelerate with path style, FIPS in China, virtual with an IP address, ...), ERR_LIMIT (a
 *         URL of 2048 bytes or more), ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_target_new(struct postage_target **out, const char *uri,
                                                                      const struct postage_target_options *options,
                                                                      const struct postage_allocator *alloc,
                                                                      struct postage_error *err);

/** Releases; `target` may be NULL. Policies and forms made from it keep what they need. */
POSTAGE_API void postage_target_free(struct postage_target *target);

/** The provider that the URI's scheme names; never NULL. */
POSTAGE_API const struct postage_provider *postage_target_provider(const struct postage_target *target);

/** The bucket as it was given; never NULL. */
POSTAGE_API const char *postage_target_bucket(const struct postage_target *target);

/** The signing region, given or the provider's default; never NULL. */
POSTAGE_API const char *postage_target_region(const struct postage_target *target);

/** The URI's part after the bucket, "" when there was none. */
POSTAGE_API const char *postage_target_key(const struct postage_target *target);

/** Where a form is posted to: `public_url` if there was one, else the computed URL. */
POSTAGE_API const char *postage_target_url(const struct postage_target *target);

#ifdef __cplusplus
}
#endif

#endif
