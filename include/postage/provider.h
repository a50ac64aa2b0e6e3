/**
 * @file
 * Providers: which stores there are, and what each can do with a form.
 *
 * A `struct postage_provider` is constant, there is one for each provider, and it is never freed. What is inside is private.
 */
#ifndef POSTAGE_PROVIDER_H
#define POSTAGE_PROVIDER_H

#include "postage/digest.h"
#include "postage/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How the bucket is named in the request. */
enum postage_addressing {
    POSTAGE_ADDRESSING_AUTO = 0,    /**< the provider's rule, see target.h */
    POSTAGE_ADDRESSING_VIRTUAL = 1, /**< https://BUCKET.host/ */
    POSTAGE_ADDRESSING_PATH = 2,    /**< https://host/BUCKET */
    POSTAGE_ADDRESSING_CNAME = 3    /**< the endpoint's host is the bucket itself (OSS) */
};

/** The kinds of rule a policy can put on a field; bits, so that a capability can list several. */
enum postage_rule {
    POSTAGE_RULE_EXACT = 1,       /**< this value and no other */
    POSTAGE_RULE_STARTS_WITH = 2, /**< any value with this beginning */
    POSTAGE_RULE_ANY = 4,         /**< any value, but the field has to be there */
    POSTAGE_RULE_ONE_OF = 8,      /**< one of a list */
    POSTAGE_RULE_NONE_OF = 16     /**< anything but a list */
};

struct postage_provider;

/** Numbers that a provider sets, each checked before signing. Sources: the pages named in docs/providers.md. */
enum postage_limit {
    POSTAGE_LIMIT_OBJECT_BYTES = 1,    /**< one file */
    POSTAGE_LIMIT_PRE_FILE_BYTES = 2,  /**< everything before the file's bytes, delimiters included */
    POSTAGE_LIMIT_KEY_BYTES = 3,       /**< the object's key */
    POSTAGE_LIMIT_METADATA_BYTES = 4,  /**< names without prefix plus values, all together */
    POSTAGE_LIMIT_FIELD_BYTES = 5,     /**< one value */
    POSTAGE_LIMIT_REDIRECT_BYTES = 6,  /**< the success redirect */
    POSTAGE_LIMIT_TAGS = 7,            /**< of one object */
    POSTAGE_LIMIT_TAG_KEY_CHARS = 8,   /**< Unicode characters */
    POSTAGE_LIMIT_TAG_VALUE_CHARS = 9, /**< Unicode characters */
    POSTAGE_LIMIT_EXPIRY_S = 10        /**< seconds from signing to expiry */
};

/** What the vendor's own tools read from the environment. */
enum postage_setting {
    POSTAGE_SETTING_ACCESS_KEY_ID = 1,     /**< of the source of keys `index`; see below for NULL */
    POSTAGE_SETTING_SECRET_ACCESS_KEY = 2, /**< of the same source of keys */
    POSTAGE_SETTING_SESSION_TOKEN = 3,     /**< of the same source; NULL: it has none */
    POSTAGE_SETTING_KEY_EXPIRY = 4,        /**< when the keys of the same source end, as 2026-11-21T12:00:00Z; NULL: not told */
    POSTAGE_SETTING_REGION = 5,            /**< signing region */
    POSTAGE_SETTING_ENDPOINT = 6,          /**< endpoint; see below for NULL */
    POSTAGE_SETTING_IGNORE_ENDPOINT = 7,   /**< "true": the endpoint variable `index` does not count; NULL: always counts */
    POSTAGE_SETTING_DUALSTACK = 8,         /**< "true": hosts with IPv4 and IPv6 */
    POSTAGE_SETTING_FIPS = 9,              /**< "true": FIPS hosts */
    POSTAGE_SETTING_KEY_ALIAS = 10,        /**< what a source of keys may have in place of the first four, see below */
    POSTAGE_SETTING_ENDPOINT_ALIAS = 11    /**< what may stand in place of ENDPOINT, see below */
};

/** The provider with this name; NULL: there is none. `name` may be NULL. */
POSTAGE_API const struct postage_provider *postage_provider_find(const char *name);

/** All providers one after the other, from index 0; NULL: `index` is past the last. */
POSTAGE_API const struct postage_provider *postage_provider_at(size_t index);

/** The name, which is also the scheme of its targets' URIs: "s3" of s3://bucket/key. Never NULL. */
POSTAGE_API const char *postage_provider_name(const struct postage_provider *provider);

/** The name for people, "AWS S3". Never NULL. */
POSTAGE_API const char *postage_provider_title(const struct postage_provider *provider);

/**
 * What the provider calls a field of policy.h in its forms, "x-amz-storage-class" for POSTAGE_STORAGE_CLASS. `field` may also
 * be the provider's own name. NULL: it has no such field, or the name is not one of policy.h.
 */
POSTAGE_API const char *postage_provider_field(const struct postage_provider *provider, const char *field);

/** The rules that can be put on a field: bits of `enum postage_rule`; 0: it has no such field. */
POSTAGE_API unsigned postage_provider_field_rules(const struct postage_provider *provider, const char *field);

/** For a field of policy.h that the provider does not have: what to use instead, one English phrase; else NULL. */
POSTAGE_API const char *postage_provider_field_alternative(const struct postage_provider *provider, const char *field);

/** The digests that its success replies can carry: POSTAGE_DIGEST_BIT of each. Which one comes depends on form and store. */
POSTAGE_API unsigned postage_provider_digests(const struct postage_provider *provider);

/** The region that is used when none is named; NULL: one has to be named. */
POSTAGE_API const char *postage_provider_default_region(const struct postage_provider *provider);

/** Whether an endpoint has to be named, because the store is wherever somebody installed it. */
POSTAGE_API bool postage_provider_needs_endpoint(const struct postage_provider *provider);

/**
 * The environment variable in which the vendor's own tools look for a setting: index 0 for the first place they look, then 1
 * and so on. NULL: there are no more, or `setting` is not one of the enum. The library itself never reads the environment.
 *
 * The first four settings go together: key id, secret, token and expiry with one index are one source of keys. In their place a
 * source may have a KEY_ALIAS: how the names of variables begin that each hold an endpoint with its keys,
 * `http[s]://ID:SECRET[:TOKEN]@host[:port]`. ENDPOINT and ENDPOINT_ALIAS share their places in the same way. So there are no
 * more sources of keys, or endpoints, where both are NULL.
 */
POSTAGE_API const char *postage_provider_environment(const struct postage_provider *provider, enum postage_setting setting,
                                                     size_t index);

/** One of its limits; 0: none is known, or `limit` is not one of the enum. */
POSTAGE_API uint64_t postage_provider_limit(const struct postage_provider *provider, enum postage_limit limit);

#ifdef __cplusplus
}
#endif

#endif
