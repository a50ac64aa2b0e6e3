#include "policy/condition.h"

#include "base/json_text.h"

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
    buf_add_text(out, rule == POSTAGE_RULE_ONE_OF    ? "[\"in\",\"$"
                      : rule == POSTAGE_RULE_NONE_OF ? "[\"not-in\",\"$"
                                                     : "[\"starts-with\",\"$");
    json_add_escaped(out, wire);
    buf_add_text(out, "\",");
    if (rule == POSTAGE_RULE_ONE_OF || rule == POSTAGE_RULE_NONE_OF)
        add_list(out, values, count);
    else
        json_add_text(out, text);
    buf_add_char(out, ']');
}
