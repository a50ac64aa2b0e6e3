/*
 * A variable that holds an endpoint and its keys together, as MC_HOST_<alias> of MinIO's client does:
 * `http[s]://ACCESS:SECRET[:TOKEN]@host[:port]`. As there, the last '@' ends the keys, the first ':' the access key, the next
 * the secret. `%2F` and the like are decoded, so that any character can be written; a lone '%' stands for itself.
 */
#ifndef POSTAGE_TOOL_ALIAS_H
#define POSTAGE_TOOL_ALIAS_H

#include "exit_code.h"

#include <stdbool.h>
#include <stddef.h>

struct alias {
    char *storage; /* all texts below live here; wiped when cleared */
    size_t storage_bytes;
    const char *variable;   /* "MC_HOST_play" */
    const char *endpoint;   /* "https://play.min.io" */
    const char *access_key; /* NULL: the variable names an endpoint without keys */
    const char *secret_key;
    const char *token; /* NULL: none */
};

/* Reads `NAME=VALUE`. What is wrong is said without quoting the value. */
enum exit_code alias_parse(struct alias *alias, const char *assignment);

/* Wipes and releases. */
void alias_clear(struct alias *alias);

/*
 * Picks the variable to use from those whose name begins with `prefix`: the only one, or the one for `endpoint`; NULL: no
 * endpoint is known yet. `alias->variable` stays NULL when there is none that fits; several without an endpoint are an error
 * that lists them.
 */
enum exit_code alias_choose(struct alias *alias, const char *prefix, const char *endpoint);

/* Overwrites the values of all variables with this prefix in the environment. */
void alias_wipe(const char *prefix);

/* Whether two URLs lead to the same place: scheme and host ignoring case, default ports, trailing slashes. */
bool alias_same_endpoint(const char *a, const char *b);

#endif
