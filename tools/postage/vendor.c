#include "vendor.h"

#include <string.h>

static const char *const no_names[] = { NULL };
static const struct vendor_keys no_keys[] = { { 0 } };
static const struct vendor none = { .keys = no_keys, .regions = no_names, .endpoints = no_names };

static const struct vendor_keys s3_keys[] = {
    { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION" },
    { 0 },
};
static const char *const s3_regions[] = { "AWS_REGION", "AWS_DEFAULT_REGION", NULL };
static const char *const s3_endpoints[] = { "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", NULL };

static const struct vendor_keys minio_keys[] = {
    { "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "MINIO_SESSION_TOKEN", NULL },
    { "MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD", NULL, NULL },
    { 0 },
};
static const char *const minio_regions[] = { "MINIO_REGION", "MINIO_SITE_REGION", NULL };
static const char *const minio_endpoints[] = { "MINIO_ENDPOINT", NULL };

static const struct vendor_keys oss_keys[] = {
    { "OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN", NULL },
    { "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN", NULL },
    { 0 },
};
static const char *const oss_regions[] = { "OSS_REGION", "ALIBABA_CLOUD_REGION_ID", NULL };
static const char *const oss_endpoints[] = { "OSS_ENDPOINT", NULL };

static const struct vendor vendors[] = {
    {
        .provider = "s3",
        .keys = s3_keys,
        .regions = s3_regions,
        .endpoints = s3_endpoints,
        .ignore_endpoints = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        .dualstack = "AWS_USE_DUALSTACK_ENDPOINT",
        .fips = "AWS_USE_FIPS_ENDPOINT",
        .ca_file = "AWS_CA_BUNDLE",
        .large_objects = "aws s3 cp",
    },
    {
        /* people use AWS's names for its keys and its endpoint as well */
        .provider = "minio",
        .keys = minio_keys,
        .regions = minio_regions,
        .endpoints = minio_endpoints,
        .alias_prefix = "MC_HOST_",
        .borrows = "s3",
        .large_objects = "mc cp",
    },
    {
        .provider = "oss",
        .keys = oss_keys,
        .regions = oss_regions,
        .endpoints = oss_endpoints,
        .large_objects = "ossutil cp",
    },
};

enum { VENDORS = sizeof vendors / sizeof vendors[0] };

const struct vendor *vendor_find(const char *provider)
{
    for (size_t i = 0; provider != NULL && i < VENDORS; i++)
        if (strcmp(vendors[i].provider, provider) == 0)
            return &vendors[i];
    return &none;
}

const char *vendor_ca_file(void)
{
    for (size_t i = 0; i < VENDORS; i++)
        if (vendors[i].ca_file != NULL)
            return vendors[i].ca_file;
    return NULL;
}
