/*
 * Reads policies. A second implementation on purpose: nothing of src/policy and src/sign is used here, so that one mistake
 * cannot hide in the signer and in its judge.
 */
#include "sandbox/post_policy.h"

#include "base/base64.h"
#include "base/calendar.h"
#include "base/json_read.h"
#include "base/json_text.h"
#include "base/text.h"
#include "sandbox/refuse.h"

enum { POLICY_MAX_DEPTH = 8 };

struct reading {
    struct call *call;
    struct json json;
    struct post_policy *policy;
};

static bool fail(struct reading *reading, enum refusal refusal, struct slice detail)
{
    return refuse(reading->call, refusal, detail);
}

static bool fail_memory(struct reading *reading)
{
    return fail(reading, REFUSAL_STORAGE, (struct slice){ "", 0 });
}

static struct slice arena_slice(struct arena *arena, struct slice text)
{
    return (struct slice){ arena_copy(arena, text), text.len };
}

static const struct {
    const char *name;
    bool takes_list;
} operators[CONDITION_KINDS] = { [CONDITION_EQ] = { "eq", false },
                                 [CONDITION_STARTS_WITH] = { "starts-with", false },
                                 [CONDITION_RANGE] = { "content-length-range", false },
                                 [CONDITION_IN] = { "in", true },
                                 [CONDITION_NOT_IN] = { "not-in", true } };

/* Any case: ceph's s3-tests expect it, documents have lower case only. */
static enum condition_kind find_operator(struct slice name, const struct dialect *dialect)
{
    for (size_t i = 0; i < CONDITION_KINDS; i++)
        if (slice_equal_ignoring_case(name, slice_of(operators[i].name)) &&
            (!operators[i].takes_list || dialect->has_list_operators))
            return (enum condition_kind)i;
    return CONDITION_KINDS;
}

static void add_item(struct buf *text, const cJSON *item)
{
    const cJSON *element;

    if (cJSON_IsString(item)) {
        json_add_text(text, json_text(item));
    } else if (cJSON_IsNumber(item)) {
        buf_add_slice(text, json_number_text(item));
    } else {
        buf_add_char(text, '[');
        cJSON_ArrayForEach(element, item)
        {
            buf_add_text(text, element != item->child ? ", " : "");
            if (cJSON_IsString(element))
                json_add_text(text, json_text(element));
        }
        buf_add_char(text, ']');
    }
}

/* `["eq", "$key", "a"]`, for a list of items that were all looked at. */
static bool print_condition(struct reading *reading, const cJSON *list, struct post_condition *condition)
{
    const cJSON *item;
    struct buf text;

    buf_init(&text, NULL, 64 * 1024);
    buf_add_char(&text, '[');
    cJSON_ArrayForEach(item, list)
    {
        buf_add_text(&text, item != list->child ? ", " : "");
        add_item(&text, item);
    }
    buf_add_char(&text, ']');
    condition->text = arena_slice(&reading->call->arena, buf_slice(&text));
    buf_clear(&text);
    return condition->text.ptr != NULL || fail_memory(reading);
}

/* {"acl": "private"}: one property, a text. */
static bool read_simple(struct reading *reading, const cJSON *object, struct post_condition *condition)
{
    const cJSON *member = object->child;
    struct slice name;
    struct buf text;

    if (member == NULL || member->next != NULL)
        return fail(reading, REFUSAL_SIMPLE_CONDITION_COUNT, (struct slice){ "", 0 });
    if (!cJSON_IsString(member))
        return fail(reading, REFUSAL_SIMPLE_CONDITION_VALUE, (struct slice){ "", 0 });
    name = slice_of(member->string);
    condition->kind = CONDITION_EQ;
    condition->name_is_variable = true;
    condition->name = arena_slice(&reading->call->arena, name);
    condition->values = arena_array(&reading->call->arena, 1, sizeof *condition->values);
    condition->value_count = 1;
    buf_init(&text, NULL, 64 * 1024);
    buf_add_text(&text, "[\"eq\", \"$");
    json_add_escaped(&text, name);
    buf_add_text(&text, "\", ");
    json_add_text(&text, json_text(member));
    buf_add_char(&text, ']');
    condition->text = arena_slice(&reading->call->arena, buf_slice(&text));
    buf_clear(&text);
    if (condition->name.ptr == NULL || condition->values == NULL || condition->text.ptr == NULL)
        return fail_memory(reading);
    condition->values[0] = arena_slice(&reading->call->arena, json_text(member));
    return condition->values[0].ptr != NULL || fail_memory(reading);
}

/* Numbers, and in some dialects texts of digits. A text of something else fails as a condition; other things cannot be read. */
static bool read_bound(struct reading *reading, const cJSON *item, struct post_condition *condition, uint64_t *bound)
{
    bool may_be_text = reading->call->dialect->bounds_may_be_text;
    struct slice text;

    if (cJSON_IsNumber(item)) {
        text = json_number_text(item);
        if (text_to_u64(text, bound))
            return true;
        return fail(reading, REFUSAL_RANGE_BOUND, text);
    }
    text = json_text(item);
    if (text.ptr == NULL || !may_be_text)
        return fail(reading, REFUSAL_RANGE_BOUND, text.ptr != NULL ? text : SLICE("null"));
    condition->range_is_usable = text_to_u64(text, bound) && condition->range_is_usable;
    return true;
}

static bool read_range(struct reading *reading, const cJSON *list, struct post_condition *condition)
{
    const cJSON *min = cJSON_GetArrayItem(list, 1), *max = cJSON_GetArrayItem(list, 2);

    condition->name = SLICE("");
    condition->range_is_usable = true;
    if (!read_bound(reading, min, condition, &condition->min_bytes) ||
        !read_bound(reading, max, condition, &condition->max_bytes))
        return false;
    if (condition->range_is_usable && condition->max_bytes < condition->min_bytes)
        return fail(reading, REFUSAL_RANGE_ORDER, (struct slice){ "", 0 });
    return true;
}

/* The operand: a text, or for `in` and `not-in` a list of texts. */
static bool read_operand(struct reading *reading, const cJSON *operand, struct post_condition *condition)
{
    bool wants_list = operators[condition->kind].takes_list;
    const cJSON *item = wants_list ? operand->child : operand;
    size_t count = wants_list ? (size_t)cJSON_GetArraySize(operand) : 1;

    if (wants_list ? !cJSON_IsArray(operand) || count == 0 : !cJSON_IsString(operand))
        return fail(reading, REFUSAL_CONDITION_OPERAND, slice_of(operators[condition->kind].name));
    condition->values = arena_array(&reading->call->arena, count, sizeof *condition->values);
    if (condition->values == NULL)
        return fail_memory(reading);
    for (; condition->value_count < count; condition->value_count++, item = item->next) {
        struct slice text = json_text(item);

        if (text.ptr == NULL)
            return fail(reading, REFUSAL_CONDITION_OPERAND, slice_of(operators[condition->kind].name));
        condition->values[condition->value_count] = arena_slice(&reading->call->arena, text);
        if (condition->values[condition->value_count].ptr == NULL)
            return fail_memory(reading);
    }
    return true;
}

static bool read_match(struct reading *reading, const cJSON *list, struct post_condition *condition)
{
    struct slice name = json_text(cJSON_GetArrayItem(list, 1));

    if (name.ptr == NULL)
        return fail(reading, REFUSAL_CONDITION_OPERAND, slice_of(operators[condition->kind].name));
    condition->name_is_variable = name.len > 1 && name.ptr[0] == '$';
    if (!condition->name_is_variable && reading->call->dialect->names_need_dollar)
        return fail(reading, REFUSAL_CONDITION_OPERAND, name);
    if (condition->name_is_variable)
        name = (struct slice){ name.ptr + 1, name.len - 1 };
    condition->name = arena_slice(&reading->call->arena, name);
    if (condition->name.ptr == NULL)
        return fail_memory(reading);
    return read_operand(reading, cJSON_GetArrayItem(list, 2), condition);
}

static bool read_list(struct reading *reading, const cJSON *list, struct post_condition *condition)
{
    struct slice name = json_text(cJSON_GetArrayItem(list, 0));

    if (name.ptr == NULL)
        return fail(reading, REFUSAL_CONDITION_NO_OPERATOR, (struct slice){ "", 0 });
    condition->kind = find_operator(name, reading->call->dialect);
    if (condition->kind == CONDITION_KINDS)
        return fail(reading, REFUSAL_CONDITION_OPERATOR, name);
    if (cJSON_GetArraySize(list) != 3)
        return fail(reading, REFUSAL_CONDITION_COUNT, slice_of(operators[condition->kind].name));
    if (!(condition->kind == CONDITION_RANGE ? read_range : read_match)(reading, list, condition))
        return false;
    return print_condition(reading, list, condition);
}

static bool read_conditions(struct reading *reading, const cJSON *list)
{
    struct post_policy *policy = reading->policy;
    const cJSON *item;

    if (!cJSON_IsArray(list))
        return fail(reading, REFUSAL_CONDITIONS_TYPE, (struct slice){ "", 0 });
    if (list->child == NULL)
        return fail(reading, REFUSAL_CONDITIONS_EMPTY, (struct slice){ "", 0 });
    policy->conditions = arena_array(&reading->call->arena, (size_t)cJSON_GetArraySize(list), sizeof *policy->conditions);
    if (policy->conditions == NULL)
        return fail_memory(reading);
    cJSON_ArrayForEach(item, list)
    {
        struct post_condition *condition = &policy->conditions[policy->count++];

        if (!cJSON_IsArray(item) && !cJSON_IsObject(item))
            return fail(reading, REFUSAL_CONDITION_TYPE, (struct slice){ "", 0 });
        if (!(cJSON_IsArray(item) ? read_list : read_simple)(reading, item, condition))
            return false;
    }
    return true;
}

static bool read_expiration(struct reading *reading, const cJSON *item)
{
    struct slice text = json_text(item);

    if (text.ptr == NULL)
        return fail(reading, REFUSAL_EXPIRATION_TYPE, (struct slice){ "", 0 });
    if (text.len == 0)
        return fail(reading, REFUSAL_EXPIRATION_EMPTY, text);
    if (!calendar_read_extended(text, &reading->policy->expires_unix_s))
        return fail(reading, REFUSAL_EXPIRATION_VALUE, text);
    return true;
}

/* Two members of these exact names and no third. */
static bool read_members(struct reading *reading)
{
    const cJSON *expiration = json_member(reading->json.root, "expiration");
    const cJSON *conditions = json_member(reading->json.root, "conditions");
    const cJSON *member;

    if (!cJSON_IsObject(reading->json.root))
        return fail(reading, REFUSAL_POLICY_JSON, (struct slice){ "", 0 });
    cJSON_ArrayForEach(member, reading->json.root)
    {
        if (member != expiration && member != conditions)
            return fail(reading, REFUSAL_POLICY_MEMBER, slice_of(member->string));
    }
    if (expiration == NULL && conditions == NULL)
        return fail(reading, REFUSAL_POLICY_NEITHER, (struct slice){ "", 0 });
    if (expiration == NULL)
        return fail(reading, REFUSAL_POLICY_NO_EXPIRATION, (struct slice){ "", 0 });
    if (conditions == NULL)
        return fail(reading, REFUSAL_POLICY_NO_CONDITIONS, (struct slice){ "", 0 });
    return read_expiration(reading, expiration) && read_conditions(reading, conditions);
}

/* An escape that JSON lacks: \$ is a dollar. Rewritten in place. */
static size_t replace_own_escapes(char *text, size_t len)
{
    size_t out = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\\' && i + 1 < len && text[i + 1] == '$') {
            text[out++] = text[++i];
            continue;
        }
        text[out++] = text[i];
        if (text[i] == '\\' && i + 1 < len)
            text[out++] = text[++i];
    }
    return out;
}

bool post_policy_read(struct call *call, struct slice base64, struct post_policy *policy)
{
    struct reading reading = { .call = call, .policy = policy };
    uint8_t *document = arena_alloc(&call->arena, base64.len / 4 * 3 + 1);
    size_t len;
    bool good;

    *policy = (struct post_policy){ 0 };
    if (document == NULL)
        return fail_memory(&reading);
    len = base64_decode(base64, document);
    if (len == SIZE_MAX)
        return fail(&reading, REFUSAL_POLICY_BASE64, (struct slice){ "", 0 });
    if (!utf8_valid((struct slice){ (char *)document, len }))
        return fail(&reading, REFUSAL_POLICY_UTF8, (struct slice){ "", 0 });
    if (call->dialect->escapes_dollar)
        len = replace_own_escapes((char *)document, len);
    good = json_parse(&reading.json, (struct slice){ (char *)document, len }, POLICY_MAX_DEPTH, "policy", NULL, NULL) ==
           POSTAGE_OK;
    good = good ? read_members(&reading) : fail(&reading, REFUSAL_POLICY_JSON, (struct slice){ "", 0 });
    json_clear(&reading.json);
    return good;
}
