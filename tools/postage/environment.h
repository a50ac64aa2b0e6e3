/* What the environment says. An empty variable counts as unset. */
#ifndef POSTAGE_TOOL_ENVIRONMENT_H
#define POSTAGE_TOOL_ENVIRONMENT_H

#include <stdbool.h>

/* PEM certificates to trust, whatever the provider: of the variables for that the one that most systems have set. */
#define ENVIRONMENT_CA_FILE "AWS_CA_BUNDLE"

/* The variable's value, or NULL if it is unset or empty. `name` may be NULL: there is no such variable. */
const char *environment_get(const char *name);

/* Overwrites the variable's value in place: the credentials have their own copy, in pages that stay out of core files. */
void environment_wipe(const char *name);

/* A switch, "true" or "false"; unset is false. @return false: the variable says something else. */
bool environment_switch(const char *name, bool *value);

#endif
