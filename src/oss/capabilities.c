/*
 * What Aliyun OSS can do with forms. Fields, operators and limits: OSS developer reference "PostObject" and "Callback"; the 4
 * KB of the older error page for one value is contradicted by callbacks of 5 KB, so the API page's 2 MB stands.
 */
#include "oss/oss.h"

#include "postage/policy.h"

#define ALL_RULES                                                                                                              \
    (POSTAGE_RULE_EXACT | POSTAGE_RULE_STARTS_WITH | POSTAGE_RULE_ANY | POSTAGE_RULE_ONE_OF | POSTAGE_RULE_NONE_OF)
#define NO_TAGS     "tag the object afterwards with PutObjectTagging"
#define NO_CHECKSUM "compare the CRC-64 that OSS returns (x-oss-hash-crc64ecma)"

static const struct capability oss_fields[] = {
    { POSTAGE_KEY, "key", ALL_RULES, NULL },
    { POSTAGE_CONTENT_TYPE, "x-oss-content-type", ALL_RULES, NULL }, /* wins over the file part's and over Content-Type */
    { POSTAGE_CACHE_CONTROL, "Cache-Control", ALL_RULES, NULL },
    { POSTAGE_CONTENT_DISPOSITION, "Content-Disposition", ALL_RULES, NULL },
    { POSTAGE_CONTENT_ENCODING, "Content-Encoding", ALL_RULES, NULL },
    { POSTAGE_EXPIRES, "Expires", ALL_RULES, NULL },
    { POSTAGE_ACL, "x-oss-object-acl", ALL_RULES, NULL },
    { POSTAGE_STORAGE_CLASS, "x-oss-storage-class", ALL_RULES, NULL },
    { POSTAGE_ENCRYPTION, "x-oss-server-side-encryption", ALL_RULES, NULL },
    { POSTAGE_ENCRYPTION_KEY, "x-oss-server-side-encryption-key-id", ALL_RULES, NULL },
    { POSTAGE_SUCCESS_STATUS, "success_action_status", ALL_RULES, NULL },
    { POSTAGE_SUCCESS_REDIRECT, "success_action_redirect", ALL_RULES, NULL },
    { POSTAGE_TAGS, NULL, 0, NO_TAGS },
    { POSTAGE_CHECKSUM_ALGORITHM, NULL, 0, NO_CHECKSUM },
    { POSTAGE_CHECKSUM_CRC32, NULL, 0, NO_CHECKSUM },
    { POSTAGE_CHECKSUM_CRC32C, NULL, 0, NO_CHECKSUM },
    { POSTAGE_CHECKSUM_CRC64NVME, NULL, 0, NO_CHECKSUM },
    { POSTAGE_CHECKSUM_SHA1, NULL, 0, NO_CHECKSUM },
    { POSTAGE_CHECKSUM_SHA256, NULL, 0, NO_CHECKSUM },
    { POSTAGE_CONTENT_MD5, NULL, 0, NO_CHECKSUM }, /* a header over the whole body there, not a field */
    { POSTAGE_FORBID_OVERWRITE, "x-oss-forbid-overwrite", ALL_RULES, NULL },
    { POSTAGE_TRAFFIC_LIMIT, "x-oss-traffic-limit", ALL_RULES, NULL },
    { POSTAGE_CALLBACK, "callback", ALL_RULES, NULL },
};

/* clang-format off */
static const char *const oss_reserved[] = {
    "bucket",          "policy",    "file",          "x-oss-signature-version", "x-oss-credential",     "x-oss-date",
    "x-oss-signature", "Signature", "OSSAccessKeyId", "x-oss-security-token",    "x-oss-access-key-id",
    "content-length-range", NULL,
};
/* clang-format on */

/* OSS looks only at fields that the policy names. These have a value that says "as if it were not there". */
static const struct postage_field oss_pins[] = {
    { POSTAGE_ACL, "default" },
    { POSTAGE_STORAGE_CLASS, "Standard" },
    { POSTAGE_FORBID_OVERWRITE, "false" },
    { POSTAGE_SUCCESS_STATUS, "204" },
    { NULL, NULL },
};

const struct capabilities oss_capabilities = {
    .fields = oss_fields,
    .field_count = sizeof oss_fields / sizeof oss_fields[0],
    .metadata_prefix = "x-oss-meta-",
    .metadata_rules = ALL_RULES,
    .vendor_prefix = "x-oss-",
    .vendor_rules = ALL_RULES,
    .reserved = oss_reserved,
    .pins = oss_pins,
    .refused_key_starts = "/\\", /* InvalidObjectName */
    .default_type = "OSS will take the type of the file part",
    .dialect = &oss_dialect,
    .limits = {
        .max_object_bytes = UINT64_C(5) * 1024 * 1024 * 1024,
        .max_pre_file_bytes = 8 * 1024 * 1024,
        .max_key_bytes = 1023,
        .max_metadata_bytes = 8192,
        .max_field_bytes = 2 * 1024 * 1024,
        .max_expiry_s = 604800,
    },
};
