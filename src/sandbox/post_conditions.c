/*
 * Judges a form by its policy. A second implementation on purpose: nothing of src/form (signer, check) is used here, so that
 * one mistake cannot hide in both; tests/integration/sandbox_mutual.py runs each against the other.
 */
#include "sandbox/answer.h"
#include "sandbox/post_form.h"
#include "sandbox/post_policy.h"

/* S3 user guide, "Creating a POST policy", condition table; MinIO's own table in cmd/postpolicyform.go. */
struct exact_name {
    const char *name;
    bool minio_too;
};

static const struct exact_name exact_only[] = {
    { "bucket", true },     { "success_action_status", false }, { "x-amz-algorithm", true }, { "x-amz-credential", true },
    { "x-amz-date", true }, { "x-amz-security-token", false },
};

static bool allows_exact_only(struct slice name, enum dialect dialect)
{
    for (size_t i = 0; dialect != DIALECT_OSS && i < sizeof exact_only / sizeof exact_only[0]; i++)
        if (slice_equal_ignoring_case(name, slice_of(exact_only[i].name)))
            return dialect == DIALECT_S3 || exact_only[i].minio_too;
    /* "Other x-amz-*" of the same table. */
    return dialect == DIALECT_S3 && slice_starts_with_ignoring_case(name, SLICE("x-amz-")) &&
           !slice_starts_with_ignoring_case(name, SLICE("x-amz-meta-"));
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

/* S3: a list of types has to begin so in every element. */
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
        if (is_type && call->dialect == DIALECT_S3)
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
    if (!condition->range_is_usable) {
        refuse(call, REFUSAL_CONDITION, condition->text);
        return false;
    }
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
    if (value.ptr == NULL && condition->name_is_variable) {
        refuse(call, REFUSAL_CONDITION_NO_FIELD, condition->text);
        return false;
    }
    if (condition->name_is_variable && holds(call, condition, value))
        return true;
    refuse(call, REFUSAL_CONDITION, condition->text);
    return false;
}

static bool is_named(const struct post_policy *policy, struct slice name)
{
    for (size_t i = 0; i < policy->count; i++)
        if (policy->conditions[i].kind != CONDITION_RANGE && slice_equal_ignoring_case(policy->conditions[i].name, name))
            return true;
    return false;
}

/* S3 user guide, "Form fields": these need no condition. */
static bool is_exempt(const struct post_form *form, struct slice name)
{
    static const char *const v4[] = { "x-amz-signature", "policy", "file" };
    static const char *const v2[] = { "awsaccesskeyid", "signature", "policy", "file" };
    const char *const *names = form->signature == FORM_V4 ? v4 : v2;
    size_t count = form->signature == FORM_V4 ? sizeof v4 / sizeof v4[0] : sizeof v2 / sizeof v2[0];

    for (size_t i = 0; i < count; i++)
        if (slice_equal_ignoring_case(name, slice_of(names[i])))
            return true;
    return slice_starts_with_ignoring_case(name, SLICE("x-ignore-"));
}

static bool refuse_extra(struct call *call, struct slice name)
{
    refuse(call, REFUSAL_EXTRA_FIELD, name);
    return false;
}

/* Every field needs a condition; the bucket counts as a field that is always there. */
static bool check_coverage(struct call *call, const struct post_form *form, const struct post_policy *policy)
{
    for (size_t i = 0; i < form->count; i++)
        if (!is_exempt(form, form->fields[i].name) && !is_named(policy, form->fields[i].name))
            return refuse_extra(call, form->fields[i].name);
    return is_named(policy, SLICE("bucket")) || refuse_extra(call, SLICE("bucket"));
}

/* OSS does not ask for conditions on fields, but for those that bind a version 4 signature ("Signature version 4" of its docs).
 */
static bool check_binding(struct call *call, const struct post_form *form, const struct post_policy *policy)
{
    static const char *const names[] = { "x-oss-signature-version", "x-oss-credential", "x-oss-date" };

    for (size_t i = 0; form->signature == FORM_V4 && i < sizeof names / sizeof names[0]; i++) {
        if (!is_named(policy, slice_of(names[i]))) {
            refuse(call, REFUSAL_UNBOUND_SIGNATURE, slice_of(names[i]));
            return false;
        }
    }
    return true;
}

bool post_conditions_check(struct call *call, struct post_form *form)
{
    struct post_policy policy;

    form->min_bytes = 0;
    form->max_bytes = call->setup->max_object_bytes;
    if (form->signature == FORM_UNSIGNED)
        return true;
    if (!post_policy_read(call, post_form_sent(form, "policy"), &policy))
        return false;
    if (policy.expires_unix_s <= setup_now(call->setup)) {
        refuse(call, REFUSAL_EXPIRED, (struct slice){ "", 0 });
        return false;
    }
    for (size_t i = 0; i < policy.count; i++)
        if (!check_condition(call, form, &policy.conditions[i]))
            return false;
    return (call->dialect == DIALECT_OSS ? check_binding : check_coverage)(call, form, &policy);
}
