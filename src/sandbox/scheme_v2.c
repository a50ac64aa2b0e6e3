#include "sandbox/scheme_v2.h"

#include "sandbox/digest.h"
#include "sandbox/post_signature.h"
#include "sandbox/scope.h"

bool scheme_v2_check_form(struct call *call, const struct post_form *form, const struct scheme *scheme)
{
    const struct scheme_fields *fields = &scheme->fields;
    struct slice id = post_form_sent(form, fields->credential), policy = post_form_sent(form, "policy");
    struct slice provided = post_form_sent(form, fields->signature);
    const struct access_key *key;
    char expected[SCOPE_SIGNATURE_BYTES];

    if (!post_signature_require(call, form, REFUSAL_MISSING_CREDENTIAL, fields->credential) ||
        !post_signature_require(call, form, REFUSAL_MISSING_SIGNATURE, fields->signature) ||
        !post_signature_require(call, form, REFUSAL_MISSING_POLICY, "policy"))
        return false;
    key = scope_find_key(call, id, post_form_sent(form, fields->token));
    if (key == NULL)
        return false;
    if (scope_sign_v2(key, policy, expected) && digest_texts_equal(provided, slice_of(expected)))
        return true;
    return post_signature_refuse(call, id, provided, policy);
}
