/* Filling in what a form leaves open. The form itself never changes. */
#include "base/error.h"
#include "base/text.h"
#include "provider/capability.h"
#include "form/form.h"
#include "form/read.h"

static enum postage_status refuse_value(const struct policy_document *document, const struct postage_field *field,
                                        struct postage_error *err)
{
    for (size_t i = 0; i < document->count; i++) {
        const struct policy_condition *condition = &document->conditions[i];
        const struct policy_document one = { .conditions = document->conditions + i, .count = 1 };
        bool covered;

        if (!policy_document_allows(&one, field->name, field->value, &covered) && covered)
            return error_set(err, POSTAGE_ERR_INVALID,
                             "field \"%s\": value " ERROR_QUOTE_FORMAT " breaks the form's %s rule " ERROR_QUOTE_FORMAT,
                             field->name, ERROR_QUOTE(field->value, strlen(field->value)),
                             capability_rule_name(condition->rule), ERROR_QUOTE(condition->text, strlen(condition->text)));
    }
    return error_set(err, POSTAGE_ERR_INVALID, "field \"%s\": the form does not allow this value", field->name);
}

/* As in a policy: a line break in a value comes back as a second header from some servers. */
static enum postage_status check_texts(const struct postage_field *field, struct postage_error *err)
{
    if (field->name == NULL || field->name[0] == '\0' || field->value == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "a field to fill in has no name or no value");
    if (!utf8_valid(slice_of(field->name)) || text_find_line_break(slice_of(field->name)) != SIZE_MAX)
        return error_set(err, POSTAGE_ERR_INVALID, "field name " ERROR_QUOTE_FORMAT " is not UTF-8 or has a line break",
                         ERROR_QUOTE(field->name, strlen(field->name)));
    if (!utf8_valid(slice_of(field->value)) || text_find_line_break(slice_of(field->value)) != SIZE_MAX)
        return error_set(err, POSTAGE_ERR_INVALID,
                         "field \"%s\": value " ERROR_QUOTE_FORMAT " is not UTF-8 or has a line break", field->name,
                         ERROR_QUOTE(field->value, strlen(field->value)));
    return POSTAGE_OK;
}

static enum postage_status check_field(const struct postage_form *form, const struct policy_document *document,
                                       const struct postage_field *field, struct postage_error *err)
{
    const struct capabilities *caps = form->provider->capabilities;
    bool covered;
    enum postage_status status = check_texts(field, err);

    if (status != POSTAGE_OK)
        return status;
    if (capability_is_reserved(caps, slice_of(field->name)))
        return error_set(err, POSTAGE_ERR_INVALID, "field \"%s\" is part of the signed form and cannot be filled in",
                         field->name);
    if (form->policy_len == 0 || capability_is_ignored(caps, slice_of(field->name)))
        return POSTAGE_OK;
    if (!policy_document_allows(document, field->name, field->value, &covered))
        return refuse_value(document, field, err);
    if (!covered && caps->covers_every_field)
        return error_set(err, POSTAGE_ERR_INVALID,
                         "field \"%s\": the policy has no condition for it, so the provider would refuse it", field->name);
    return POSTAGE_OK;
}

static const char *filled_value(const struct postage_field *fields, size_t count, const char *name)
{
    for (size_t i = count; i > 0; i--)
        if (slice_equal_ignoring_case(slice_of(fields[i - 1].name), slice_of(name)))
            return fields[i - 1].value;
    return NULL;
}

/* New fields go first, then the old ones in their order with their new values. */
static enum postage_status merge(struct postage_form *filled, const struct postage_form *form,
                                 const struct postage_field *fields, size_t count)
{
    enum postage_status status = form_reserve(filled, form->field_count + count);

    for (size_t i = 0; status == POSTAGE_OK && i < count; i++)
        if (postage_form_value(form, fields[i].name) == NULL && postage_form_value(filled, fields[i].name) == NULL)
            status = form_add(filled, slice_of(fields[i].name), slice_of(filled_value(fields, count, fields[i].name)));
    for (size_t i = 0; status == POSTAGE_OK && i < form->field_count; i++) {
        const char *value = filled_value(fields, count, form->fields[i].name);

        status = form_add(filled, slice_of(form->fields[i].name), slice_of(value != NULL ? value : form->fields[i].value));
    }
    return status;
}

static enum postage_status copy_rest(struct postage_form *filled, const struct postage_form *form)
{
    filled->provider = form->provider;
    filled->expiry_clamped = form->expiry_clamped;
    filled->provider_guessed = form->provider_guessed;
    filled->url = arena_copy(&filled->arena, slice_of(form->url));
    filled->policy = arena_copy(&filled->arena, (struct slice){ form->policy, form->policy_len });
    filled->policy_len = form->policy_len;
    return filled->url != NULL && filled->policy != NULL ? POSTAGE_OK : POSTAGE_ERR_NOMEM;
}

/* With another URL the form is the same one, so it keeps its notes; fields that are filled in may have answered some. */
static enum postage_status fill(struct postage_form *filled, const struct postage_form *form,
                                const struct postage_field *fields, size_t count, const char *url, struct postage_error *err)
{
    struct policy_document document = { 0 };
    enum postage_status status = copy_rest(filled, form);

    if (status == POSTAGE_OK && form->policy_len > 0)
        status = policy_document_read(&document, &filled->arena, (struct slice){ filled->policy, filled->policy_len }, err);
    for (size_t i = 0; status == POSTAGE_OK && i < count; i++)
        status = check_field(form, &document, &fields[i], err);
    if (status == POSTAGE_OK)
        status = merge(filled, form, fields, count);
    for (size_t i = 0; status == POSTAGE_OK && url != NULL && i < form->note_count; i++)
        status = form_note(filled, "%s", form->notes[i]);
    if (status == POSTAGE_OK && url != NULL)
        status = form_set_url(filled, slice_of(url), err);
    if (status == POSTAGE_OK && form->policy_len > 0)
        status = form_derive_rules(filled, &document);
    return status;
}

static enum postage_status new_filled(struct postage_form **out, const struct postage_form *form,
                                      const struct postage_field *fields, size_t count, const char *url,
                                      struct postage_error *err)
{
    struct postage_form *filled = form_alloc(&form->arena.alloc, form->policy_len * 4 + 2048);
    enum postage_status status = filled != NULL ? fill(filled, form, fields, count, url, err) : POSTAGE_ERR_NOMEM;

    *out = status == POSTAGE_OK ? filled : NULL;
    if (status != POSTAGE_OK)
        postage_form_free(filled);
    return status == POSTAGE_ERR_NOMEM ? error_plain(err, status) : status;
}

enum postage_status postage_form_fill(struct postage_form **out, const struct postage_form *form,
                                      const struct postage_field *fields, size_t count, struct postage_error *err)
{
    return new_filled(out, form, fields, count, NULL, err);
}

enum postage_status postage_form_with_url(struct postage_form **out, const struct postage_form *form, const char *url,
                                          struct postage_error *err)
{
    *out = NULL;
    if (url == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "form: the URL to use is NULL");
    return new_filled(out, form, NULL, 0, url, err);
}
