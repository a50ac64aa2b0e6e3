/*
 * From policy to form: write the document, encode it, sign it, put the fields in order.
 *
 * Order of the form: key, bucket, the policy's fields as they were added, tags, policy, and the signature's own fields with
 * the signature last. Order of the document: expiration, then conditions in the same sequence with the size range before the
 * signature's.
 */
#include <stdio.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/json_text.h"
#include "form/capability.h"
#include "form/form.h"
#include "form/policy.h"
#include "form/signer.h"

enum { SIGN_FIRST_BYTES = 1000 }; /* an ordinary document, in one allocation */
enum { SIGN_OWN_FIELDS = 9 };     /* key, bucket, tags, policy, algorithm, credential, date, token, signature */

struct signing {
    struct postage_signer *signer;
    const struct postage_policy *policy;
    const struct postage_signature_scheme *scheme;
    struct signing_scope scope;
    int64_t expires_unix_s;
    bool clamped;
    struct postage_error *err;
};

static enum postage_status choose_expiry(struct signing *signing, int64_t now_unix_s)
{
    const struct postage_policy *policy = signing->policy;
    const char *provider = policy->target->provider->name;
    int64_t limit = policy->caps->limits.max_expiry_s;
    int64_t credentials_end = signing->signer->credentials->expires_unix_s;
    int64_t end = policy->expires_at_unix_s;

    if (end == 0 && policy->expires_in_s == 0)
        return error_set(signing->err, POSTAGE_ERR_INVALID, "%s: the policy has no expiry", provider);
    if (end == 0)
        end = policy->expires_in_s > CALENDAR_MAX_UNIX_S - now_unix_s ? CALENDAR_MAX_UNIX_S + 1
                                                                      : now_unix_s + policy->expires_in_s;
    if (end <= now_unix_s)
        return error_set(signing->err, POSTAGE_ERR_EXPIRED, "%s: the expiry is %lld seconds before the time of signing",
                         provider, (long long)(now_unix_s - end));
    if (limit > 0 && end - now_unix_s > limit)
        return error_set(signing->err, POSTAGE_ERR_LIMIT, "%s: expiry %lld seconds after signing is over the limit of %lld",
                         provider, (long long)(end - now_unix_s), (long long)limit);
    if (credentials_end > 0 && credentials_end < end) {
        end = credentials_end;
        signing->clamped = true;
    }
    if (end > CALENDAR_MAX_UNIX_S)
        return error_set(signing->err, POSTAGE_ERR_INVALID, "%s: the expiry is after the year 9999", provider);
    signing->expires_unix_s = end;
    return POSTAGE_OK;
}

static void add_exact(struct buf *out, struct slice name, struct slice value)
{
    buf_add_char(out, ',');
    policy_add_condition(out, name, POSTAGE_RULE_EXACT, value, NULL, 0);
}

/* Tags were only taken because the provider has a field for them. */
static struct slice tags_wire(const struct postage_policy *policy)
{
    return slice_of(capability_find(policy->caps, SLICE(POSTAGE_TAGS))->wire);
}

/* What the derived key depends on, and the token: the signature's fields but for itself. */
static void add_signature_conditions(const struct signing *signing, struct buf *out)
{
    struct postage_field fields[SIGNATURE_FIELDS];

    signer_fields(signing->signer, signing->scheme, &signing->scope, NULL, fields);
    for (size_t i = 0; i < SIGNATURE_FIELDS; i++)
        if (fields[i].value != NULL)
            add_exact(out, slice_of(fields[i].name), slice_of(fields[i].value));
}

static void write_document(const struct signing *signing, struct slice tagging, struct buf *out)
{
    const struct postage_policy *policy = signing->policy;
    char expiration[CALENDAR_EXTENDED_BYTES];

    calendar_extended(signing->expires_unix_s, expiration);
    buf_add_text(out, "{\"expiration\":\"");
    buf_add_text(out, expiration);
    buf_add_text(out, "\",\"conditions\":[");
    policy_add_condition(out, SLICE("bucket"), POSTAGE_RULE_EXACT, slice_of(policy->target->bucket), NULL, 0);
    buf_add_char(out, ',');
    buf_add_slice(out, buf_slice(&policy->key_condition));
    buf_add_slice(out, buf_slice(&policy->conditions));
    if (tagging.len > 0)
        add_exact(out, tags_wire(policy), tagging);
    if (policy->has_range) {
        buf_add_text(out, ",[\"content-length-range\",");
        buf_add_u64(out, policy->min_bytes);
        buf_add_char(out, ',');
        buf_add_u64(out, policy->max_bytes);
        buf_add_char(out, ']');
    }
    if (signing->scheme->key_prefix != NULL)
        add_signature_conditions(signing, out);
    buf_add_text(out, "]}");
}

/* The document and its base64 both live in the form. */
static enum postage_status encode_document(struct postage_form *form, struct slice document, struct slice *policy_base64)
{
    char *base64 = arena_alloc(&form->arena, BASE64_LENGTH(document.len) + 1);

    form->policy = arena_copy(&form->arena, document);
    form->policy_len = document.len;
    if (base64 == NULL || form->policy == NULL)
        return POSTAGE_ERR_NOMEM;
    base64_encode(document.ptr, document.len, base64);
    *policy_base64 = (struct slice){ base64, BASE64_LENGTH(document.len) };
    return POSTAGE_OK;
}

/* A value that is not there is left to the uploader, or nobody's. */
static enum postage_status add_if_set(struct postage_form *form, struct slice name, struct slice value)
{
    return value.ptr == NULL ? POSTAGE_OK : form_add(form, name, value);
}

static enum postage_status add_policy_fields(struct postage_form *form, const struct postage_policy *policy,
                                             struct slice tagging)
{
    enum postage_status status = add_if_set(form, policy->key.wire, policy->key.value);

    if (status == POSTAGE_OK && policy->caps->has_bucket_field)
        status = form_add(form, SLICE("bucket"), slice_of(policy->target->bucket));
    for (size_t i = 0; status == POSTAGE_OK && i < policy->field_count; i++)
        status = add_if_set(form, policy->fields[i].wire, policy->fields[i].value);
    if (status == POSTAGE_OK && tagging.len > 0)
        status = form_add(form, tags_wire(policy), tagging);
    return status;
}

static enum postage_status add_signature_fields(struct postage_form *form, const struct signing *signing, const char *signature)
{
    struct postage_field fields[SIGNATURE_FIELDS];
    enum postage_status status = POSTAGE_OK;

    signer_fields(signing->signer, signing->scheme, &signing->scope, signature, fields);
    for (size_t i = 0; status == POSTAGE_OK && i < SIGNATURE_FIELDS; i++)
        status = add_if_set(form, slice_of(fields[i].name), slice_of(fields[i].value));
    return status;
}

static enum postage_status add_open_rules(struct postage_form *form, const struct postage_policy *policy)
{
    form->open = arena_array(&form->arena, policy->field_count + 1, sizeof *form->open);
    if (form->open == NULL)
        return POSTAGE_ERR_NOMEM;
    for (size_t i = 0; i <= policy->field_count; i++) {
        const struct policy_field *field = i == 0 ? &policy->key : &policy->fields[i - 1];
        struct postage_open_rule *open = &form->open[form->open_count];

        if (field->rule == POSTAGE_RULE_EXACT)
            continue;
        open->name = arena_copy(&form->arena, field->wire);
        open->text = arena_copy(&form->arena, slice_of(field->rule_text));
        open->rule = field->rule;
        open->has_value = field->value.ptr != NULL;
        if (open->name == NULL || open->text == NULL)
            return POSTAGE_ERR_NOMEM;
        form->open_count++;
    }
    return POSTAGE_OK;
}

static bool has_field(const struct postage_policy *policy, const char *neutral)
{
    for (size_t i = 0; i < policy->field_count; i++)
        if (capability_is(policy->fields[i].row, neutral))
            return true;
    return false;
}

static bool leaves_all_open(const struct postage_policy *policy, const char *neutral)
{
    for (size_t i = 0; i < policy->field_count; i++)
        if (policy->fields[i].rule == POSTAGE_RULE_ANY && capability_is(policy->fields[i].row, neutral))
            return true;
    return false;
}

/* Fields that do harm when an uploader may write anything into them. */
static enum postage_status note_open_fields(struct postage_form *form, const struct postage_policy *policy)
{
    static const struct {
        const char *neutral;
        const char *note;
    } rows[] = {
        { POSTAGE_CONTENT_TYPE, "any content type is accepted, HTML and scripts included" },
        { POSTAGE_ACL, "any acl is accepted: the uploader can make the object public" },
        { POSTAGE_SUCCESS_REDIRECT, "any redirect is accepted: the store will send the uploader, bucket and key anywhere" },
    };
    enum postage_status status = POSTAGE_OK;

    for (size_t i = 0; status == POSTAGE_OK && i < sizeof rows / sizeof rows[0]; i++) {
        if (leaves_all_open(policy, rows[i].neutral))
            status = form_note(form, "%s", rows[i].note);
    }
    return status;
}

/* What the issuer left open, or what this provider will not hold to. Silent when there is nothing. */
static enum postage_status add_notes(struct postage_form *form, const struct signing *signing)
{
    const struct postage_policy *policy = signing->policy;
    const struct postage_capabilities *caps = policy->caps;
    enum postage_status status = POSTAGE_OK;

    if (!policy->has_range || policy->max_bytes >= caps->limits.max_object_bytes)
        status = form_note(form, "no size limit: any file up to the provider's limit of %llu bytes is accepted",
                           (unsigned long long)caps->limits.max_object_bytes);
    else if (policy->max_bytes == 0 && caps->zero_max_is_unlimited)
        status = form_note(form, "%s takes a size range that ends at 0 as no limit", form->provider->name);
    if (status == POSTAGE_OK && !has_field(policy, POSTAGE_CONTENT_TYPE))
        status = form_note(form, "no content type: %s", caps->default_type);
    if (status == POSTAGE_OK && !caps->covers_every_field && !policy->pinned)
        status =
            form_note(form, "%s does not check fields that the policy does not name: the uploader can add an ACL or metadata",
                      form->provider->name);
    if (status == POSTAGE_OK)
        status = note_open_fields(form, policy);
    if (status == POSTAGE_OK && policy->key.rule == POSTAGE_RULE_ANY)
        status = form_note(form, "any key is accepted: every object of the bucket can be overwritten");
    for (size_t i = 0; status == POSTAGE_OK && caps->enforces != NULL && i < policy->field_count; i++)
        if (!caps->enforces(policy->fields[i].wire.ptr))
            status = form_note(form, "%s does not compare field \"%s\" with its rule", form->provider->name,
                               policy->fields[i].wire.ptr);
    if (status == POSTAGE_OK && signing->clamped)
        status = form_note(form, "the expiry was cut to that of the credentials");
    return status;
}

static enum postage_status check_pre_file_bytes(const struct postage_form *form, struct postage_error *err)
{
    size_t limit = form->provider->capabilities->limits.max_pre_file_bytes;
    size_t bytes = form_pre_file_bytes(form);
    size_t largest = 0;

    if (limit == 0 || bytes <= limit)
        return POSTAGE_OK;
    for (size_t i = 1; i < form->field_count; i++)
        if (strlen(form->fields[i].value) > strlen(form->fields[largest].value))
            largest = i;
    return error_set(err, POSTAGE_ERR_LIMIT,
                     "%s: everything before the file takes up to %zu bytes (most of it field \"%s\"); the limit is %zu",
                     form->provider->name, bytes, form->fields[largest].name, limit);
}

/* The fields and their order; the signature is made on the way, over the encoded document. */
static enum postage_status fill_form(struct postage_form *form, const struct signing *signing, struct slice document,
                                     struct slice tagging)
{
    char signature[SIGNATURE_TEXT_BYTES];
    struct slice policy_base64 = { 0 };
    enum postage_status status = form_reserve(form, signing->policy->field_count + SIGN_OWN_FIELDS);

    if (status == POSTAGE_OK)
        status = encode_document(form, document, &policy_base64);
    if (status == POSTAGE_OK)
        status = add_policy_fields(form, signing->policy, tagging);
    if (status == POSTAGE_OK)
        status = form_add(form, SLICE("policy"), policy_base64);
    if (status == POSTAGE_OK)
        status = signer_sign_text(signing->signer, policy_base64, signature, signing->err);
    if (status == POSTAGE_OK)
        status = add_signature_fields(form, signing, signature);
    if (status == POSTAGE_OK)
        status = add_open_rules(form, signing->policy);
    if (status == POSTAGE_OK)
        status = add_notes(form, signing);
    return status == POSTAGE_ERR_NOMEM ? error_plain(signing->err, status) : status;
}

static enum postage_status build_form(struct postage_form **out, const struct signing *signing, struct slice document,
                                      struct slice tagging)
{
    const struct postage_policy *policy = signing->policy;
    struct postage_form *form = form_alloc(&signing->signer->alloc, document.len * 4 + 1024);
    enum postage_status status;

    if (form == NULL)
        return error_plain(signing->err, POSTAGE_ERR_NOMEM);
    form->provider = policy->target->provider;
    form->expires_unix_s = signing->expires_unix_s;
    form->expiry_clamped = signing->clamped;
    form->has_range = policy->has_range;
    form->min_bytes = policy->min_bytes;
    form->max_bytes = policy->max_bytes;
    form->url = arena_copy(&form->arena, slice_of(policy->target->url));
    status = form->url != NULL ? fill_form(form, signing, document, tagging) : error_plain(signing->err, POSTAGE_ERR_NOMEM);
    if (status == POSTAGE_OK)
        status = check_pre_file_bytes(form, signing->err);
    if (status != POSTAGE_OK) {
        postage_form_free(form);
        return status;
    }
    *out = form;
    return POSTAGE_OK;
}

/* A server that does not look at what the policy leaves out makes silence dangerous: there the issuer has to say it. */
static enum postage_status check_decided(const struct postage_policy *policy, struct postage_error *err)
{
    const char *provider = policy->target->provider->name;
    bool strict = !policy->caps->covers_every_field;

    if (policy->key.wire.ptr == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: the policy has no key", provider);
    if (strict && !policy->has_range && !policy->size_left_open)
        return error_set(err, POSTAGE_ERR_INVALID,
                         "%s: the policy does not decide the size; set a size range, or leave \"size\" open by name", provider);
    if (strict && !has_field(policy, POSTAGE_CONTENT_TYPE) && !policy->type_left_open)
        return error_set(err, POSTAGE_ERR_INVALID,
                         "%s: the policy does not decide the content type; set a rule, or leave \"content-type\" open by name",
                         provider);
    return POSTAGE_OK;
}

enum postage_status postage_signer_sign(struct postage_signer *signer, const struct postage_policy *policy, int64_t now_unix_s,
                                        struct postage_form **out, struct postage_error *err)
{
    struct signing signing = { .signer = signer, .policy = policy, .scheme = policy->target->scheme, .err = err };
    struct buf document, tagging;
    enum postage_status status;

    *out = NULL;
    status = check_decided(policy, err);
    if (status != POSTAGE_OK)
        return status;
    status = signer_enter_scope(signer, policy->target, now_unix_s, &signing.scope, err);
    if (status == POSTAGE_OK)
        status = choose_expiry(&signing, now_unix_s);
    if (status != POSTAGE_OK)
        return status;
    buf_init(&document, &signer->alloc, POLICY_JSON_MAX_BYTES);
    buf_init(&tagging, &signer->alloc, POLICY_JSON_MAX_BYTES);
    policy_add_tagging(&tagging, policy);
    (void)buf_room(&document, SIGN_FIRST_BYTES); /* a failure shows below */
    write_document(&signing, buf_slice(&tagging), &document);
    status = buf_status(&tagging) != POSTAGE_OK ? buf_status(&tagging) : buf_status(&document);
    if (status == POSTAGE_OK)
        status = build_form(out, &signing, buf_slice(&document), buf_slice(&tagging));
    else
        error_set(err, status, "the policy is over %d bytes, or memory ran out", (int)POLICY_JSON_MAX_BYTES);
    buf_clear(&tagging);
    buf_clear(&document);
    return status;
}
