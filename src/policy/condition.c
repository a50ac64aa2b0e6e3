#include "policy/condition.h"

#include "base/json_text.h"

/* An "any" is a prefix without characters. The first row with a name is what is read. */
static const struct {
    const char *name;
    enum postage_rule rule;
} operators[] = {
    { "eq", POSTAGE_RULE_EXACT },  { "starts-with", POSTAGE_RULE_STARTS_WITH }, { "starts-with", POSTAGE_RULE_ANY },
    { "in", POSTAGE_RULE_ONE_OF }, { "not-in", POSTAGE_RULE_NONE_OF },
};

enum { OPERATOR_COUNT = sizeof operators / sizeof operators[0] };

const char *condition_operator(enum postage_rule rule)
{
    for (size_t i = 0; i < OPERATOR_COUNT; i++)
        if (operators[i].rule == rule)
            return operators[i].name;
    return "";
}

bool condition_find_rule(const char *operator_name, enum postage_rule *rule)
{
    for (size_t i = 0; i < OPERATOR_COUNT; i++)
        if (strcmp(operators[i].name, operator_name) == 0) {
            *rule = operators[i].rule;
            return true;
        }
    return false;
}

static void add_list(struct buf *out, const char *const *values, size_t count)
{
    buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        json_add_text(out, slice_of(values[i]));
    }
    buf_add_char(out, ']');
}

void condition_write(struct buf *out, struct slice wire, enum postage_rule rule, struct slice text, const char *const *values,
                     size_t count)
{
    if (rule == POSTAGE_RULE_EXACT) {
        buf_add_char(out, '{');
        json_add_text(out, wire);
        buf_add_char(out, ':');
        json_add_text(out, text);
        buf_add_char(out, '}');
        return;
    }
    buf_add_text(out, "[\"");
    buf_add_text(out, condition_operator(rule));
    buf_add_text(out, "\",\"$");
    json_add_escaped(out, wire);
    buf_add_text(out, "\",");
    if (rule == POSTAGE_RULE_ONE_OF || rule == POSTAGE_RULE_NONE_OF)
        add_list(out, values, count);
    else
        json_add_text(out, text);
    buf_add_char(out, ']');
}
