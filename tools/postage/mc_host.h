/*
 * MC_HOST_<alias>: how MinIO's client writes an endpoint and its keys into one variable,
 * `http[s]://ACCESS:SECRET[:TOKEN]@host[:port]`. As there, the last '@' ends the keys, the first ':' the access key, the next
 * the secret. `%2F` and the like are decoded, so that any character can be written; a lone '%' stands for itself.
 */
#ifndef POSTAGE_TOOL_MC_HOST_H
#define POSTAGE_TOOL_MC_HOST_H

#include "exit_code.h"

#include <stdbool.h>
#include <stddef.h>

struct mc_host {
    char *storage; /* all texts below live here; wiped when cleared */
    size_t storage_bytes;
    const char *variable;   /* "MC_HOST_play" */
    const char *endpoint;   /* "https://play.min.io" */
    const char *access_key; /* NULL: the variable names an endpoint without keys */
    const char *secret_key;
    const char *token; /* NULL: none */
};

/* Reads `NAME=VALUE`. What is wrong is said without quoting the value. */
enum exit_code mc_host_parse(struct mc_host *host, const char *assignment);

/* Wipes and releases. */
void mc_host_clear(struct mc_host *host);

/*
 * Picks the variable to use from the environment: the only one, or the one for `endpoint`; NULL: no endpoint is known yet.
 * `host->variable` stays NULL when there is none that fits; several without an endpoint are an error that lists them.
 */
enum exit_code mc_host_choose(struct mc_host *host, const char *endpoint);

/* Overwrites the values of all these variables in the environment. */
void mc_host_forget(void);

/* Whether two URLs lead to the same place: scheme and host ignoring case, default ports, trailing slashes. */
bool mc_host_same_endpoint(const char *a, const char *b);

#endif
