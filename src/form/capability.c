#include "form/capability.h"

const struct postage_capability *capability_find(const struct postage_capabilities *caps, struct slice name)
{
    for (size_t i = 0; i < caps->field_count; i++) {
        const struct postage_capability *row = &caps->fields[i];

        if (slice_is_ignoring_case(name, row->name) || (row->wire != NULL && slice_is_ignoring_case(name, row->wire)))
            return row;
    }
    return NULL;
}

bool capability_is(const struct postage_capability *row, const char *neutral)
{
    return row != NULL && strcmp(row->name, neutral) == 0;
}

bool capability_is_reserved(const struct postage_capabilities *caps, struct slice name)
{
    for (const char *const *reserved = caps->reserved; *reserved != NULL; reserved++)
        if (slice_is_ignoring_case(name, *reserved))
            return true;
    return false;
}

bool capability_is_metadata(const struct postage_capabilities *caps, struct slice name)
{
    return slice_starts_with_ignoring_case(name, slice_of(caps->metadata_prefix));
}

bool capability_is_ignored(const struct postage_capabilities *caps, struct slice name)
{
    return caps->ignored_prefix != NULL && slice_starts_with_ignoring_case(name, slice_of(caps->ignored_prefix));
}

unsigned capability_raw_rules(const struct postage_capabilities *caps, struct slice name)
{
    if (capability_is_ignored(caps, name))
        return POSTAGE_RULE_EXACT;
    if (slice_starts_with_ignoring_case(name, slice_of(caps->vendor_prefix)) && !capability_is_metadata(caps, name))
        return caps->vendor_rules;
    return caps->metadata_rules;
}

const char *capability_rule_name(enum postage_rule rule)
{
    static const struct {
        enum postage_rule rule;
        const char *name;
    } names[] = { { POSTAGE_RULE_EXACT, "exact" },
                  { POSTAGE_RULE_STARTS_WITH, "starts-with" },
                  { POSTAGE_RULE_ANY, "any" },
                  { POSTAGE_RULE_ONE_OF, "one-of" },
                  { POSTAGE_RULE_NONE_OF, "none-of" } };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].rule == rule)
            return names[i].name;
    return "unknown";
}
