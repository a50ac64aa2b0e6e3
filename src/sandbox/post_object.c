#include "sandbox/post_object.h"

#include "base/text.h"
#include "sandbox/post_content.h"
#include "sandbox/refuse.h"
#include "sandbox/tagging.h"

static const struct slice nothing = { "", 0 };

static bool is_listed(struct slice value, const char *const *list)
{
    for (; *list != NULL; list++)
        if (slice_equal(value, slice_of(*list)))
            return true;
    return false;
}

static bool check_choices(struct call *call, const struct post_form *form)
{
    for (const struct choice *choice = call->dialect->choices; choice->field != NULL; choice++) {
        struct slice value = post_form_value(form, choice->field);

        if (value.ptr == NULL || is_listed(value, choice->values))
            continue;
        return refuse_naming(call, choice->refusal, value, choice->element, value);
    }
    return true;
}

static bool is_header_value(struct slice value)
{
    for (size_t i = 0; i < value.len; i++)
        if (((unsigned char)value.ptr[i] < 0x20 && value.ptr[i] != '\t') || value.ptr[i] == 0x7F)
            return false;
    return true;
}

static bool add_header(struct call *call, struct object *object, const char *name, struct slice value)
{
    const char *copy = arena_copy(&call->arena, value);

    if (name == NULL || copy == NULL || !is_header_value(value) || !object_add_header(object, name, copy))
        return refuse(call, REFUSAL_FIELD_VALUE, slice_of(name));
    return true;
}

static bool add_system_headers(struct call *call, const struct post_form *form, struct object *object)
{
    for (const char *const *name = call->dialect->headers; *name != NULL; name++) {
        struct slice value = post_form_value(form, *name);

        if (value.len > 0 && !add_header(call, object, *name, value))
            return false;
    }
    return true;
}

static const char *lower_case(struct call *call, struct slice name)
{
    char *copy = arena_copy(&call->arena, name);

    for (char *c = copy; c != NULL && *c != '\0'; c++)
        *c = ascii_lower(*c);
    return copy;
}

static bool add_metadata(struct call *call, const struct post_form *form, struct object *object)
{
    struct slice prefix = slice_of(call->dialect->metadata_prefix);
    size_t total = 0;

    for (size_t i = 0; i < form->count; i++) {
        const struct post_field *field = &form->fields[i];

        if (!slice_starts_with_ignoring_case(field->name, prefix))
            continue;
        total += field->name.len - prefix.len + field->value.len;
        if (!text_is_token(field->name))
            return refuse(call, REFUSAL_FIELD_VALUE, field->name);
        if (total > call->dialect->metadata_bytes_max)
            return refuse(call, REFUSAL_METADATA_SIZE, field->name);
        if (!add_header(call, object, lower_case(call, field->name), field->value))
            return false;
    }
    return true;
}

static bool add_type(struct call *call, const struct post_form *form, struct object *object)
{
    const char *own_field = call->dialect->type_field;
    struct slice type = post_form_value(form, own_field);

    if (own_field != NULL && type.len == 0)
        type = form->file_type;
    if (type.len == 0)
        type = post_form_value(form, "content-type");
    if (type.len == 0)
        type = slice_of(call->dialect->default_type);
    return add_header(call, object, "content-type", type);
}

static bool add_tags(struct call *call, const struct post_form *form, struct object *object)
{
    struct slice xml = post_form_value(form, call->dialect->tagging_field);
    enum refusal refusal;
    struct buf tags;

    if (post_form_find(form, call->dialect->refused_tagging_field) != NULL)
        return refuse(call, REFUSAL_TAGGING_UNSUPPORTED, nothing);
    if (xml.ptr == NULL)
        return true;
    buf_init(&tags, NULL, 64 * 1024);
    refusal = tagging_read(xml, &tags);
    if (refusal == REFUSAL_NONE && (object->tags = arena_copy(&call->arena, buf_slice(&tags))) == NULL)
        refusal = REFUSAL_STORAGE;
    buf_clear(&tags);
    return refusal == REFUSAL_NONE || refuse(call, refusal, SLICE("tagging"));
}

bool post_object_describe(struct call *call, struct post_form *form, struct object *object)
{
    const struct dialect *dialect = call->dialect;

    object->key = arena_copy(&call->arena, form->key);
    if (object->key == NULL)
        return refuse(call, REFUSAL_STORAGE, nothing);
    return check_choices(call, form) && (dialect->check_fields == NULL || dialect->check_fields(call, form)) &&
           add_type(call, form, object) && add_system_headers(call, form, object) && add_metadata(call, form, object) &&
           add_tags(call, form, object) && post_content_begin(call, form, object);
}
