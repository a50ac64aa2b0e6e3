/*
 * A second implementation on purpose: nothing of src/sign and src/check is used here, so that one mistake cannot hide in both;
 * tests/integration/sandbox_mutual.py runs each against the other.
 */
#include "sandbox/post_conditions.h"

#include "sandbox/post_policy.h"
#include "sandbox/refuse.h"

static bool is_listed(struct slice name, const char *const *list)
{
    for (; list != NULL && *list != NULL; list++)
        if (slice_equal_ignoring_case(name, slice_of(*list)))
            return true;
    return false;
}

static bool allows_exact_only(struct slice name, const struct dialect *dialect)
{
    if (is_listed(name, dialect->exact_only))
        return true;
    return dialect->exact_only_prefix != NULL && slice_starts_with_ignoring_case(name, slice_of(dialect->exact_only_prefix)) &&
           !slice_starts_with_ignoring_case(name, slice_of(dialect->metadata_prefix));
}

/* The bucket is the one of the route; a field of that name never replaces it (CVE-2023-43040). */
static struct slice value_of(const struct call *call, const struct post_form *form, struct slice name)
{
    if (slice_equal_ignoring_case(name, SLICE("bucket")))
        return slice_of(call->bucket->name);
    for (size_t i = 0; i < form->count; i++)
        if (slice_equal_ignoring_case(form->fields[i].name, name))
            return form->fields[i].value;
    return (struct slice){ NULL, 0 };
}

/* A list of types has to begin so in every element. */
static bool list_starts_with(struct slice list, struct slice prefix)
{
    for (;;) {
        const char *comma = memchr(list.ptr, ',', list.len);
        struct slice element = { list.ptr, comma != NULL ? (size_t)(comma - list.ptr) : list.len };

        while (element.len > 0 && *element.ptr == ' ') {
            element.ptr++;
            element.len--;
        }
        if (!slice_starts_with(element, prefix))
            return false;
        if (comma == NULL)
            return true;
        list = (struct slice){ comma + 1, (size_t)(list.ptr + list.len - comma - 1) };
    }
}

static bool is_one_of(struct slice value, const struct post_condition *condition)
{
    for (size_t i = 0; i < condition->value_count; i++)
        if (slice_equal(value, condition->values[i]))
            return true;
    return false;
}

static bool holds(const struct call *call, const struct post_condition *condition, struct slice value)
{
    bool is_type = slice_equal_ignoring_case(condition->name, SLICE("content-type"));

    switch (condition->kind) {
    case CONDITION_EQ:
        return slice_equal(value, condition->values[0]);
    case CONDITION_STARTS_WITH:
        if (allows_exact_only(condition->name, call->dialect))
            return false;
        if (is_type && call->dialect->type_condition_holds_for_lists)
            return list_starts_with(value, condition->values[0]);
        return slice_starts_with(value, condition->values[0]);
    case CONDITION_IN:
        return is_one_of(value, condition);
    case CONDITION_NOT_IN:
        return !is_one_of(value, condition);
    default:
        return false;
    }
}

/* Of several ranges the smallest maximum and the largest minimum count: all have to hold. */
static bool take_range(struct call *call, struct post_form *form, const struct post_condition *condition)
{
    if (!condition->range_is_usable)
        return refuse(call, REFUSAL_CONDITION, condition->text);
    if (condition->min_bytes > form->min_bytes)
        form->min_bytes = condition->min_bytes;
    if (condition->max_bytes < form->max_bytes)
        form->max_bytes = condition->max_bytes;
    return true;
}

static bool check_condition(struct call *call, struct post_form *form, const struct post_condition *condition)
{
    struct slice value;

    if (condition->kind == CONDITION_RANGE)
        return take_range(call, form, condition);
    value = value_of(call, form, condition->name);
    if (value.ptr == NULL && condition->name_is_variable)
        return refuse(call, REFUSAL_CONDITION_NO_FIELD, condition->text);
    return (condition->name_is_variable && holds(call, condition, value)) || refuse(call, REFUSAL_CONDITION, condition->text);
}

static bool is_named(const struct post_policy *policy, struct slice name)
{
    for (size_t i = 0; i < policy->count; i++)
        if (policy->conditions[i].kind != CONDITION_RANGE && slice_equal_ignoring_case(policy->conditions[i].name, name))
            return true;
    return false;
}

/* S3 user guide, "Form fields": these need no condition. */
static bool is_exempt(const struct scheme_fields *fields, struct slice name)
{
    static const char *const names[] = { "policy", "file", NULL };

    return is_listed(name, names) || slice_equal_ignoring_case(name, slice_of(fields->signature)) ||
           (fields->credential_is_exempt && slice_equal_ignoring_case(name, slice_of(fields->credential))) ||
           slice_starts_with_ignoring_case(name, SLICE("x-ignore-"));
}

/* Every field needs a condition; the bucket counts as a field that is always there. */
static bool check_coverage(struct call *call, const struct post_form *form, const struct post_policy *policy)
{
    for (size_t i = 0; i < form->count; i++)
        if (!is_exempt(&form->scheme->fields, form->fields[i].name) && !is_named(policy, form->fields[i].name))
            return refuse(call, REFUSAL_EXTRA_FIELD, form->fields[i].name);
    return is_named(policy, SLICE("bucket")) || refuse(call, REFUSAL_EXTRA_FIELD, SLICE("bucket"));
}

/* Where fields need no conditions, those may that bind the signature. */
static bool check_binding(struct call *call, const struct post_form *form, const struct post_policy *policy)
{
    const struct scheme_fields *fields = &form->scheme->fields;
    const char *const names[] = { fields->algorithm, fields->credential, fields->date };

    for (size_t i = 0; fields->are_bound && i < sizeof names / sizeof names[0]; i++)
        if (!is_named(policy, slice_of(names[i])))
            return refuse(call, REFUSAL_UNBOUND_SIGNATURE, slice_of(names[i]));
    return true;
}

bool post_conditions_check(struct call *call, struct post_form *form)
{
    struct post_policy policy;

    form->min_bytes = 0;
    form->max_bytes = call->setup->max_object_bytes;
    if (form->scheme == NULL)
        return true;
    if (!post_policy_read(call, post_form_sent(form, "policy"), &policy))
        return false;
    if (policy.expires_unix_s <= setup_now(call->setup))
        return refuse(call, REFUSAL_EXPIRED, SLICE(""));
    for (size_t i = 0; i < policy.count; i++)
        if (!check_condition(call, form, &policy.conditions[i]))
            return false;
    return (call->dialect->fields_need_conditions ? check_coverage : check_binding)(call, form, &policy);
}
