/* OSS: "Include signatures in the Authorization header (V1)" and "Add signatures to URLs (V1)". */
#include "sandbox/dialect_oss_v1.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/calendar.h"
#include "base/text.h"
#include "sandbox/canonical.h"
#include "sandbox/hash.h"
#include "sandbox/refuse.h"

static const struct slice nothing = { "", 0 };

/* Where the parts of a signature are found. */
struct signed_v1 {
    bool in_query;
    struct slice key_id;
    struct slice signature;
    struct slice token; /* NULL `ptr`: none */
    struct slice date;  /* as signed: an HTTP date, or seconds since 1970 */
};

/* OSS, "Include signatures in the Authorization header": the parameters that select what is done, and those that change it. */
static const char *const signed_parameters[] = {
    "acl",
    "append",
    "asyncFetch",
    "bucketInfo",
    "callback",
    "callback-var",
    "cname",
    "comp",
    "continuation-token",
    "cors",
    "delete",
    "encryption",
    "endTime",
    "inventory",
    "inventoryId",
    "lifecycle",
    "live",
    "location",
    "logging",
    "objectMeta",
    "partNumber",
    "policy",
    "position",
    "qos",
    "referer",
    "replication",
    "replicationLocation",
    "replicationProgress",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "security-token",
    "sequential",
    "startTime",
    "stat",
    "status",
    "style",
    "styleName",
    "symlink",
    "tagging",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "vod",
    "website",
    "worm",
    "wormExtend",
    "wormId",
};

static bool is_signed_parameter(struct slice name)
{
    for (size_t i = 0; i < sizeof signed_parameters / sizeof signed_parameters[0]; i++)
        if (slice_equal(name, slice_of(signed_parameters[i])))
            return true;
    return slice_starts_with(name, SLICE("x-oss-"));
}

static int compare_parameters(const void *a, const void *b)
{
    const struct header *x = *(const struct header *const *)a, *y = *(const struct header *const *)b;
    size_t common = x->name.len < y->name.len ? x->name.len : y->name.len;
    int order = memcmp(x->name.ptr, y->name.ptr, common);

    return order != 0 ? order : (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

/* Neither bucket, key nor values are encoded here. */
static void add_resource(const struct canonical_input *input, struct buf *text)
{
    const struct header *found[PARAMETERS_MAX];
    size_t count = 0;

    buf_add_char(text, '/');
    buf_add_slice(text, input->bucket);
    buf_add_text(text, input->bucket.len > 0 ? "/" : "");
    buf_add_slice(text, input->key);
    for (size_t i = 0; i < input->request->parameter_count; i++)
        if (is_signed_parameter(input->request->parameters[i].name))
            found[count++] = &input->request->parameters[i];
    qsort(found, count, sizeof found[0], compare_parameters);
    for (size_t i = 0; i < count; i++) {
        buf_add_char(text, i > 0 ? '&' : '?');
        buf_add_slice(text, found[i]->name);
        buf_add_text(text, found[i]->value.len > 0 ? "=" : "");
        buf_add_slice(text, found[i]->value);
    }
}

static void add_header_line(const struct request *request, const char *name, struct buf *text)
{
    struct slice value = request_header(request, name);

    if (value.ptr != NULL)
        buf_add_slice(text, value);
    buf_add_char(text, '\n');
}

static bool is_own_header(struct slice name, const struct canonical_input *input)
{
    (void)input;
    return slice_starts_with_ignoring_case(name, SLICE("x-oss-"));
}

/* `date`: the date, or when the URL expires. */
static void write_signed_text(const struct canonical_input *input, struct slice date, struct buf *text)
{
    buf_printf(text, "%s\n", input->request->method_name);
    add_header_line(input->request, "content-md5", text);
    add_header_line(input->request, "content-type", text);
    buf_add_slice(text, date);
    buf_add_char(text, '\n');
    canonical_add_headers(input, is_own_header, text);
    add_resource(input, text);
}

bool dialect_oss_v1_is_in_header(const struct scheme *scheme, const struct request *request)
{
    struct slice text = request_header(request, "authorization");

    (void)scheme;
    return text.ptr != NULL && slice_starts_with(text, SLICE("OSS "));
}

bool dialect_oss_v1_is_in_query(const struct scheme *scheme, const struct request *request)
{
    (void)scheme;
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
        return refuse(call, REFUSAL_ACCESS, nothing);
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
    return sign->signature.ptr != NULL || refuse(call, REFUSAL_ACCESS, nothing);
}

/* "Sat, 21 Nov 2026 12:00:00 GMT" (RFC 9110 5.6.7), rearranged to the form that the calendar reads. */
static bool read_http_date(struct slice text, int64_t *unix_s)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4] = "", basic[32]; /* more than is written, for a compiler that thinks a month may be any int */
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
            return refuse(call, REFUSAL_DATE, nothing);
        return expires > (uint64_t)now || refuse(call, REFUSAL_SIGNATURE_AGE, sign->date);
    }
    if (!read_http_date(sign->date, &at))
        return refuse(call, REFUSAL_DATE, nothing);
    return (at <= now + SCOPE_SKEW_S && at >= now - SCOPE_SKEW_S) || refuse(call, REFUSAL_CLOCK, sign->date);
}

static bool knows_scheme(const struct dialect *dialect, const struct scheme *scheme)
{
    const struct scheme *const *known = dialect->schemes;

    while (*known != NULL && *known != scheme)
        known++;
    return *known != NULL;
}

bool dialect_oss_v1_check_request(struct call *call, const struct scheme *scheme, struct payload_claim *claim)
{
    struct canonical_input input = { &call->request, scheme, call->bucket_name, call->key, nothing, nothing };
    struct signed_v1 sign = { 0 };
    struct buf text;
    bool good;

    if (!knows_scheme(call->dialect, scheme))
        return refuse(call, REFUSAL_ALGORITHM, SLICE("OSS"));
    if (!(dialect_oss_v1_is_in_header(scheme, &call->request) ? read_header : read_query)(call, &sign) ||
        !check_time(call, &sign))
        return false;
    claim->key = scope_find_key(call, sign.key_id, sign.token);
    if (claim->key == NULL)
        return false;
    buf_init(&text, NULL, 256 * 1024);
    write_signed_text(&input, sign.date, &text);
    good = buf_status(&text) == POSTAGE_OK && scope_sign_v2(claim->key, buf_slice(&text), claim->signature) &&
           hash_texts_equal(sign.signature, slice_of(claim->signature));
    buf_clear(&text);
    return good || refuse(call, REFUSAL_SIGNATURE, nothing);
}
