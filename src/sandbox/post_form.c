#include "sandbox/post_form.h"

#include "sandbox/answer.h"
#include "sandbox/file_name.h"

enum { S3_KEY_MAX = 1024, OSS_KEY_MAX = 1023 };

#define MARKER SLICE("${filename}")

const struct post_field *post_form_find(const struct post_form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++)
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

static bool is_signature_field(const struct post_field *field)
{
    static const char *const names[] = { "policy", "signature", "x-amz-signature", "x-oss-signature" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (slice_equal_ignoring_case(field->name, slice_of(names[i])))
            return true;
    return false;
}

/*
 * What ${filename} means: to S3 the file's name in every field, and the literal text when there is none; to MinIO the name in
 * the key, or, when there is none, the key's own template (a quirk of its source); to OSS the name in the key, after
 * the policy was judged.
 */
static bool expand_field(struct call *call, const struct post_form *form, struct post_field *field)
{
    bool is_key = slice_equal_ignoring_case(field->name, SLICE("key"));
    struct slice by = form->file_name;

    field->value = field->sent;
    if (is_signature_field(field) || slice_find(field->sent, MARKER) == NULL)
        return true;
    if (!is_key && call->dialect != DIALECT_S3)
        return true;
    if (is_key && call->dialect == DIALECT_OSS)
        return true;
    if (!form->has_file_name && call->dialect == DIALECT_S3)
        return true;
    if (!form->has_file_name)
        by = field->sent;
    field->value = replace_markers(field->sent, by, &call->arena);
    return field->value.ptr != NULL;
}

/* "." and ".." as segments, and empty ones: MinIO's names are paths. */
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

static bool check_key(struct call *call, struct slice key)
{
    size_t max = call->dialect == DIALECT_OSS ? OSS_KEY_MAX : S3_KEY_MAX;
    bool bad = key.len == 0;

    if (key.len > max) {
        refuse(call, REFUSAL_KEY_LENGTH, key);
        return false;
    }
    if (call->dialect == DIALECT_MINIO)
        bad = bad || has_bad_segment(key);
    if (call->dialect == DIALECT_OSS)
        bad = bad || key.ptr[0] == '/' || key.ptr[0] == '\\';
    if (bad)
        refuse_with(call, REFUSAL_KEY_NAME, key,
                    (struct refusal_extra[]){ { "ArgumentName", SLICE("key") }, { "ArgumentValue", key } }, 2);
    return !bad;
}

bool post_form_expand(struct call *call, struct post_form *form)
{
    struct post_field *field = NULL;

    for (size_t i = 0; i < form->count; i++) {
        if (!expand_field(call, form, &form->fields[i])) {
            refuse(call, REFUSAL_STORAGE, (struct slice){ "", 0 });
            return false;
        }
        if (slice_equal_ignoring_case(form->fields[i].name, SLICE("key")))
            field = &form->fields[i];
    }
    if (field == NULL) {
        refuse_with(call, REFUSAL_MISSING_KEY, SLICE("key"),
                    (struct refusal_extra[]){ { "ArgumentName", SLICE("key") }, { "ArgumentValue", SLICE("") } }, 2);
        return false;
    }
    while (call->dialect == DIALECT_MINIO && field->value.len > 0 && field->value.ptr[0] == '/')
        field->value = (struct slice){ field->value.ptr + 1, field->value.len - 1 };
    form->key = field->value;
    if (call->dialect == DIALECT_OSS && form->has_file_name)
        form->key = replace_markers(field->sent, form->file_name, &call->arena);
    if (form->key.ptr == NULL) {
        refuse(call, REFUSAL_STORAGE, (struct slice){ "", 0 });
        return false;
    }
    return true;
}

bool post_form_check_key(struct call *call, const struct post_form *form)
{
    return check_key(call, form->key);
}
