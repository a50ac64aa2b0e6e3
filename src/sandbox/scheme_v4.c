#include "sandbox/scheme_v4.h"

#include <string.h>

#include "base/calendar.h"
#include "base/text.h"
#include "sandbox/canonical.h"
#include "sandbox/hash.h"
#include "sandbox/post_signature.h"
#include "sandbox/refuse.h"
#include "sandbox/request_auth.h"

static const struct slice nothing = { "", 0 };

/* --- forms --- */

static bool check_dates(struct call *call, const struct scheme_fields *fields, const struct post_form *form,
                        struct slice scope_date)
{
    struct slice date = post_form_sent(form, fields->date);
    int64_t signed_at, now = setup_now(call->setup);

    if (!calendar_read_basic(date, &signed_at))
        return refuse_argument(call, REFUSAL_DATE, date, fields->date, date);
    if (!slice_equal(scope_date, (struct slice){ date.ptr, 8 }))
        return refuse_argument(call, REFUSAL_SCOPE_DATE, scope_date, fields->credential,
                               post_form_sent(form, fields->credential));
    /* A form lives longer than 15 minutes, so only the future is bounded by that; the past by the key's seven days. */
    if (signed_at > now + SCOPE_SKEW_S)
        return refuse(call, REFUSAL_CLOCK, date);
    return now - signed_at < SCOPE_MAX_AGE_S || refuse(call, REFUSAL_SIGNATURE_AGE, date);
}

const struct access_key *scheme_v4_find_signer(struct call *call, const struct post_form *form, const struct scheme *scheme,
                                               struct scope *scope)
{
    const struct scheme_fields *fields = &scheme->fields;
    struct slice algorithm = post_form_sent(form, fields->algorithm), credential = post_form_sent(form, fields->credential);

    if (!post_signature_require(call, form, REFUSAL_MISSING_CREDENTIAL, fields->algorithm) ||
        !post_signature_require(call, form, REFUSAL_MISSING_CREDENTIAL, fields->credential) ||
        !post_signature_require(call, form, REFUSAL_MISSING_DATE, fields->date) ||
        !post_signature_require(call, form, REFUSAL_MISSING_SIGNATURE, fields->signature) ||
        !post_signature_require(call, form, REFUSAL_MISSING_POLICY, "policy"))
        return NULL;
    if (!slice_equal(algorithm, slice_of(scheme->chain.algorithm))) {
        refuse_argument(call, REFUSAL_ALGORITHM, algorithm, fields->algorithm, algorithm);
        return NULL;
    }
    if (!scope_read(call, &scheme->chain, credential, fields->credential, scope) ||
        !check_dates(call, fields, form, scope->date))
        return NULL;
    return scope_find_key(call, scope->key_id, post_form_sent(form, fields->token));
}

bool scheme_v4_check_form(struct call *call, const struct post_form *form, const struct scheme *scheme)
{
    struct slice policy = post_form_sent(form, "policy"), provided = post_form_sent(form, scheme->fields.signature);
    char expected[SCOPE_SIGNATURE_BYTES];
    struct scope scope;
    const struct access_key *key = scheme_v4_find_signer(call, form, scheme, &scope);

    if (key == NULL)
        return false;
    if (scope_sign(&scheme->chain, key, &scope, policy, expected) && hash_texts_equal(provided, slice_of(expected)))
        return true;
    return post_signature_refuse(call, scope.key_id, provided, policy);
}

/* --- requests --- */

/* Where the parts of a signature are found. */
struct signed_request {
    const struct scheme *scheme;
    bool in_query;
    struct slice credential;
    struct slice signature;
    struct slice signed_headers; /* "" when none are listed */
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

static void read_header_signature(const struct request *request, struct signed_request *sign)
{
    const struct scheme *scheme = sign->scheme;
    struct slice text = request_header(request, "authorization");
    size_t skip = strlen(scheme->chain.algorithm);
    struct slice list = { text.ptr + skip, text.len - skip };

    sign->credential_name = "Authorization";
    sign->credential = authorization_part(list, "Credential");
    sign->signature = authorization_part(list, "Signature");
    sign->signed_headers = authorization_part(list, scheme->headers.signed_list);
    sign->date = request_header(request, scheme->headers.date);
    sign->token = request_header(request, scheme->headers.token);
    sign->payload = request_header(request, scheme->headers.sha256);
    if (sign->payload.ptr == NULL)
        sign->payload = SLICE("UNSIGNED-PAYLOAD");
}

static void read_query_signature(const struct request *request, struct signed_request *sign)
{
    const struct scheme_query *query = &sign->scheme->query;

    sign->in_query = true;
    sign->credential_name = query->credential;
    sign->credential = request_parameter(request, query->credential);
    sign->signature = request_parameter(request, query->signature);
    sign->signed_headers = request_parameter(request, query->signed_list);
    sign->date = request_parameter(request, query->date);
    sign->token = request_parameter(request, query->token);
    sign->payload = SLICE("UNSIGNED-PAYLOAD");
}

/* A presigned URL lives as long as it says, at most seven days; a signed request, 15 minutes. */
static bool check_time(struct call *call, const struct signed_request *sign, const struct scope *scope)
{
    struct slice expires = request_parameter(&call->request, sign->scheme->query.expires);
    int64_t signed_at, now = setup_now(call->setup);
    uint64_t seconds;

    if (!calendar_read_basic(sign->date, &signed_at))
        return refuse(call, REFUSAL_DATE, sign->date);
    if (!slice_equal(scope->date, (struct slice){ sign->date.ptr, 8 }))
        return refuse(call, REFUSAL_SCOPE_DATE, scope->date);
    if (signed_at > now + SCOPE_SKEW_S || (!sign->in_query && signed_at < now - SCOPE_SKEW_S))
        return refuse(call, REFUSAL_CLOCK, sign->date);
    if (!sign->in_query)
        return true;
    if (!text_to_u64(expires, &seconds) || seconds == 0 || seconds > SCOPE_MAX_AGE_S)
        return refuse(call, REFUSAL_DATE, expires);
    return now < signed_at + (int64_t)seconds || refuse(call, REFUSAL_SIGNATURE_AGE, sign->date);
}

/* Where nothing is implied, the host has to be listed, and every own header that there is. */
static bool check_signed_headers(struct call *call, const struct signed_request *sign)
{
    struct slice own = slice_of(sign->scheme->canonical.own_headers);

    if (sign->scheme->canonical.own_headers_are_implied)
        return true;
    if (!canonical_names_header(sign->signed_headers, SLICE("host")))
        return refuse(call, REFUSAL_SIGNATURE, nothing);
    for (size_t i = 0; i < call->request.header_count; i++) {
        struct slice name = call->request.headers[i].name;

        if (slice_starts_with_ignoring_case(name, own) && !canonical_names_header(sign->signed_headers, name))
            return refuse(call, REFUSAL_ACCESS, name);
    }
    return true;
}

static bool check_signature(struct call *call, const struct signed_request *sign, const struct scope *scope,
                            const struct access_key *key, struct payload_claim *claim)
{
    struct canonical_input input = { &call->request, sign->scheme,         call->bucket_name,
                                     call->key,      sign->signed_headers, sign->payload };
    char hex[2 * HASH_SHA256_BYTES + 1];
    struct buf text;
    bool good;

    buf_init(&text, NULL, 256 * 1024);
    canonical_request(&input, &text);
    good = buf_status(&text) == POSTAGE_OK && hash_sha256_hex(buf_slice(&text), hex);
    buf_reset(&text);
    buf_printf(&text, "%s\n%.*s\n%.*s\n%s", sign->scheme->chain.algorithm, (int)sign->date.len, sign->date.ptr,
               (int)scope->text.len, scope->text.ptr, hex);
    good = good && scope_sign(&sign->scheme->chain, key, scope, buf_slice(&text), claim->signature) &&
           hash_texts_equal(sign->signature, slice_of(claim->signature));
    buf_clear(&text);
    return good || refuse(call, REFUSAL_SIGNATURE, nothing);
}

static bool check_signed(struct call *call, struct signed_request *sign, struct payload_claim *claim)
{
    struct scope scope;

    if (sign->credential.ptr == NULL)
        return refuse(call, REFUSAL_CREDENTIAL, nothing);
    if (sign->signature.ptr == NULL || sign->date.ptr == NULL)
        return refuse(call, REFUSAL_ACCESS, nothing);
    if (!scope_read(call, &sign->scheme->chain, sign->credential, sign->credential_name, &scope) ||
        !check_time(call, sign, &scope) || !check_signed_headers(call, sign))
        return false;
    claim->key = scope_find_key(call, scope.key_id, sign->token);
    if (claim->key == NULL || !check_signature(call, sign, &scope, claim->key, claim))
        return false;
    claim->scheme = sign->scheme;
    claim->scope = scope;
    claim->date = sign->date;
    claim->sha256 = sign->in_query ? (struct slice){ NULL, 0 } : sign->payload;
    return true;
}

/* What the header begins with, up to the first blank. */
static struct slice authorization_algorithm(const struct request *request)
{
    struct slice text = request_header(request, "authorization");
    const char *space = text.len > 0 ? memchr(text.ptr, ' ', text.len) : NULL;

    return (struct slice){ text.ptr, space != NULL ? (size_t)(space - text.ptr) : text.len };
}

bool scheme_v4_is_in_header(const struct scheme *scheme, const struct request *request)
{
    return slice_equal(authorization_algorithm(request), slice_of(scheme->chain.algorithm));
}

bool scheme_v4_is_in_query(const struct scheme *scheme, const struct request *request)
{
    return request_has_parameter(request, scheme->query.signature);
}

bool scheme_v4_check_request(struct call *call, const struct scheme *scheme, struct payload_claim *claim)
{
    struct signed_request sign = { .scheme = scheme };
    struct slice algorithm = request_parameter(&call->request, scheme->query.algorithm);

    if (scheme_v4_is_in_header(scheme, &call->request))
        read_header_signature(&call->request, &sign);
    else if (slice_equal(algorithm, slice_of(scheme->chain.algorithm)))
        read_query_signature(&call->request, &sign);
    else
        return refuse(call, REFUSAL_ALGORITHM, algorithm);
    if (sign.signed_headers.ptr == NULL)
        sign.signed_headers = nothing;
    return check_signed(call, &sign, claim);
}
