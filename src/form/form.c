#include "form/form.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "multipart/layout.h"
#include "provider/capability.h"

struct postage_form *form_alloc(const struct postage_allocator *alloc, size_t arena_bytes)
{
    struct arena arena;
    struct postage_form *form = arena_new(&arena, alloc, sizeof *form, arena_bytes);

    if (form == NULL)
        return NULL;
    form->arena = arena;
    form->policy = "";
    form->url = "";
    return form;
}

void postage_form_free(struct postage_form *form)
{
    struct arena arena;

    if (form == NULL)
        return;
    form_document_free(form);
    arena = form->arena;
    arena_clear(&arena); /* wipes: the texts are a bearer capability */
}

enum postage_status form_reserve(struct postage_form *form, size_t count)
{
    form->fields = arena_array(&form->arena, count, sizeof *form->fields + sizeof *form->name_lens);
    if (form->fields == NULL)
        return POSTAGE_ERR_NOMEM;
    form->name_lens = (size_t *)(form->fields + count);
    return POSTAGE_OK;
}

void form_put(struct postage_form *form, struct slice name, struct slice value)
{
    form->name_lens[form->field_count] = name.len;
    form->fields[form->field_count++] = (struct postage_field){ name.ptr, value.ptr };
    form->field_bytes += name.len + value.len;
}

enum postage_status form_add_value(struct postage_form *form, struct slice name, struct slice value)
{
    struct slice own = { arena_copy(&form->arena, value), value.len };

    if (own.ptr == NULL)
        return POSTAGE_ERR_NOMEM;
    form_put(form, name, own);
    return POSTAGE_OK;
}

enum postage_status form_add(struct postage_form *form, struct slice name, struct slice value)
{
    struct slice own = { arena_copy(&form->arena, name), name.len };

    return own.ptr != NULL ? form_add_value(form, own, value) : POSTAGE_ERR_NOMEM;
}

enum postage_status form_note_text(struct postage_form *form, const char *note)
{
    if (form->notes == NULL)
        form->notes = arena_array(&form->arena, FORM_NOTES_MAX, sizeof *form->notes);
    if (form->notes == NULL)
        return POSTAGE_ERR_NOMEM;
    if (form->note_count < FORM_NOTES_MAX)
        form->notes[form->note_count++] = note;
    return POSTAGE_OK;
}

enum postage_status form_note(struct postage_form *form, const char *format, ...)
{
    char line[256];
    const char *copy;
    va_list args;

    if (form->note_count == FORM_NOTES_MAX)
        return POSTAGE_OK;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    error_clean_line(line);
    copy = arena_copy(&form->arena, slice_of(line));
    return copy != NULL ? form_note_text(form, copy) : POSTAGE_ERR_NOMEM;
}

/* How little a condition leaves open, for choosing among several on one field: a longer prefix leaves less. */
static size_t tightness(const struct policy_condition *condition)
{
    if (condition->rule == POSTAGE_RULE_EXACT)
        return SIZE_MAX;
    if (condition->rule == POSTAGE_RULE_ONE_OF)
        return SIZE_MAX - 1;
    return strlen(condition->text);
}

/* All of a field's conditions have to hold, so the tightest is what is left open. NULL: an earlier one had the name. */
static const struct policy_condition *tightest(const struct policy_document *document, size_t first)
{
    const struct policy_condition *best = &document->conditions[first];
    struct slice name = { best->name, best->name_len };

    for (size_t i = 0; i < document->count; i++) {
        if (!policy_condition_names(&document->conditions[i], name))
            continue;
        if (i < first)
            return NULL;
        if (tightness(&document->conditions[i]) > tightness(best))
            best = &document->conditions[i];
    }
    return best;
}

enum postage_status form_derive_rules(struct postage_form *form, const struct policy_document *document)
{
    form->expires_unix_s = document->expires_unix_s;
    form->has_range = policy_document_range(document, &form->min_bytes, &form->max_bytes);
    form->open = arena_array(&form->arena, document->count, sizeof *form->open);
    if (form->open == NULL)
        return POSTAGE_ERR_NOMEM;
    for (size_t i = 0; i < document->count; i++) {
        const struct policy_condition *condition = &document->conditions[i];
        bool has_value = !condition->is_range && postage_form_value(form, condition->name) != NULL;

        if (condition->is_range || (condition->rule == POSTAGE_RULE_EXACT && has_value) ||
            capability_is_reserved(form->provider->capabilities, (struct slice){ condition->name, condition->name_len }))
            continue;
        condition = tightest(document, i);
        if (condition != NULL && (condition->rule != POSTAGE_RULE_EXACT || !has_value))
            form->open[form->open_count++] =
                (struct postage_open_rule){ condition->name, condition->rule, condition->text, has_value };
    }
    return POSTAGE_OK;
}

size_t form_pre_file_bytes(const struct postage_form *form)
{
    enum { FILE_NAME_BYTES = 255, FILE_TYPE_BYTES = 100 };

    /* Browsers' boundaries are shorter than what RFC 2046 allows. */
    return layout_head_bytes(form->field_count, form->field_bytes + FILE_NAME_BYTES + FILE_TYPE_BYTES, POSTAGE_BOUNDARY_MAX);
}

const char *postage_form_url(const struct postage_form *form)
{
    return form->url;
}

const struct postage_provider *postage_form_provider(const struct postage_form *form)
{
    return form->provider;
}

const struct postage_field *postage_form_fields(const struct postage_form *form, size_t *count)
{
    *count = form->field_count;
    return form->fields;
}

const char *postage_form_value(const struct postage_form *form, const char *name)
{
    const struct slice wanted = slice_of(name);

    for (size_t i = 0; i < form->field_count; i++)
        if (slice_equal_ignoring_case(wanted, (struct slice){ form->fields[i].name, form->name_lens[i] }))
            return form->fields[i].value;
    return NULL;
}

const struct postage_open_rule *postage_form_open_rule(const struct postage_form *form, size_t index)
{
    return index < form->open_count ? &form->open[index] : NULL;
}

int64_t postage_form_expires_unix_s(const struct postage_form *form)
{
    return form->expires_unix_s;
}

bool postage_form_expiry_was_clamped(const struct postage_form *form)
{
    return form->expiry_clamped;
}

bool postage_form_size_range(const struct postage_form *form, uint64_t *min_bytes, uint64_t *max_bytes)
{
    *min_bytes = form->has_range ? form->min_bytes : 0;
    *max_bytes = form->has_range ? form->max_bytes : form->provider->capabilities->limits.max_object_bytes;
    return form->has_range;
}

const char *postage_form_note(const struct postage_form *form, size_t index)
{
    return index < form->note_count ? form->notes[index] : NULL;
}

const char *postage_form_policy(const struct postage_form *form, size_t *length)
{
    *length = form->policy_len;
    return form->policy;
}
