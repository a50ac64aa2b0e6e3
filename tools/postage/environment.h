/*
 * The environment: one table of the variables that are read, from which the help and the manual pages are made as well, and
 * what they say. An empty variable counts as unset, as all AWS SDKs have it.
 */
#ifndef POSTAGE_TOOL_ENVIRONMENT_H
#define POSTAGE_TOOL_ENVIRONMENT_H

#include "arguments.h"

#include <stdbool.h>

/* Rows of the table. No other variable can be read: everybody asks by this number. */
enum variable {
    ENV_NONE, /* no variable */
    ENV_AWS_ACCESS_KEY_ID,
    ENV_AWS_SECRET_ACCESS_KEY,
    ENV_AWS_SESSION_TOKEN,
    ENV_AWS_CREDENTIAL_EXPIRATION,
    ENV_AWS_REGION,
    ENV_AWS_DEFAULT_REGION,
    ENV_AWS_ENDPOINT_URL_S3,
    ENV_AWS_ENDPOINT_URL,
    ENV_AWS_IGNORE_CONFIGURED_ENDPOINT_URLS,
    ENV_AWS_USE_DUALSTACK_ENDPOINT,
    ENV_AWS_USE_FIPS_ENDPOINT,
    ENV_MINIO_ENDPOINT,
    ENV_MC_HOST, /* any number of variables that begin so: mc_host.h */
    ENV_MINIO_ACCESS_KEY,
    ENV_MINIO_SECRET_KEY,
    ENV_MINIO_SESSION_TOKEN,
    ENV_MINIO_ROOT_USER,
    ENV_MINIO_ROOT_PASSWORD,
    ENV_MINIO_REGION,
    ENV_MINIO_SITE_REGION,
    ENV_OSS_ACCESS_KEY_ID,
    ENV_OSS_ACCESS_KEY_SECRET,
    ENV_OSS_SESSION_TOKEN,
    ENV_OSS_REGION,
    ENV_OSS_ENDPOINT,
    ENV_ALIBABA_CLOUD_ACCESS_KEY_ID,
    ENV_ALIBABA_CLOUD_ACCESS_KEY_SECRET,
    ENV_ALIBABA_CLOUD_SECURITY_TOKEN,
    ENV_ALIBABA_CLOUD_REGION_ID,
    ENV_AWS_CA_BUNDLE,
    ENV_NO_COLOR,
    ENV_TERM,
    ENV_TMPDIR, /* the sandbox asks for it itself */
    ENV_COUNT
};

struct environment_row {
    const char *name;
    const char *scheme; /* "s3": whose; "": does not depend on TARGET */
    const char *help;
    unsigned commands; /* bits of enum command_bit */
    bool common;       /* most people need no others: the general help names these alone */
};

/* In the order in which they are looked for; the row of ENV_NONE is empty. */
extern const struct environment_row environment_rows[ENV_COUNT];

/* The variable's value, or NULL if it is unset or empty. */
const char *environment_get(enum variable variable);

/* Overwrites the variable's value in place: the credentials have their own copy, in pages that stay out of core files. */
void environment_forget(enum variable variable);

/* The first of these that is set; NULL: none. `variables` ends with ENV_NONE; `*found`, if asked for, is its name. */
const char *environment_first(const enum variable *variables, const char **found);

/* A switch, "true" or "false"; unset is false. Anything else is an error that names the variable. */
enum exit_code environment_switch(enum variable variable, bool *value);

#endif
