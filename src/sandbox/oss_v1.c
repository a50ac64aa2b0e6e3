/* OSS: "Include signatures in the Authorization header (V1)" and "Add signatures to URLs (V1)". */
#include "sandbox/oss_v1.h"

#include <stdio.h>
#include <stdlib.h>

#include "sandbox/answer.h"
#include "base/calendar.h"
#include "base/text.h"
#include "sandbox/canonical.h"
#include "sandbox/digest.h"

static const struct slice nothing = { "", 0 };

/* Where the parts of a signature are found. */
struct signed_v1 {
    bool in_query;
    struct slice key_id;
    struct slice signature;
    struct slice token; /* NULL `ptr`: none */
    struct slice date;  /* as signed: an HTTP date, or seconds since 1970 */
};

static bool refused(struct call *call, enum refusal refusal, struct slice detail)
{
    refuse(call, refusal, detail);
    return false;
}

bool oss_v1_in_header(const struct request *request)
{
    struct slice text = request_header(request, "authorization");

    return text.ptr != NULL && slice_starts_with(text, SLICE("OSS "));
}

bool oss_v1_in_query(const struct request *request)
{
    return request_has_parameter(request, "OSSAccessKeyId");
}

/* "OSS ID:SIGNATURE". x-oss-date stands for Date, which browsers' scripts may not set. */
static bool read_header(struct call *call, struct signed_v1 *sign)
{
    const struct request *request = &call->request;
    struct slice text = request_header(request, "authorization");
    const char *colon;

    text = (struct slice){ text.ptr + 4, text.len - 4 };
    colon = memchr(text.ptr, ':', text.len);
    if (colon == NULL)
        return refused(call, REFUSAL_ACCESS, nothing);
    sign->key_id = (struct slice){ text.ptr, (size_t)(colon - text.ptr) };
    sign->signature = (struct slice){ colon + 1, text.len - sign->key_id.len - 1 };
    sign->token = request_header(request, "x-oss-security-token");
    sign->date = request_header(request, "x-oss-date");
    if (sign->date.ptr == NULL)
        sign->date = request_header(request, "date");
    return true;
}

static bool read_query(struct call *call, struct signed_v1 *sign)
{
    const struct request *request = &call->request;

    sign->in_query = true;
    sign->key_id = request_parameter(request, "OSSAccessKeyId");
    sign->signature = request_parameter(request, "Signature");
    sign->token = request_parameter(request, "security-token");
    sign->date = request_parameter(request, "Expires");
    return sign->signature.ptr != NULL || refused(call, REFUSAL_ACCESS, nothing);
}

/* "Sat, 21 Nov 2026 12:00:00 GMT" (RFC 9110 5.6.7), rearranged to the form that the calendar reads. */
static bool read_http_date(struct slice text, int64_t *unix_s)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4] = "", basic[CALENDAR_BASIC_BYTES];
    const char *found;

    if (text.ptr == NULL || text.len != 29 || !slice_ends_with(text, SLICE(" GMT")))
        return false;
    memcpy(month, text.ptr + 8, 3);
    found = strstr(months, month);
    if (found == NULL || (found - months) % 3 != 0)
        return false;
    snprintf(basic, sizeof basic, "%.4s%02d%.2sT%.2s%.2s%.2sZ", text.ptr + 12, (int)((found - months) / 3 + 1), text.ptr + 5,
             text.ptr + 17, text.ptr + 20, text.ptr + 23);
    return calendar_read_basic(slice_of(basic), unix_s);
}

/* A URL says until when it holds; a signed request, 15 minutes either way. */
static bool check_time(struct call *call, const struct signed_v1 *sign)
{
    int64_t at, now = setup_now(call->setup);
    uint64_t expires;

    if (sign->in_query) {
        if (sign->date.ptr == NULL || !text_to_u64(sign->date, &expires))
            return refused(call, REFUSAL_DATE, nothing);
        return expires > (uint64_t)now || refused(call, REFUSAL_SIGNATURE_AGE, sign->date);
    }
    if (!read_http_date(sign->date, &at))
        return refused(call, REFUSAL_DATE, nothing);
    return (at <= now + SCOPE_SKEW_S && at >= now - SCOPE_SKEW_S) || refused(call, REFUSAL_CLOCK, sign->date);
}

bool oss_v1_check(struct call *call, struct payload_claim *claim)
{
    struct canonical_input input = { &call->request, call->bucket_name, call->key, true, nothing, nothing };
    struct signed_v1 sign = { 0 };
    struct buf text;
    bool good;

    if (call->dialect != DIALECT_OSS)
        return refused(call, REFUSAL_ALGORITHM, SLICE("OSS"));
    if (!(oss_v1_in_header(&call->request) ? read_header : read_query)(call, &sign) || !check_time(call, &sign))
        return false;
    claim->key = scope_find_key(call, sign.key_id, sign.token);
    if (claim->key == NULL)
        return false;
    buf_init(&text, NULL, 256 * 1024);
    canonical_oss_v1(&input, sign.date, &text);
    good = buf_status(&text) == POSTAGE_OK && scope_sign_v2(claim->key, buf_slice(&text), claim->signature) &&
           digest_texts_equal(sign.signature, slice_of(claim->signature));
    buf_clear(&text);
    return good || refused(call, REFUSAL_SIGNATURE, nothing);
}
