/*
 * Signing a policy document that somebody else wrote, byte for byte.
 *
 * Nothing in it is judged before it is signed. What can be read of it fills the form in; what a server would stumble over
 * becomes a note.
 */
#include "base/error.h"
#include "provider/capability.h"
#include "policy/policy.h"
#include "sign/signing.h"

struct foreign_signing {
    struct signing signing;
    const struct postage_target *target;
    struct slice text;
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
static enum postage_status add_exact_fields(struct foreign_signing *foreign, bool key)
{
    const struct capabilities *caps = foreign->signing.provider->capabilities;
    enum postage_status status = POSTAGE_OK;

    for (size_t i = 0; status == POSTAGE_OK && i < foreign->document.count; i++) {
        const struct policy_condition *condition = &foreign->document.conditions[i];

        if (condition->is_range || condition->rule != POSTAGE_RULE_EXACT || is_key_name(condition->name) != key ||
            capability_is_reserved(caps, slice_of(condition->name)) ||
            postage_form_value(foreign->signing.form, condition->name) != NULL)
            continue;
        status = form_add(foreign->signing.form, slice_of(condition->name), slice_of(condition->text));
    }
    return status;
}

/*
 * The date field follows the document where it names a moment of the scope's day, since servers compare the two; otherwise the
 * time of signing is sent and the note says that they differ.
 */
static void choose_date(struct foreign_signing *foreign)
{
    const char *field = foreign->signing.scheme->date_field;
    const char *wanted = field != NULL ? exact_value(&foreign->document, field) : NULL;

    if (wanted != NULL && strlen(wanted) < sizeof foreign->signing.scope.date &&
        strncmp(wanted, foreign->signing.scope.day, strlen(foreign->signing.scope.day)) == 0)
        memcpy(foreign->signing.scope.date, wanted, strlen(wanted) + 1);
}

/* What the server compares and would find different. */
static enum postage_status note_conflicts(struct foreign_signing *foreign)
{
    const struct signature_scheme *scheme = foreign->signing.scheme;
    struct postage_form *form = foreign->signing.form;
    bool covered;
    enum postage_status status = POSTAGE_OK;

    for (size_t i = 0; status == POSTAGE_OK && i < form->field_count; i++) {
        const char *name = form->fields[i].name;
        const char *value = form->fields[i].value;
        bool allowed = policy_document_allows(&foreign->document, name, value, &covered);
        bool exempt = strcmp(name, "policy") == 0 || strcmp(name, scheme->signature_field) == 0 || scheme->key_prefix == NULL;

        /* The token's value would be a secret in the note; that it differs is enough. */
        if (!exempt && !covered)
            status = form_note(form, "the policy has no condition for \"%s\": the server will refuse the form", name);
        else if (!exempt && !allowed && strcmp(name, scheme->token_field) == 0)
            status = form_note(form, "the policy names a session token that is not the credentials'");
        else if (!exempt && !allowed)
            status = form_note(form, "the policy does not allow %s=%s, which the signature needs", name, value);
    }
    return status;
}

/* Conditions on fields that only the signature writes, and that this signature does not have. */
static enum postage_status note_missing_fields(struct foreign_signing *foreign)
{
    const struct capabilities *caps = foreign->signing.provider->capabilities;
    enum postage_status status = POSTAGE_OK;

    for (size_t i = 0; status == POSTAGE_OK && i < foreign->document.count; i++) {
        const struct policy_condition *condition = &foreign->document.conditions[i];

        if (!condition->is_range && capability_is_reserved(caps, slice_of(condition->name)) &&
            !slice_equal_ignoring_case(slice_of(condition->name), SLICE("bucket")) &&
            postage_form_value(foreign->signing.form, condition->name) == NULL)
            status = form_note(foreign->signing.form,
                               "the policy has a condition for \"%s\", which this signature does not have", condition->name);
    }
    return status;
}

/* Limits of the provider and of the credentials that would have been errors, had the policy been built here. */
static enum postage_status note_limits(struct foreign_signing *foreign)
{
    struct postage_form *form = foreign->signing.form;
    int64_t credentials_end = foreign->signing.signer->credentials->expires_unix_s;
    enum postage_status status = POSTAGE_OK;
    size_t bytes;

    if (signing_is_too_long(&foreign->signing, &bytes))
        status = form_note(form, "everything before the file takes up to %zu bytes; the server's limit is %zu", bytes,
                           form->provider->capabilities->limits.max_pre_file_bytes);
    if (status == POSTAGE_OK && credentials_end > 0 && credentials_end < form->expires_unix_s)
        status = form_note(form, "the credentials expire %lld seconds before the policy",
                           (long long)(form->expires_unix_s - credentials_end));
    return status;
}

static enum postage_status note_document(struct foreign_signing *foreign)
{
    struct postage_form *form = foreign->signing.form;
    int64_t now_unix_s = foreign->signing.now_unix_s, expires_unix_s = foreign->document.expires_unix_s;
    bool covered;
    enum postage_status status = note_conflicts(foreign);

    if (status == POSTAGE_OK)
        status = note_missing_fields(foreign);
    (void)policy_document_allows(&foreign->document, "bucket", "", &covered);
    if (status == POSTAGE_OK && !covered && !form->provider->capabilities->has_bucket_field)
        status = form_note(form, "the policy has no condition for \"bucket\"");
    (void)policy_document_allows(&foreign->document, POSTAGE_KEY, "", &covered);
    if (status == POSTAGE_OK && !covered)
        status = form_note(form, "the policy has no condition for \"key\": the server will refuse every key");
    if (status == POSTAGE_OK && expires_unix_s <= now_unix_s)
        status = form_note(form, "the policy expired %lld seconds before the time of signing",
                           (long long)(now_unix_s - expires_unix_s));
    return status == POSTAGE_OK ? signing_note_size(&foreign->signing) : status;
}

/* --- the steps --- */

/* Reads what can be read. Only running out of memory is a failure here. */
static enum postage_status read_foreign_document(void *self, size_t *field_count)
{
    struct foreign_signing *foreign = self;
    struct postage_form *form = foreign->signing.form;
    struct postage_error mistake = POSTAGE_ERROR_INIT;
    enum postage_status status = policy_document_read(&foreign->document, &form->arena, foreign->text, &mistake);

    form->policy = arena_copy(&form->arena, foreign->text);
    form->policy_len = foreign->text.len;
    foreign->readable = status == POSTAGE_OK;
    if (form->policy == NULL || status == POSTAGE_ERR_NOMEM)
        return POSTAGE_ERR_NOMEM;
    if (!foreign->readable) {
        foreign->document = (struct policy_document){ 0 };
        status = form_note(form, "the document cannot be read as a policy; servers will refuse it: %s", mistake.message);
    }
    *field_count = foreign->document.count;
    return status;
}

static enum postage_status add_fields(void *self)
{
    struct foreign_signing *foreign = self;
    struct postage_form *form = foreign->signing.form;
    enum postage_status status = add_exact_fields(foreign, true);

    if (status == POSTAGE_OK && foreign->readable && form->provider->capabilities->has_bucket_field)
        status = form_add(form, SLICE("bucket"), slice_of(foreign->target->bucket));
    if (status == POSTAGE_OK)
        status = add_exact_fields(foreign, false);
    choose_date(foreign);
    return status;
}

static enum postage_status finish(void *self)
{
    struct foreign_signing *foreign = self;
    enum postage_status status = POSTAGE_OK;

    if (foreign->readable)
        status = form_derive_rules(foreign->signing.form, &foreign->document);
    if (status == POSTAGE_OK && foreign->readable)
        status = note_document(foreign);
    return status == POSTAGE_OK ? note_limits(foreign) : status;
}

enum postage_status postage_sign_policy_text(struct postage_signer *signer, const struct postage_target *target,
                                             const char *document, size_t length, int64_t now_unix_s, struct postage_form **out,
                                             struct postage_error *err)
{
    static const struct signing_steps steps = { read_foreign_document, add_fields, finish };
    struct foreign_signing foreign = { .target = target, .text = { document, length } };

    *out = NULL;
    if (target == NULL || document == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "the %s is NULL", target == NULL ? "target" : "policy document");
    if (length == 0 || length > POLICY_JSON_MAX_BYTES)
        return error_set(err, POSTAGE_ERR_LIMIT, "the policy document has %zu bytes; it must have 1 to %d", length,
                         (int)POLICY_JSON_MAX_BYTES);
    foreign.signing = (struct signing){ .signer = signer,
                                        .provider = target->provider,
                                        .scheme = target->scheme,
                                        .region = target->region,
                                        .url = target->url,
                                        .now_unix_s = now_unix_s,
                                        .text_bytes = length * 6 + 1024 };
    return signing_run(&foreign.signing, &steps, &foreign, out, err);
}
