/*
 * Settings of a provider in the environment: which variables there are is asked from the library (provider.h), what is in them
 * from the environment.
 */
#ifndef POSTAGE_TOOL_SETTINGS_H
#define POSTAGE_TOOL_SETTINGS_H

#include "postage/provider.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether the name stands for all variables that begin with it, see alias.h. */
bool setting_is_alias(const char *name);

/* The prefix of the aliases that a provider has; NULL: it has none. */
const char *setting_alias(const struct postage_provider *provider);

/* The value of the first variable for it that is set; NULL: none is. */
const char *setting_first(const struct postage_provider *provider, enum postage_setting setting);

/* "AWS_REGION, AWS_DEFAULT_REGION"; "" when there are none. Returns `out`. */
const char *setting_names(const struct postage_provider *provider, enum postage_setting setting, char *out, size_t cap);

#endif
