/*
 * Signing a policy document that somebody else wrote, byte for byte.
 *
 * Nothing in it is judged before it is signed. What can be read of it fills the form in; what a server would stumble over
 * becomes a note.
 */
#include "base/base64.h"
#include "base/error.h"
#include "provider/capability.h"
#include "form/form.h"
#include "policy/policy.h"
#include "sign/signer.h"

enum { SIGN_TEXT_OWN_FIELDS = 7 }; /* bucket, policy, algorithm, credential, date, token, signature */

struct text_signing {
    struct postage_signer *signer;
    const struct postage_target *target;
    struct signing_scope scope;
    int64_t now_unix_s;
    struct postage_form *form;
    struct policy_document document; /* no conditions when it could not be read */
    bool readable;
};

/* The value an exact condition fixes for `name`, or NULL. */
static const char *exact_value(const struct policy_document *document, const char *name)
{
    for (size_t i = 0; i < document->count; i++) {
        const struct policy_condition *condition = &document->conditions[i];

        if (!condition->is_range && condition->rule == POSTAGE_RULE_EXACT &&
            slice_equal_ignoring_case(slice_of(condition->name), slice_of(name)))
            return condition->text;
    }
    return NULL;
}

static bool is_key_name(const char *name)
{
    return slice_equal_ignoring_case(slice_of(name), SLICE(POSTAGE_KEY));
}

/* The exact conditions as fields, the key first; reserved names are the signature's business. */
static enum postage_status add_exact_fields(struct text_signing *signing, bool key)
{
    const struct capabilities *caps = signing->target->provider->capabilities;
    enum postage_status status = POSTAGE_OK;

    for (size_t i = 0; status == POSTAGE_OK && i < signing->document.count; i++) {
        const struct policy_condition *condition = &signing->document.conditions[i];

        if (condition->is_range || condition->rule != POSTAGE_RULE_EXACT || is_key_name(condition->name) != key ||
            capability_is_reserved(caps, slice_of(condition->name)) ||
            postage_form_value(signing->form, condition->name) != NULL)
            continue;
        status = form_add(signing->form, slice_of(condition->name), slice_of(condition->text));
    }
    return status;
}

/*
 * The date field follows the document where it names a moment of the scope's day, since servers compare the two; otherwise the
 * time of signing is sent and the note says that they differ.
 */
static void choose_date(struct text_signing *signing)
{
    const char *field = signing->target->scheme->date_field;
    const char *wanted = field != NULL ? exact_value(&signing->document, field) : NULL;

    if (wanted != NULL && strlen(wanted) < sizeof signing->scope.date &&
        strncmp(wanted, signing->scope.day, strlen(signing->scope.day)) == 0)
        memcpy(signing->scope.date, wanted, strlen(wanted) + 1);
}

static enum postage_status add_signature(struct text_signing *signing, struct slice policy_base64, struct postage_error *err)
{
    const struct signature_scheme *scheme = signing->target->scheme;
    struct postage_field own[SIGNATURE_FIELDS];
    char signature[SIGNATURE_TEXT_BYTES];
    enum postage_status status = signer_sign_text(signing->signer, policy_base64, signature, err);

    choose_date(signing);
    signer_fields(signing->signer, scheme, &signing->scope, signature, own);
    for (size_t i = 0; status == POSTAGE_OK && i < SIGNATURE_FIELDS; i++)
        if (own[i].value != NULL)
            status = form_add(signing->form, slice_of(own[i].name), slice_of(own[i].value));
    return status;
}

/* What the server compares and would find different. */
static enum postage_status note_conflicts(struct text_signing *signing)
{
    const struct signature_scheme *scheme = signing->target->scheme;
    struct postage_form *form = signing->form;
    bool covered;
    enum postage_status status = POSTAGE_OK;

    for (size_t i = 0; status == POSTAGE_OK && i < form->field_count; i++) {
        const char *name = form->fields[i].name;
        const char *value = form->fields[i].value;
        bool allowed = policy_document_allows(&signing->document, name, value, &covered);
        bool exempt = strcmp(name, "policy") == 0 || strcmp(name, scheme->signature_field) == 0 || scheme->key_prefix == NULL;

        /* The token's value would be a secret in the note; that it differs is enough. */
        if (!exempt && !covered)
            status = form_note(form, "the policy has no condition for \"%s\": the server will refuse the form", name);
        else if (!exempt && !allowed && strcmp(name, scheme->token_field) == 0)
            status = form_note(form, "the policy names another session token than the credentials'");
        else if (!exempt && !allowed)
            status = form_note(form, "the policy does not allow %s=%s, which the signature needs", name, value);
    }
    return status;
}

/* Conditions on fields that only the signature writes, and that this signature does not have. */
static enum postage_status note_missing_fields(struct text_signing *signing)
{
    const struct capabilities *caps = signing->target->provider->capabilities;
    enum postage_status status = POSTAGE_OK;

    for (size_t i = 0; status == POSTAGE_OK && i < signing->document.count; i++) {
        const struct policy_condition *condition = &signing->document.conditions[i];

        if (!condition->is_range && capability_is_reserved(caps, slice_of(condition->name)) &&
            !slice_equal_ignoring_case(slice_of(condition->name), SLICE("bucket")) &&
            postage_form_value(signing->form, condition->name) == NULL)
            status = form_note(signing->form, "the policy has a condition for \"%s\", which this signature does not have",
                               condition->name);
    }
    return status;
}

/* Limits of the provider and of the credentials that would have been errors, had the policy been built here. */
static enum postage_status note_limits(struct text_signing *signing)
{
    struct postage_form *form = signing->form;
    size_t limit = form->provider->capabilities->limits.max_pre_file_bytes;
    int64_t credentials_end = signing->signer->credentials->expires_unix_s;
    enum postage_status status = POSTAGE_OK;

    if (limit > 0 && form_pre_file_bytes(form) > limit)
        status = form_note(form, "everything before the file takes up to %zu bytes; the server's limit is %zu",
                           form_pre_file_bytes(form), limit);
    if (status == POSTAGE_OK && credentials_end > 0 && credentials_end < form->expires_unix_s)
        status = form_note(form, "the credentials expire %lld seconds before the policy",
                           (long long)(form->expires_unix_s - credentials_end));
    return status;
}

static enum postage_status note_document(struct text_signing *signing)
{
    struct postage_form *form = signing->form;
    bool covered;
    enum postage_status status = note_conflicts(signing);

    if (status == POSTAGE_OK)
        status = note_missing_fields(signing);
    (void)policy_document_allows(&signing->document, "bucket", "", &covered);
    if (status == POSTAGE_OK && !covered && !form->provider->capabilities->has_bucket_field)
        status = form_note(form, "the policy has no condition for \"bucket\"");
    (void)policy_document_allows(&signing->document, POSTAGE_KEY, "", &covered);
    if (status == POSTAGE_OK && !covered)
        status = form_note(form, "the policy has no condition for \"key\": the server will refuse every key");
    if (status == POSTAGE_OK && signing->document.expires_unix_s <= signing->now_unix_s)
        status = form_note(form, "the policy expired %lld seconds before the time of signing",
                           (long long)(signing->now_unix_s - signing->document.expires_unix_s));
    if (status == POSTAGE_OK && (!form->has_range || form->max_bytes >= form->provider->capabilities->limits.max_object_bytes))
        status = form_note(form, "no size limit: any file up to the provider's limit of %llu bytes is accepted",
                           (unsigned long long)form->provider->capabilities->limits.max_object_bytes);
    return status;
}

/* Reads what can be read. Only running out of memory is a failure here. */
static enum postage_status read_document(struct text_signing *signing, struct slice text)
{
    struct postage_error mistake = POSTAGE_ERROR_INIT;
    enum postage_status status = policy_document_read(&signing->document, &signing->form->arena, text, &mistake);

    signing->readable = status == POSTAGE_OK;
    if (status == POSTAGE_OK || status == POSTAGE_ERR_NOMEM)
        return status;
    signing->document = (struct policy_document){ 0 };
    return form_note(signing->form, "the document cannot be read as a policy; servers will refuse it: %s", mistake.message);
}

static enum postage_status fill_form(struct text_signing *signing, struct slice text, struct postage_error *err)
{
    struct postage_form *form = signing->form;
    char *base64 = arena_alloc(&form->arena, BASE64_LENGTH(text.len) + 1);
    enum postage_status status = read_document(signing, text);

    form->provider = signing->target->provider;
    form->url = arena_copy(&form->arena, slice_of(signing->target->url));
    form->policy = arena_copy(&form->arena, text);
    form->policy_len = text.len;
    if (base64 == NULL || form->url == NULL || form->policy == NULL)
        return POSTAGE_ERR_NOMEM;
    base64_encode(text.ptr, text.len, base64);
    if (status == POSTAGE_OK)
        status = form_reserve(form, signing->document.count + SIGN_TEXT_OWN_FIELDS);
    if (status == POSTAGE_OK)
        status = add_exact_fields(signing, true);
    if (status == POSTAGE_OK && signing->readable && form->provider->capabilities->has_bucket_field)
        status = form_add(form, SLICE("bucket"), slice_of(signing->target->bucket));
    if (status == POSTAGE_OK)
        status = add_exact_fields(signing, false);
    if (status == POSTAGE_OK)
        status = form_add(form, SLICE("policy"), slice_of(base64));
    if (status == POSTAGE_OK)
        status = add_signature(signing, slice_of(base64), err);
    if (status == POSTAGE_OK && signing->readable)
        status = form_derive_rules(form, &signing->document);
    if (status == POSTAGE_OK && signing->readable)
        status = note_document(signing);
    if (status == POSTAGE_OK)
        status = note_limits(signing);
    return status;
}

enum postage_status postage_sign_policy_text(struct postage_signer *signer, const struct postage_target *target,
                                             const char *document, size_t length, int64_t now_unix_s, struct postage_form **out,
                                             struct postage_error *err)
{
    struct text_signing signing = { .signer = signer, .target = target, .now_unix_s = now_unix_s };
    enum postage_status status;

    *out = NULL;
    if (length == 0 || length > POLICY_JSON_MAX_BYTES)
        return error_set(err, POSTAGE_ERR_LIMIT, "the policy document has %zu bytes; it must have 1 to %d", length,
                         (int)POLICY_JSON_MAX_BYTES);
    status = signer_enter_scope(signer, target->scheme, target->region, now_unix_s, &signing.scope, err);
    if (status != POSTAGE_OK)
        return status;
    signing.form = form_alloc(&signer->alloc, length * 6 + 1024);
    if (signing.form == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    status = fill_form(&signing, (struct slice){ document, length }, err);
    if (status != POSTAGE_OK) {
        postage_form_free(signing.form);
        return status == POSTAGE_ERR_NOMEM ? error_plain(err, status) : status;
    }
    *out = signing.form;
    return POSTAGE_OK;
}
