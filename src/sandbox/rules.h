/*
 * Every reason for a refusal, and how each store words it.
 *
 * A rule's name is what the ledger and the tests know it by. S3's wording is what was recorded from AWS where a recording
 * exists; MinIO's codes are those of its source; OSS's EC numbers are those of its error pages, and left out where no page is
 * known.
 */
#ifndef SANDBOX_RULES_H
#define SANDBOX_RULES_H

#include "sandbox/setup.h"

enum rule {
    RULE_NONE,
    /* the request as such */
    RULE_REQUEST_SYNTAX,
    RULE_HEAD_SIZE,
    RULE_TIMEOUT,
    RULE_INCOMPLETE_BODY,
    RULE_LENGTH,
    RULE_EXPECTATION,
    RULE_METHOD,
    RULE_NOT_IMPLEMENTED,
    RULE_BODY_SIZE,
    RULE_NO_BUCKET,
    RULE_NO_OBJECT,
    RULE_BUCKET_NAME,
    RULE_BUCKET_EXISTS,
    RULE_BUCKET_NOT_EMPTY,
    RULE_ACCESS,
    RULE_STORAGE,
    RULE_RANGE,
    RULE_NO_CONFIGURATION,
    RULE_CORS,
    /* the form */
    RULE_NOT_MULTIPART,
    RULE_NO_BOUNDARY,
    RULE_MULTIPART,
    RULE_PARTS,
    RULE_FIELD_SIZE,
    RULE_PRE_FILE_SIZE,
    RULE_FILE_COUNT,
    RULE_TWO_FILES,
    RULE_DUPLICATE_FIELD,
    RULE_FIELD_VALUE,
    RULE_MISSING_KEY,
    RULE_KEY_LENGTH,
    RULE_KEY_NAME,
    /* who signed it */
    RULE_MIXED_SIGNATURES,
    RULE_ANONYMOUS,
    RULE_MISSING_POLICY,
    RULE_MISSING_CREDENTIAL,
    RULE_MISSING_SIGNATURE,
    RULE_MISSING_DATE,
    RULE_ALGORITHM,
    RULE_CREDENTIAL,
    RULE_SCOPE_REGION,
    RULE_SCOPE_SERVICE,
    RULE_SCOPE_DATE,
    RULE_DATE,
    RULE_CLOCK,
    RULE_SIGNATURE_AGE,
    RULE_ACCESS_KEY,
    RULE_TOKEN_MISSING,
    RULE_TOKEN,
    RULE_TOKEN_EXPIRED,
    RULE_SIGNATURE,
    RULE_CONTENT_SHA256,
    /* the policy */
    RULE_POLICY_BASE64,
    RULE_POLICY_UTF8,
    RULE_POLICY_JSON,
    RULE_POLICY_MEMBER,
    RULE_POLICY_NO_EXPIRATION,
    RULE_POLICY_NO_CONDITIONS,
    RULE_POLICY_NEITHER,
    RULE_EXPIRATION_TYPE,
    RULE_EXPIRATION_EMPTY,
    RULE_EXPIRATION_VALUE,
    RULE_CONDITIONS_TYPE,
    RULE_CONDITIONS_EMPTY,
    RULE_CONDITION_TYPE,
    RULE_CONDITION_NO_OPERATOR,
    RULE_CONDITION_OPERATOR,
    RULE_CONDITION_COUNT,
    RULE_CONDITION_OPERAND,
    RULE_SIMPLE_CONDITION_COUNT,
    RULE_SIMPLE_CONDITION_VALUE,
    RULE_RANGE_BOUND,
    RULE_RANGE_ORDER,
    RULE_EXPIRED,
    RULE_CONDITION,
    RULE_CONDITION_NO_FIELD,
    RULE_EXTRA_FIELD,
    RULE_UNBOUND_SIGNATURE,
    RULE_SIZE_LARGE,
    RULE_SIZE_SMALL,
    /* what it asks for */
    RULE_ACL,
    RULE_STORAGE_CLASS,
    RULE_ENCRYPTION,
    RULE_TAGGING_XML,
    RULE_TAGS,
    RULE_TAGGING_UNSUPPORTED,
    RULE_METADATA_SIZE,
    RULE_CHECKSUM_SYNTAX,
    RULE_CHECKSUM,
    RULE_MD5_SYNTAX,
    RULE_MD5,
    RULE_REDIRECT,
    RULE_TRAFFIC_LIMIT,
    RULE_FORBID_OVERWRITE_VALUE,
    RULE_FILE_EXISTS,
    RULE_CALLBACK_BASE64,
    RULE_CALLBACK_JSON,
    RULE_CALLBACK_URL,
    RULE_CALLBACK_FAILED,
    RULE_COUNT
};

/* `message` may hold one "%s", which becomes the detail. */
struct rule_answer {
    int status;
    const char *code;
    const char *message;
    const char *ec; /* OSS only; NULL: not known */
};

const struct rule_answer *rule_answer(enum rule rule, enum dialect dialect);

/* "condition"; "" for RULE_NONE. */
const char *rule_name(enum rule rule);

#endif
