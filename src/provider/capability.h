/* Looking things up in a provider's capability table. */
#ifndef POSTAGE_PROVIDER_CAPABILITY_H
#define POSTAGE_PROVIDER_CAPABILITY_H

#include "base/slice.h"
#include "provider/provider.h"

/*
 * The row a name stands for, whether it is the neutral name or the provider's own, ignoring case; NULL: neither.
 * A raw name that has a neutral twin thereby means the twin.
 */
const struct capability *capability_find(const struct capabilities *caps, struct slice name);

/* Whether a row, which may be NULL, is that of a neutral name. */
static inline bool capability_is(const struct capability *row, const char *neutral)
{
    return row != NULL && row->name[0] == neutral[0] && strcmp(row->name, neutral) == 0;
}

/* Whether only the library may write this field. */
bool capability_is_reserved(const struct capabilities *caps, struct slice name);

/*
 * A hash table of one provider's names, for callers that look up many: walking the rows for each field of each policy was a
 * tenth of the time of signing. A slot is 0 for none, or says which name it is; copied by value.
 */
enum { CAPABILITY_SLOTS = 128 };

struct capability_index {
    uint8_t slots[CAPABILITY_SLOTS];
    uint8_t reserved_count;
};

void capability_index_build(struct capability_index *index, const struct capabilities *caps);

/* capability_find and capability_is_reserved in one; a reserved name has no row. `name` is not empty. */
const struct capability *capability_look_up(const struct capability_index *index, const struct capabilities *caps,
                                            struct slice name, bool *reserved);

bool capability_is_vendors(const struct capabilities *caps, struct slice name);
bool capability_is_metadata(const struct capabilities *caps, struct slice name);
bool capability_is_ignored(const struct capabilities *caps, struct slice name);

/* "starts-with", "one-of", ...: the word for users. */
const char *capability_rule_name(enum postage_rule rule);

#endif
