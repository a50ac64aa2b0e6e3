/* Looking things up in a provider's capability table. */
#ifndef POSTAGE_FORM_CAPABILITY_H
#define POSTAGE_FORM_CAPABILITY_H

#include "base/slice.h"
#include "postage/provider.h"

/*
 * The row a name stands for, whether it is the neutral name or the provider's own, ignoring case; NULL: neither.
 * A raw name that has a neutral twin thereby means the twin.
 */
const struct postage_capability *capability_find(const struct postage_capabilities *caps, struct slice name);

/* Whether a row, which may be NULL, is that of a neutral name. */
bool capability_is(const struct postage_capability *row, const char *neutral);

/* Whether only the library may write this field. */
bool capability_is_reserved(const struct postage_capabilities *caps, struct slice name);

/* The rules that a name without a row allows: metadata and foreign names all of S3's, vendor names what the table says. */
unsigned capability_raw_rules(const struct postage_capabilities *caps, struct slice name);

bool capability_is_metadata(const struct postage_capabilities *caps, struct slice name);
bool capability_is_ignored(const struct postage_capabilities *caps, struct slice name);

/* "starts-with", "one-of", ...: the word for users. */
const char *capability_rule_name(enum postage_rule rule);

#endif
