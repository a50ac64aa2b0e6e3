#include "sandbox/post_form.h"

#include "sandbox/refuse.h"

#define MARKER SLICE("${filename}")

const struct post_field *post_form_find(const struct post_form *form, const char *name)
{
    for (size_t i = 0; name != NULL && i < form->count; i++)
        if (slice_equal_ignoring_case(form->fields[i].name, slice_of(name)))
            return &form->fields[i];
    return NULL;
}

struct slice post_form_value(const struct post_form *form, const char *name)
{
    const struct post_field *field = post_form_find(form, name);

    return field != NULL ? field->value : (struct slice){ NULL, 0 };
}

struct slice post_form_sent(const struct post_form *form, const char *name)
{
    const struct post_field *field = post_form_find(form, name);

    return field != NULL ? field->sent : (struct slice){ NULL, 0 };
}

static size_t count_markers(struct slice text)
{
    size_t count = 0;

    for (const char *at; (at = slice_find(text, MARKER)) != NULL; count++) {
        size_t skip = (size_t)(at - text.ptr) + MARKER.len;

        text = (struct slice){ text.ptr + skip, text.len - skip };
    }
    return count;
}

/* All markers, once: what was put in is not looked at again. NULL `ptr`: out of memory. */
static struct slice replace_markers(struct slice text, struct slice by, struct arena *arena)
{
    size_t count = count_markers(text);
    char *expanded = arena_alloc(arena, text.len + count * by.len + 1);
    struct slice out = { expanded, 0 };

    if (expanded == NULL)
        return (struct slice){ NULL, 0 };
    for (const char *at; (at = slice_find(text, MARKER)) != NULL;) {
        size_t before = (size_t)(at - text.ptr), skip = before + MARKER.len;

        memcpy(expanded + out.len, text.ptr, before);
        memcpy(expanded + out.len + before, by.ptr, by.len);
        out.len += before + by.len;
        text = (struct slice){ text.ptr + skip, text.len - skip };
    }
    memcpy(expanded + out.len, text.ptr, text.len);
    out.len += text.len;
    return out;
}

static bool is_called(const struct post_field *field, const char *name)
{
    return name != NULL && slice_equal_ignoring_case(field->name, slice_of(name));
}

static bool is_signature_field(const struct dialect *dialect, const struct post_field *field)
{
    for (const struct scheme *const *scheme = dialect->schemes; *scheme != NULL; scheme++)
        if (is_called(field, (*scheme)->fields.signature))
            return true;
    return is_called(field, "policy");
}

static bool expand_field(struct call *call, const struct post_form *form, struct post_field *field)
{
    enum expansion expansion = call->dialect->expansion;
    struct slice by = form->has_file_name ? form->file_name : field->sent;

    field->value = field->sent;
    if (is_signature_field(call->dialect, field) || slice_find(field->sent, MARKER) == NULL)
        return true;
    if (expansion == EXPANSION_KEY_AT_LAST || (expansion == EXPANSION_KEY && !is_called(field, "key")))
        return true;
    if (expansion == EXPANSION_ANY_FIELD && !form->has_file_name)
        return true;
    field->value = replace_markers(field->sent, by, &call->arena);
    return field->value.ptr != NULL;
}

/* "." and ".." as segments, and empty ones. */
static bool has_bad_segment(struct slice key)
{
    for (size_t at = 0; at <= key.len;) {
        const char *slash = memchr(key.ptr + at, '/', key.len - at);
        size_t end = slash != NULL ? (size_t)(slash - key.ptr) : key.len;
        struct slice segment = { key.ptr + at, end - at };

        if (slice_equal(segment, SLICE(".")) || slice_equal(segment, SLICE("..")) || (segment.len == 0 && end < key.len))
            return true;
        at = end + 1;
    }
    return false;
}

static bool is_good_key(const struct dialect *dialect, struct slice key)
{
    if (key.len == 0 || (dialect->key_is_path && has_bad_segment(key)))
        return false;
    return dialect->leading_slash != LEADING_SLASH_IS_REFUSED || (key.ptr[0] != '/' && key.ptr[0] != '\\');
}

/* The key's own changes, after those of all fields. NULL `ptr`: out of memory. */
static struct slice final_key(struct call *call, const struct post_form *form, const struct post_field *field)
{
    struct slice key = field->value;

    while (call->dialect->leading_slash == LEADING_SLASH_IS_CUT && key.len > 0 && key.ptr[0] == '/')
        key = (struct slice){ key.ptr + 1, key.len - 1 };
    if (call->dialect->expansion == EXPANSION_KEY_AT_LAST && form->has_file_name)
        key = replace_markers(field->sent, form->file_name, &call->arena);
    return key;
}

bool post_form_expand(struct call *call, struct post_form *form)
{
    struct post_field *field = NULL;

    for (size_t i = 0; i < form->count; i++) {
        if (!expand_field(call, form, &form->fields[i]))
            return refuse(call, REFUSAL_STORAGE, SLICE(""));
        if (is_called(&form->fields[i], "key"))
            field = &form->fields[i];
    }
    if (field == NULL)
        return refuse_argument(call, REFUSAL_MISSING_KEY, SLICE("key"), "key", SLICE(""));
    form->key = final_key(call, form, field);
    if (call->dialect->leading_slash == LEADING_SLASH_IS_CUT)
        field->value = form->key;
    return form->key.ptr != NULL || refuse(call, REFUSAL_STORAGE, SLICE(""));
}

bool post_form_check_key(struct call *call, const struct post_form *form)
{
    if (form->key.len > call->dialect->key_bytes_max)
        return refuse(call, REFUSAL_KEY_LENGTH, form->key);
    return is_good_key(call->dialect, form->key) || refuse_argument(call, REFUSAL_KEY_NAME, form->key, "key", form->key);
}
