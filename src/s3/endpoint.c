/*
 * S3's hosts. Rules: S3 user guide "Virtual hosting of buckets", "Dual-stack endpoints", "Transfer Acceleration"; the
 * combinations that are refused are those of the official endpoint rules (botocore endpoint-rule-set for s3).
 */
#include "s3/endpoint.h"

#include <string.h>

#include "base/error.h"
#include "provider/address.h"

enum domain { COMMERCIAL, CHINA, ISO, ISO_B, ISO_E, ISO_F, SOVEREIGN };

const char *const s3_domains[] = {
    [COMMERCIAL] = ".amazonaws.com", [CHINA] = ".amazonaws.com.cn", [ISO] = ".c2s.ic.gov",         [ISO_B] = ".sc2s.sgov.gov",
    [ISO_E] = ".cloud.adc-e.uk",     [ISO_F] = ".csp.hci.ic.gov",   [SOVEREIGN] = ".amazonaws.eu", NULL,
};

struct partition {
    const char *region_prefix;
    enum domain domain;
    bool fips;
    bool accelerate;
};

/* The last row is every other region. Longer prefixes first. */
/* clang-format off */
static const struct partition partitions[] = {
    { "cn-", CHINA, false, false },
    { "us-gov-", COMMERCIAL, true, false },
    { "us-isob-", ISO_B, true, false },
    { "us-isof-", ISO_F, true, false },
    { "us-iso-", ISO, true, false },
    { "eu-isoe-", ISO_E, true, false },
    { "eusc-", SOVEREIGN, true, false },
    { "", COMMERCIAL, true, true },
};
/* clang-format on */

static const struct partition *partition_of(const char *region)
{
    const struct partition *row = partitions;

    while (strncmp(region, row->region_prefix, strlen(row->region_prefix)) != 0)
        row++;
    return row;
}

static bool has_dot(const char *text)
{
    return strchr(text, '.') != NULL;
}

/* Whether the name can be one label of a host: 3 to 63 lower-case letters, digits and inner hyphens. */
static bool bucket_is_label(const char *bucket)
{
    size_t len = strlen(bucket);

    return len >= 3 && url_is_label(slice_of(bucket)) && strpbrk(bucket, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL;
}

/* Labels joined by dots: a host name, but not under a certificate for one label. */
static bool is_dotted_label(const char *bucket)
{
    size_t start = 0, len = strlen(bucket);

    if (len < 3 || len > 63 || strpbrk(bucket, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL)
        return false;
    for (size_t i = 0; i <= len; i++)
        if (bucket[i] == '.' || bucket[i] == '\0') {
            if (!url_is_label((struct slice){ bucket + start, i - start }))
                return false;
            start = i + 1;
        }
    return true;
}

enum postage_status s3_check_bucket(const char *provider, const char *bucket, struct postage_error *err)
{
    size_t len = strlen(bucket);
    bool dots_only = strspn(bucket, ".") == len;

    if (len >= 1 && len <= 255 && !dots_only &&
        strspn(bucket, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == len)
        return POSTAGE_OK;
    return error_set(err, POSTAGE_ERR_INVALID,
                     "%s: bucket " ERROR_QUOTE_FORMAT " is not 1 to 255 letters, digits, dots, hyphens and underscores",
                     provider, ERROR_QUOTE(bucket, len));
}

enum postage_status s3_join_endpoint(const struct location *where, const char *provider, bool auto_virtual, char *url,
                                     struct postage_error *err)
{
    bool want_virtual = where->addressing == POSTAGE_ADDRESSING_VIRTUAL;
    bool virtual_style = where->addressing == POSTAGE_ADDRESSING_AUTO ? auto_virtual : want_virtual;
    struct url endpoint;
    const char *mistake = url_parse(&endpoint, slice_of(where->endpoint));

    if (mistake != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: endpoint %s", provider, mistake);
    if (want_virtual && (endpoint.is_ip || !is_dotted_label(where->bucket)))
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "%s: virtual addressing needs %s; use path addressing", provider,
                         endpoint.is_ip ? "a host name, and the endpoint is an IP address"
                                        : "a bucket name that is a host name");
    if (endpoint.is_ip || !is_dotted_label(where->bucket) || (endpoint.https && has_dot(where->bucket) && !want_virtual))
        virtual_style = false;
    return address_join(url, &endpoint, virtual_style ? where->bucket : NULL, virtual_style ? NULL : where->bucket, err);
}

static enum postage_status refuse_combination(const char *first, const char *second, const char *why, struct postage_error *err)
{
    return error_set(err, POSTAGE_ERR_UNSUPPORTED, "s3: %s and %s do not go together: %s", first, second, why);
}

static enum postage_status refuse_value(const char *option, const char *kind, const char *value, const char *why,
                                        struct postage_error *err)
{
    return error_set(err, POSTAGE_ERR_UNSUPPORTED, "s3: %s and %s \"%s\" do not go together: %s", option, kind, value, why);
}

static enum postage_status check_custom_endpoint(const struct location *where, struct postage_error *err)
{
    if (where->accelerate)
        return refuse_combination("accelerate", "an endpoint", "acceleration has hosts of its own", err);
    if (where->dualstack)
        return refuse_combination("dualstack", "an endpoint", "dual-stack has hosts of its own", err);
    if (where->fips)
        return refuse_combination("fips", "an endpoint", "FIPS has hosts of its own", err);
    return POSTAGE_OK;
}

static enum postage_status check_combination(const struct location *where, const struct partition *partition,
                                             struct postage_error *err)
{
    if (where->accelerate && !partition->accelerate)
        return refuse_value("accelerate", "region", where->region, "the partition has no acceleration", err);
    if (where->accelerate && where->fips)
        return refuse_combination("accelerate", "fips", "there is no such host", err);
    if (where->accelerate && where->addressing == POSTAGE_ADDRESSING_PATH)
        return refuse_combination("accelerate", "path addressing", "accelerated hosts carry the bucket's name", err);
    if (where->accelerate && !bucket_is_label(where->bucket))
        return refuse_value("accelerate", "bucket", where->bucket, "the bucket's name must be one DNS label without dots", err);
    if (where->fips && !partition->fips)
        return refuse_value("fips", "region", where->region, "the partition has no FIPS hosts", err);
    if (where->addressing == POSTAGE_ADDRESSING_VIRTUAL && !bucket_is_label(where->bucket))
        return refuse_value("virtual addressing", "bucket", where->bucket,
                            "the certificate covers one DNS label; use path addressing", err);
    return POSTAGE_OK;
}

static enum postage_status check_kind(const char *bucket, struct postage_error *err)
{
    if (strncmp(bucket, "arn:", 4) == 0)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED,
                         "s3: an ARN is not a bucket; use the access point's alias or an endpoint");
    if (slice_ends_with(slice_of(bucket), SLICE(".mrap")))
        return error_set(err, POSTAGE_ERR_UNSUPPORTED,
                         "s3: multi-region access points take asymmetric signatures only, and forms have none");
    if (slice_ends_with(slice_of(bucket), SLICE("--x-s3")))
        return error_set(err, POSTAGE_ERR_UNSUPPORTED,
                         "s3: \"%s\" is a directory bucket; form uploads to those are not documented", bucket);
    return s3_check_bucket("s3", bucket, err);
}

static bool is_amazon(const char *endpoint)
{
    struct url url;

    if (url_parse(&url, slice_of(endpoint)) != NULL)
        return false;
    for (const char *const *domain = s3_domains; *domain != NULL; domain++)
        if (slice_ends_with(url.host, slice_of(*domain)))
            return true;
    return false;
}

enum postage_status s3_resolve(const struct location *where, char *url, struct postage_error *err)
{
    const struct partition *partition = partition_of(where->region);
    const char *domain = s3_domains[partition->domain];
    const char *dualstack = where->dualstack ? ".dualstack" : "";
    const char *fips = where->fips ? "-fips" : "";
    enum postage_status status = check_kind(where->bucket, err);

    if (status == POSTAGE_OK && where->addressing == POSTAGE_ADDRESSING_CNAME)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED,
                         "s3: there is no cname addressing; use public_url for a host of your own");
    if (status == POSTAGE_OK && where->endpoint != NULL) {
        status = check_custom_endpoint(where, err);
        /* Self-hosted stores rarely have wildcard DNS, so AUTO means path for any host but Amazon's. */
        return status == POSTAGE_OK ? s3_join_endpoint(where, "s3", is_amazon(where->endpoint), url, err) : status;
    }
    if (status == POSTAGE_OK)
        status = check_combination(where, partition, err);
    if (status != POSTAGE_OK)
        return status;
    if (where->accelerate)
        return address_print(url, err, "https://%s.s3-accelerate%s%s/", where->bucket, dualstack, domain);
    if (where->addressing == POSTAGE_ADDRESSING_PATH || !bucket_is_label(where->bucket))
        return address_print(url, err, "https://s3%s%s.%s%s/%s", fips, dualstack, where->region, domain, where->bucket);
    return address_print(url, err, "https://%s.s3%s%s.%s%s/", where->bucket, fips, dualstack, where->region, domain);
}
