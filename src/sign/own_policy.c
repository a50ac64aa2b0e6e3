/*
 * Signing a policy that was built here.
 *
 * Order of the form: key, bucket, the policy's fields as they were added, tags, policy, and the signature's own fields with
 * the signature last. Order of the document: expiration, then conditions in the same sequence with the size range before the
 * signature's.
 */
#include "base/error.h"
#include "base/saturate.h"
#include "provider/capability.h"
#include "policy/policy.h"
#include "sign/signing.h"

struct own_signing {
    struct signing signing;
    const struct postage_policy *policy;
    struct slice tagging; /* value of the tags' field; empty without tags */
};

static enum postage_status choose_expiry(struct signing *signing, const struct postage_policy *policy)
{
    int64_t now_unix_s = signing->now_unix_s;
    const char *provider = policy->provider->name;
    int64_t limit = policy->caps->limits.max_expiry_s;
    int64_t credentials_end = signing->signer->credentials->expires_unix_s;
    int64_t end = policy->expires_at_unix_s;

    if (end == 0 && policy->expires_in_s == 0)
        return error_set(signing->err, POSTAGE_ERR_INVALID, "%s: the policy has no expiry", provider);
    if (end == 0)
        end = saturating_add(now_unix_s, policy->expires_in_s);
    if (end <= now_unix_s)
        return error_set(signing->err, POSTAGE_ERR_EXPIRED, "%s: the expiry is %lld seconds before the time of signing",
                         provider, (long long)(now_unix_s - end));
    if (limit > 0 && end - now_unix_s > limit)
        return error_set(signing->err, POSTAGE_ERR_LIMIT, "%s: expiry %lld seconds after signing is over the limit of %lld",
                         provider, (long long)(end - now_unix_s), (long long)limit);
    if (credentials_end > 0 && credentials_end < end) {
        end = credentials_end;
        signing->form->expiry_clamped = true;
    }
    if (end > CALENDAR_MAX_UNIX_S)
        return error_set(signing->err, POSTAGE_ERR_INVALID, "%s: the expiry is after the year 9999", provider);
    signing->form->expires_unix_s = end;
    return POSTAGE_OK;
}

/* --- the document --- */

/* The condition as JSON with a comma in front, in the form's arena. For what is rare: tags and tokens. */
static enum postage_status write_rare_condition(struct postage_form *form, struct slice name, struct slice value,
                                                struct slice *condition)
{
    struct buf json;

    buf_init(&json, &form->arena.alloc, POLICY_JSON_MAX_BYTES);
    buf_add_char(&json, ',');
    condition_write(&json, name, POSTAGE_RULE_EXACT, value, NULL, 0);
    return buf_move(&json, &form->arena, condition);
}

/* Tags were only taken because the provider has a field for them. */
static struct slice tags_wire(const struct postage_policy *policy)
{
    return slice_of(capability_find(policy->caps, SLICE(POSTAGE_TAGS))->wire);
}

/* The tags' own document, which becomes a field and a condition. */
static enum postage_status write_tags(struct own_signing *own, struct slice *condition)
{
    struct postage_form *form = own->signing.form;
    struct buf xml;
    enum postage_status status;

    if (own->policy->tag_count == 0)
        return POSTAGE_OK;
    buf_init(&xml, &form->arena.alloc, POLICY_JSON_MAX_BYTES);
    policy_add_tagging(&xml, own->policy);
    status = buf_move(&xml, &form->arena, &own->tagging);
    return status == POSTAGE_OK ? write_rare_condition(form, tags_wire(own->policy), own->tagging, condition) : status;
}

/* A derived key's token has its condition, as the rest of what the key depends on, which the signer keeps. */
static enum postage_status write_token(const struct signing *signing, struct slice *condition)
{
    struct slice token = slice_of(signer_token(signing->signer));

    if (token.len == 0 || signing->scheme->key_prefix == NULL)
        return POSTAGE_OK;
    return write_rare_condition(signing->form, slice_of(signing->scheme->token_field), token, condition);
}

/* Everything is JSON already, so that the document is only put together. */
static enum postage_status write_document(struct own_signing *own)
{
    struct postage_form *form = own->signing.form;
    struct slice parts[] = {
        SLICE("{\"expiration\":\""),
        signer_expiration(own->signing.signer, form->expires_unix_s),
        SLICE("\",\"conditions\":["),
        buf_slice(&own->policy->conditions),
        { 0 }, /* tags */
        own->policy->range,
        buf_slice(&own->signing.signer->conditions),
        { 0 }, /* token */
        SLICE("]}"),
    };
    enum postage_status status = write_tags(own, &parts[4]);
    struct slice document;

    if (status == POSTAGE_OK)
        status = write_token(&own->signing, &parts[7]);
    if (status != POSTAGE_OK)
        return status;
    document = arena_join(&form->arena, parts, sizeof parts / sizeof parts[0]);
    if (document.len > POLICY_JSON_MAX_BYTES)
        return POSTAGE_ERR_LIMIT;
    form->policy = document.ptr;
    form->policy_len = document.len;
    return document.ptr != NULL ? POSTAGE_OK : POSTAGE_ERR_NOMEM;
}

static enum postage_status make_document(void *self, size_t *field_count)
{
    struct own_signing *own = self;
    struct postage_form *form = own->signing.form;
    enum postage_status status = choose_expiry(&own->signing, own->policy);

    *field_count = own->policy->field_count;
    form->has_range = own->policy->has_range;
    form->min_bytes = own->policy->min_bytes;
    form->max_bytes = own->policy->max_bytes;
    if (status != POSTAGE_OK)
        return status;
    status = write_document(own);
    if (status == POSTAGE_ERR_LIMIT)
        return error_set(own->signing.err, status, "the policy is longer than %d bytes", (int)POLICY_JSON_MAX_BYTES);
    return status;
}

/* --- the fields --- */

/* One without a value is left to the uploader. Names of rows are the provider's, and stay. */
static enum postage_status add_policy_field(struct postage_form *form, const struct policy_field *field)
{
    if (field->value.ptr == NULL)
        return POSTAGE_OK;
    return field->row != NULL ? form_add_value(form, field->wire, field->value) : form_add(form, field->wire, field->value);
}

static enum postage_status add_fields(void *self)
{
    const struct own_signing *own = self;
    const struct postage_policy *policy = own->policy;
    struct postage_form *form = own->signing.form;
    enum postage_status status = add_policy_field(form, &policy->key);

    if (status == POSTAGE_OK && policy->caps->has_bucket_field)
        status = form_add_value(form, SLICE("bucket"), slice_of(policy->bucket));
    for (size_t i = 0; status == POSTAGE_OK && i < policy->field_count; i++)
        status = add_policy_field(form, &policy->fields[i]);
    if (status == POSTAGE_OK && own->tagging.len > 0)
        form_put(form, tags_wire(policy), own->tagging);
    return status;
}

static bool has_open_rule(const struct postage_policy *policy)
{
    for (size_t i = 0; i < policy->field_count; i++)
        if (policy->fields[i].rule != POSTAGE_RULE_EXACT)
            return true;
    return policy->key.rule != POSTAGE_RULE_EXACT;
}

static enum postage_status add_open_rules(struct postage_form *form, const struct postage_policy *policy)
{
    if (!has_open_rule(policy))
        return POSTAGE_OK;
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

    for (size_t i = 0; status == POSTAGE_OK && i < sizeof rows / sizeof rows[0]; i++)
        if (leaves_all_open(policy, rows[i].neutral))
            status = form_note_text(form, rows[i].note);
    return status;
}

/* Where it applies nearly every form has this note, so it is put together without printf. */
static enum postage_status note_uncovered(struct postage_form *form)
{
    const struct slice texts[] = {
        slice_of(form->provider->name),
        SLICE(" does not check fields that the policy does not name: the uploader can add an ACL or metadata"),
    };
    struct slice note = arena_join(&form->arena, texts, sizeof texts / sizeof texts[0]);

    return note.ptr != NULL ? form_note_text(form, note.ptr) : POSTAGE_ERR_NOMEM;
}

/* What the issuer left open, or what this provider will not hold to. Silent when there is nothing. */
static enum postage_status add_notes(struct signing *signing, const struct postage_policy *policy)
{
    struct postage_form *form = signing->form;
    const struct capabilities *caps = policy->caps;
    enum postage_status status = signing_note_size(signing);

    if (status == POSTAGE_OK && !policy->has_type)
        status = form_note(form, "no content type: %s", caps->default_type);
    if (status == POSTAGE_OK && !caps->covers_every_field && !policy->pinned)
        status = note_uncovered(form);
    if (status == POSTAGE_OK)
        status = note_open_fields(form, policy);
    if (status == POSTAGE_OK && policy->key.rule == POSTAGE_RULE_ANY)
        status = form_note_text(form, "any key is accepted: every object of the bucket can be overwritten");
    for (size_t i = 0; status == POSTAGE_OK && caps->enforces != NULL && i < policy->field_count; i++)
        if (!caps->enforces(policy->fields[i].wire.ptr))
            status = form_note(form, "%s does not compare field \"%s\" with its rule", form->provider->name,
                               policy->fields[i].wire.ptr);
    if (status == POSTAGE_OK && form->expiry_clamped)
        status = form_note_text(form, "the expiry was shortened to that of the credentials");
    return status;
}

static enum postage_status refuse_length(const struct signing *signing, size_t bytes)
{
    const struct postage_form *form = signing->form;
    size_t largest = 0;

    for (size_t i = 1; i < form->field_count; i++)
        if (strlen(form->fields[i].value) > strlen(form->fields[largest].value))
            largest = i;
    return error_set(signing->err, POSTAGE_ERR_LIMIT,
                     "%s: everything before the file takes up to %zu bytes (most of it field \"%s\"); the limit is %zu",
                     form->provider->name, bytes, form->fields[largest].name,
                     form->provider->capabilities->limits.max_pre_file_bytes);
}

static enum postage_status finish(void *self)
{
    struct own_signing *own = self;
    enum postage_status status = add_open_rules(own->signing.form, own->policy);
    size_t bytes;

    if (status == POSTAGE_OK)
        status = add_notes(&own->signing, own->policy);
    if (status == POSTAGE_OK && signing_is_too_long(&own->signing, &bytes))
        status = refuse_length(&own->signing, bytes);
    return status;
}

/* A server that does not look at what the policy leaves out makes silence dangerous: there the issuer has to say it. */
static enum postage_status check_decided(const struct postage_policy *policy, struct postage_error *err)
{
    const char *provider = policy->provider->name;
    bool strict = !policy->caps->covers_every_field;

    if (policy->key.wire.ptr == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: the policy has no key", provider);
    if (strict && !policy->has_range && !policy->size_left_open)
        return error_set(err, POSTAGE_ERR_INVALID,
                         "%s: the policy says nothing about the size; set a size range, or leave \"size\" open by name",
                         provider);
    if (strict && !policy->has_type && !policy->type_left_open)
        return error_set(
            err, POSTAGE_ERR_INVALID,
            "%s: the policy says nothing about the content type; set a rule, or leave \"content-type\" open by name", provider);
    return POSTAGE_OK;
}

enum postage_status postage_signer_sign(struct postage_signer *signer, const struct postage_policy *policy, int64_t now_unix_s,
                                        struct postage_form **out, struct postage_error *err)
{
    static const struct signing_steps steps = { make_document, add_fields, finish };
    struct own_signing own = { .policy = policy };
    enum postage_status status = policy_status(policy, err); /* nothing is signed that lacks a rule its issuer asked for */

    *out = NULL;
    if (status == POSTAGE_OK)
        status = check_decided(policy, err);
    if (status != POSTAGE_OK)
        return status;
    own.signing = (struct signing){ .signer = signer,
                                    .provider = policy->provider,
                                    .scheme = policy->scheme,
                                    .region = policy->region,
                                    .url = policy->url,
                                    .now_unix_s = now_unix_s,
                                    .text_bytes = FORM_TEXT_BYTES };
    return signing_run(&own.signing, &steps, &own, out, err);
}
