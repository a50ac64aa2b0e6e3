/*
 * Every reason for a refusal, and what the stores answer for it.
 *
 * REFUSALS is the list. A reason's name is what the ledger and the tests know it by. COMMON ones have the same answer
 * everywhere; for an OWN one each dialect has to define ANSWER_REASON (dialect_s3.c and its neighbours), so that a reason
 * without an answer is a compile error. S3's wording is what was recorded from AWS where a recording exists; MinIO's codes are
 * those of its source; OSS's EC numbers are those of its error pages, and left out where no page is known.
 */
#ifndef SANDBOX_REFUSAL_H
#define SANDBOX_REFUSAL_H

#include <stddef.h>

/* clang-format off */
#define REFUSALS(COMMON, OWN) \
    COMMON(NONE, "", 500, "InternalError", "We encountered an internal error. Please try again.") \
    /* the request as such */ \
    COMMON(REQUEST_SYNTAX, "request-syntax", 400, "BadRequest", "An error occurred when parsing the HTTP request: %s.") \
    COMMON(HEAD_SIZE, "head-size", 400, "RequestHeaderSectionTooLarge", \
           "Your request header section exceeds the maximum allowed size.") \
    COMMON(TIMEOUT, "timeout", 400, "RequestTimeout", \
           "Your socket connection to the server was not read from or written to within the timeout period. Idle " \
           "connections will be closed.") \
    COMMON(INCOMPLETE_BODY, "incomplete-body", 400, "IncompleteBody", \
           "You did not provide the number of bytes specified by the Content-Length HTTP header") \
    OWN(LENGTH, "length") \
    COMMON(EXPECTATION, "expectation", 417, "ExpectationFailed", "Only 100-continue is supported.") \
    COMMON(METHOD, "method", 405, "MethodNotAllowed", "The specified method is not allowed against this resource.") \
    COMMON(NOT_IMPLEMENTED, "not-implemented", 501, "NotImplemented", "The sandbox does not implement this functionality: %s") \
    COMMON(BODY_SIZE, "body-size", 400, "MaxMessageLengthExceeded", "Your request was too big.") \
    COMMON(NO_BUCKET, "bucket", 404, "NoSuchBucket", "The specified bucket does not exist") \
    COMMON(NO_OBJECT, "key", 404, "NoSuchKey", "The specified key does not exist.") \
    COMMON(BUCKET_NAME, "bucket-name", 400, "InvalidBucketName", "The specified bucket is not valid.") \
    COMMON(BUCKET_EXISTS, "bucket-exists", 409, "BucketAlreadyOwnedByYou", \
           "Your previous request to create the named bucket succeeded and you already own it.") \
    COMMON(BUCKET_NOT_EMPTY, "bucket-not-empty", 409, "BucketNotEmpty", "The bucket you tried to delete is not empty") \
    OWN(ACCESS, "access") \
    COMMON(STORAGE, "storage", 500, "InternalError", "We encountered an internal error. Please try again.") \
    COMMON(RANGE, "range", 416, "InvalidRange", "The requested range is not satisfiable") \
    COMMON(NO_CONFIGURATION, "no-configuration", 404, "%s", "The configuration does not exist") \
    COMMON(CORS, "cors", 403, "AccessForbidden", "CORSResponse: This CORS request is not allowed.") \
    /* the form */ \
    OWN(NOT_MULTIPART, "not-multipart") \
    OWN(NO_BOUNDARY, "boundary") \
    OWN(MULTIPART, "multipart") \
    OWN(PARTS, "parts") \
    OWN(FIELD_SIZE, "field-size") \
    OWN(PRE_FILE_SIZE, "pre-file-size") \
    OWN(FILE_COUNT, "file-count") \
    OWN(TWO_FILES, "two-files") \
    OWN(DUPLICATE_FIELD, "duplicate-field") \
    OWN(FIELD_VALUE, "field-value") \
    OWN(MISSING_KEY, "missing-key") \
    OWN(KEY_LENGTH, "key-length") \
    OWN(KEY_NAME, "key-name") \
    /* who signed it */ \
    OWN(MIXED_SIGNATURES, "mixed-signatures") \
    OWN(ANONYMOUS, "anonymous") \
    OWN(MISSING_POLICY, "missing-policy") \
    OWN(MISSING_CREDENTIAL, "missing-credential") \
    OWN(MISSING_SIGNATURE, "missing-signature") \
    OWN(MISSING_DATE, "missing-date") \
    OWN(ALGORITHM, "algorithm") \
    OWN(CREDENTIAL, "credential") \
    OWN(SCOPE_REGION, "scope-region") \
    OWN(SCOPE_SERVICE, "scope-service") \
    OWN(SCOPE_DATE, "scope-date") \
    OWN(DATE, "date") \
    OWN(CLOCK, "clock") \
    OWN(SIGNATURE_AGE, "signature-age") \
    OWN(ACCESS_KEY, "access-key") \
    OWN(TOKEN_MISSING, "token-missing") \
    OWN(TOKEN, "token") \
    OWN(TOKEN_EXPIRED, "token-expired") \
    OWN(SIGNATURE, "signature") \
    OWN(CONTENT_SHA256, "content-sha256") \
    /* the policy */ \
    OWN(POLICY_BASE64, "policy-base64") \
    OWN(POLICY_UTF8, "policy-utf8") \
    OWN(POLICY_JSON, "policy-json") \
    OWN(POLICY_MEMBER, "policy-member") \
    OWN(POLICY_NO_EXPIRATION, "policy-no-expiration") \
    OWN(POLICY_NO_CONDITIONS, "policy-no-conditions") \
    OWN(POLICY_NEITHER, "policy-neither") \
    OWN(EXPIRATION_TYPE, "expiration-type") \
    OWN(EXPIRATION_EMPTY, "expiration-empty") \
    OWN(EXPIRATION_VALUE, "expiration-value") \
    OWN(CONDITIONS_TYPE, "conditions-type") \
    OWN(CONDITIONS_EMPTY, "conditions-empty") \
    OWN(CONDITION_TYPE, "condition-type") \
    OWN(CONDITION_NO_OPERATOR, "condition-no-operator") \
    OWN(CONDITION_OPERATOR, "condition-operator") \
    OWN(CONDITION_COUNT, "condition-count") \
    OWN(CONDITION_OPERAND, "condition-operand") \
    OWN(SIMPLE_CONDITION_COUNT, "simple-condition-count") \
    OWN(SIMPLE_CONDITION_VALUE, "simple-condition-value") \
    OWN(RANGE_BOUND, "range-bound") \
    OWN(RANGE_ORDER, "range-order") \
    OWN(EXPIRED, "expired") \
    OWN(CONDITION, "condition") \
    OWN(CONDITION_NO_FIELD, "condition-no-field") \
    OWN(EXTRA_FIELD, "extra-field") \
    COMMON(UNBOUND_SIGNATURE, "unbound-signature", 403, "AccessDenied", \
           "Invalid according to Policy: the policy has no condition on the field %s") \
    OWN(SIZE_LARGE, "size-large") \
    OWN(SIZE_SMALL, "size-small") \
    /* what it asks for */ \
    OWN(ACL, "acl") \
    OWN(STORAGE_CLASS, "storage-class") \
    OWN(ENCRYPTION, "encryption") \
    OWN(TAGGING_XML, "tagging-xml") \
    OWN(TAGS, "tags") \
    COMMON(TAGGING_UNSUPPORTED, "tagging-unsupported", 400, "InvalidArgument", "A form upload cannot set tags on this store.") \
    OWN(METADATA_SIZE, "metadata-size") \
    OWN(CHECKSUM_SYNTAX, "checksum-syntax") \
    OWN(CHECKSUM, "checksum") \
    OWN(MD5_SYNTAX, "md5-syntax") \
    OWN(MD5, "md5") \
    COMMON(TRAFFIC_LIMIT, "traffic-limit", 400, "InvalidArgument", "The traffic limit must be 819200 to 838860800 bit/s.") \
    OWN(FORBID_OVERWRITE_VALUE, "forbid-overwrite-value") \
    COMMON(FILE_EXISTS, "file-exists", 409, "FileAlreadyExists", \
           "The object you specified already exists and can not be overwritten.") \
    OWN(CALLBACK_BASE64, "callback-base64") \
    OWN(CALLBACK_JSON, "callback-json") \
    OWN(CALLBACK_URL, "callback-url") \
    COMMON(CALLBACK_FAILED, "callback-failed", 203, "CallbackFailed", "The sandbox stored the object and makes no callbacks.")
/* clang-format on */

#define REFUSAL_NUMBER(REASON, ...) REFUSAL_##REASON,
enum refusal { REFUSALS(REFUSAL_NUMBER, REFUSAL_NUMBER) REFUSAL_COUNT };
#undef REFUSAL_NUMBER

/* `message` may hold one "%s", which becomes the detail; `code` may be "%s". */
struct refusal_answer {
    int status;
    const char *code;
    const char *message;
    const char *ec; /* a finer code; NULL: there is none, or none is known */
};

/* clang-format off */
#define REFUSAL_ANSWER(status, code, message) { status, code, message, NULL }
#define REFUSAL_ANSWER_EC(status, code, message, ec) { status, code, message, ec }
/* clang-format on */

/* The answers of one dialect, after its ANSWER_ macros: const struct refusal_answer answers[REFUSAL_COUNT] = { REFUSAL_ANSWERS
 * }; */
#define REFUSAL_COMMON_ANSWER(REASON, name, status, code, message) [REFUSAL_##REASON] = REFUSAL_ANSWER(status, code, message),
#define REFUSAL_OWN_ANSWER(REASON, name)                           [REFUSAL_##REASON] = ANSWER_##REASON,
#define REFUSAL_ANSWERS                                            REFUSALS(REFUSAL_COMMON_ANSWER, REFUSAL_OWN_ANSWER)

/* "condition"; "" for REFUSAL_NONE. */
const char *refusal_name(enum refusal refusal);

#endif
