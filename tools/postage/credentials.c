#include "credentials.h"

#include "credential_file.h"
#include "environment.h"
#include "message.h"
#include "value.h"

#include <stdio.h>
#include <string.h>

/* The variables of one source of keys. */
struct variables {
    const char *provider;
    enum variable id;
    enum variable secret;
    enum variable token;   /* ENV_NONE: has none */
    enum variable expires; /* likewise */
};

/* First match counts. People use AWS's names with MinIO as well. */
static const struct variables sources[] = {
    { "s3", ENV_AWS_ACCESS_KEY_ID, ENV_AWS_SECRET_ACCESS_KEY, ENV_AWS_SESSION_TOKEN, ENV_AWS_CREDENTIAL_EXPIRATION },
    { "minio", ENV_MINIO_ACCESS_KEY, ENV_MINIO_SECRET_KEY, ENV_MINIO_SESSION_TOKEN, ENV_NONE },
    { "minio", ENV_MINIO_ROOT_USER, ENV_MINIO_ROOT_PASSWORD, ENV_NONE, ENV_NONE },
    { "minio", ENV_MC_HOST, ENV_NONE, ENV_NONE, ENV_NONE },
    { "minio", ENV_AWS_ACCESS_KEY_ID, ENV_AWS_SECRET_ACCESS_KEY, ENV_AWS_SESSION_TOKEN, ENV_AWS_CREDENTIAL_EXPIRATION },
    { "oss", ENV_OSS_ACCESS_KEY_ID, ENV_OSS_ACCESS_KEY_SECRET, ENV_OSS_SESSION_TOKEN, ENV_NONE },
    { "oss", ENV_ALIBABA_CLOUD_ACCESS_KEY_ID, ENV_ALIBABA_CLOUD_ACCESS_KEY_SECRET, ENV_ALIBABA_CLOUD_SECURITY_TOKEN, ENV_NONE },
};

static const char *name_of(enum variable variable)
{
    return environment_rows[variable].name;
}

static enum exit_code make(struct postage_credentials **out, const struct postage_credentials_options *options,
                           const char *from)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    if (postage_credentials_new(out, options, NULL, &err) != POSTAGE_OK)
        return fail_error(from, &err);
    explain("keys from %s, access key id %s", from, postage_credentials_access_key_id(*out));
    return EXIT_DONE;
}

/* Leaves `*out` NULL when the source is not configured. */
static enum exit_code from_variables(struct postage_credentials **out, const struct variables *names)
{
    struct postage_credentials_options options = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    const char *expires = environment_get(names->expires);
    uint64_t unix_s = 0;
    char from[80];

    options.access_key_id = environment_get(names->id);
    options.secret_access_key = environment_get(names->secret);
    options.session_token = environment_get(names->token);
    if (options.access_key_id == NULL && options.secret_access_key == NULL)
        return EXIT_DONE;
    if (options.secret_access_key == NULL || options.access_key_id == NULL)
        return fail(EXIT_CREDENTIALS, "an empty variable counts as unset", "%s is set, but %s is not",
                    name_of(options.access_key_id != NULL ? names->id : names->secret),
                    name_of(options.access_key_id != NULL ? names->secret : names->id));
    if (expires != NULL && value_to_time(expires, &unix_s) != VALUE_OK)
        return fail(EXIT_CREDENTIALS, "2026-11-21T12:00:00Z", "%s: \"%s\" is no time", name_of(names->expires), expires);
    options.expires_unix_s = (int64_t)unix_s;
    snprintf(from, sizeof from, "%s, %s", name_of(names->id), name_of(names->secret));
    return make(out, &options, from);
}

static enum exit_code from_alias(struct postage_credentials **out, const struct mc_host *alias)
{
    struct postage_credentials_options options = POSTAGE_CREDENTIALS_OPTIONS_INIT;

    if (alias->access_key == NULL)
        return EXIT_DONE;
    options.access_key_id = alias->access_key;
    options.secret_access_key = alias->secret_key;
    options.session_token = alias->token;
    return make(out, &options, alias->variable);
}

static enum exit_code fail_missing(const char *provider)
{
    char looked[512] = "";

    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        size_t used = strlen(looked);

        if (strcmp(sources[i].provider, provider) != 0)
            continue;
        if (sources[i].secret == ENV_NONE)
            snprintf(looked + used, sizeof looked - used, ", %s", name_of(sources[i].id));
        else
            snprintf(looked + used, sizeof looked - used, "%s%s with %s", used > 0 ? ", " : "", name_of(sources[i].id),
                     name_of(sources[i].secret));
    }
    return fail(EXIT_CREDENTIALS, "set one of these pairs, or give --credentials FILE", "no credentials for %s: looked for %s",
                provider, looked);
}

enum exit_code credentials_find(struct postage_credentials **out, const struct arguments *args, const char *provider,
                                const struct mc_host *alias, bool alias_gave_endpoint)
{
    enum exit_code code = EXIT_DONE;

    *out = NULL;
    if (args->credentials_file != NULL)
        return credential_file_load(out, args->credentials_file);
    if (alias_gave_endpoint) /* the variable that named the server holds the keys for it */
        code = from_alias(out, alias);
    for (size_t i = 0; i < sizeof sources / sizeof sources[0] && *out == NULL && code == EXIT_DONE; i++) {
        if (strcmp(sources[i].provider, provider) == 0)
            code = sources[i].id != ENV_MC_HOST ? from_variables(out, &sources[i]) : from_alias(out, alias);
    }
    if (code != EXIT_DONE || *out != NULL)
        return code;
    return fail_missing(provider);
}

void credentials_forget_variables(void)
{
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        environment_forget(sources[i].secret);
        environment_forget(sources[i].token);
    }
    mc_host_forget();
}
