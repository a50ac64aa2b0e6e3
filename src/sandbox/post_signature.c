/*
 * Who signed a form. A second implementation on purpose: nothing of the library's signer (src/form, src/base/hmac) is used
 * here, so that one mistake cannot hide in both.
 */
#include "sandbox/post_form.h"

#include <stdio.h>

#include "sandbox/answer.h"
#include "base/calendar.h"
#include "base/text.h"
#include "sandbox/digest.h"
#include "sandbox/scope.h"

/* The fields of one way to sign, as the store prints them in errors; names are compared ignoring case. */
struct fields {
    const char *algorithm;
    const char *credential;
    const char *date;
    const char *signature;
    const char *token;
};

static const struct fields amz_v4 = { "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature",
                                      "X-Amz-Security-Token" };
static const struct fields oss_v4 = { "x-oss-signature-version", "x-oss-credential", "x-oss-date", "x-oss-signature",
                                      "x-oss-security-token" };
static const struct fields amz_v2 = { NULL, "AWSAccessKeyId", NULL, "Signature", "X-Amz-Security-Token" };
static const struct fields oss_v1 = { NULL, "OSSAccessKeyId", NULL, "Signature", "x-oss-security-token" };

static void refuse_missing(struct call *call, enum refusal refusal, const char *name)
{
    refuse_with(call, refusal, slice_of(name),
                (struct refusal_extra[]){ { "ArgumentName", slice_of(name) }, { "ArgumentValue", SLICE("") } }, 2);
}

static void refuse_argument(struct call *call, enum refusal refusal, struct slice detail, const char *name,
                            struct slice value)
{
    refuse_with(call, refusal, detail,
                (struct refusal_extra[]){ { "ArgumentName", slice_of(name) }, { "ArgumentValue", value } }, 2);
}

/* A field that is missing or empty counts as missing: an empty signature is none. */
static bool require(struct call *call, const struct post_form *form, enum refusal refusal, const char *name)
{
    if (post_form_sent(form, name).len > 0)
        return true;
    refuse_missing(call, refusal, name);
    return false;
}

/* AWS echoes what was compared; so does this answer, and nothing else ever repeats it. */
static void refuse_signature(struct call *call, struct slice id, struct slice provided, struct slice policy)
{
    struct buf bytes;
    const char *name = call->dialect == DIALECT_OSS ? "OSSAccessKeyId" : "AWSAccessKeyId";

    buf_init(&bytes, NULL, 4 << 20);
    for (size_t i = 0; i < policy.len; i++)
        buf_printf(&bytes, i > 0 ? " %02x" : "%02x", (unsigned char)policy.ptr[i]);
    refuse_with(call, REFUSAL_SIGNATURE, provided,
                (struct refusal_extra[]){ { name, id },
                                          { "StringToSign", policy },
                                          { "SignatureProvided", provided },
                                          { "StringToSignBytes", buf_slice(&bytes) } },
                4);
    buf_clear(&bytes);
}

static bool check_dates(struct call *call, const struct fields *fields, const struct post_form *form,
                        struct slice scope_date)
{
    struct slice date = post_form_sent(form, fields->date);
    int64_t signed_at, now = setup_now(call->setup);

    if (!calendar_read_basic(date, &signed_at)) {
        refuse_argument(call, REFUSAL_DATE, date, fields->date, date);
        return false;
    }
    if (!slice_equal(scope_date, (struct slice){ date.ptr, 8 })) {
        refuse_argument(call, REFUSAL_SCOPE_DATE, scope_date, fields->credential, post_form_sent(form, fields->credential));
        return false;
    }
    /* A form lives longer than 15 minutes, so only the future is bounded by that; the past by the key's seven days. */
    if (signed_at > now + SCOPE_SKEW_S) {
        refuse(call, REFUSAL_CLOCK, date);
        return false;
    }
    if (now - signed_at >= SCOPE_MAX_AGE_S) {
        refuse(call, REFUSAL_SIGNATURE_AGE, date);
        return false;
    }
    return true;
}

static bool check_v4(struct call *call, const struct post_form *form, const struct fields *fields)
{
    const struct scope_kind *kind = scope_kind_of(call->dialect);
    struct slice algorithm, credential = post_form_sent(form, fields->credential), policy = post_form_sent(form, "policy");
    struct slice provided = post_form_sent(form, fields->signature);
    const struct access_key *key;
    char expected[SCOPE_SIGNATURE_BYTES];
    struct scope scope;

    if (!require(call, form, REFUSAL_MISSING_CREDENTIAL, fields->algorithm) ||
        !require(call, form, REFUSAL_MISSING_CREDENTIAL, fields->credential) ||
        !require(call, form, REFUSAL_MISSING_DATE, fields->date) ||
        !require(call, form, REFUSAL_MISSING_SIGNATURE, fields->signature) ||
        !require(call, form, REFUSAL_MISSING_POLICY, "policy"))
        return false;
    algorithm = post_form_sent(form, fields->algorithm);
    if (!slice_equal(algorithm, slice_of(kind->algorithm))) {
        refuse_argument(call, REFUSAL_ALGORITHM, algorithm, fields->algorithm, algorithm);
        return false;
    }
    if (!scope_read(call, kind, credential, fields->credential, &scope) ||
        !check_dates(call, fields, form, scope.date) ||
        (key = scope_find_key(call, scope.key_id, post_form_sent(form, fields->token))) == NULL)
        return false;
    if (scope_sign(kind, key, &scope, policy, expected) && digest_texts_equal(provided, slice_of(expected)))
        return true;
    refuse_signature(call, scope.key_id, provided, policy);
    return false;
}

static bool check_v2(struct call *call, const struct post_form *form, const struct fields *fields)
{
    struct slice id = post_form_sent(form, fields->credential), policy = post_form_sent(form, "policy");
    struct slice provided = post_form_sent(form, fields->signature);
    const struct access_key *key;
    char expected[SCOPE_SIGNATURE_BYTES];

    if (!require(call, form, REFUSAL_MISSING_CREDENTIAL, fields->credential) ||
        !require(call, form, REFUSAL_MISSING_SIGNATURE, fields->signature) ||
        !require(call, form, REFUSAL_MISSING_POLICY, "policy"))
        return false;
    key = scope_find_key(call, id, post_form_sent(form, fields->token));
    if (key == NULL)
        return false;
    if (scope_sign_v2(key, policy, expected) && digest_texts_equal(provided, slice_of(expected)))
        return true;
    refuse_signature(call, id, provided, policy);
    return false;
}

static bool has_any(const struct post_form *form, const struct fields *fields)
{
    return (fields->algorithm != NULL && post_form_find(form, fields->algorithm) != NULL) ||
           post_form_find(form, fields->credential) != NULL || post_form_find(form, fields->signature) != NULL;
}

/*
 * No field of any signature: an anonymous form, for buckets that everybody may write to. A policy without a signature is no
 * such form. MinIO accepts none at all.
 */
static bool check_unsigned(struct call *call, const struct post_form *form)
{
    if (call->dialect == DIALECT_OSS && post_form_find(form, "policy") != NULL) {
        refuse_missing(call, REFUSAL_MISSING_CREDENTIAL, "OSSAccessKeyId");
        return false;
    }
    if (call->bucket->public_write && call->dialect != DIALECT_MINIO && post_form_find(form, "policy") == NULL)
        return true;
    refuse(call, REFUSAL_ANONYMOUS, (struct slice){ "", 0 });
    return false;
}

bool post_signature_check(struct call *call, struct post_form *form)
{
    bool is_oss = call->dialect == DIALECT_OSS;
    const struct fields *v4 = is_oss ? &oss_v4 : &amz_v4, *v2 = is_oss ? &oss_v1 : &amz_v2;
    bool has_v4 = has_any(form, v4), has_v2 = has_any(form, v2);

    /* A form beside a signed request: two identities. */
    if (!is_oss && (request_header(&call->request, "authorization").ptr != NULL ||
                    request_has_parameter(&call->request, "X-Amz-Signature"))) {
        refuse(call, REFUSAL_MIXED_SIGNATURES, SLICE("the form is signed and the request too"));
        return false;
    }
    if (has_v4 && has_v2) {
        refuse(call, REFUSAL_MIXED_SIGNATURES, SLICE("the form carries fields of two"));
        return false;
    }
    form->signature = has_v4 ? FORM_V4 : has_v2 ? FORM_V2 : FORM_UNSIGNED;
    if (has_v4)
        return check_v4(call, form, v4);
    return has_v2 ? check_v2(call, form, v2) : check_unsigned(call, form);
}
