#include "s3/endpoint.h"
#include "s3/s3.h"

/* S3 API "Signature Version 4", as used for POST: the signed text is the encoded policy itself. */
static const struct signature_scheme v4 = {
    .name = "v4",
    .digest = "SHA256",
    .algorithm = "AWS4-HMAC-SHA256",
    .key_prefix = "AWS4",
    .service = "s3",
    .terminator = "aws4_request",
    .algorithm_field = "x-amz-algorithm",
    .credential_field = "x-amz-credential",
    .date_field = "x-amz-date",
    .token_field = "x-amz-security-token",
    .signature_field = "x-amz-signature",
    .signature_chars = 64,
};

/* What boto3 still makes by default in older regions. The secret itself signs; nothing but the policy is bound. */
static const struct signature_scheme v2 = {
    .name = "v2",
    .digest = "SHA1",
    .base64 = true,
    .credential_field = "AWSAccessKeyId",
    .token_field = "x-amz-security-token",
    .signature_field = "signature",
    .signature_chars = 28,
};

const struct signature_scheme *const s3_schemes[] = { &v4, NULL };
const struct signature_scheme *const s3_older_schemes[] = { &v2, NULL };

const struct refusal_cause *const s3_all_causes[] = { s3_causes, NULL };

/* Naming them here saves the user the upload that finds out. */
const struct store_without_forms s3_stores_without_forms[] = {
    { ".r2.cloudflarestorage.com", "Cloudflare R2" },
    { ".backblazeb2.com", "Backblaze B2" },
    { 0 },
};

/* S3 API "POST Object", sample response; some stores that speak S3 call it after the operation. */
static const char *const created_roots[] = { "PostResponse", "PostObject", NULL };

const struct created_document s3_created = { .roots = created_roots, .bucket = "Bucket", .key = "Key" };

const char *const s3_log_headers[] = { "x-amz-bucket-region", NULL };

const struct postage_provider postage_provider_s3 = {
    .name = "s3",
    .title = "AWS S3",
    .capabilities = &s3_capabilities,
    .schemes = s3_schemes,
    .older_schemes = s3_older_schemes,
    .region_example = "eu-west-1",
    .stores_without_forms = s3_stores_without_forms,
    .environment = &s3_environment,
    .resolve = s3_resolve,
    .presign = &s3_presign,
    .created = &s3_created,
    .older_redirect_field = "redirect",
    .causes = s3_all_causes,
    .add_detail = s3_add_detail,
    .secret_fields = s3_secret_fields,
    .digests = s3_digests,
    .request_id_header = "x-amz-request-id",
    .host_id_header = "x-amz-id-2",
    .version_id_header = "x-amz-version-id",
    .log_headers = s3_log_headers,
};
