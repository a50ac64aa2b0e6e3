/* What OSS's answers mean. Codes: OSS "Error responses" and the pages on PostObject errors; retries as the official SDKs do. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "provider/refusal.h"
#include "base/slice.h"
#include "oss/oss.h"

/* Codes that do not mean what their status says, and what to do about those that first uploads run into. */
const struct refusal_cause oss_causes[] = {
    { .code = "CallbackFailed", .http_status = 203, .outcome = POSTAGE_OUTCOME_CALLBACK_FAILED, .retry = POSTAGE_RETRY_NEVER },
    { .code = "InvalidDigest", .outcome = POSTAGE_OUTCOME_REJECTED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "ServiceUnavailable", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "UploadTrafficRateLimitExceeded", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "TotalQpsLimitExceeded", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "ActiveRequestLimitExceeded", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "CpuLimitExceeded", .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "SecurityTokenExpired",
      .outcome = POSTAGE_OUTCOME_REJECTED,
      .retry = POSTAGE_RETRY_NEW_FORM,
      .remedy = "the session token has expired: get new credentials and sign again" },
    { .code = "InvalidSecurityToken", .outcome = POSTAGE_OUTCOME_REJECTED, .retry = POSTAGE_RETRY_NEW_FORM },
    { .code = "AccessKeyIdAndSecurityTokenNotMatch", .outcome = POSTAGE_OUTCOME_REJECTED, .retry = POSTAGE_RETRY_NEW_FORM },
    { .code = "PublicEndpointForbidden", .remedy = "bind a domain of yours to the bucket and use it with cname addressing" },
    { .code = "SecondLevelDomainForbidden",
      .remedy = "OSS takes the bucket in the host only: use virtual or cname addressing" },
    { .code = "CnameDenied", .remedy = "the domain is not bound to this bucket" },
    { .code = "AccessForbidden", .remedy = "the bucket needs a CORS rule with POST" },
    { 0 },
};

void oss_add_detail(const struct provider_reply *reply, char *detail, size_t cap)
{
    const char *ec = reply_element(reply, "EC");
    const char *endpoint = reply_element(reply, "Endpoint");

    if (ec[0] == '\0')
        ec = reply_header(reply, "x-oss-ec");
    snprintf(detail, cap, "%s%s%s%s%s", ec[0] != '\0' ? " (EC " : "", ec, ec[0] != '\0' ? ")" : "",
             endpoint[0] != '\0' ? "; the bucket is at " : "", endpoint);
}
