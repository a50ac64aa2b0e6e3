/*
 * Settings of a provider in the environment: which variables there are is asked from the library (provider.h), what is in them
 * from the environment.
 */
#ifndef POSTAGE_TOOL_SETTINGS_H
#define POSTAGE_TOOL_SETTINGS_H

#include "postage/provider.h"

#include <stdbool.h>
#include <stddef.h>

/* A place where the vendor's tools look for a setting. */
struct setting_place {
    const char *name; /* of the variable, or how the names of its aliases begin */
    bool is_alias;    /* any variable that begins so, see alias.h */
};

/* @return false: there are no more. */
bool setting_place_at(struct setting_place *out, const struct postage_provider *provider, enum postage_setting setting,
                      size_t index);

/* The prefix of the aliases that a provider has; NULL: it has none. */
const char *setting_alias(const struct postage_provider *provider);

/* The value of the first variable for it that is set; NULL: none is. */
const char *setting_first(const struct postage_provider *provider, enum postage_setting setting);

/* "AWS_REGION, AWS_DEFAULT_REGION"; "" when there are none. Returns `out`. */
const char *setting_names(const struct postage_provider *provider, enum postage_setting setting, char *out, size_t cap);

#endif
