/* MinIO: S3's signatures, names and bodies, with errors and limits of its own (cmd/post-policy_*.go, cmd/postpolicyform.go). */
#include "sandbox/dialect_s3.h"

/* clang-format off */
#define MALFORMED                                                                                                              \
    REFUSAL_ANSWER(400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data. (%s)")
/* Whatever is wrong with a policy that cannot be read, the answer is this one. */
#define POLICY_UNREADABLE                                                                                                      \
    REFUSAL_ANSWER(403, "PostPolicyInvalidKeyName", "Invalid according to Policy: Policy Condition failed")
#define MALFORMED_CREDENTIAL                                                                                                   \
    REFUSAL_ANSWER(400, "AuthorizationQueryParametersError",                                                                   \
                   "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed")
#define TOKEN_INVALID REFUSAL_ANSWER(403, "InvalidTokenId", "The security token included in the request is invalid")
/* Only other stores look at callbacks and at overwriting: this is never answered. */
#define NEVER       REFUSAL_ANSWER(400, "InvalidArgument", "never answered")
#define QUERY(text) REFUSAL_ANSWER(400, "AuthorizationQueryParametersError", text)

#define ANSWER_LENGTH REFUSAL_ANSWER(400, "EmptyRequestBody", "Request body cannot be empty.")
#define ANSWER_ACCESS REFUSAL_ANSWER(403, "AccessDenied", "Access Denied.")

#define ANSWER_NOT_MULTIPART   MALFORMED
#define ANSWER_NO_BOUNDARY     MALFORMED
#define ANSWER_MULTIPART       MALFORMED
#define ANSWER_PARTS           MALFORMED
#define ANSWER_FIELD_SIZE      MALFORMED
#define ANSWER_PRE_FILE_SIZE   MALFORMED
#define ANSWER_FILE_COUNT      MALFORMED
#define ANSWER_TWO_FILES       MALFORMED
#define ANSWER_DUPLICATE_FIELD REFUSAL_ANSWER(403, "AccessDenied", "Form field %s has multiple values.")
#define ANSWER_FIELD_VALUE     MALFORMED
#define ANSWER_MISSING_KEY     MALFORMED
#define ANSWER_KEY_LENGTH      REFUSAL_ANSWER(400, "KeyTooLongError", "Your key is too long")
#define ANSWER_KEY_NAME        REFUSAL_ANSWER(400, "XMinioInvalidObjectName", "Object name contains unsupported characters.")

#define ANSWER_MIXED_SIGNATURES   REFUSAL_ANSWER(400, "InvalidRequest", "Only one auth mechanism allowed: %s")
#define ANSWER_ANONYMOUS          MALFORMED_CREDENTIAL
#define ANSWER_MISSING_POLICY     REFUSAL_ANSWER(403, "AccessDenied", "Access Denied. (the policy is empty)")
#define ANSWER_MISSING_CREDENTIAL MALFORMED_CREDENTIAL
#define ANSWER_MISSING_SIGNATURE                                                                                               \
    REFUSAL_ANSWER(403, "SignatureDoesNotMatch",                                                                               \
                   "The request signature we calculated does not match the signature you provided.")
#define ANSWER_MISSING_DATE QUERY("X-Amz-Date is missing")
#define ANSWER_ALGORITHM    QUERY("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"")
#define ANSWER_CREDENTIAL   MALFORMED_CREDENTIAL
#define ANSWER_SCOPE_REGION                                                                                                    \
    REFUSAL_ANSWER(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; the region is wrong: %s")
#define ANSWER_SCOPE_SERVICE                                                                                                   \
    REFUSAL_ANSWER(400, "AuthorizationParametersError", "incorrect service \"%s\". This endpoint belongs to \"s3\".")
#define ANSWER_SCOPE_DATE QUERY("Invalid credential date \"%s\". This date is not the same as X-Amz-Date.")
#define ANSWER_DATE       QUERY("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
#define ANSWER_CLOCK                                                                                                           \
    REFUSAL_ANSWER(403, "RequestTimeTooSkewed", "The difference between the request time and the server's time is too large.")
#define ANSWER_SIGNATURE_AGE REFUSAL_ANSWER(403, "AccessDenied", "Invalid according to Policy: Policy expired")
#define ANSWER_ACCESS_KEY                                                                                                      \
    REFUSAL_ANSWER(403, "InvalidAccessKeyId", "The Access Key Id you provided does not exist in our records.")
#define ANSWER_TOKEN_MISSING TOKEN_INVALID
#define ANSWER_TOKEN         TOKEN_INVALID
#define ANSWER_TOKEN_EXPIRED TOKEN_INVALID
#define ANSWER_SIGNATURE                                                                                                       \
    REFUSAL_ANSWER(403, "SignatureDoesNotMatch",                                                                               \
                   "The request signature we calculated does not match the signature you provided. Check your key and "        \
                   "signing method.")
#define ANSWER_CONTENT_SHA256                                                                                                  \
    REFUSAL_ANSWER(400, "XAmzContentSHA256Mismatch",                                                                           \
                   "The provided 'x-amz-content-sha256' header does not match what was computed.")

#define ANSWER_POLICY_BASE64          MALFORMED
#define ANSWER_POLICY_UTF8            POLICY_UNREADABLE
#define ANSWER_POLICY_JSON            POLICY_UNREADABLE
#define ANSWER_POLICY_MEMBER          POLICY_UNREADABLE
#define ANSWER_POLICY_NO_EXPIRATION   POLICY_UNREADABLE
#define ANSWER_POLICY_NO_CONDITIONS   POLICY_UNREADABLE
#define ANSWER_POLICY_NEITHER         POLICY_UNREADABLE
#define ANSWER_EXPIRATION_TYPE        POLICY_UNREADABLE
#define ANSWER_EXPIRATION_EMPTY       POLICY_UNREADABLE
#define ANSWER_EXPIRATION_VALUE       POLICY_UNREADABLE
#define ANSWER_CONDITIONS_TYPE        POLICY_UNREADABLE
#define ANSWER_CONDITIONS_EMPTY       POLICY_UNREADABLE
#define ANSWER_CONDITION_TYPE         POLICY_UNREADABLE
#define ANSWER_CONDITION_NO_OPERATOR  POLICY_UNREADABLE
#define ANSWER_CONDITION_OPERATOR     POLICY_UNREADABLE
#define ANSWER_CONDITION_COUNT        POLICY_UNREADABLE
#define ANSWER_CONDITION_OPERAND      POLICY_UNREADABLE
#define ANSWER_SIMPLE_CONDITION_COUNT POLICY_UNREADABLE
#define ANSWER_SIMPLE_CONDITION_VALUE POLICY_UNREADABLE
#define ANSWER_RANGE_BOUND            POLICY_UNREADABLE
#define ANSWER_RANGE_ORDER            POLICY_UNREADABLE
#define ANSWER_EXPIRED                REFUSAL_ANSWER(403, "AccessDenied", "Invalid according to Policy: Policy expired")
#define ANSWER_CONDITION \
    REFUSAL_ANSWER(403, "AccessDenied", "Invalid according to Policy: Policy Condition failed: %s")
#define ANSWER_CONDITION_NO_FIELD                                                                                              \
    REFUSAL_ANSWER(403, "AccessDenied", "Invalid according to Policy: Policy Condition failed: %s")
#define ANSWER_EXTRA_FIELD                                                                                                     \
    REFUSAL_ANSWER(403, "AccessDenied",                                                                                        \
                   "Each form field that you specify in a form must appear in the list of policy conditions. \"%s\" "          \
                   "not specified in the policy.")
#define ANSWER_SIZE_LARGE REFUSAL_ANSWER(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.")
#define ANSWER_SIZE_SMALL                                                                                                      \
    REFUSAL_ANSWER(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed object size.")

#define ANSWER_ACL           REFUSAL_ANSWER(400, "InvalidArgument", "The ACL '%s' is not one of the canned ones.")
#define ANSWER_STORAGE_CLASS REFUSAL_ANSWER(400, "InvalidStorageClass", "Invalid storage class.")
#define ANSWER_ENCRYPTION \
    REFUSAL_ANSWER(400, "InvalidArgument", "Server side encryption specified but this is not supported")
#define ANSWER_TAGGING_XML   MALFORMED
#define ANSWER_TAGS          MALFORMED
#define ANSWER_METADATA_SIZE                                                                                                   \
    REFUSAL_ANSWER(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
#define ANSWER_CHECKSUM_SYNTAX MALFORMED
#define ANSWER_CHECKSUM                                                                                                        \
    REFUSAL_ANSWER(400, "XAmzContentChecksumMismatch", "The provided '%s' does not match what was computed.")
#define ANSWER_MD5_SYNTAX             REFUSAL_ANSWER(400, "InvalidDigest", "The Content-Md5 you specified is not valid.")
#define ANSWER_MD5 \
    REFUSAL_ANSWER(400, "BadDigest", "The Content-Md5 you specified did not match what we received.")
#define ANSWER_FORBID_OVERWRITE_VALUE NEVER
#define ANSWER_CALLBACK_BASE64        NEVER
#define ANSWER_CALLBACK_JSON          NEVER
#define ANSWER_CALLBACK_URL           NEVER
/* clang-format on */

static const struct refusal_answer refusals[REFUSAL_COUNT] = { REFUSAL_ANSWERS };

static const char *const headers[] = {
    "cache-control", "content-disposition", "content-encoding", "content-language", "expires", "x-amz-storage-class", NULL
};

static const char *const classes[] = { "STANDARD", "REDUCED_REDUNDANCY", NULL };

static const struct choice choices[] = { { "acl", dialect_s3_acls, REFUSAL_ACL, NULL },
                                         { "x-amz-storage-class", classes, REFUSAL_STORAGE_CLASS, NULL },
                                         { 0 } };

/* cmd/postpolicyform.go */
static const char *const exact_only[] = { "bucket", "x-amz-algorithm", "x-amz-credential", "x-amz-date", NULL };

/* MinIO returns no digest beside the ETag but those that the form carried (cmd/bucket-handlers.go). */
static const struct answered_digest digests[] = { { 0 } };

const struct dialect dialect_minio = {
    .name = "minio",
    .title = "MinIO",
    .refusals = refusals,
    .schemes = dialect_s3_schemes,
    .head = { .server = "MinIO",
              .request_id = "x-amz-request-id",
              .further_lines = "x-amz-id-2: postage-sandbox\r\n",
              .bucket_region = "x-amz-bucket-region",
              .exposed = DIALECT_S3_EXPOSED },
    .errors = { .key_id = "AWSAccessKeyId", .host_id = "postage-sandbox", .name_resource = true },

    .xml_namespace = DIALECT_S3_NAMESPACE,
    .created_order = { CREATED_BUCKET, CREATED_KEY, CREATED_ETAG, CREATED_LOCATION },
    .created_has_location = true,
    .digests = digests,
    .digest_scope_header = "x-amz-checksum-type",
    .crc64 = CRC_64_NVME,
    .etag_is_md5 = true,

    .acl_header = "x-amz-acl",
    .unnamed_region = "us-east-1",

    .field_bytes_max = 1 << 20,
    .pre_file_bytes_max = 8 << 20,
    .key_bytes_max = 1024,
    .metadata_bytes_max = 2048,

    .file_field_has_exact_case = true,
    .backslash_is_in_file_name = true,
    .expansion = EXPANSION_KEY,
    .leading_slash = LEADING_SLASH_IS_CUT,
    .key_is_path = true,
    .metadata_prefix = "x-amz-meta-",
    .headers = headers,
    .choices = choices,
    .default_type = "application/octet-stream",
    .tagging_field = "tagging",
    .checksum_prefix = "x-amz-checksum-",
    .takes_checksums = true,
    .takes_md5_field = true,
    .follows_relative_redirects = true,
    .redirect_has_etag_first = true,

    .fields_need_conditions = true,
    .exact_only = exact_only,
    .bounds_may_be_text = true,
    .names_need_dollar = true,

    .put_headers = dialect_s3_put_headers,
    .put_unsupported = dialect_s3_put_unsupported,
};
