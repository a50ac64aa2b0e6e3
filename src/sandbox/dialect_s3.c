/* AWS S3. Texts of errors are those that were recorded, where there is a recording. */
#include "sandbox/dialect_s3.h"

#include "sandbox/scheme_v2.h"
#include "sandbox/scheme_v4.h"

/* clang-format off */
#define MISSING_FIELD                                                                                                          \
    REFUSAL_ANSWER(400, "InvalidArgument",                                                                                     \
                   "Bucket POST must contain a field named '%s'.  If it is specified, please check the order of the "          \
                   "fields.")
#define MALFORMED                                                                                                              \
    REFUSAL_ANSWER(400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.")
#define PRE_FILE                                                                                                               \
    REFUSAL_ANSWER(400, "MaxPostPreDataLengthExceeded", "Your POST request fields preceding the upload file were too large.")
#define ONE_FILE REFUSAL_ANSWER(400, "InvalidArgument", "POST requires exactly one file upload per request.")
#define UNKNOWN_KEY                                                                                                            \
    REFUSAL_ANSWER(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
/* Only other stores look at callbacks and at overwriting: this is never answered. */
#define NEVER        REFUSAL_ANSWER(400, "InvalidArgument", "never answered")
#define POLICY(text) REFUSAL_ANSWER(400, "InvalidPolicyDocument", "Invalid Policy: " text)

#define ANSWER_LENGTH REFUSAL_ANSWER(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
#define ANSWER_ACCESS REFUSAL_ANSWER(403, "AccessDenied", "Access Denied")

#define ANSWER_NOT_MULTIPART                                                                                                   \
    REFUSAL_ANSWER(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
#define ANSWER_NO_BOUNDARY     MALFORMED
#define ANSWER_MULTIPART       MALFORMED
#define ANSWER_PARTS           PRE_FILE
#define ANSWER_FIELD_SIZE      PRE_FILE
#define ANSWER_PRE_FILE_SIZE   PRE_FILE
#define ANSWER_FILE_COUNT      ONE_FILE
#define ANSWER_TWO_FILES       ONE_FILE
#define ANSWER_DUPLICATE_FIELD REFUSAL_ANSWER(400, "InvalidArgument", "POST field '%s' was sent more than once.")
#define ANSWER_FIELD_VALUE     REFUSAL_ANSWER(400, "InvalidArgument", "Invalid value of the POST field '%s'.")
#define ANSWER_MISSING_KEY     MISSING_FIELD
#define ANSWER_KEY_LENGTH      REFUSAL_ANSWER(400, "KeyTooLongError", "Your key is too long")
#define ANSWER_KEY_NAME        REFUSAL_ANSWER(400, "InvalidArgument", "User key must have a length greater than 0.")

#define ANSWER_MIXED_SIGNATURES   REFUSAL_ANSWER(400, "InvalidRequest", "Only one auth mechanism allowed: %s")
#define ANSWER_ANONYMOUS          REFUSAL_ANSWER(403, "AccessDenied", "Access Denied")
#define ANSWER_MISSING_POLICY     MISSING_FIELD
#define ANSWER_MISSING_CREDENTIAL MISSING_FIELD
#define ANSWER_MISSING_SIGNATURE  MISSING_FIELD
#define ANSWER_MISSING_DATE       MISSING_FIELD
#define ANSWER_ALGORITHM          REFUSAL_ANSWER(400, "InvalidArgument", "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"")
#define ANSWER_CREDENTIAL                                                                                                      \
    REFUSAL_ANSWER(400, "InvalidArgument",                                                                                     \
                   "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "                    \
                   "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".")
#define ANSWER_SCOPE_REGION REFUSAL_ANSWER(400, "InvalidArgument", "the region %s")
#define ANSWER_SCOPE_SERVICE                                                                                                   \
    REFUSAL_ANSWER(400, "InvalidArgument", "incorrect service \"%s\". This endpoint belongs to \"s3\".")
#define ANSWER_SCOPE_DATE                                                                                                      \
    REFUSAL_ANSWER(400, "InvalidArgument", "Invalid credential date \"%s\". This date is not the same as X-Amz-Date.")
#define ANSWER_DATE                                                                                                            \
    REFUSAL_ANSWER(400, "InvalidArgument", "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
#define ANSWER_CLOCK                                                                                                           \
    REFUSAL_ANSWER(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
#define ANSWER_SIGNATURE_AGE REFUSAL_ANSWER(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
#define ANSWER_ACCESS_KEY    UNKNOWN_KEY
#define ANSWER_TOKEN_MISSING UNKNOWN_KEY
#define ANSWER_TOKEN         REFUSAL_ANSWER(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
#define ANSWER_TOKEN_EXPIRED REFUSAL_ANSWER(400, "ExpiredToken", "The provided token has expired.")
#define ANSWER_SIGNATURE                                                                                                       \
    REFUSAL_ANSWER(403, "SignatureDoesNotMatch",                                                                               \
                   "The request signature we calculated does not match the signature you provided. Check your key and "        \
                   "signing method.")
#define ANSWER_CONTENT_SHA256                                                                                                  \
    REFUSAL_ANSWER(400, "XAmzContentSHA256Mismatch",                                                                           \
                   "The provided 'x-amz-content-sha256' header does not match what was computed.")

#define ANSWER_POLICY_BASE64         POLICY("invalid Base64 encoding.")
#define ANSWER_POLICY_UTF8           POLICY("Invalid JSON.")
#define ANSWER_POLICY_JSON           POLICY("Invalid JSON.")
#define ANSWER_POLICY_MEMBER         POLICY("Unexpected: '%s'")
#define ANSWER_POLICY_NO_EXPIRATION  POLICY("Policy missing expiration.")
#define ANSWER_POLICY_NO_CONDITIONS  POLICY("Policy missing conditions.")
#define ANSWER_POLICY_NEITHER        POLICY("Policy missing expiration.")
#define ANSWER_EXPIRATION_TYPE       POLICY("Invalid 'expiration' value: '%s'")
#define ANSWER_EXPIRATION_EMPTY      POLICY("Invalid 'expiration' value: '%s'")
#define ANSWER_EXPIRATION_VALUE      POLICY("Invalid 'expiration' value: '%s'")
#define ANSWER_CONDITIONS_TYPE       POLICY("Invalid 'conditions' value: must be a List.")
#define ANSWER_CONDITIONS_EMPTY      POLICY("Policy missing conditions.")
#define ANSWER_CONDITION_TYPE        POLICY("Invalid condition test: must be a List or Object.")
#define ANSWER_CONDITION_NO_OPERATOR POLICY("Invalid Condition: missing operation identifier.")
#define ANSWER_CONDITION_OPERATOR    POLICY("Invalid Condition: unknown operation '%s'.")
#define ANSWER_CONDITION_COUNT       POLICY("Invalid %s: wrong number of arguments.")
#define ANSWER_CONDITION_OPERAND     POLICY("Invalid %s: wrong type of argument.")
#define ANSWER_SIMPLE_CONDITION_COUNT                                                                                          \
    POLICY("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")
#define ANSWER_SIMPLE_CONDITION_VALUE POLICY("Invalid Simple-Condition: value must be a string.")
#define ANSWER_RANGE_BOUND            POLICY("Invalid content-length-range: '%s' is not a size.")
#define ANSWER_RANGE_ORDER            POLICY("Invalid content-length-range: the maximum is below the minimum.")
#define ANSWER_EXPIRED                REFUSAL_ANSWER(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
#define ANSWER_CONDITION \
    REFUSAL_ANSWER(403, "AccessDenied", "Invalid according to Policy: Policy Condition failed: %s")
#define ANSWER_CONDITION_NO_FIELD                                                                                              \
    REFUSAL_ANSWER(403, "AccessDenied", "Invalid according to Policy: Policy Condition failed: %s")
#define ANSWER_EXTRA_FIELD REFUSAL_ANSWER(403, "AccessDenied", "Invalid according to Policy: Extra input fields: %s")
#define ANSWER_SIZE_LARGE  REFUSAL_ANSWER(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
#define ANSWER_SIZE_SMALL \
    REFUSAL_ANSWER(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")

#define ANSWER_ACL           REFUSAL_ANSWER(400, "InvalidArgument", "The ACL '%s' is not one of the canned ones.")
#define ANSWER_STORAGE_CLASS REFUSAL_ANSWER(400, "InvalidStorageClass", "The storage class you specified is not valid")
#define ANSWER_ENCRYPTION    REFUSAL_ANSWER(400, "InvalidArgument", "The encryption method specified is not supported")
#define ANSWER_TAGGING_XML                                                                                                     \
    REFUSAL_ANSWER(400, "MalformedXML",                                                                                        \
                   "The XML you provided was not well-formed or did not validate against our published schema")
#define ANSWER_TAGS REFUSAL_ANSWER(400, "InvalidTag", "The tag provided was not a valid tag: %s")
#define ANSWER_METADATA_SIZE                                                                                                   \
    REFUSAL_ANSWER(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
#define ANSWER_CHECKSUM_SYNTAX        REFUSAL_ANSWER(400, "InvalidRequest", "Value for %s is invalid.")
#define ANSWER_CHECKSUM \
    REFUSAL_ANSWER(400, "BadDigest", "The %s you specified did not match the calculated checksum.")
#define ANSWER_MD5_SYNTAX             REFUSAL_ANSWER(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
#define ANSWER_MD5 \
    REFUSAL_ANSWER(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
#define ANSWER_FORBID_OVERWRITE_VALUE NEVER
#define ANSWER_CALLBACK_BASE64        NEVER
#define ANSWER_CALLBACK_JSON          NEVER
#define ANSWER_CALLBACK_URL           NEVER
/* clang-format on */

const struct refusal_answer dialect_s3_refusals[REFUSAL_COUNT] = { REFUSAL_ANSWERS };

/* S3: "Signature Calculations for the Authorization Header", and "Browser-Based Uploads Using POST". */
static const struct scheme v4 = {
    .chain = { "SHA256", "AWS4-HMAC-SHA256", "AWS4", "s3", "aws4_request" },
    .fields = { .algorithm = "X-Amz-Algorithm",
                .credential = "X-Amz-Credential",
                .date = "X-Amz-Date",
                .signature = "X-Amz-Signature",
                .token = "X-Amz-Security-Token" },
    .headers = { .date = "x-amz-date",
                 .token = "x-amz-security-token",
                 .sha256 = "x-amz-content-sha256",
                 .signed_list = "SignedHeaders" },
    .query = { .algorithm = "X-Amz-Algorithm",
               .credential = "X-Amz-Credential",
               .date = "X-Amz-Date",
               .expires = "X-Amz-Expires",
               .signature = "X-Amz-Signature",
               .signed_list = "X-Amz-SignedHeaders",
               .token = "X-Amz-Security-Token" },
    .chunks = { .coding = "aws-chunked",
                .decoded_length = "x-amz-decoded-content-length",
                .trailer_signature = "x-amz-trailer-signature" },
    .canonical = { .own_headers = "x-amz-" },
    .check_form = scheme_v4_check_form,
    .is_in_header = scheme_v4_is_in_header,
    .is_in_query = scheme_v4_is_in_query,
    .check_request = scheme_v4_check_request,
};

static const struct scheme v2 = {
    .fields = { .credential = "AWSAccessKeyId",
                .signature = "Signature",
                .token = "X-Amz-Security-Token",
                .credential_is_exempt = true },
    .check_form = scheme_v2_check_form,
};

const struct scheme *const dialect_s3_schemes[] = { &v4, &v2, NULL };

static const struct answered_digest digests[] = { { "x-amz-checksum-crc64nvme", ANSWERED_CRC64, NOTATION_BASE64 }, { 0 } };

static const char *const headers[] = { "cache-control",
                                       "content-disposition",
                                       "content-encoding",
                                       "content-language",
                                       "expires",
                                       "x-amz-storage-class",
                                       "x-amz-website-redirect-location",
                                       "x-amz-server-side-encryption",
                                       "x-amz-server-side-encryption-aws-kms-key-id",
                                       NULL };

const char *const dialect_s3_acls[] = { "private",
                                        "public-read",
                                        "public-read-write",
                                        "aws-exec-read",
                                        "authenticated-read",
                                        "bucket-owner-read",
                                        "bucket-owner-full-control",
                                        NULL };

static const char *const classes[] = { "STANDARD",
                                       "REDUCED_REDUNDANCY",
                                       "STANDARD_IA",
                                       "ONEZONE_IA",
                                       "INTELLIGENT_TIERING",
                                       "GLACIER",
                                       "GLACIER_IR",
                                       "DEEP_ARCHIVE",
                                       "EXPRESS_ONEZONE",
                                       "OUTPOSTS",
                                       "SNOW",
                                       NULL };

static const char *const encryptions[] = { "AES256", "aws:kms", "aws:kms:dsse", NULL };

static const struct choice choices[] = { { "acl", dialect_s3_acls, REFUSAL_ACL, NULL },
                                         { "x-amz-storage-class", classes, REFUSAL_STORAGE_CLASS, "StorageClassRequested" },
                                         { "x-amz-server-side-encryption", encryptions, REFUSAL_ENCRYPTION, NULL },
                                         { 0 } };

/* S3 user guide, "Creating a POST policy", condition table; "Other x-amz-*" of the same table is `exact_only_prefix`. */
static const char *const exact_only[] = { "bucket", "success_action_status", NULL };

const char *const dialect_s3_put_headers[] = {
    "content-type", "cache-control", "content-disposition", "content-language", "expires", "x-amz-storage-class", NULL
};

const char *const dialect_s3_put_unsupported[] = { "x-amz-copy-source", "x-amz-tagging", "if-match", "if-none-match", NULL };

const struct dialect dialect_s3 = {
    .name = "s3",
    .title = "S3",
    .refusals = dialect_s3_refusals,
    .schemes = dialect_s3_schemes,
    .head = { .server = "AmazonS3",
              .request_id = "x-amz-request-id",
              .further_lines = "x-amz-id-2: postage-sandbox\r\n",
              .bucket_region = "x-amz-bucket-region",
              .exposed = DIALECT_S3_EXPOSED },
    .errors = { .key_id = "AWSAccessKeyId",
                .host_id = "postage-sandbox",
                .state_bounds = true,
                .pre_file_bytes = "MaxPostPreDataLengthBytes",
                .media_type = "Condition" },

    .xml_namespace = DIALECT_S3_NAMESPACE,
    .created_order = { CREATED_LOCATION, CREATED_BUCKET, CREATED_KEY, CREATED_ETAG },
    .created_has_location = true,
    .location_escapes_slashes = true,
    .stored_values_are_ascii = true,
    .default_encryption = "x-amz-server-side-encryption",
    .digests = digests,
    .digest_scope_header = "x-amz-checksum-type",
    .crc64 = CRC_64_NVME,
    .etag_is_md5 = true,

    .acl_header = "x-amz-acl",
    .unnamed_region = "us-east-1",

    .field_bytes_max = 20480,
    .pre_file_bytes_max = 20480,
    .key_bytes_max = 1024,
    .metadata_bytes_max = 2048,

    .expansion = EXPANSION_ANY_FIELD,
    .metadata_prefix = "x-amz-meta-",
    .headers = headers,
    .choices = choices,
    .default_type = "binary/octet-stream",
    .tagging_field = "tagging",
    .checksum_prefix = "x-amz-checksum-",
    .takes_checksums = true,
    .takes_md5_field = true,
    .older_redirect_field = "redirect",

    .takes_anonymous_forms = true,
    .fields_need_conditions = true,
    .exact_only = exact_only,
    .exact_only_prefix = "x-amz-",
    .type_condition_holds_for_lists = true,
    .bounds_may_be_text = true,
    .escapes_dollar = true,

    .put_headers = dialect_s3_put_headers,
    .put_unsupported = dialect_s3_put_unsupported,
};
