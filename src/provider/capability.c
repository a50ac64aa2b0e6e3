#include "provider/capability.h"

const struct capability *capability_find(const struct capabilities *caps, struct slice name)
{
    for (size_t i = 0; i < caps->field_count; i++) {
        const struct capability *row = &caps->fields[i];

        if (slice_is_ignoring_case(name, row->name) || (row->wire != NULL && slice_is_ignoring_case(name, row->wire)))
            return row;
    }
    return NULL;
}

bool capability_is_reserved(const struct capabilities *caps, struct slice name)
{
    for (const char *const *reserved = caps->reserved; *reserved != NULL; reserved++)
        if (slice_is_ignoring_case(name, *reserved))
            return true;
    return false;
}

/* The names in the order of their numbers, which begin at 1: reserved ones, then each row's two. NULL: a row has no second. */
static const char *name_of(const struct capabilities *caps, size_t reserved_count, size_t number)
{
    size_t at = number - 1;
    const struct capability *row;

    if (at < reserved_count)
        return caps->reserved[at];
    row = &caps->fields[(at - reserved_count) / 2];
    return (at - reserved_count) % 2 == 0 ? row->name : row->wire;
}

static size_t slot_of(struct slice name)
{
    size_t first = (unsigned char)ascii_lower(name.ptr[0]);
    size_t middle = (unsigned char)ascii_lower(name.ptr[name.len / 2]);
    size_t last = (unsigned char)ascii_lower(name.ptr[name.len - 1]);

    return (name.len + 3 * first + 5 * middle + 17 * last) % CAPABILITY_SLOTS;
}

void capability_index_build(struct capability_index *index, const struct capabilities *caps)
{
    size_t reserved = 0;

    *index = (struct capability_index){ 0 };
    while (caps->reserved[reserved] != NULL)
        reserved++;
    index->reserved_count = (uint8_t)reserved;
    for (size_t number = 1; number <= reserved + 2 * caps->field_count; number++) {
        const char *name = name_of(caps, reserved, number);
        size_t slot = name != NULL ? slot_of(slice_of(name)) : 0;

        while (name != NULL && index->slots[slot] != 0)
            slot = (slot + 1) % CAPABILITY_SLOTS;
        if (name != NULL)
            index->slots[slot] = (uint8_t)number;
    }
}

const struct capability *capability_look_up(const struct capability_index *index, const struct capabilities *caps,
                                            struct slice name, bool *reserved)
{
    *reserved = false;
    for (size_t slot = slot_of(name); index->slots[slot] != 0; slot = (slot + 1) % CAPABILITY_SLOTS) {
        size_t number = index->slots[slot];

        if (!slice_is_ignoring_case(name, name_of(caps, index->reserved_count, number)))
            continue;
        *reserved = number <= index->reserved_count;
        return *reserved ? NULL : &caps->fields[(number - 1 - index->reserved_count) / 2];
    }
    return NULL;
}

bool capability_is_vendors(const struct capabilities *caps, struct slice name)
{
    return slice_starts_with_ignoring_case(name, slice_of(caps->vendor_prefix));
}

bool capability_is_metadata(const struct capabilities *caps, struct slice name)
{
    return slice_starts_with_ignoring_case(name, slice_of(caps->metadata_prefix));
}

bool capability_is_ignored(const struct capabilities *caps, struct slice name)
{
    return caps->ignored_prefix != NULL && slice_starts_with_ignoring_case(name, slice_of(caps->ignored_prefix));
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
