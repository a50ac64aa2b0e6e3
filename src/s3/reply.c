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

/* Codes that do not mean what their status says, and what to do about those that first uploads run into. */
const struct refusal_cause s3_causes[] = {
    { .code = "SlowDown", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "Throttling", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "ThrottlingException", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "TooManyRequestsException", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "RequestLimitExceeded", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "BandwidthLimitExceeded", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "InternalError", .outcome = POSTAGE_OUTCOME_SERVER_TRANSIENT, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "ServiceUnavailable", .outcome = POSTAGE_OUTCOME_SERVER_TRANSIENT, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "OperationAborted", .outcome = POSTAGE_OUTCOME_SERVER_TRANSIENT, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "ConditionalRequestConflict", .outcome = POSTAGE_OUTCOME_SERVER_TRANSIENT, .retry = POSTAGE_RETRY_SAME_FORM },
    /* Not Amazon's, but of stores that speak S3 */
    { .code = "SlowDownRead", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "SlowDownWrite", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "NotImplemented",
      .evidence = "KMS is not configured",
      .remedy = "this server has no key server: leave out the fields of server-side encryption" },
    { .code = "BadDigest", .outcome = POSTAGE_OUTCOME_REJECTED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "ExpiredToken",
      .outcome = POSTAGE_OUTCOME_REJECTED,
      .retry = POSTAGE_RETRY_NEW_FORM,
      .remedy = "the session token has expired: get new credentials and sign again" },
    { .code = "InvalidToken", .outcome = POSTAGE_OUTCOME_REJECTED, .retry = POSTAGE_RETRY_NEW_FORM },
    { .code = "TokenRefreshRequired", .outcome = POSTAGE_OUTCOME_REJECTED, .retry = POSTAGE_RETRY_NEW_FORM },
    { 0 },
};

/* Some stores name the region in every refusal; it helps where the region is what was wrong. */
static bool is_about_region(const char *code)
{
    static const char *const about[] = { "AuthorizationHeaderMalformed", "AuthorizationQueryParametersError", "InvalidArgument",
                                         "PermanentRedirect", "IllegalLocationConstraintException" };

    for (size_t i = 0; i < sizeof about / sizeof about[0]; i++)
        if (strcmp(about[i], code) == 0)
            return true;
    return false;
}

void s3_add_detail(const struct provider_reply *reply, char *detail, size_t cap)
{
    const char *region = reply_element(reply, "Region");

    if (region[0] != '\0' && is_about_region(reply_element(reply, "Code")))
        snprintf(detail, cap, "; the bucket's region is %s", region);
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
