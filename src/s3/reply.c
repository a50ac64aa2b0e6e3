/*
 * What S3's answers mean. Codes: S3 API "Error responses", and the recordings of real refusals of form uploads. Which may be
 * tried again follows the AWS SDKs' standard retry rules.
 */
#include <stdio.h>
#include <string.h>

#include "provider/refusal.h"
#include "base/slice.h"
#include "s3/s3.h"

/* Only codes that do not mean what their status says; the rest is decided by status. */
const struct reply_code s3_reply_codes[] = {
    { "SlowDown", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "SlowDownWrite", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM }, /* MinIO */
    { "Throttling", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "ThrottlingException", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "TooManyRequestsException", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "RequestLimitExceeded", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "BandwidthLimitExceeded", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "InternalError", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { "ServiceUnavailable", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { "OperationAborted", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { "ConditionalRequestConflict", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { "RequestTimeout", POSTAGE_OUTCOME_NET_DURING_BODY, POSTAGE_RETRY_SAME_FORM },
    { "IncompleteBody", POSTAGE_OUTCOME_NET_DURING_BODY, POSTAGE_RETRY_SAME_FORM },
    { "BadDigest", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_SAME_FORM },
    { "ExpiredToken", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { "InvalidToken", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { "TokenRefreshRequired", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { "RequestTimeTooSkewed", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { NULL, POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
};

/* MinIO names the region in every refusal; it helps where the region is what was wrong. */
static bool is_about_region(const char *code)
{
    static const char *const about[] = { "AuthorizationHeaderMalformed", "AuthorizationQueryParametersError", "InvalidArgument",
                                         "PermanentRedirect", "IllegalLocationConstraintException" };

    for (size_t i = 0; i < sizeof about / sizeof about[0]; i++)
        if (strcmp(about[i], code) == 0)
            return true;
    return false;
}

enum postage_outcome s3_read_error(const struct provider_reply *reply, struct postage_error *err)
{
    const char *region = reply_element(reply, "Region");
    struct reply_code row = reply_find_code(reply, s3_reply_codes);
    char more[128] = "";

    if (region[0] != '\0' && is_about_region(reply_element(reply, "Code")))
        snprintf(more, sizeof more, "; the bucket's region is %s", region);
    return reply_fill_error(reply, &row, "x-amz-request-id", more, err);
}

/* The header of a reply, or the field of the form that asked for it. */
static const char *stated(const struct provider_reply *reply, const char *name)
{
    const char *header = reply_header(reply, name);

    return header[0] != '\0' ? header : reply_sent(reply, name);
}

/* S3 API, "Checking object integrity": the value of a COMPOSITE checksum is of parts, not of the object. */
bool s3_checksum_counts(const struct provider_reply *reply)
{
    const char *type = reply_header(reply, "x-amz-checksum-type");

    return type[0] == '\0' || strcmp(type, "FULL_OBJECT") == 0;
}

/* S3 API, "ETag": the MD5 of the object for one-request uploads in plain or under SSE-S3, and of nothing under KMS or SSE-C. */
bool s3_etag_counts(const struct provider_reply *reply)
{
    const char *encryption = stated(reply, "x-amz-server-side-encryption");

    return stated(reply, "x-amz-server-side-encryption-customer-algorithm")[0] == '\0' &&
           (encryption[0] == '\0' || strcmp(encryption, "AES256") == 0);
}

/* S3 computes the CRC-64/NVME of what comes without a checksum, since December 2024 ("Checking object integrity"). */
const struct returned_digest s3_digests[] = {
    { .digest = POSTAGE_DIGEST_CRC32C,
      .encoding = DIGEST_BASE64,
      .header = "x-amz-checksum-crc32c",
      .field = "x-amz-checksum-crc32c",
      .counts = s3_checksum_counts },
    { .digest = POSTAGE_DIGEST_CRC64NVME,
      .encoding = DIGEST_BASE64,
      .header = "x-amz-checksum-crc64nvme",
      .own_hosts_only = true,
      .unless_any = "x-amz-checksum-",
      .counts = s3_checksum_counts },
    { .digest = POSTAGE_DIGEST_MD5, .encoding = DIGEST_HEX, .header = "etag", .element = "ETag", .counts = s3_etag_counts },
    { .digest = POSTAGE_DIGEST_NONE },
};
