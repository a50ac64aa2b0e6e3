/* What is sent: the form's fields, those of the options, and the file's name where the marker stands. */
#include "base/buf.h"
#include "base/error.h"
#include "provider/capability.h"
#include "check/check.h"
#include "postage/policy.h"
#include "registry/registry.h"

#define MARKER "${filename}"

/* A file's name and a field's value, a few times over; more than any provider reads. */
enum { EXPANDED_MAX_BYTES = 16 * 1024 * 1024 };

static bool is_named(const struct sent_field *field, struct slice name)
{
    return slice_equal_ignoring_case((struct slice){ field->name, field->name_len }, name);
}

static struct sent_field *find_sent(const struct check *check, const char *name)
{
    struct slice wanted = slice_of(name);

    for (size_t i = 0; i < check->sent_count; i++)
        if (is_named(&check->sent[i], wanted))
            return &check->sent[i];
    return NULL;
}

const struct sent_field *check_find(const struct check *check, const char *name, size_t *count)
{
    struct sent_field *first = find_sent(check, name);
    struct slice wanted;

    if (count == NULL)
        return first;
    *count = first != NULL ? 1 : 0;
    if (first == NULL || check->options.field_count == 0) /* no form has a name twice */
        return first;
    wanted = (struct slice){ first->name, first->name_len };
    for (struct sent_field *field = first + 1; field < check->sent + check->sent_count; field++)
        if (is_named(field, wanted))
            ++*count;
    return first;
}

const char *check_shown(const char *name, const char *value)
{
    return registry_is_secret(slice_of(name)) ? "(hidden)" : value;
}

bool check_is_covered(const struct check *check, struct slice name)
{
    for (size_t i = 0; i < check->document->count; i++)
        if (policy_condition_names(&check->document->conditions[i], name))
            return true;
    return false;
}

static void add_sent(struct check *check, const char *name, const char *value)
{
    check->sent[check->sent_count++] =
        (struct sent_field){ .name = name, .name_len = strlen(name), .value = value, .value_len = strlen(value) };
}

static void set_field(struct check *check, const char *name, const char *value)
{
    struct sent_field *field = find_sent(check, name);

    if (field == NULL) {
        add_sent(check, name, value);
        return;
    }
    field->value = value;
    field->value_len = strlen(value);
}

static bool is_first_of_its_name(const struct check *check, size_t index)
{
    const struct postage_field *fields = check->options.fields;

    for (size_t i = 0; i < index; i++)
        if (slice_equal_ignoring_case(slice_of(fields[i].name), slice_of(fields[index].name)))
            return false;
    return true;
}

static void add_option_fields(struct check *check)
{
    for (size_t i = 0; i < check->options.field_count; i++) {
        const struct postage_field *field = &check->options.fields[i];

        if (is_first_of_its_name(check, i))
            set_field(check, field->name, field->value);
        else
            add_sent(check, field->name, field->value);
    }
}

/* The intended type goes where the policy has a rule for one: the provider's own name for it, or the plain one beside it. */
static void add_content_type(struct check *check)
{
    const struct capability *row = capability_find(check->caps, SLICE(POSTAGE_CONTENT_TYPE));
    const char *const names[] = { "Content-Type", row->wire };

    for (size_t i = 0; check->options.content_type != NULL && i < sizeof names / sizeof names[0]; i++)
        if (check_is_covered(check, slice_of(names[i])))
            set_field(check, names[i], check->options.content_type);
}

static struct slice base_name(const struct check *check, const char *name)
{
    struct slice base = slice_of(name);

    for (size_t i = 0; check->dialect->filename_separators != NULL && name[i] != '\0'; i++)
        if (strchr(check->dialect->filename_separators, name[i]) != NULL)
            base = slice_of(name + i + 1);
    return base;
}

/* What takes the marker's place; NULL `ptr`: it stays. */
static struct slice replacement(const struct check *check)
{
    const struct sent_field *key = find_sent(check, POSTAGE_KEY);
    const char *name = check->options.file_name;

    if (check->dialect->template_names_nameless && (name == NULL || name[0] == '\0'))
        return slice_of(key != NULL ? key->value : NULL);
    return name != NULL ? base_name(check, name) : (struct slice){ NULL, 0 };
}

/* NULL: out of memory. */
static const char *expand(struct check *check, const char *text)
{
    const char *dollar = strchr(text, '$'), *marker = dollar != NULL ? strstr(dollar, MARKER) : NULL;
    struct slice with = { NULL, 0 }, expanded;
    struct buf out;

    if (marker != NULL)
        with = replacement(check);
    if (with.ptr == NULL)
        return text;
    buf_init(&out, &check->report->arena.alloc, EXPANDED_MAX_BYTES);
    for (; marker != NULL; marker = strstr(text, MARKER)) {
        buf_add(&out, text, (size_t)(marker - text));
        buf_add_slice(&out, with);
        text = marker + sizeof MARKER - 1;
    }
    buf_add_text(&out, text);
    (void)buf_move(&out, &check->report->arena, &expanded);
    return expanded.ptr;
}

static enum postage_status expand_all(struct check *check)
{
    for (size_t i = 0; i < check->sent_count; i++) {
        struct sent_field *field = &check->sent[i];
        const char *expanded = field->value;
        bool is_key = is_named(field, SLICE(POSTAGE_KEY));

        if (check->caps->expands_filename_everywhere || is_key)
            expanded = expand(check, field->value);
        if (expanded == NULL)
            return POSTAGE_ERR_NOMEM;
        field->judged = check->dialect->judges_expanded ? expanded : field->value;
        if (is_key && check->report->key[0] == '\0')
            check->report->key = arena_copy(&check->report->arena, slice_of(expanded));
        if (check->report->key == NULL)
            return POSTAGE_ERR_NOMEM;
    }
    return POSTAGE_OK;
}

enum postage_status check_gather(struct check *check, struct postage_error *err)
{
    const struct postage_form *form = check->form;

    for (size_t i = 0; i < check->options.field_count; i++) {
        struct slice name = slice_of(check->options.fields[i].name);

        if (slice_equal_ignoring_case(name, SLICE("policy")) || slice_equal_ignoring_case(name, SLICE("file")))
            return error_set(err, POSTAGE_ERR_INVALID, "check: field \"%s\" cannot be replaced", name.ptr);
    }
    /* Two more for the content type. */
    check->sent = arena_array(&check->report->arena, form->field_count + check->options.field_count + 2, sizeof *check->sent);
    if (check->sent == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    for (size_t i = 0; i < form->field_count; i++)
        add_sent(check, form->fields[i].name, form->fields[i].value);
    add_option_fields(check);
    add_content_type(check);
    return expand_all(check) == POSTAGE_OK ? POSTAGE_OK : error_plain(err, POSTAGE_ERR_NOMEM);
}
