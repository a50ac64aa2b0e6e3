/* Environment variables, where an empty one counts as unset (as all AWS SDKs do), and what they say about endpoints. */
#ifndef POSTAGE_TOOL_ENVIRONMENT_H
#define POSTAGE_TOOL_ENVIRONMENT_H

#include "exit_code.h"

#include <stdbool.h>

/* The variable's value, or NULL if it is unset or empty. */
const char *environment_get(const char *name);

/* Overwrites the variable's value in place: the credentials have their own copy, in pages that stay out of core files. */
void environment_forget(const char *name);

/* The first of these that is set; NULL: none. `names` ends with NULL; `*found`, if asked for, is the one. */
const char *environment_first(const char *const *names, const char **found);

/* A switch, "true" or "false"; unset is false. Anything else is an error that names the variable. */
enum exit_code environment_switch(const char *name, bool *value);

#endif
