#include "policy/document.h"

#include "base/calendar.h"
#include "base/error.h"
#include "base/json_read.h"
#include "base/text.h"
#include "policy/condition.h"
#include "policy/value.h"

/* Deep enough for lists in conditions, and for nothing that a policy can hold. */
enum { POLICY_MAX_DEPTH = 8 };

struct reading {
    struct json json;
    struct arena *arena;
    size_t index; /* of the condition, from 1 */
    struct postage_error *err;
};

static enum postage_status refuse_condition(const struct reading *reading, const char *mistake)
{
    return error_set(reading->err, POSTAGE_ERR_SYNTAX, "policy: condition %zu %s", reading->index, mistake);
}

static const char *keep(const struct reading *reading, const char *text)
{
    return arena_copy(reading->arena, slice_of(text));
}

static void keep_name(const struct reading *reading, const char *name, struct policy_condition *condition)
{
    condition->name_len = strlen(name);
    condition->name = arena_copy(reading->arena, (struct slice){ name, condition->name_len });
}

/* Stores take numbers and texts that are numbers; a float or a sign is neither. */
static bool read_bound(const cJSON *item, uint64_t *bound)
{
    if (cJSON_IsNumber(item))
        return text_to_u64(json_number_text(item), bound);
    return cJSON_IsString(item) && text_to_u64(json_text(item), bound);
}

static enum postage_status read_range(struct reading *reading, const cJSON *item, struct policy_condition *condition)
{
    condition->is_range = true;
    if (cJSON_GetArraySize(item) != 3)
        return refuse_condition(reading, "(content-length-range) does not have exactly two bounds");
    if (!read_bound(cJSON_GetArrayItem(item, 1), &condition->min_bytes) ||
        !read_bound(cJSON_GetArrayItem(item, 2), &condition->max_bytes))
        return refuse_condition(reading, "(content-length-range) has a bound that is not a whole number from 0 to 2^64-1");
    return POSTAGE_OK;
}

static enum postage_status read_list(struct reading *reading, const cJSON *list, struct policy_condition *condition)
{
    size_t count = (size_t)cJSON_GetArraySize(list);
    const char **values;
    const cJSON *item;

    if (!cJSON_IsArray(list) || count == 0)
        return refuse_condition(reading, "needs a list of values that is not empty");
    values = arena_array(reading->arena, count, sizeof *values);
    if (values == NULL)
        return error_plain(reading->err, POSTAGE_ERR_NOMEM);
    condition->values = values;
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item))
            return refuse_condition(reading, "has a value in its list that is not a text");
        values[condition->value_count] = keep(reading, item->valuestring);
        if (values[condition->value_count++] == NULL)
            return error_plain(reading->err, POSTAGE_ERR_NOMEM);
    }
    return POSTAGE_OK;
}

static enum postage_status read_array_condition(struct reading *reading, const cJSON *item, struct policy_condition *condition)
{
    const cJSON *operator_item = cJSON_GetArrayItem(item, 0);
    const cJSON *name = cJSON_GetArrayItem(item, 1);
    const cJSON *operand = cJSON_GetArrayItem(item, 2);

    if (!cJSON_IsString(operator_item))
        return refuse_condition(reading, "has no operator");
    if (strcmp(operator_item->valuestring, "content-length-range") == 0)
        return read_range(reading, item, condition);
    if (!condition_find_rule(operator_item->valuestring, &condition->rule))
        return error_set(reading->err, POSTAGE_ERR_SYNTAX, "policy: condition %zu has the unknown operator " ERROR_QUOTE_FORMAT,
                         reading->index, ERROR_QUOTE(operator_item->valuestring, strlen(operator_item->valuestring)));
    if (cJSON_GetArraySize(item) != 3)
        return refuse_condition(reading, "does not have exactly three elements");
    if (!cJSON_IsString(name) || name->valuestring[0] != '$' || name->valuestring[1] == '\0')
        return refuse_condition(reading, "names no field; a name begins with '$'");
    keep_name(reading, name->valuestring + 1, condition);
    if (condition->rule == POSTAGE_RULE_ONE_OF || condition->rule == POSTAGE_RULE_NONE_OF) {
        condition->text = "";
        return condition->name != NULL ? read_list(reading, operand, condition) : error_plain(reading->err, POSTAGE_ERR_NOMEM);
    }
    if (!cJSON_IsString(operand))
        return refuse_condition(reading, "has a value that is not a text");
    if (condition->rule == POSTAGE_RULE_STARTS_WITH && operand->valuestring[0] == '\0')
        condition->rule = POSTAGE_RULE_ANY;
    condition->text = keep(reading, operand->valuestring);
    return condition->name != NULL && condition->text != NULL ? POSTAGE_OK : error_plain(reading->err, POSTAGE_ERR_NOMEM);
}

static enum postage_status read_object_condition(struct reading *reading, const cJSON *item, struct policy_condition *condition)
{
    if (cJSON_GetArraySize(item) != 1)
        return refuse_condition(reading, "is an object without exactly one member");
    if (!cJSON_IsString(item->child))
        return refuse_condition(reading, "has a value that is not a text");
    if (item->child->string[0] == '\0')
        return refuse_condition(reading, "has an empty name");
    condition->rule = POSTAGE_RULE_EXACT;
    keep_name(reading, item->child->string, condition);
    condition->text = keep(reading, item->child->valuestring);
    return condition->name != NULL && condition->text != NULL ? POSTAGE_OK : error_plain(reading->err, POSTAGE_ERR_NOMEM);
}

static enum postage_status read_conditions(struct reading *reading, const cJSON *list, struct policy_document *out)
{
    const cJSON *item;

    if (!cJSON_IsArray(list))
        return error_set(reading->err, POSTAGE_ERR_SYNTAX, "policy: \"conditions\" is missing or not a list");
    out->conditions = arena_array(reading->arena, (size_t)cJSON_GetArraySize(list), sizeof *out->conditions);
    if (out->conditions == NULL)
        return error_plain(reading->err, POSTAGE_ERR_NOMEM);
    cJSON_ArrayForEach(item, list)
    {
        enum postage_status status;

        reading->index++;
        if (cJSON_IsArray(item))
            status = read_array_condition(reading, item, &out->conditions[out->count]);
        else if (cJSON_IsObject(item))
            status = read_object_condition(reading, item, &out->conditions[out->count]);
        else
            status = refuse_condition(reading, "is neither a list nor an object");
        if (status != POSTAGE_OK)
            return status;
        out->count++;
    }
    return POSTAGE_OK;
}

static enum postage_status read_root(struct reading *reading, struct policy_document *out)
{
    const cJSON *root = reading->json.root;
    struct slice expiration = json_text(json_member(root, "expiration"));
    const cJSON *member;

    if (!cJSON_IsObject(root))
        return error_set(reading->err, POSTAGE_ERR_SYNTAX, "policy: not a JSON object");
    cJSON_ArrayForEach(member, root)
    {
        if (strcmp(member->string, "expiration") != 0 && strcmp(member->string, "conditions") != 0)
            return error_set(reading->err, POSTAGE_ERR_SYNTAX, "policy: unknown member " ERROR_QUOTE_FORMAT,
                             ERROR_QUOTE(member->string, strlen(member->string)));
    }
    if (expiration.ptr == NULL)
        return error_set(reading->err, POSTAGE_ERR_SYNTAX, "policy: \"expiration\" is missing or not a text");
    if (!calendar_read_extended(expiration, &out->expires_unix_s))
        return error_set(reading->err, POSTAGE_ERR_SYNTAX,
                         "policy: expiration " ERROR_QUOTE_FORMAT " is not YYYY-MM-DDThh:mm:ss[.mmm]Z",
                         ERROR_QUOTE(expiration.ptr, expiration.len));
    return read_conditions(reading, json_member(root, "conditions"), out);
}

enum postage_status policy_document_read(struct policy_document *out, struct arena *arena, struct slice text,
                                         struct postage_error *err)
{
    struct reading reading = { .arena = arena, .err = err };
    enum postage_status status = json_parse(&reading.json, text, POLICY_MAX_DEPTH, "policy", &arena->alloc, err);

    *out = (struct policy_document){ 0 };
    if (status == POSTAGE_OK)
        status = read_root(&reading, out);
    json_clear(&reading.json);
    return status;
}

bool policy_condition_names(const struct policy_condition *condition, struct slice name)
{
    return !condition->is_range && slice_equal_ignoring_case((struct slice){ condition->name, condition->name_len }, name);
}

bool policy_document_allows(const struct policy_document *document, const char *name, const char *value, bool *covered)
{
    struct slice wanted = slice_of(name);
    bool allowed = true;

    *covered = false;
    for (size_t i = 0; i < document->count; i++) {
        const struct policy_condition *condition = &document->conditions[i];

        if (!policy_condition_names(condition, wanted))
            continue;
        *covered = true;
        allowed =
            allowed && policy_rule_allows(condition->rule, condition->text, condition->values, condition->value_count, value);
    }
    return allowed;
}

bool policy_document_range(const struct policy_document *document, uint64_t *min_bytes, uint64_t *max_bytes)
{
    bool found = false;

    *min_bytes = 0;
    *max_bytes = UINT64_MAX;
    for (size_t i = 0; i < document->count; i++) {
        const struct policy_condition *condition = &document->conditions[i];

        if (!condition->is_range)
            continue;
        found = true;
        if (condition->min_bytes > *min_bytes)
            *min_bytes = condition->min_bytes;
        if (condition->max_bytes < *max_bytes)
            *max_bytes = condition->max_bytes;
    }
    return found;
}
