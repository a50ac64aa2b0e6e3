#include "sandbox/post_content.h"

#include "sandbox/refuse.h"

static bool add_check(struct call *call, struct post_form *form, const struct post_field *field, enum checksum_kind kind)
{
    enum refusal refusal = content_checks_add(&form->checks, field->name.ptr, field->value.ptr, kind);

    return refusal == REFUSAL_NONE || refuse(call, refusal, field->name);
}

/* PREFIXalgorithm, which names the one that the form gives. */
static bool check_algorithm(struct call *call, const struct post_form *form, struct slice found)
{
    struct slice prefix = slice_of(call->dialect->checksum_prefix);

    for (size_t i = 0; i < form->count; i++) {
        struct slice name = form->fields[i].name, value = form->fields[i].value;

        if (prefix.ptr != NULL && slice_starts_with_ignoring_case(name, prefix) &&
            slice_equal_ignoring_case((struct slice){ name.ptr + prefix.len, name.len - prefix.len }, SLICE("algorithm")) &&
            (found.ptr == NULL || !slice_equal_ignoring_case(value, found)))
            return refuse(call, REFUSAL_CHECKSUM_SYNTAX, name);
    }
    return true;
}

static bool add_checksums(struct call *call, struct post_form *form, struct object *object)
{
    struct slice found = { NULL, 0 };

    for (size_t i = 0; i < form->count; i++) {
        const struct post_field *field = &form->fields[i];
        struct slice algorithm = content_checks_algorithm(call->dialect, field->name);
        enum checksum_kind kind;

        if (algorithm.ptr == NULL)
            continue;
        kind = checksum_kind_of(algorithm);
        /* One checksum a form; "md5" is Content-MD5's business. */
        if (kind == CHECKSUM_KINDS || kind == CHECKSUM_MD5 || found.ptr != NULL || !call->dialect->takes_checksums)
            return refuse(call, REFUSAL_CHECKSUM_SYNTAX, field->name);
        found = algorithm;
        if (!add_check(call, form, field, kind))
            return false;
        if (!content_checks_is_answered(call->dialect, kind))
            object_add_header(object, field->name.ptr, field->value.ptr);
    }
    return check_algorithm(call, form, found);
}

bool post_content_begin(struct call *call, struct post_form *form, struct object *object)
{
    const struct post_field *md5 = post_form_find(form, "content-md5");

    if (md5 != NULL && call->dialect->takes_md5_field && !add_check(call, form, md5, CHECKSUM_MD5))
        return false;
    return add_checksums(call, form, object);
}

bool post_content_check(struct call *call, struct post_form *form)
{
    struct slice name = { "", 0 };
    enum refusal refusal = content_checks_compare(&form->checks, &name);

    return refusal == REFUSAL_NONE || refuse(call, refusal, name);
}
