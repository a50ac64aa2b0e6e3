#include "oss/oss.h"

#include <stddef.h>

/* OSS developer reference "PostObject", V4: the chain of SigV4 with constants of its own; the signed text is the policy. */
static const struct signature_scheme v4 = {
    .name = "v4",
    .digest = "SHA256",
    .algorithm = "OSS4-HMAC-SHA256",
    .key_prefix = "aliyun_v4",
    .service = "oss",
    .terminator = "aliyun_v4_request",
    .algorithm_field = "x-oss-signature-version",
    .credential_field = "x-oss-credential",
    .date_field = "x-oss-date",
    .token_field = "x-oss-security-token",
    .signature_field = "x-oss-signature",
    .signature_chars = 64,
};

/*
 * V1, on request: the secret signs the policy, and that is all. Neither the key id, the token, the region nor the day of
 * signing is bound, so only the policy's expiration ends a leaked form. Accounts and buckets made since 2025 may refuse it.
 */
static const struct signature_scheme v1 = {
    .name = "v1",
    .digest = "SHA1",
    .base64 = true,
    .credential_field = "OSSAccessKeyId",
    .token_field = "x-oss-security-token",
    .signature_field = "Signature",
    .signature_chars = 28,
};

static const struct signature_scheme *const schemes[] = { &v4, &v1, NULL };

/* Seen on OSS's error pages only; how it signs is not published, so it can be recognised and passed on. */
static const struct signature_scheme v2 = {
    .name = "v2",
    .digest = "SHA256",
    .base64 = true,
    .algorithm = "OSS2",
    .algorithm_field = "x-oss-signature-version",
    .credential_field = "x-oss-access-key-id",
    .token_field = "x-oss-security-token",
    .signature_field = "x-oss-signature",
    .signature_chars = 44,
};

static const struct signature_scheme *const older_schemes[] = { &v2, NULL };

static const struct refusal_cause *const causes[] = { oss_causes, NULL };

/* No form has a use for it, but a page that was put together in a hurry may hold it. */
static const char *const secret_fields[] = { "OSSAccessKeySecret", NULL };

/* OSS "PostObject", elements of the response. */
static const char *const created_roots[] = { "PostResponse", NULL };
static const struct created_document created = { .roots = created_roots, .bucket = "Bucket", .key = "Key" };

const struct postage_provider postage_provider_oss = {
    .name = "oss",
    .title = "Aliyun OSS",
    .capabilities = &oss_capabilities,
    .schemes = schemes,
    .older_schemes = older_schemes,
    .region_example = "cn-hangzhou",
    .aliases = oss_aliases,
    .key_prefix_member = "dir",
    .environment = &oss_environment,
    .resolve = oss_resolve,
    .presign = &oss_presign,
    .compose_callback = oss_compose_callback,
    .created = &created,
    .causes = causes,
    .add_detail = oss_add_detail,
    .secret_fields = secret_fields,
    .digests = oss_digests,
    .request_id_header = "x-oss-request-id",
    .host_id_header = "x-oss-ec", /* the number that tells one InvalidArgument from another */
    .version_id_header = "x-oss-version-id",
};
