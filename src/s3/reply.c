/*
 * What S3's answers mean. Codes: S3 API "Error responses", and the recordings of real refusals of form uploads. Which may be
 * tried again follows the AWS SDKs' standard retry rules.
 */
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "provider/refusal.h"
#include "base/slice.h"
#include "base/text.h"
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

/* S3 API, checksum response headers: base64 of the big-endian value. COMPOSITE values are of parts, not of the object. */
bool s3_read_crc64(const struct provider_reply *reply, uint64_t *crc)
{
    struct slice text = slice_of(reply_header(reply, "x-amz-checksum-crc64nvme"));
    const char *type = reply_header(reply, "x-amz-checksum-type");
    uint8_t bytes[12];

    if (text.len != BASE64_LENGTH(8) || (type[0] != '\0' && strcmp(type, "FULL_OBJECT") != 0) ||
        base64_decode(text, bytes) != 8)
        return false;
    *crc = 0;
    for (size_t i = 0; i < 8; i++)
        *crc = *crc << 8 | bytes[i];
    return true;
}

/* S3 API, "ETag": the MD5 of the object for one-request uploads in plain or under SSE-S3, and of nothing under KMS or SSE-C. */
bool s3_read_md5(const struct provider_reply *reply, uint8_t md5[16])
{
    struct slice etag = slice_of(reply_header(reply, "etag"));
    const char *encryption = reply_header(reply, "x-amz-server-side-encryption");
    const char *customer = reply_header(reply, "x-amz-server-side-encryption-customer-algorithm");

    if (etag.len == 0)
        etag = slice_of(reply_element(reply, "ETag"));
    if (etag.len >= 2 && etag.ptr[0] == '"' && etag.ptr[etag.len - 1] == '"')
        etag = (struct slice){ etag.ptr + 1, etag.len - 2 };
    if (etag.len != 32 || customer[0] != '\0' || (encryption[0] != '\0' && strcmp(encryption, "AES256") != 0))
        return false;
    for (size_t i = 0; i < 16; i++) {
        int high = text_hex_digit(etag.ptr[2 * i]), low = text_hex_digit(etag.ptr[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        md5[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
