#include "sandbox/post_signature.h"

#include "sandbox/refuse.h"

/* A field that is missing or empty counts as missing, an empty signature too. */
bool post_signature_require(struct call *call, const struct post_form *form, enum refusal refusal, const char *name)
{
    return post_form_sent(form, name).len > 0 || refuse_argument(call, refusal, slice_of(name), name, SLICE(""));
}

/* S3 echoes what was compared (recorded); so does this answer, and nothing else ever repeats it. */
bool post_signature_refuse(struct call *call, struct slice id, struct slice provided, struct slice policy)
{
    struct buf bytes;

    buf_init(&bytes, NULL, 4 << 20);
    for (size_t i = 0; i < policy.len; i++)
        buf_printf(&bytes, i > 0 ? " %02x" : "%02x", (unsigned char)policy.ptr[i]);
    refuse_with(call, REFUSAL_SIGNATURE, provided,
                (struct refusal_extra[]){ { call->dialect->errors.key_id, id },
                                          { "StringToSign", policy },
                                          { "SignatureProvided", provided },
                                          { "StringToSignBytes", buf_slice(&bytes) } },
                4);
    buf_clear(&bytes);
    return false;
}

static bool has_field(const struct post_form *form, const char *name)
{
    return name != NULL && post_form_find(form, name) != NULL;
}

static bool is_signed_by(const struct post_form *form, const struct scheme *scheme)
{
    return scheme->check_form != NULL &&
           (has_field(form, scheme->fields.algorithm) || has_field(form, scheme->fields.credential) ||
            has_field(form, scheme->fields.signature));
}

/*
 * Schemes may have the same fields and differ only in what the algorithm says: of those that share its field the form means the
 * one that it names there; if it names none, the first, which says what is wrong.
 */
static const struct scheme *find_meant(const struct post_form *form, const struct scheme *scheme,
                                       const struct scheme *const *schemes)
{
    const char *field = scheme->fields.algorithm;
    const struct scheme *first = NULL;

    for (; field != NULL && *schemes != NULL; schemes++) {
        if ((*schemes)->fields.algorithm == NULL || strcmp((*schemes)->fields.algorithm, field) != 0)
            continue;
        if (slice_equal(post_form_sent(form, field), slice_of((*schemes)->chain.algorithm)))
            return *schemes;
        if (first == NULL)
            first = *schemes;
    }
    return first != NULL ? first : scheme;
}

/*
 * No field of any signature: an anonymous form, for buckets that anyone may write to. With a policy it is not anonymous but
 * lacks its signature.
 */
static bool check_unsigned(struct call *call, const struct post_form *form)
{
    const char *lacks = call->dialect->lone_policy_lacks;
    bool has_policy = post_form_find(form, "policy") != NULL;

    if (has_policy && lacks != NULL)
        return refuse_argument(call, REFUSAL_MISSING_CREDENTIAL, slice_of(lacks), lacks, SLICE(""));
    return (call->bucket->public_write && call->dialect->takes_anonymous_forms && !has_policy) ||
           refuse(call, REFUSAL_ANONYMOUS, SLICE(""));
}

/* A form beside a signed request: two identities. */
static bool request_is_signed(const struct call *call)
{
    if (request_header(&call->request, "authorization").ptr != NULL)
        return true;
    for (const struct scheme *const *scheme = call->dialect->schemes; *scheme != NULL; scheme++)
        if ((*scheme)->is_in_query != NULL && (*scheme)->is_in_query(*scheme, &call->request))
            return true;
    return false;
}

bool post_signature_check(struct call *call, struct post_form *form)
{
    size_t count = 0;

    if (!call->dialect->request_may_be_signed_too && request_is_signed(call))
        return refuse(call, REFUSAL_MIXED_SIGNATURES, SLICE("the form is signed and the request too"));
    for (const struct scheme *const *scheme = call->dialect->schemes; *scheme != NULL; scheme++) {
        if (!is_signed_by(form, *scheme) || find_meant(form, *scheme, call->dialect->schemes) != *scheme)
            continue;
        form->scheme = *scheme;
        count++;
    }
    if (count > 1)
        return refuse(call, REFUSAL_MIXED_SIGNATURES, SLICE("the form carries fields of two"));
    return count == 1 ? form->scheme->check_form(call, form, form->scheme) : check_unsigned(call, form);
}
