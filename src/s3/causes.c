/*
 * What S3's answers mean. Codes: S3 API "Error responses", and the recordings of real refusals of form uploads. Which may be
 * tried again follows the AWS SDKs' standard retry rules.
 */
#include <stdio.h>
#include <string.h>

#include "provider/refusal.h"
#include "base/slice.h"
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
    { .code = "NotImplemented",
      .evidence = "header you provided",
      .remedy = "this store does not know something that the form asks for: leave out tags, checksums or encryption" },
    { .code = "PermanentRedirect", .remedy = "the bucket is elsewhere: sign and post for the endpoint that the store names" },
    { .code = "TemporaryRedirect", .remedy = "the bucket is new or moves: post to the endpoint that the store names, or wait" },
    { .code = "AuthorizationHeaderMalformed", .remedy = "sign for the region that the store names" },
    { .code = "IllegalLocationConstraintException", .remedy = "sign and post for the region of the bucket" },
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

/* "; the bucket photos is at ENDPOINT, in the region REGION": each where the store names it. */
void s3_add_detail(const struct provider_reply *reply, char *detail, size_t cap)
{
    const char *region = reply_element(reply, "Region"), *bucket = reply_element(reply, "Bucket");
    const char *endpoint = reply_element(reply, "Endpoint");
    bool moved = endpoint[0] != '\0';

    if (region[0] == '\0')
        region = reply_header(reply, "x-amz-bucket-region");
    if (!moved && !is_about_region(reply_element(reply, "Code")))
        return;
    if (moved)
        snprintf(detail, cap, "; the bucket %.63s%sis at %.253s%s%.32s", bucket, bucket[0] != '\0' ? " " : "", endpoint,
                 region[0] != '\0' ? ", in the region " : "", region);
    else if (region[0] != '\0')
        snprintf(detail, cap, "; the bucket's region is %.32s", region);
}
