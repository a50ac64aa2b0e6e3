/*
 * What MinIO does differently from S3; everything else is S3's. Read in MinIO's source (cmd/postpolicyform.go,
 * cmd/bucket-handlers.go, last public version of 2026-02-12) and tried on it:
 *
 * - It is wherever you installed it: an endpoint is required, and path style is what works without wildcard DNS.
 * - One form takes up to 5 TiB, there is no limit for everything before the file (1 MiB a field) and none of 7 days.
 * - Conditions on fields that are neither in its list nor named x-amz-... cover the field, but are not compared.
 * - A size range that ends at 0 limits nothing.
 * - `${filename}` is replaced in the key only.
 * - An unparsable policy is 403 PostPolicyInvalidKeyName, an uncovered field 403 AccessDenied.
 */
#include <string.h>

#include "base/error.h"
#include "base/slice.h"
#include "minio/minio.h"
#include "postage/policy.h"
#include "s3/endpoint.h"
#include "s3/s3.h"

#define OPEN_RULES (POSTAGE_RULE_EXACT | POSTAGE_RULE_STARTS_WITH | POSTAGE_RULE_ANY)

/* postpolicyform.go, startsWithConds and the x-amz- rule behind it. */
static bool enforces(const char *wire_name)
{
    static const char *const compared[] = {
        "acl",     "bucket", "cache-control",           "content-type", "content-disposition",   "content-encoding",
        "expires", "key",    "success_action_redirect", "redirect",     "success_action_status", "tagging",
    };

    for (size_t i = 0; i < sizeof compared / sizeof compared[0]; i++)
        if (slice_equal_ignoring_case(slice_of(compared[i]), slice_of(wire_name)))
            return true;
    return slice_starts_with_ignoring_case(slice_of(wire_name), SLICE("x-amz-")) ||
           slice_starts_with_ignoring_case(slice_of(wire_name), SLICE("x-ignore-"));
}

static const struct capabilities minio_capabilities = {
    .fields = s3_fields,
    .field_count = S3_FIELD_COUNT,
    .metadata_prefix = "x-amz-meta-",
    .metadata_rules = OPEN_RULES,
    .vendor_prefix = "x-amz-",
    .vendor_rules = OPEN_RULES,
    .ignored_prefix = "x-ignore-",
    .reserved = s3_reserved,
    .covers_every_field = true,
    .refused_key_starts = "/", /* stripped before the rules are looked at, so that none of them holds */
    .has_bucket_field = true,
    .zero_max_is_unlimited = true,
    .default_type = "MinIO will guess it from the key's extension",
    .enforces = enforces,
    .dialect = &minio_dialect,
    .limits = {
        S3_LIMITS,
        .max_object_bytes = UINT64_C(5) * 1024 * 1024 * 1024 * 1024,
        .max_field_bytes = 1024 * 1024,
    },
};

static enum postage_status minio_resolve(const struct location *where, char *url, struct postage_error *err)
{
    enum postage_status status = s3_check_bucket("minio", where->bucket, err);

    if (status != POSTAGE_OK)
        return status;
    if (where->endpoint == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "minio: an endpoint is required, for example http://127.0.0.1:9000");
    if (where->dualstack || where->fips || where->accelerate)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED,
                         "minio: there is no dual-stack, FIPS or acceleration; name the endpoint");
    if (where->addressing == POSTAGE_ADDRESSING_CNAME)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "minio: there is no cname addressing; use virtual or path");
    return s3_join_endpoint(where, "minio", false, url, err);
}

/* PostPolicyBucketHandler: of checksums only the one that the form carried; the ETag always. */
static const struct returned_digest minio_digests[] = {
    { .digest = POSTAGE_DIGEST_CRC32C,
      .encoding = DIGEST_BASE64,
      .header = "x-amz-checksum-crc32c",
      .field = "x-amz-checksum-crc32c",
      .counts = s3_checksum_counts },
    { .digest = POSTAGE_DIGEST_CRC64NVME,
      .encoding = DIGEST_BASE64,
      .header = "x-amz-checksum-crc64nvme",
      .field = "x-amz-checksum-crc64nvme",
      .counts = s3_checksum_counts },
    { .digest = POSTAGE_DIGEST_MD5, .encoding = DIGEST_HEX, .header = "etag", .element = "ETag", .counts = s3_etag_counts },
    { .digest = POSTAGE_DIGEST_NONE },
};

const struct postage_provider postage_provider_minio = {
    .name = "minio",
    .title = "MinIO",
    .capabilities = &minio_capabilities,
    .schemes = s3_schemes,
    .older_schemes = s3_older_schemes,
    .default_region = "us-east-1",
    .needs_endpoint = true,
    .region_example = "us-east-1",
    .stores_without_forms = s3_stores_without_forms,
    .environment = &minio_environment,
    .resolve = minio_resolve,
    .presign = &s3_presign,
    .created = &s3_created,
    .causes = s3_all_causes,
    .add_detail = s3_add_detail,
    .secret_fields = s3_secret_fields,
    .digests = minio_digests,
    .request_id_header = "x-amz-request-id",
    .host_id_header = "x-amz-id-2",
    .version_id_header = "x-amz-version-id",
    .log_headers = s3_log_headers,
};
