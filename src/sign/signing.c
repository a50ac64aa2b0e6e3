#include "sign/signing.h"

#include "base/base64.h"
#include "base/error.h"
#include "provider/capability.h"

/* The encoded document and what signs it. */
static enum postage_status add_signature(struct signing *signing)
{
    struct postage_form *form = signing->form;
    struct postage_field fields[SIGNATURE_FIELDS];
    size_t base64_len = BASE64_LENGTH(form->policy_len);
    char *base64 = arena_text(&form->arena, base64_len), *signature = arena_text(&form->arena, SIGNATURE_TEXT_BYTES - 1);
    enum postage_status status;

    if (base64 == NULL || signature == NULL)
        return POSTAGE_ERR_NOMEM;
    base64_encode(form->policy, form->policy_len, base64);
    form_put(form, SLICE("policy"), (struct slice){ base64, base64_len });
    status = signer_sign_form(signing->signer, &signing->scope, (struct slice){ base64, base64_len }, signature, signing->err);
    signer_fields(signing->signer, signing->scheme, &signing->scope, signature, fields);
    for (size_t i = 0; status == POSTAGE_OK && i < SIGNATURE_FIELDS; i++) {
        struct slice name = slice_of(fields[i].name), value = slice_of(fields[i].value);

        if (value.ptr == NULL)
            continue;
        if (value.ptr == signature || value.ptr == signing->scheme->algorithm) /* the form's already, or the provider's */
            form_put(form, name, value);
        else
            status = form_add_value(form, name, value);
    }
    return status;
}

static enum postage_status fill_form(struct signing *signing, const struct signing_steps *steps, void *self)
{
    struct postage_form *form = signing->form;
    size_t field_count = 0;
    enum postage_status status;

    form->provider = signing->provider;
    form->url = arena_copy(&form->arena, slice_of(signing->url));
    if (form->url == NULL)
        return POSTAGE_ERR_NOMEM;
    status = steps->document(self, &field_count);
    if (status == POSTAGE_OK)
        status = form_reserve(form, field_count + SIGNING_OWN_FIELDS);
    if (status == POSTAGE_OK)
        status = steps->fields(self);
    if (status == POSTAGE_OK)
        status = add_signature(signing);
    return status == POSTAGE_OK ? steps->finish(self) : status;
}

enum postage_status signing_run(struct signing *signing, const struct signing_steps *steps, void *self,
                                struct postage_form **out, struct postage_error *err)
{
    enum postage_status status =
        signer_enter_scope(signing->signer, signing->scheme, signing->region, signing->now_unix_s, &signing->scope, err);

    *out = NULL;
    if (status != POSTAGE_OK)
        return status;
    signing->err = err;
    signing->form = form_alloc(&signing->signer->alloc, signing->text_bytes);
    if (signing->form == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    status = fill_form(signing, steps, self);
    if (status != POSTAGE_OK) {
        postage_form_free(signing->form);
        return status == POSTAGE_ERR_NOMEM ? error_plain(err, status) : status;
    }
    *out = signing->form;
    return POSTAGE_OK;
}

enum postage_status signing_note_size(struct signing *signing)
{
    struct postage_form *form = signing->form;
    const struct capabilities *caps = signing->provider->capabilities;

    if (!form->has_range || form->max_bytes >= caps->limits.max_object_bytes)
        return form_note(form, "no size limit: any file up to the provider's limit of %llu bytes is accepted",
                         (unsigned long long)caps->limits.max_object_bytes);
    if (form->max_bytes == 0 && caps->zero_max_is_unlimited)
        return form_note(form, "%s treats a size range that ends at 0 as no limit", signing->provider->name);
    return POSTAGE_OK;
}

bool signing_is_too_long(const struct signing *signing, size_t *bytes)
{
    size_t limit = signing->provider->capabilities->limits.max_pre_file_bytes;

    *bytes = form_pre_file_bytes(signing->form);
    return limit > 0 && *bytes > limit;
}
