/* What OSS's answers mean. Codes: OSS "Error responses" and the pages on PostObject errors; retries as the official SDKs do. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "provider/refusal.h"
#include "base/slice.h"
#include "oss/oss.h"

/* Only codes that do not mean what their status says. */
const struct reply_code oss_reply_codes[] = {
    { "CallbackFailed", POSTAGE_OUTCOME_CALLBACK_FAILED, POSTAGE_RETRY_NEVER }, /* 203: the object is stored */
    { "RequestTimeout", POSTAGE_OUTCOME_NET_DURING_BODY, POSTAGE_RETRY_SAME_FORM },
    { "IncompleteBody", POSTAGE_OUTCOME_NET_DURING_BODY, POSTAGE_RETRY_SAME_FORM },
    { "InvalidDigest", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_SAME_FORM },
    { "ServiceUnavailable", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "UploadTrafficRateLimitExceeded", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "TotalQpsLimitExceeded", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "ActiveRequestLimitExceeded", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "CpuLimitExceeded", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "SecurityTokenExpired", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { "InvalidSecurityToken", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { "AccessKeyIdAndSecurityTokenNotMatch", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { "RequestTimeTooSkewed", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { NULL, POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
};

/* What to do about refusals that first uploads run into. */
static const struct {
    const char *code;
    const char *hint;
} hints[] = {
    { "PublicEndpointForbidden", "; bind a domain of yours to the bucket and use it with cname addressing" },
    { "SecondLevelDomainForbidden", "; OSS takes the bucket in the host only" },
    { "CnameDenied", "; the domain is not bound to this bucket" },
    { "AccessForbidden", "; the bucket needs a CORS rule with POST" },
};

static const char *hint_for(const char *code)
{
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
        if (strcmp(hints[i].code, code) == 0)
            return hints[i].hint;
    return "";
}

enum postage_outcome oss_read_error(const struct provider_reply *reply, struct postage_error *err)
{
    const char *code = reply_element(reply, "Code");
    const char *ec = reply_element(reply, "EC");
    const char *endpoint = reply_element(reply, "Endpoint");
    struct reply_code row = reply_find_code(reply, oss_reply_codes);
    char more[160];

    if (ec[0] == '\0')
        ec = reply_header(reply, "x-oss-ec");
    snprintf(more, sizeof more, "%s%s%s%s%s", ec[0] != '\0' ? " (EC " : "", ec, ec[0] != '\0' ? ")" : "",
             endpoint[0] != '\0' ? "; the bucket is at " : "", endpoint[0] != '\0' ? endpoint : hint_for(code));
    return reply_fill_error(reply, &row, "x-oss-request-id", more, err);
}

/*
 * OSS "Data verification by CRC-64": an unsigned decimal number. The ETag of a form upload is not an MD5 (PostObject, "ETag");
 * the Content-MD5 header, where it comes, is one.
 */
const struct returned_digest oss_digests[] = {
    { .digest = POSTAGE_DIGEST_CRC64XZ, .encoding = DIGEST_DECIMAL, .header = "x-oss-hash-crc64ecma" },
    { .digest = POSTAGE_DIGEST_MD5, .encoding = DIGEST_BASE64, .header = "content-md5" },
    { .digest = POSTAGE_DIGEST_NONE },
};
