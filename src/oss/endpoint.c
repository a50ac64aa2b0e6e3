/*
 * OSS's hosts. Rules: OSS user guide "Regions and endpoints", "Access OSS via custom domain names". Only the host names the
 * bucket; path style is refused by the service (SecondLevelDomainForbidden) and written here for the sandbox alone.
 */
#include <string.h>

#include "base/error.h"
#include "provider/address.h"
#include "oss/oss.h"

static enum postage_status check_bucket(const char *bucket, struct postage_error *err)
{
    size_t len = strlen(bucket);

    if (len >= 3 && len <= 63 && strspn(bucket, "abcdefghijklmnopqrstuvwxyz0123456789-") == len &&
        url_is_label(slice_of(bucket)))
        return POSTAGE_OK;
    return error_set(err, POSTAGE_ERR_INVALID,
                     "oss: bucket " ERROR_QUOTE_FORMAT " is not 3 to 63 lower-case letters, digits and inner hyphens",
                     ERROR_QUOTE(bucket, len));
}

static enum postage_status check_region(const char *region, struct postage_error *err)
{
    if (strncmp(region, "oss-", 4) != 0)
        return POSTAGE_OK;
    return error_set(err, POSTAGE_ERR_INVALID, "oss: region \"%s\" is a host's beginning; the region is \"%s\"", region,
                     region + 4);
}

static enum postage_status join_endpoint(const struct location *where, char *url, struct postage_error *err)
{
    struct url endpoint;
    const char *mistake = url_parse(&endpoint, slice_of(where->endpoint));
    bool path = where->addressing == POSTAGE_ADDRESSING_PATH;
    bool in_host;

    if (mistake == NULL && where->addressing == POSTAGE_ADDRESSING_VIRTUAL && endpoint.is_ip)
        mistake = "is an IP address, which has no room for a bucket; use a host name, or path addressing on the sandbox";
    if (mistake == NULL && endpoint.path.len > 0 && !slice_equal(endpoint.path, SLICE("/")))
        mistake = "must not have a path: the request target is always /";
    if (mistake != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "oss: endpoint " ERROR_QUOTE_FORMAT " %s",
                         ERROR_QUOTE(where->endpoint, strlen(where->endpoint)), mistake);
    path = path || (where->addressing == POSTAGE_ADDRESSING_AUTO && endpoint.is_ip);
    in_host = !path && where->addressing != POSTAGE_ADDRESSING_CNAME;
    return address_join(url, &endpoint, in_host ? where->bucket : NULL, path ? where->bucket : NULL, err);
}

static enum postage_status check_combination(const struct location *where, struct postage_error *err)
{
    if (where->fips)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "oss: there are no FIPS hosts");
    if (where->internal + where->dualstack + where->accelerate > 1)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "oss: only one of internal, dualstack and accelerate can be used");
    if (where->endpoint != NULL && (where->internal || where->dualstack || where->accelerate))
        return error_set(err, POSTAGE_ERR_UNSUPPORTED,
                         "oss: internal, dualstack and accelerate have hosts of their own; they do not go with an endpoint");
    if (where->endpoint == NULL && where->addressing == POSTAGE_ADDRESSING_CNAME)
        return error_set(err, POSTAGE_ERR_INVALID, "oss: cname addressing needs the bound domain as endpoint");
    if (where->endpoint == NULL && where->addressing == POSTAGE_ADDRESSING_PATH)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "oss: path addressing is refused by OSS; use virtual or cname");
    return POSTAGE_OK;
}

enum postage_status oss_resolve(const struct location *where, char *url, struct postage_error *err)
{
    enum postage_status status = check_bucket(where->bucket, err);

    if (status == POSTAGE_OK)
        status = check_region(where->region, err);
    if (status == POSTAGE_OK)
        status = check_combination(where, err);
    if (status != POSTAGE_OK)
        return status;
    if (where->endpoint != NULL)
        return join_endpoint(where, url, err);
    if (where->accelerate)
        return address_print(url, err, "https://%s.oss-accelerate.aliyuncs.com/", where->bucket);
    if (where->dualstack)
        return address_print(url, err, "https://%s.%s.oss.aliyuncs.com/", where->bucket, where->region);
    return address_print(url, err, "https://%s.oss-%s%s.aliyuncs.com/", where->bucket, where->region,
                         where->internal ? "-internal" : "");
}
