#include "policy/policy.h"

#include "base/error.h"
#include "base/json_text.h"
#include "base/text.h"
#include "provider/capability.h"
#include "policy/value.h"

/*
 * An ordinary policy fits, in two allocations: some fields and their texts, and the conditions. Outgrown field arrays stay in
 * the arena until the free.
 */
enum { POLICY_FIRST_BYTES = ARENA_QUICK_BYTES - sizeof(struct postage_policy) };
enum { POLICY_FIRST_FIELDS = 4, POLICY_FIRST_CONDITIONS = 400 };

enum { METADATA_NAME_MAX = 1024 }; /* with the prefix; long before that the name is refused for its length */

/* What one public call asks for, before it is checked. Slices are of NUL-terminated texts, so messages may print them. */
struct field_call {
    struct slice name;
    enum postage_rule rule;
    struct slice text; /* exact value or prefix; "" otherwise */
    const char *const *values;
    size_t count;
    struct slice value; /* ptr NULL: open */
    /* What the provider's table makes of the name: */
    const struct capability *row; /* NULL: a name without neutral twin */
    struct slice wire;            /* name in form and condition */
    bool is_key;
    bool is_metadata;
    bool is_ignored;
    bool is_plain; /* nothing in `text` needs a check or an escape */
};

static const char *provider_of(const struct postage_policy *policy)
{
    return policy->provider->name;
}

static bool take_target(struct postage_policy *policy, const struct postage_target *target)
{
    policy->provider = target->provider;
    policy->caps = target->provider->capabilities;
    policy->scheme = target->scheme;
    policy->names = target->names;
    policy->bucket = arena_copy(&policy->arena, slice_of(target->bucket));
    policy->region = arena_copy(&policy->arena, slice_of(target->region));
    policy->url = arena_copy(&policy->arena, slice_of(target->url));
    return policy->bucket != NULL && policy->region != NULL && policy->url != NULL;
}

enum postage_status postage_policy_new(struct postage_policy **out, const struct postage_target *target,
                                       const struct postage_allocator *alloc, struct postage_error *err)
{
    struct arena arena;
    struct postage_policy *policy;

    *out = NULL;
    if (target == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "the target is NULL");
    policy = arena_new(&arena, alloc, sizeof *policy, POLICY_FIRST_BYTES);
    if (policy == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    policy->arena = arena;
    buf_init(&policy->conditions, alloc, POLICY_JSON_MAX_BYTES);
    buf_init(&policy->tags, alloc, POLICY_JSON_MAX_BYTES);
    (void)buf_room(&policy->conditions, POLICY_FIRST_CONDITIONS); /* a failure shows below */
    buf_add_slice(&policy->conditions, target->bucket_condition);
    policy->key_end = policy->conditions.len;
    if (!take_target(policy, target) || buf_status(&policy->conditions) != POSTAGE_OK) {
        postage_policy_free(policy);
        return error_plain(err, POSTAGE_ERR_NOMEM);
    }
    *out = policy;
    return POSTAGE_OK;
}

void postage_policy_free(struct postage_policy *policy)
{
    struct arena arena;

    if (policy == NULL)
        return;
    buf_clear(&policy->conditions);
    buf_clear(&policy->tags);
    arena = policy->arena;
    arena_clear(&arena);
}

const struct postage_provider *postage_policy_provider(const struct postage_policy *policy)
{
    return policy->provider;
}

/* --- one refused call spoils the policy --- */

enum postage_status policy_status(const struct postage_policy *policy, struct postage_error *err)
{
    if (policy == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "the policy is NULL");
    if (policy->refused == POSTAGE_OK)
        return POSTAGE_OK;
    return error_set(err, policy->refused, "%s", policy->refusal);
}

enum postage_status policy_apply(struct postage_policy *policy, policy_step *step, const void *arguments,
                                 struct postage_error *err)
{
    enum postage_status status = policy_status(policy, err);
    struct postage_error refusal; /* set as far as it is read: it has some 700 bytes, and refusals are rare */

    if (status != POSTAGE_OK)
        return status;
    refusal.size = sizeof refusal;
    refusal.message[0] = '\0';
    status = step(policy, arguments, &refusal);
    if (status == POSTAGE_OK)
        return POSTAGE_OK;
    policy->refused = status;
    policy->refusal = refusal.message[0] != '\0' ? arena_copy(&policy->arena, slice_of(refusal.message)) : NULL;
    if (policy->refusal == NULL) /* without memory for the words, those of the status have to do */
        policy->refusal = postage_status_text(status);
    return policy_status(policy, err);
}

static struct policy_field *find_field(struct postage_policy *policy, struct slice wire)
{
    if (policy->key.wire.ptr != NULL && slice_equal_ignoring_case(policy->key.wire, wire))
        return &policy->key;
    for (size_t i = 0; i < policy->field_count; i++)
        if (slice_equal_ignoring_case(policy->fields[i].wire, wire))
            return &policy->fields[i];
    return NULL;
}

/* The rules that a name without a row allows: metadata and foreign names the same, vendor names what the table says. */
static unsigned raw_rules(const struct capabilities *caps, const struct field_call *call)
{
    if (call->is_ignored)
        return POSTAGE_RULE_EXACT;
    return !call->is_metadata && capability_is_vendors(caps, call->name) ? caps->vendor_rules : caps->metadata_rules;
}

/* From the user's name to the provider's: what cannot be done is refused here, with the alternative. */
static enum postage_status resolve_name(const struct postage_policy *policy, struct field_call *call, struct postage_error *err)
{
    const struct capability *row;
    enum postage_status status = POSTAGE_OK;
    bool reserved;
    unsigned rules;

    if (call->name.len == 0)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: a field name is empty", provider_of(policy));
    row = capability_look_up(&policy->names, policy->caps, call->name, &reserved);
    if (reserved)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: field \"%s\" is reserved: it is written when the form is signed",
                         provider_of(policy), call->name.ptr);
    if (row != NULL && row->wire == NULL)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "%s has no field \"%s\" in forms; %s", provider_of(policy), row->name,
                         row->instead);
    call->row = row;
    call->wire = row != NULL ? slice_of(row->wire) : call->name;
    call->is_key = capability_is(row, POSTAGE_KEY);
    call->is_metadata = row == NULL && capability_is_metadata(policy->caps, call->wire);
    call->is_ignored = row == NULL && !call->is_metadata && capability_is_ignored(policy->caps, call->wire);
    /* What will do as part of a header's name will do in a form. */
    if (row == NULL && !(call->is_metadata && call->wire.len <= POLICY_NAME_MAX && text_is_token(call->wire)))
        status = policy_check_name(policy, call->name, err);
    if (status != POSTAGE_OK)
        return status;
    rules = row != NULL ? row->rules : raw_rules(policy->caps, call);
    if ((rules & (unsigned)call->rule) == 0)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "%s: field \"%s\" does not allow a %s rule; %s", provider_of(policy),
                         call->wire.ptr, capability_rule_name(call->rule),
                         (rules & POSTAGE_RULE_STARTS_WITH) != 0 ? "use an exact or a starts-with rule" : "use an exact value");
    return POSTAGE_OK;
}

static enum postage_status check_field_text(const struct postage_policy *policy, const struct field_call *call,
                                            const char *what, struct slice text, struct postage_error *err)
{
    enum postage_status status = POSTAGE_OK;

    if (!call->is_plain || text.ptr != call->text.ptr)
        status = policy_check_text(policy, call->wire.ptr, what, text, err);
    return status == POSTAGE_OK ? policy_check_length(policy, call->row, call->wire.ptr, what, text, err) : status;
}

static enum postage_status check_list(const struct postage_policy *policy, const struct field_call *call,
                                      struct postage_error *err)
{
    enum postage_status status = POSTAGE_OK;

    if ((call->rule == POSTAGE_RULE_ONE_OF || call->rule == POSTAGE_RULE_NONE_OF) && (call->count == 0 || call->values == NULL))
        return error_set(err, POSTAGE_ERR_INVALID, "%s: the list of field \"%s\" is empty", provider_of(policy),
                         call->wire.ptr);
    for (size_t i = 0; status == POSTAGE_OK && i < call->count; i++)
        status = call->values[i] != NULL
                     ? check_field_text(policy, call, "value", slice_of(call->values[i]), err)
                     : error_set(err, POSTAGE_ERR_INVALID, "%s: the list of field \"%s\" has no value at position %zu",
                                 provider_of(policy), call->wire.ptr, i + 1);
    return status;
}

static enum postage_status check_values(const struct postage_policy *policy, struct field_call *call, struct postage_error *err)
{
    const char *what = call->rule == POSTAGE_RULE_EXACT ? "value" : "prefix";
    enum postage_status status;

    if (call->text.ptr == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: the %s rule of field \"%s\" needs a %s", provider_of(policy),
                         capability_rule_name(call->rule), call->wire.ptr, what);
    call->is_plain = text_plain_start(call->text) == call->text.len;
    status = check_field_text(policy, call, what, call->text, err);
    if (status == POSTAGE_OK)
        status = policy_check_rule_text(policy, call->row, call->wire.ptr, call->rule, call->text.ptr, err);
    if (status == POSTAGE_OK)
        status = check_list(policy, call, err);
    if (status != POSTAGE_OK || call->value.ptr == NULL || call->rule == POSTAGE_RULE_EXACT)
        return status;
    status = check_field_text(policy, call, "value", call->value, err);
    if (status == POSTAGE_OK && !policy_rule_allows(call->rule, call->text.ptr, call->values, call->count, call->value.ptr))
        return error_set(err, POSTAGE_ERR_INVALID, "%s: value " ERROR_QUOTE_FORMAT " of field \"%s\" breaks its own %s rule",
                         provider_of(policy), ERROR_QUOTE(call->value.ptr, call->value.len), call->wire.ptr,
                         capability_rule_name(call->rule));
    return status;
}

static enum postage_status count_metadata(const struct postage_policy *policy, const struct field_call *call, size_t *bytes,
                                          struct postage_error *err)
{
    size_t limit = policy->caps->limits.max_metadata_bytes;
    size_t prefix;
    struct slice name;

    *bytes = 0;
    if (!call->is_metadata)
        return POSTAGE_OK;
    prefix = strlen(policy->caps->metadata_prefix);
    name = (struct slice){ call->wire.ptr + prefix, call->wire.len - prefix };
    if (!text_is_token(name))
        return error_set(err, POSTAGE_ERR_INVALID,
                         "%s: metadata name " ERROR_QUOTE_FORMAT
                         " cannot become a header name (letters, digits, '-', '_', '.')",
                         provider_of(policy), ERROR_QUOTE(name.ptr, name.len));
    *bytes = name.len + call->value.len;
    if (limit > 0 && policy->metadata_bytes + *bytes > limit)
        return error_set(err, POSTAGE_ERR_LIMIT, "%s: metadata \"%s\" brings names and values to %zu bytes; the limit is %zu",
                         provider_of(policy), name.ptr, policy->metadata_bytes + *bytes, limit);
    return POSTAGE_OK;
}

/* Names from the provider's table need no copy. */
static enum postage_status make_field(struct postage_policy *policy, const struct field_call *call, struct policy_field *field)
{
    field->row = call->row;
    field->rule = call->rule;
    field->wire = call->wire;
    field->value = call->value;
    if (call->row == NULL)
        field->wire.ptr = arena_copy(&policy->arena, call->wire);
    field->rule_text = arena_copy(&policy->arena, call->text);
    if (call->value.ptr != NULL)
        field->value.ptr = call->rule == POSTAGE_RULE_EXACT ? field->rule_text : arena_copy(&policy->arena, call->value);
    if (field->wire.ptr == NULL || field->rule_text == NULL || (call->value.ptr != NULL && field->value.ptr == NULL))
        return POSTAGE_ERR_NOMEM;
    return POSTAGE_OK;
}

static enum postage_status reserve_field(struct postage_policy *policy, struct postage_error *err)
{
    size_t cap = policy->field_cap > 0 ? policy->field_cap * 2 : POLICY_FIRST_FIELDS;
    struct policy_field *grown;

    if (policy->field_count >= POLICY_FIELDS_MAX)
        return error_set(err, POSTAGE_ERR_LIMIT, "a policy may have at most %d fields", (int)POLICY_FIELDS_MAX);
    if (policy->field_count < policy->field_cap)
        return POSTAGE_OK;
    grown = arena_array(&policy->arena, cap, sizeof *grown);
    if (grown == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    if (policy->field_count > 0)
        memcpy(grown, policy->fields, policy->field_count * sizeof *grown);
    policy->fields = grown;
    policy->field_cap = cap;
    return POSTAGE_OK;
}

/* {"name":"value"}, where nothing has to be escaped: nearly all that is ever written. Rows' names are plain, metadata's tokens.
 */
static void add_plain_exact(struct buf *out, struct slice wire, struct slice text)
{
    size_t len = wire.len + text.len + strlen("{\"\":\"\"}");
    char *at = buf_room(out, len);

    if (at == NULL)
        return;
    at = slice_put(slice_put(at, SLICE("{\"")), wire);
    at = slice_put(slice_put(at, SLICE("\":\"")), text);
    slice_put(at, SLICE("\"}"));
    buf_wrote(out, len);
}

/* Adds the condition in its place. */
static enum postage_status write_condition(struct postage_policy *policy, const struct field_call *call,
                                           struct postage_error *err)
{
    struct buf *out = &policy->conditions;
    size_t before = out->len;
    enum postage_status status;

    buf_add_char(out, ',');
    if (call->rule == POSTAGE_RULE_EXACT && call->is_plain && (call->row != NULL || call->is_metadata))
        add_plain_exact(out, call->wire, call->text);
    else
        condition_write(out, call->wire, call->rule, call->text, call->values, call->count);
    status = buf_status(out);
    if (status == POSTAGE_ERR_LIMIT)
        return error_set(err, status, "the policy would be longer than %d bytes at field \"%s\"", (int)POLICY_JSON_MAX_BYTES,
                         call->wire.ptr);
    if (status != POSTAGE_OK)
        return error_plain(err, status);
    if (call->is_key) {
        buf_bring_forward(out, policy->key_end, before);
        policy->key_end += out->len - before;
    }
    return POSTAGE_OK;
}

static enum postage_status add_field(struct postage_policy *policy, const void *arguments, struct postage_error *err)
{
    struct field_call call = *(const struct field_call *)arguments;
    struct policy_field field = { 0 };
    size_t metadata_bytes;
    enum postage_status status = resolve_name(policy, &call, err);

    if (status != POSTAGE_OK)
        return status;
    if (find_field(policy, call.wire) != NULL || (policy->tag_count > 0 && capability_is(call.row, POSTAGE_TAGS)))
        return error_set(err, POSTAGE_ERR_INVALID, "%s: field \"%s\" is already in the policy", provider_of(policy),
                         call.wire.ptr);
    if (call.is_key && call.value.ptr != NULL && call.value.len == 0)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: the key is empty", provider_of(policy));
    status = check_values(policy, &call, err);
    if (status == POSTAGE_OK)
        status = count_metadata(policy, &call, &metadata_bytes, err);
    if (status == POSTAGE_OK)
        status = reserve_field(policy, err);
    if (status == POSTAGE_OK && make_field(policy, &call, &field) != POSTAGE_OK)
        status = error_plain(err, POSTAGE_ERR_NOMEM);
    if (status == POSTAGE_OK && !call.is_ignored)
        status = write_condition(policy, &call, err);
    if (status != POSTAGE_OK)
        return status;
    policy->metadata_bytes += metadata_bytes;
    policy->has_type = policy->has_type || capability_is(call.row, POSTAGE_CONTENT_TYPE);
    if (call.is_key)
        policy->key = field;
    else
        policy->fields[policy->field_count++] = field;
    return POSTAGE_OK;
}

enum postage_status postage_policy_exact(struct postage_policy *policy, const char *name, const char *value,
                                         struct postage_error *err)
{
    struct slice text = slice_of(value);
    struct field_call call = { .name = slice_of(name), .rule = POSTAGE_RULE_EXACT, .text = text, .value = text };

    return policy_apply(policy, add_field, &call, err);
}

enum postage_status postage_policy_starts_with(struct postage_policy *policy, const char *name, const char *prefix,
                                               const char *value, struct postage_error *err)
{
    struct field_call call = {
        .name = slice_of(name), .rule = POSTAGE_RULE_STARTS_WITH, .text = slice_of(prefix), .value = slice_of(value)
    };

    if (prefix != NULL && prefix[0] == '\0')
        call.rule = POSTAGE_RULE_ANY;
    return policy_apply(policy, add_field, &call, err);
}

enum postage_status postage_policy_any(struct postage_policy *policy, const char *name, const char *value,
                                       struct postage_error *err)
{
    return postage_policy_starts_with(policy, name, "", value, err);
}

static enum postage_status add_list_rule(struct postage_policy *policy, enum postage_rule rule, const char *name,
                                         const char *const *values, size_t count, const char *value, struct postage_error *err)
{
    struct field_call call = {
        .name = slice_of(name), .rule = rule, .text = SLICE(""), .values = values, .count = count, .value = slice_of(value)
    };

    return policy_apply(policy, add_field, &call, err);
}

enum postage_status postage_policy_one_of(struct postage_policy *policy, const char *name, const char *const *values,
                                          size_t count, const char *value, struct postage_error *err)
{
    return add_list_rule(policy, POSTAGE_RULE_ONE_OF, name, values, count, value, err);
}

enum postage_status postage_policy_none_of(struct postage_policy *policy, const char *name, const char *const *values,
                                           size_t count, const char *value, struct postage_error *err)
{
    return add_list_rule(policy, POSTAGE_RULE_NONE_OF, name, values, count, value, err);
}

enum postage_status postage_policy_key(struct postage_policy *policy, const char *key, struct postage_error *err)
{
    return postage_policy_exact(policy, POSTAGE_KEY, key, err);
}

enum postage_status postage_policy_key_prefix(struct postage_policy *policy, const char *prefix, const char *value,
                                              struct postage_error *err)
{
    return postage_policy_starts_with(policy, POSTAGE_KEY, prefix, value, err);
}

static enum postage_status add_key_template(struct postage_policy *policy, const void *key, struct postage_error *err)
{
    const struct slice filename = SLICE("${filename}"), text = slice_of(key != NULL ? key : "");
    struct field_call call = { .name = SLICE(POSTAGE_KEY), .rule = POSTAGE_RULE_ANY, .text = SLICE(""), .value = text };

    if (!slice_ends_with(text, filename))
        return error_set(err, POSTAGE_ERR_INVALID, "%s: key template " ERROR_QUOTE_FORMAT " does not end in ${filename}",
                         provider_of(policy), ERROR_QUOTE(text.ptr, text.len));
    if (text.len > filename.len) {
        call.rule = POSTAGE_RULE_STARTS_WITH;
        call.text.len = text.len - filename.len;
        call.text.ptr = arena_copy(&policy->arena, (struct slice){ text.ptr, call.text.len });
    }
    return call.text.ptr != NULL ? add_field(policy, &call, err) : error_plain(err, POSTAGE_ERR_NOMEM);
}

enum postage_status postage_policy_key_template(struct postage_policy *policy, const char *key, struct postage_error *err)
{
    return policy_apply(policy, add_key_template, key, err);
}

static enum postage_status narrow(struct postage_policy *policy, const void *arguments, struct postage_error *err)
{
    struct field_call call = *(const struct field_call *)arguments;
    struct policy_field *field;
    const char *kept;
    enum postage_status status = resolve_name(policy, &call, err);

    if (status != POSTAGE_OK)
        return status;
    field = find_field(policy, call.wire);
    if (field == NULL || (field->rule != POSTAGE_RULE_STARTS_WITH && field->rule != POSTAGE_RULE_ANY))
        return error_set(err, POSTAGE_ERR_INVALID, "%s: field \"%s\" has no starts-with rule to narrow", provider_of(policy),
                         call.wire.ptr);
    call.value = field->value;
    status = check_values(policy, &call, err);
    if (status != POSTAGE_OK)
        return status;
    kept = arena_copy(&policy->arena, call.text);
    if (kept == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    /* What the form says about the field is the tightest of its prefixes. */
    if (slice_starts_with(call.text, slice_of(field->rule_text)) && call.text.len > 0) {
        field->rule = POSTAGE_RULE_STARTS_WITH;
        field->rule_text = kept;
    }
    return write_condition(policy, &call, err);
}

enum postage_status postage_policy_narrow(struct postage_policy *policy, const char *name, const char *prefix,
                                          struct postage_error *err)
{
    struct field_call call = { .name = slice_of(name), .rule = POSTAGE_RULE_STARTS_WITH, .text = slice_of(prefix) };

    return policy_apply(policy, narrow, &call, err);
}

/* `arguments`: a call for the exact value, whose name is without the prefix. */
static enum postage_status add_metadata(struct postage_policy *policy, const void *arguments, struct postage_error *err)
{
    struct field_call call = *(const struct field_call *)arguments;
    struct slice prefix = slice_of(policy->caps->metadata_prefix);
    char wire[METADATA_NAME_MAX + 1];

    if (call.name.ptr == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: a metadata name is missing", provider_of(policy));
    if (call.name.len > METADATA_NAME_MAX - prefix.len)
        return error_set(err, POSTAGE_ERR_LIMIT, "%s: a metadata name is longer than 255 bytes", provider_of(policy));
    slice_put(slice_put(wire, prefix), call.name)[0] = '\0';
    call.name = (struct slice){ wire, prefix.len + call.name.len };
    return add_field(policy, &call, err);
}

enum postage_status postage_policy_metadata(struct postage_policy *policy, const char *name, const char *value,
                                            struct postage_error *err)
{
    struct slice text = slice_of(value);
    struct field_call call = { .name = slice_of(name), .rule = POSTAGE_RULE_EXACT, .text = text, .value = text };

    return policy_apply(policy, add_metadata, &call, err);
}

static struct slice write_range(struct postage_policy *policy, uint64_t min_bytes, uint64_t max_bytes)
{
    char min_digits[20], max_digits[20], text[80], *at = text;
    struct slice min = text_decimal(min_bytes, min_digits), max = text_decimal(max_bytes, max_digits);

    at = slice_put(slice_put(at, SLICE(",[\"content-length-range\",")), min);
    at = slice_put(slice_put(slice_put(at, SLICE(",")), max), SLICE("]"));
    return (struct slice){ arena_copy(&policy->arena, (struct slice){ text, (size_t)(at - text) }), (size_t)(at - text) };
}

struct size_range {
    uint64_t min_bytes;
    uint64_t max_bytes;
};

static enum postage_status set_size_range(struct postage_policy *policy, const void *arguments, struct postage_error *err)
{
    const struct size_range *sizes = arguments;
    uint64_t limit = policy->caps->limits.max_object_bytes;

    if (policy->has_range)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: the size range is already in the policy", provider_of(policy));
    if (sizes->min_bytes > sizes->max_bytes)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: size range %llu to %llu bytes is empty", provider_of(policy),
                         (unsigned long long)sizes->min_bytes, (unsigned long long)sizes->max_bytes);
    if (limit > 0 && sizes->max_bytes > limit)
        return error_set(err, POSTAGE_ERR_LIMIT,
                         "%s: size range ends at %llu bytes; one form upload takes at most %llu (use multipart upload beyond)",
                         provider_of(policy), (unsigned long long)sizes->max_bytes, (unsigned long long)limit);
    policy->range = write_range(policy, sizes->min_bytes, sizes->max_bytes);
    if (policy->range.ptr == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    policy->has_range = true;
    policy->min_bytes = sizes->min_bytes;
    policy->max_bytes = sizes->max_bytes;
    return POSTAGE_OK;
}

enum postage_status postage_policy_size_range(struct postage_policy *policy, uint64_t min_bytes, uint64_t max_bytes,
                                              struct postage_error *err)
{
    struct size_range sizes = { min_bytes, max_bytes };

    return policy_apply(policy, set_size_range, &sizes, err);
}

static enum postage_status leave_open(struct postage_policy *policy, const void *name, struct postage_error *err)
{
    struct slice text = slice_of(name != NULL ? name : "");

    if (slice_equal_ignoring_case(text, SLICE(POSTAGE_SIZE)))
        policy->size_left_open = true;
    else if (slice_equal_ignoring_case(text, SLICE(POSTAGE_CONTENT_TYPE)))
        policy->type_left_open = true;
    else
        return error_set(err, POSTAGE_ERR_INVALID, "%s: only \"%s\" and \"%s\" can be left open, not " ERROR_QUOTE_FORMAT,
                         provider_of(policy), POSTAGE_SIZE, POSTAGE_CONTENT_TYPE, ERROR_QUOTE(text.ptr, text.len));
    return POSTAGE_OK;
}

enum postage_status postage_policy_leave_open(struct postage_policy *policy, const char *name, struct postage_error *err)
{
    return policy_apply(policy, leave_open, name, err);
}

static enum postage_status pin_unlisted(struct postage_policy *policy, const void *arguments, struct postage_error *err)
{
    enum postage_status status = POSTAGE_OK;

    (void)arguments;
    for (const struct postage_field *pin = policy->caps->pins; pin != NULL && pin->name != NULL && status == POSTAGE_OK; pin++)
        if (find_field(policy, slice_of(capability_find(policy->caps, slice_of(pin->name))->wire)) == NULL)
            status = postage_policy_exact(policy, pin->name, pin->value, err);
    policy->pinned = true;
    return status;
}

enum postage_status postage_policy_pin_unlisted(struct postage_policy *policy, struct postage_error *err)
{
    return policy_apply(policy, pin_unlisted, NULL, err);
}

static enum postage_status set_expires_in(struct postage_policy *policy, const void *arguments, struct postage_error *err)
{
    int64_t seconds = *(const int64_t *)arguments, limit = policy->caps->limits.max_expiry_s;

    if (seconds < 1)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: expiry of %lld seconds is less than 1", provider_of(policy),
                         (long long)seconds);
    if (limit > 0 && seconds > limit)
        return error_set(err, POSTAGE_ERR_LIMIT, "%s: expiry of %lld seconds is over the limit of %lld", provider_of(policy),
                         (long long)seconds, (long long)limit);
    policy->expires_in_s = seconds;
    policy->expires_at_unix_s = 0;
    return POSTAGE_OK;
}

enum postage_status postage_policy_expires_in(struct postage_policy *policy, int64_t seconds, struct postage_error *err)
{
    return policy_apply(policy, set_expires_in, &seconds, err);
}

static enum postage_status set_expires_at(struct postage_policy *policy, const void *arguments, struct postage_error *err)
{
    int64_t unix_s = *(const int64_t *)arguments;

    if (unix_s < 1)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: expiry at %lld is not after 1970", provider_of(policy),
                         (long long)unix_s);
    policy->expires_at_unix_s = unix_s;
    policy->expires_in_s = 0;
    return POSTAGE_OK;
}

enum postage_status postage_policy_expires_at(struct postage_policy *policy, int64_t unix_s, struct postage_error *err)
{
    return policy_apply(policy, set_expires_at, &unix_s, err);
}
