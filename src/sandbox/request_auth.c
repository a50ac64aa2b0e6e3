#include "sandbox/request_auth.h"

#include <stdlib.h>

#include "sandbox/answer.h"
#include "base/calendar.h"
#include "base/text.h"
#include "sandbox/canonical.h"
#include "sandbox/digest.h"
#include "sandbox/oss_v1.h"

static const struct slice nothing = { "", 0 };

/* Where the parts of a signature are found. */
struct signed_request {
    const struct scope_kind *kind;
    bool is_oss;
    bool in_query;
    struct slice credential;
    struct slice signature;
    struct slice signed_headers; /* OSS: the additional ones; "" when none */
    struct slice date;
    struct slice token;
    struct slice payload; /* last line of the canonical request */
    const char *credential_name;
};

/* `NAME=value` in an Authorization header's list. */
static struct slice authorization_part(struct slice list, const char *name)
{
    struct slice wanted = slice_of(name);

    for (const char *at = list.ptr, *end = list.ptr + list.len; at < end;) {
        const char *stop = memchr(at, ',', (size_t)(end - at));
        struct slice part = { at, (size_t)((stop != NULL ? stop : end) - at) };

        while (part.len > 0 && *part.ptr == ' ')
            part = (struct slice){ part.ptr + 1, part.len - 1 };
        if (slice_starts_with(part, wanted) && part.len > wanted.len && part.ptr[wanted.len] == '=')
            return (struct slice){ part.ptr + wanted.len + 1, part.len - wanted.len - 1 };
        at = stop != NULL ? stop + 1 : end;
    }
    return (struct slice){ NULL, 0 };
}

static bool refused(struct call *call, enum refusal refusal, struct slice detail)
{
    refuse(call, refusal, detail);
    return false;
}

static bool read_header_signature(struct call *call, struct signed_request *sign)
{
    const struct request *request = &call->request;
    struct slice text = request_header(request, "authorization");
    const char *space = memchr(text.ptr, ' ', text.len);
    struct slice algorithm = { text.ptr, space != NULL ? (size_t)(space - text.ptr) : text.len };
    struct slice list = { text.ptr + algorithm.len, text.len - algorithm.len };

    sign->is_oss = slice_equal(algorithm, SLICE("OSS4-HMAC-SHA256"));
    sign->kind = scope_kind_of(sign->is_oss ? DIALECT_OSS : DIALECT_S3);
    if (!slice_equal(algorithm, slice_of(sign->kind->algorithm)))
        return refused(call, REFUSAL_ALGORITHM, algorithm);
    sign->credential_name = "Authorization";
    sign->credential = authorization_part(list, "Credential");
    sign->signature = authorization_part(list, "Signature");
    sign->signed_headers = authorization_part(list, sign->is_oss ? "AdditionalHeaders" : "SignedHeaders");
    sign->date = request_header(request, sign->is_oss ? "x-oss-date" : "x-amz-date");
    sign->token = request_header(request, sign->is_oss ? "x-oss-security-token" : "x-amz-security-token");
    sign->payload = request_header(request, sign->is_oss ? "x-oss-content-sha256" : "x-amz-content-sha256");
    if (sign->payload.ptr == NULL)
        sign->payload = SLICE("UNSIGNED-PAYLOAD");
    return true;
}

static bool read_query_signature(struct call *call, struct signed_request *sign)
{
    const struct request *request = &call->request;
    struct slice algorithm;

    sign->in_query = true;
    sign->is_oss = request_has_parameter(request, "x-oss-signature");
    sign->kind = scope_kind_of(sign->is_oss ? DIALECT_OSS : DIALECT_S3);
    algorithm = request_parameter(request, sign->is_oss ? "x-oss-signature-version" : "X-Amz-Algorithm");
    if (!slice_equal(algorithm, slice_of(sign->kind->algorithm)))
        return refused(call, REFUSAL_ALGORITHM, algorithm);
    sign->credential_name = sign->is_oss ? "x-oss-credential" : "X-Amz-Credential";
    sign->credential = request_parameter(request, sign->credential_name);
    sign->signature = request_parameter(request, sign->is_oss ? "x-oss-signature" : "X-Amz-Signature");
    sign->signed_headers = request_parameter(request, sign->is_oss ? "x-oss-additional-headers" : "X-Amz-SignedHeaders");
    sign->date = request_parameter(request, sign->is_oss ? "x-oss-date" : "X-Amz-Date");
    sign->token = request_parameter(request, sign->is_oss ? "x-oss-security-token" : "X-Amz-Security-Token");
    sign->payload = SLICE("UNSIGNED-PAYLOAD");
    return true;
}

/* A presigned URL lives as long as it says, at most seven days; a signed request, 15 minutes. */
static bool check_time(struct call *call, const struct signed_request *sign, const struct scope *scope)
{
    struct slice expires = request_parameter(&call->request, sign->is_oss ? "x-oss-expires" : "X-Amz-Expires");
    int64_t signed_at, now = setup_now(call->setup);
    uint64_t seconds;

    if (!calendar_read_basic(sign->date, &signed_at))
        return refused(call, REFUSAL_DATE, sign->date);
    if (!slice_equal(scope->date, (struct slice){ sign->date.ptr, 8 }))
        return refused(call, REFUSAL_SCOPE_DATE, scope->date);
    if (signed_at > now + SCOPE_SKEW_S || (!sign->in_query && signed_at < now - SCOPE_SKEW_S))
        return refused(call, REFUSAL_CLOCK, sign->date);
    if (!sign->in_query)
        return true;
    if (!text_to_u64(expires, &seconds) || seconds == 0 || seconds > SCOPE_MAX_AGE_S)
        return refused(call, REFUSAL_DATE, expires);
    return now < signed_at + (int64_t)seconds || refused(call, REFUSAL_SIGNATURE_AGE, sign->date);
}

/* AWS wants the host signed, and every x-amz header that there is. */
static bool check_signed_headers(struct call *call, const struct signed_request *sign)
{
    if (sign->is_oss)
        return true;
    if (!canonical_names_header(sign->signed_headers, SLICE("host")))
        return refused(call, REFUSAL_SIGNATURE, nothing);
    for (size_t i = 0; i < call->request.header_count; i++) {
        struct slice name = call->request.headers[i].name;

        if (slice_starts_with_ignoring_case(name, SLICE("x-amz-")) && !canonical_names_header(sign->signed_headers, name))
            return refused(call, REFUSAL_ACCESS, name);
    }
    return true;
}

static bool check_signature(struct call *call, const struct signed_request *sign, const struct scope *scope,
                            const struct access_key *key, struct payload_claim *claim)
{
    struct canonical_input input = { &call->request, call->bucket_name, call->key,
                                     sign->is_oss,       sign->signed_headers,  sign->payload };
    char hex[2 * DIGEST_SHA256_BYTES + 1];
    struct buf text;
    bool good;

    buf_init(&text, NULL, 256 * 1024);
    canonical_request(&input, &text);
    good = buf_status(&text) == POSTAGE_OK && digest_sha256_hex(buf_slice(&text), hex);
    buf_reset(&text);
    buf_printf(&text, "%s\n%.*s\n%.*s\n%s", sign->kind->algorithm, (int)sign->date.len, sign->date.ptr, (int)scope->text.len,
               scope->text.ptr, hex);
    good = good && scope_sign(sign->kind, key, scope, buf_slice(&text), claim->signature) &&
           digest_texts_equal(sign->signature, slice_of(claim->signature));
    buf_clear(&text);
    return good || refused(call, REFUSAL_SIGNATURE, nothing);
}

static bool check_signed(struct call *call, struct signed_request *sign, struct payload_claim *claim)
{
    struct scope scope;

    if (sign->credential.ptr == NULL)
        return refused(call, REFUSAL_CREDENTIAL, nothing);
    if (sign->signature.ptr == NULL || sign->date.ptr == NULL)
        return refused(call, REFUSAL_ACCESS, nothing);
    if (!scope_read(call, sign->kind, sign->credential, sign->credential_name, &scope) ||
        !check_time(call, sign, &scope) || !check_signed_headers(call, sign))
        return false;
    claim->key = scope_find_key(call, scope.key_id, sign->token);
    if (claim->key == NULL || !check_signature(call, sign, &scope, claim->key, claim))
        return false;
    claim->scope = scope;
    claim->date = sign->date;
    claim->sha256 = sign->in_query ? (struct slice){ NULL, 0 } : sign->payload;
    return true;
}

static bool check_unsigned(struct call *call, enum request_access access)
{
    const struct bucket *bucket = call->bucket;
    bool allowed = access == REQUEST_READS && bucket != NULL && (bucket->public_read || call->setup->unsigned_reads);

    return allowed || refused(call, REFUSAL_ACCESS, nothing);
}

bool request_auth_check_claim(struct call *call, enum request_access access, struct payload_claim *claim)
{
    const struct request *request = &call->request;
    bool by_header = request_header(request, "authorization").ptr != NULL;
    bool by_query = request_has_parameter(request, "X-Amz-Signature") || request_has_parameter(request, "x-oss-signature") ||
                    oss_v1_in_query(request);
    struct signed_request sign = { 0 };

    *claim = (struct payload_claim){ 0 };
    if (by_header && by_query)
        return refused(call, REFUSAL_MIXED_SIGNATURES, SLICE("header and query"));
    if (!by_header && !by_query)
        return check_unsigned(call, access);
    if (oss_v1_in_header(request) || oss_v1_in_query(request))
        return oss_v1_check(call, claim);
    if (!(by_header ? read_header_signature : read_query_signature)(call, &sign))
        return false;
    if (sign.signed_headers.ptr == NULL)
        sign.signed_headers = nothing;
    return check_signed(call, &sign, claim);
}

bool request_auth_check(struct call *call, enum request_access access)
{
    struct payload_claim claim;

    return request_auth_check_claim(call, access, &claim);
}
