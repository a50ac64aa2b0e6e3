/* Digests of the file that a form carries: Content-MD5 and x-amz-checksum-NAME. */
#include "sandbox/answer.h"
#include "sandbox/post_form.h"

static bool add_check(struct call *call, struct post_form *form, const struct post_field *field, enum checksum_kind kind)
{
    enum refusal refusal = content_checks_add(&form->checks, field->name.ptr, field->value.ptr, kind);

    if (refusal == REFUSAL_NONE)
        return true;
    refuse(call, refusal, field->name);
    return false;
}

static bool check_algorithm(struct call *call, const struct post_form *form, struct slice found)
{
    struct slice algorithm = post_form_value(form, CHECKSUM_PREFIX "algorithm");

    if (algorithm.ptr == NULL || (found.ptr != NULL && slice_equal_ignoring_case(algorithm, found)))
        return true;
    refuse(call, REFUSAL_CHECKSUM_SYNTAX, SLICE(CHECKSUM_PREFIX "algorithm"));
    return false;
}

static bool add_checksums(struct call *call, struct post_form *form, struct object *object)
{
    struct slice found = { NULL, 0 };

    for (size_t i = 0; i < form->count; i++) {
        struct slice kind_name = content_checks_algorithm(form->fields[i].name);
        enum checksum_kind kind;

        if (kind_name.ptr == NULL)
            continue;
        kind = checksum_kind_of(kind_name);
        /* One checksum a form; "md5" is Content-MD5's business. */
        if (kind == CHECKSUM_KINDS || kind == CHECKSUM_MD5 || found.ptr != NULL || call->dialect == DIALECT_OSS) {
            refuse(call, REFUSAL_CHECKSUM_SYNTAX, form->fields[i].name);
            return false;
        }
        found = kind_name;
        if (!add_check(call, form, &form->fields[i], kind))
            return false;
        if (kind != CHECKSUM_CRC64NVME)
            object_add_header(object, form->fields[i].name.ptr, form->fields[i].value.ptr);
    }
    return check_algorithm(call, form, found);
}

bool post_content_begin(struct call *call, struct post_form *form, struct object *object)
{
    const struct post_field *md5 = post_form_find(form, "content-md5");

    /* OSS takes Content-MD5 as a header only; a field of that name is nothing to it. */
    if (md5 != NULL && call->dialect != DIALECT_OSS && !add_check(call, form, md5, CHECKSUM_MD5))
        return false;
    return add_checksums(call, form, object);
}

bool post_content_check(struct call *call, struct post_form *form)
{
    struct slice name = { "", 0 };
    enum refusal refusal = content_checks_compare(&form->checks, &name);

    if (refusal == REFUSAL_NONE)
        return true;
    refuse(call, refusal, name);
    return false;
}
