/* Aliyun OSS. EC numbers are those of its error pages. What its documents leave open follows S3. */
#include "sandbox/dialect.h"

#include "base/base64.h"
#include "base/json_read.h"
#include "base/text.h"
#include "sandbox/dialect_oss_v1.h"
#include "sandbox/post_form.h"
#include "sandbox/refuse.h"
#include "sandbox/scheme_v2.h"
#include "sandbox/scheme_v4.h"

/* clang-format off */
#define POLICY(text, ec) REFUSAL_ANSWER_EC(400, "InvalidPolicyDocument", "Invalid Policy: " text, ec)
#define MISSING_FIELD(ec)                                                                                                      \
    REFUSAL_ANSWER_EC(400, "InvalidArgument",                                                                                  \
                      "Bucket POST must contain a field named '%s'.  If it is specified, please check the order of the "       \
                      "fields.",                                                                                               \
                      ec)

#define ANSWER_LENGTH REFUSAL_ANSWER(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
#define ANSWER_ACCESS REFUSAL_ANSWER(403, "AccessDenied", "You have no right to access this object because of bucket acl.")

#define ANSWER_NOT_MULTIPART                                                                                                   \
    REFUSAL_ANSWER(400, "RequestIsNotMultiPartContent", "Bucket POST must be of the enclosure-type multipart/form-data.")
#define ANSWER_NO_BOUNDARY                                                                                                     \
    REFUSAL_ANSWER_EC(400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.",    \
                      "0006-00000104")
#define ANSWER_MULTIPART                                                                                                       \
    REFUSAL_ANSWER_EC(400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.",    \
                      "0006-00000104")
#define ANSWER_PARTS                                                                                                           \
    REFUSAL_ANSWER(400, "MaxPOSTPreDataLengthExceededError",                                                                   \
                   "Your POST request fields preceding the upload file were too large.")
#define ANSWER_FIELD_SIZE REFUSAL_ANSWER(400, "FieldItemTooLong", "Your field item is too long.")
#define ANSWER_PRE_FILE_SIZE                                                                                                   \
    REFUSAL_ANSWER(400, "MaxPOSTPreDataLengthExceededError",                                                                   \
                   "Your POST request fields preceding the upload file were too large.")
#define ANSWER_FILE_COUNT                                                                                                      \
    REFUSAL_ANSWER_EC(400, "IncorrectNumberOfFilesInPOSTRequest", "POST requires exactly one file upload per request.",        \
                      "0006-00000107")
#define ANSWER_TWO_FILES                                                                                                       \
    REFUSAL_ANSWER(400, "IncorrectNumberOfFilesInPOSTRequest", "POST requires exactly one file upload per request.")
#define ANSWER_DUPLICATE_FIELD                                                                                                 \
    REFUSAL_ANSWER_EC(400, "InvalidArgument", "The form field %s was sent more than once.", "0006-00000103")
#define ANSWER_FIELD_VALUE REFUSAL_ANSWER_EC(400, "InvalidArgument", "Invalid value of the form field %s.", "0006-00000103")
#define ANSWER_MISSING_KEY MISSING_FIELD(NULL)
#define ANSWER_KEY_LENGTH  REFUSAL_ANSWER(400, "InvalidObjectName", "The length of object name must be less than 1023.")
#define ANSWER_KEY_NAME    REFUSAL_ANSWER(400, "InvalidObjectName", "The specified object is not valid.")

#define ANSWER_MIXED_SIGNATURES   REFUSAL_ANSWER(400, "InvalidArgument", "Only one signature version is allowed: %s")
#define ANSWER_ANONYMOUS \
    REFUSAL_ANSWER(403, "AccessDenied", "You have no right to access this object because of bucket acl.")
#define ANSWER_MISSING_POLICY     MISSING_FIELD("0002-00000702")
#define ANSWER_MISSING_CREDENTIAL MISSING_FIELD("0002-00000706")
#define ANSWER_MISSING_SIGNATURE  MISSING_FIELD("0002-00000703")
#define ANSWER_MISSING_DATE       MISSING_FIELD(NULL)
#define ANSWER_ALGORITHM \
    REFUSAL_ANSWER_EC(400, "InvalidArgument", "The signature version is not supported.", "0002-00000701")
#define ANSWER_CREDENTIAL         REFUSAL_ANSWER_EC(400, "InvalidArgument", "Invalid credential.", "0002-00000710")
#define ANSWER_SCOPE_REGION                                                                                                    \
    REFUSAL_ANSWER_EC(400, "InvalidArgument", "Invalid signing region in credential: %s", "0002-00000715")
#define ANSWER_SCOPE_SERVICE REFUSAL_ANSWER_EC(400, "InvalidArgument", "Invalid credential: service \"%s\".", "0002-00000710")
#define ANSWER_SCOPE_DATE                                                                                                      \
    REFUSAL_ANSWER_EC(400, "InvalidArgument", "Invalid signing date \"%s\" in credential.", "0002-00000709")
#define ANSWER_DATE REFUSAL_ANSWER_EC(400, "InvalidArgument", "Invalid date.", "0002-00000709")
#define ANSWER_CLOCK                                                                                                           \
    REFUSAL_ANSWER_EC(403, "RequestTimeTooSkewed",                                                                             \
                      "The difference between the request time and the current time is too large.", "0002-00000709")
#define ANSWER_SIGNATURE_AGE                                                                                                   \
    REFUSAL_ANSWER_EC(403, "AccessDenied", "Invalid according to Policy: Policy expired.", "0006-00000213")
#define ANSWER_ACCESS_KEY                                                                                                      \
    REFUSAL_ANSWER(403, "InvalidAccessKeyId", "The OSS Access Key Id you provided does not exist in our records.")
#define ANSWER_TOKEN_MISSING                                                                                                   \
    REFUSAL_ANSWER(403, "InvalidAccessKeyId", "The OSS Access Key Id you provided does not exist in our records.")
#define ANSWER_TOKEN         REFUSAL_ANSWER(403, "InvalidSecurityToken", "The security token you provided is invalid.")
#define ANSWER_TOKEN_EXPIRED REFUSAL_ANSWER(403, "SecurityTokenExpired", "The security token you provided has expired.")
#define ANSWER_SIGNATURE                                                                                                       \
    REFUSAL_ANSWER_EC(403, "SignatureDoesNotMatch",                                                                            \
                      "The request signature we calculated does not match the signature you provided. Check your key and "     \
                      "signing method.",                                                                                       \
                      "0002-00000705")
#define ANSWER_CONTENT_SHA256                                                                                                  \
    REFUSAL_ANSWER(400, "XAmzContentSHA256Mismatch",                                                                           \
                   "The provided 'x-amz-content-sha256' header does not match what was computed.")

#define ANSWER_POLICY_BASE64          POLICY("invalid Base64 encoding.", "0006-00000202")
#define ANSWER_POLICY_UTF8            POLICY("not UTF-8.", "0006-00000203")
#define ANSWER_POLICY_JSON            POLICY("Invalid JSON.", "0006-00000204")
#define ANSWER_POLICY_MEMBER          POLICY("Unexpected: '%s'", "0006-00000206")
#define ANSWER_POLICY_NO_EXPIRATION   POLICY("Policy missing expiration.", "0006-00000208")
#define ANSWER_POLICY_NO_CONDITIONS   POLICY("Policy missing conditions.", "0006-00000207")
#define ANSWER_POLICY_NEITHER         POLICY("Policy missing expiration and conditions.", "0006-00000209")
#define ANSWER_EXPIRATION_TYPE        POLICY("expiration must be a string.", "0006-00000210")
#define ANSWER_EXPIRATION_EMPTY       POLICY("expiration is empty.", "0006-00000211")
#define ANSWER_EXPIRATION_VALUE       POLICY("Invalid expiration.", NULL)
#define ANSWER_CONDITIONS_TYPE        POLICY("conditions must be a list.", "0006-00000214")
#define ANSWER_CONDITIONS_EMPTY       POLICY("conditions is empty.", "0006-00000215")
#define ANSWER_CONDITION_TYPE         POLICY("a condition must be a list or an object.", "0006-00000222")
#define ANSWER_CONDITION_NO_OPERATOR  POLICY("a condition has no operator.", "0006-00000216")
#define ANSWER_CONDITION_OPERATOR     POLICY("unknown operation '%s'.", NULL)
#define ANSWER_CONDITION_COUNT        POLICY("%s: wrong number of items.", "0006-00000218")
#define ANSWER_CONDITION_OPERAND      POLICY("%s: wrong type of operand.", "0006-00000224")
#define ANSWER_SIMPLE_CONDITION_COUNT POLICY("Simple-Conditions must have exactly one property specified.", "0006-00000218")
#define ANSWER_SIMPLE_CONDITION_VALUE POLICY("the value of a condition must be a string.", "0006-00000224")
#define ANSWER_RANGE_BOUND            POLICY("content-length-range: '%s' is not an integer.", "0006-00000221")
#define ANSWER_RANGE_ORDER            POLICY("content-length-range: the maximum is below the minimum.", "0006-00000219")
#define ANSWER_EXPIRED \
    REFUSAL_ANSWER_EC(403, "AccessDenied", "Invalid according to Policy: Policy expired.", "0006-00000213")
#define ANSWER_CONDITION                                                                                                       \
    REFUSAL_ANSWER_EC(403, "AccessDenied", "Invalid according to Policy: Policy Condition failed: %s", "0006-00000227")
#define ANSWER_CONDITION_NO_FIELD                                                                                              \
    REFUSAL_ANSWER_EC(403, "AccessDenied", "Invalid according to Policy: Policy Condition failed: %s", "0006-00000226")
#define ANSWER_EXTRA_FIELD REFUSAL_ANSWER(403, "AccessDenied", "Invalid according to Policy: Extra input fields: %s")
#define ANSWER_SIZE_LARGE                                                                                                      \
    REFUSAL_ANSWER_EC(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.", "0006-00000003")
#define ANSWER_SIZE_SMALL                                                                                                      \
    REFUSAL_ANSWER_EC(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size.", "0006-00000004")

#define ANSWER_ACL           REFUSAL_ANSWER(400, "InvalidArgument", "no such bucket access control exists")
#define ANSWER_STORAGE_CLASS REFUSAL_ANSWER(400, "InvalidArgument", "The storage class you specified is invalid.")
#define ANSWER_ENCRYPTION                                                                                                      \
    REFUSAL_ANSWER(400, "InvalidEncryptionAlgorithmError",                                                                     \
                   "The Encryption request you specified is not valid. Supported value: AES256/KMS.")
#define ANSWER_TAGGING_XML            REFUSAL_ANSWER(400, "MalformedXML", "The XML is not well-formed.")
#define ANSWER_TAGS                   REFUSAL_ANSWER(400, "InvalidTag", "The tag provided was not a valid tag: %s")
#define ANSWER_METADATA_SIZE          REFUSAL_ANSWER(400, "InvalidArgument", "The metadata is over 8 KB.")
#define ANSWER_CHECKSUM_SYNTAX        REFUSAL_ANSWER(400, "InvalidArgument", "A form upload cannot carry the checksum %s.")
#define ANSWER_CHECKSUM               REFUSAL_ANSWER(400, "InvalidDigest", "The %s you specified did not match.")
#define ANSWER_MD5_SYNTAX             REFUSAL_ANSWER(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
#define ANSWER_MD5                    REFUSAL_ANSWER(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
#define ANSWER_FORBID_OVERWRITE_VALUE REFUSAL_ANSWER(400, "InvalidArgument", "x-oss-forbid-overwrite must be true or false.")
#define ANSWER_CALLBACK_BASE64                                                                                                 \
    REFUSAL_ANSWER_EC(400, "InvalidArgument", "The callback configuration is not base64 encoded.", "0007-00000002")
#define ANSWER_CALLBACK_JSON                                                                                                   \
    REFUSAL_ANSWER_EC(400, "InvalidArgument", "The callback configuration is not json format.", "0007-00000003")
#define ANSWER_CALLBACK_URL REFUSAL_ANSWER_EC(400, "InvalidArgument", "The callback URL is invalid.", "0007-00000004")
/* clang-format on */

static const struct refusal_answer refusals[REFUSAL_COUNT] = { REFUSAL_ANSWERS };

/* "Include signatures in the Authorization header (V4)", "Signature version 4" of forms. */
static const struct scheme v4 = {
    .chain = { "SHA256", "OSS4-HMAC-SHA256", "aliyun_v4", "oss", "aliyun_v4_request" },
    .fields = { .algorithm = "x-oss-signature-version",
                .credential = "x-oss-credential",
                .date = "x-oss-date",
                .signature = "x-oss-signature",
                .token = "x-oss-security-token",
                .are_bound = true },
    .headers = { .date = "x-oss-date",
                 .token = "x-oss-security-token",
                 .sha256 = "x-oss-content-sha256",
                 .signed_list = "AdditionalHeaders" },
    .query = { .algorithm = "x-oss-signature-version",
               .credential = "x-oss-credential",
               .date = "x-oss-date",
               .expires = "x-oss-expires",
               .signature = "x-oss-signature",
               .signed_list = "x-oss-additional-headers",
               .token = "x-oss-security-token" },
    .canonical = { .own_headers = "x-oss-",
                   .own_headers_are_implied = true,
                   .resource_is_bucket_and_key = true,
                   .empty_value_has_no_equals = true },
    .check_form = scheme_v4_check_form,
    .is_in_header = scheme_v4_is_in_header,
    .is_in_query = scheme_v4_is_in_query,
    .check_request = scheme_v4_check_request,
};

/* Its forms are signed as S3's version 2 is, its requests in a way of their own. */
static const struct scheme v1 = {
    .fields = { .credential = "OSSAccessKeyId",
                .signature = "Signature",
                .token = "x-oss-security-token",
                .credential_is_exempt = true },
    .headers = { .date = "x-oss-date", .token = "x-oss-security-token" },
    .check_form = scheme_v2_check_form,
    .is_in_header = dialect_oss_v1_is_in_header,
    .is_in_query = dialect_oss_v1_is_in_query,
    .check_request = dialect_oss_v1_check_request,
};

static const struct scheme *const schemes[] = { &v4, &v1, NULL };

static const char *const signing_parameters[] = { "OSSAccessKeyId", "x-oss-signature", NULL };

static const struct answered_digest digests[] = { { "x-oss-hash-crc64ecma", ANSWERED_CRC64, NOTATION_DECIMAL }, { 0 } };

static const char *const headers[] = { "cache-control",
                                       "content-disposition",
                                       "content-encoding",
                                       "expires",
                                       "x-oss-storage-class",
                                       "x-oss-server-side-encryption",
                                       "x-oss-server-side-encryption-key-id",
                                       NULL };

static const char *const acls[] = { "default", "private", "public-read", "public-read-write", NULL };
static const char *const classes[] = { "Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive", NULL };
static const char *const encryptions[] = { "AES256", "KMS", "SM4", NULL };
static const char *const booleans[] = { "true", "false", NULL };

static const struct choice choices[] = { { "x-oss-object-acl", acls, REFUSAL_ACL, NULL },
                                         { "x-oss-storage-class", classes, REFUSAL_STORAGE_CLASS, NULL },
                                         { "x-oss-server-side-encryption", encryptions, REFUSAL_ENCRYPTION, NULL },
                                         { "x-oss-forbid-overwrite", booleans, REFUSAL_FORBID_OVERWRITE_VALUE, NULL },
                                         { 0 } };

static const char *const put_headers[] = {
    "content-type", "cache-control", "content-disposition", "content-language", "expires", "x-oss-storage-class", NULL
};

static const char *const put_unsupported[] = { "x-oss-copy-source", "x-oss-tagging", "x-oss-forbid-overwrite",
                                               "if-match",          "if-none-match", NULL };

enum { TRAFFIC_LIMIT_MIN = 819200, TRAFFIC_LIMIT_MAX = 838860800, CALLBACK_URLS = 5 }; /* bit/s */

static bool check_traffic_limit(struct call *call, const struct post_form *form)
{
    struct slice value = post_form_value(form, "x-oss-traffic-limit");
    uint64_t limit;

    if (value.ptr == NULL || (text_to_u64(value, &limit) && limit >= TRAFFIC_LIMIT_MIN && limit <= TRAFFIC_LIMIT_MAX))
        return true;
    return refuse(call, REFUSAL_TRAFFIC_LIMIT, value);
}

static bool is_callback_url(struct slice urls)
{
    size_t count = 1;

    for (size_t i = 0; i < urls.len; i++)
        count += urls.ptr[i] == ';';
    return urls.len > 0 && count <= CALLBACK_URLS;
}

/* base64 of {"callbackUrl": ..., "callbackBody": ...}. Nobody is called: the answer is 203, as for a callback that failed. */
static bool check_callback(struct call *call, const struct post_form *form)
{
    struct slice value = post_form_value(form, "callback");
    enum refusal refusal = REFUSAL_NONE;
    struct json json;
    uint8_t *text;
    size_t len;

    if (value.ptr == NULL)
        return true;
    text = arena_alloc(&call->arena, value.len + 1);
    len = text != NULL ? base64_decode(value, text) : SIZE_MAX;
    if (len == SIZE_MAX)
        return refuse(call, REFUSAL_CALLBACK_BASE64, SLICE(""));
    if (json_parse(&json, (struct slice){ (char *)text, len }, 4, "callback", NULL, NULL) != POSTAGE_OK ||
        !cJSON_IsObject(json.root))
        refusal = REFUSAL_CALLBACK_JSON;
    else if (!is_callback_url(json_text(json_member(json.root, "callbackUrl"))))
        refusal = REFUSAL_CALLBACK_URL;
    json_clear(&json);
    return refusal == REFUSAL_NONE || refuse(call, refusal, SLICE(""));
}

static bool check_fields(struct call *call, const struct post_form *form)
{
    return check_traffic_limit(call, form) && check_callback(call, form);
}

const struct dialect dialect_oss = {
    .name = "oss",
    .title = "OSS",
    .refusals = refusals,
    .schemes = schemes,
    .signs = { .authorization = "OSS", .header = "x-oss-", .parameters = signing_parameters },
    .head = { .server = "AliyunOSS",
              .request_id = "x-oss-request-id",
              .further_lines = "x-oss-server-time: 1\r\n",
              .exposed = "ETag, x-oss-request-id, x-oss-hash-crc64ecma, x-oss-ec" },
    .errors = { .key_id = "OSSAccessKeyId", .detail_code_header = "x-oss-ec", .state_bounds = true },

    .created_order = { CREATED_BUCKET, CREATED_ETAG, CREATED_KEY, CREATED_LOCATION },
    .digests = digests,
    .crc64 = CRC_64_XZ,

    .acl_header = "x-oss-acl",
    .acl_is_canned_name = true,
    .region_prefix = "oss-",

    .field_bytes_max = 2 << 20,
    .pre_file_bytes_max = 8 << 20,
    .key_bytes_max = 1023,
    .metadata_bytes_max = 8192,

    .expansion = EXPANSION_KEY_AT_LAST,
    .leading_slash = LEADING_SLASH_IS_REFUSED,
    .metadata_prefix = "x-oss-meta-",
    .headers = headers,
    .choices = choices,
    .type_field = "x-oss-content-type",
    .default_type = "application/octet-stream",
    .refused_tagging_field = "x-oss-tagging",
    .checksum_prefix = "x-amz-checksum-",
    .forbid_overwrite_field = "x-oss-forbid-overwrite",
    .callback_field = "callback",
    .check_fields = check_fields,

    .takes_anonymous_forms = true,
    .lone_policy_lacks = "OSSAccessKeyId",
    .request_may_be_signed_too = true,
    .has_list_operators = true,
    .escapes_dollar = true,

    .processing_parameter = "x-oss-process",
    .put_may_lack_length = true,
    .put_headers = put_headers,
    .put_unsupported = put_unsupported,
};
