/*
 * How MinIO judges a form, where it is laxer or stricter than S3. Read in its source: cmd/postpolicyform.go (conditions,
 * coverage), cmd/bucket-handlers.go (order, key, file name), cmd/signature-v4.go (what the signature looks at).
 */
#include "minio/minio.h"

#include <stddef.h>

#include "s3/s3.h"

static const struct value_list values[] = {
    { "success_action_status", s3_success_statuses, "an empty 204", NULL },
    { NULL, NULL, NULL, NULL },
};

/* postpolicyform.go, checkPostPolicy: left out of the count of extra fields. */
static const char *const uncovered[] = {
    "x-amz-server-side-encryption-aws-kms-key-id",     "x-amz-server-side-encryption-context",
    "x-amz-server-side-encryption-customer-algorithm", "x-amz-server-side-encryption-customer-key",
    "x-amz-server-side-encryption-customer-key-md5",   NULL,
};

static const struct finding_answer answers[] = {
    S3_ANSWERS,
    { POSTAGE_FINDING_POLICY_MALFORMED, 403, "PostPolicyInvalidKeyName" },
    { POSTAGE_FINDING_KEY_MISSING, 400, "MalformedPOSTRequest" },
    { POSTAGE_FINDING_DUPLICATE_FIELD, 403, "AccessDenied" },
    { POSTAGE_FINDING_FIELD_TOO_LONG, 400, "MalformedPOSTRequest" },
    { POSTAGE_FINDING_UNSIGNED, 400, "AuthorizationQueryParametersError" },
    { POSTAGE_FINDING_SIGNATURE_MISSING, 403, "SignatureDoesNotMatch" },
    { .http_status = 0 },
};

const struct dialect minio_dialect = {
    .judges_expanded = true,
    .filename_separators = "/", /* Go's filepath.Base on the systems it runs on: a backslash is a letter */
    .template_names_nameless = true,
    .absent_is_empty = true,
    .ignores_signing_fields = true,
    .last_range_counts = true,
    .refuses_unsigned = true,
    .requires_bucket_condition = true,
    .drops_leading_slash = true,
    .stores_large_metadata = true,
    .repeated = REPEATED_REFUSED,
    .uncovered = uncovered,
    .values = values,
    .answers = answers,
};
