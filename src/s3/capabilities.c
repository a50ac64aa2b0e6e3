/*
 * What S3 can do with forms. Operators: S3 user guide "Creating a POST policy", table of matching rules; what it does not
 * list ("other x-amz-*") takes exact values only. Limits: the same page (20 KB before the file), "Uploading objects" (5 GB in
 * one operation), "Object keys", "Working with object metadata" (2 KB), "Object tagging", condition key s3:signatureAge (7
 * days).
 */
#include "s3/s3.h"

#include "postage/policy.h"

#define OPEN_RULES (POSTAGE_RULE_EXACT | POSTAGE_RULE_STARTS_WITH | POSTAGE_RULE_ANY)
#define EXACT_ONLY POSTAGE_RULE_EXACT

const struct capability s3_fields[S3_FIELD_COUNT] = {
    { POSTAGE_KEY, "key", OPEN_RULES, NULL },
    { POSTAGE_CONTENT_TYPE, "Content-Type", OPEN_RULES, NULL },
    { POSTAGE_CACHE_CONTROL, "Cache-Control", OPEN_RULES, NULL },
    { POSTAGE_CONTENT_DISPOSITION, "Content-Disposition", OPEN_RULES, NULL },
    { POSTAGE_CONTENT_ENCODING, "Content-Encoding", OPEN_RULES, NULL },
    { POSTAGE_EXPIRES, "Expires", OPEN_RULES, NULL },
    { POSTAGE_ACL, "acl", OPEN_RULES, NULL }, /* not x-amz-acl: that is the header's name */
    { POSTAGE_STORAGE_CLASS, "x-amz-storage-class", EXACT_ONLY, NULL },
    { POSTAGE_ENCRYPTION, "x-amz-server-side-encryption", EXACT_ONLY, NULL },
    { POSTAGE_ENCRYPTION_KEY, "x-amz-server-side-encryption-aws-kms-key-id", EXACT_ONLY, NULL },
    { POSTAGE_SUCCESS_STATUS, "success_action_status", EXACT_ONLY, NULL },
    { POSTAGE_SUCCESS_REDIRECT, "success_action_redirect", OPEN_RULES, NULL },
    { POSTAGE_TAGS, "tagging", EXACT_ONLY, NULL }, /* an XML document, not the x-amz-tagging header's text */
    { POSTAGE_CHECKSUM_ALGORITHM, "x-amz-checksum-algorithm", EXACT_ONLY, NULL },
    { POSTAGE_CHECKSUM_CRC32, "x-amz-checksum-crc32", EXACT_ONLY, NULL },
    { POSTAGE_CHECKSUM_CRC32C, "x-amz-checksum-crc32c", EXACT_ONLY, NULL },
    { POSTAGE_CHECKSUM_CRC64NVME, "x-amz-checksum-crc64nvme", EXACT_ONLY, NULL },
    { POSTAGE_CHECKSUM_SHA1, "x-amz-checksum-sha1", EXACT_ONLY, NULL },
    { POSTAGE_CHECKSUM_SHA256, "x-amz-checksum-sha256", EXACT_ONLY, NULL },
    { POSTAGE_CONTENT_MD5, "Content-MD5", OPEN_RULES, NULL },
    { POSTAGE_FORBID_OVERWRITE, NULL, 0, "use a key that nobody can guess, or bucket versioning" },
    { POSTAGE_TRAFFIC_LIMIT, NULL, 0, "limit the rate where the file is sent" },
    { POSTAGE_CALLBACK, NULL, 0, "use bucket notifications" },
};

/* clang-format off */
const char *const s3_reserved[] = {
    "bucket",          "policy",          "file",                 "x-amz-algorithm", "x-amz-credential",
    "x-amz-date",      "x-amz-signature", "x-amz-security-token", "signature",       "AWSAccessKeyId",
    "x-amz-s3session-token", "content-length-range", NULL,
};
/* clang-format on */

/* The key of a customer's own encryption, and what directory buckets have for a token. */
const char *const s3_secret_fields[] = { "x-amz-server-side-encryption-customer-key", "x-amz-s3session-token", NULL };

const struct capabilities s3_capabilities = {
    .fields = s3_fields,
    .field_count = S3_FIELD_COUNT,
    .metadata_prefix = "x-amz-meta-",
    .metadata_rules = OPEN_RULES,
    .vendor_prefix = "x-amz-",
    .vendor_rules = EXACT_ONLY,
    .ignored_prefix = "x-ignore-",
    .reserved = s3_reserved,
    .covers_every_field = true,
    .expands_filename_everywhere = true,
    .refuses_double_dollar = true,
    .has_bucket_field = true,
    .default_type = "the object will be stored as binary/octet-stream, whatever the file is",
    .dialect = &s3_dialect,
    .limits = {
        S3_LIMITS,
        .max_object_bytes = UINT64_C(5) * 1024 * 1024 * 1024,
        .max_pre_file_bytes = 20480,
        .max_expiry_s = 604800,
    },
};
