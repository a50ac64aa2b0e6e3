/* What the environment says. An empty variable counts as unset. */
#ifndef POSTAGE_TOOL_ENVIRONMENT_H
#define POSTAGE_TOOL_ENVIRONMENT_H

#include <stdbool.h>

/* The variable's value, or NULL if it is unset or empty. `name` may be NULL: there is no such variable. */
const char *environment_get(const char *name);

/* The value of the first of these that is set; NULL: none is. `names` ends with NULL; `*found`, if asked for, is its name. */
const char *environment_first(const char *const *names, const char **found);

/* Overwrites the variable's value in place: the credentials have their own copy, in pages that stay out of core files. */
void environment_wipe(const char *name);

/* A switch, "true" or "false"; unset is false. @return false: the variable says something else. */
bool environment_switch(const char *name, bool *value);

#endif
