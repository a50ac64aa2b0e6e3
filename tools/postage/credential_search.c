#include "credential_search.h"

#include "credential_file.h"
#include "environment.h"
#include "message.h"
#include "quantity.h"
#include "settings.h"

#include <stdio.h>
#include <string.h>

static enum exit_code make_credentials(struct postage_credentials **out, const struct postage_credentials_options *options,
                                       const char *from)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    if (postage_credentials_new(out, options, NULL, &err) != POSTAGE_OK)
        return fail_error(from, &err);
    explain("keys from %s, access key id %s", from, postage_credentials_access_key_id(*out));
    return EXIT_DONE;
}

/* The variables of one source of keys. */
struct source {
    struct setting_place id; /* an alias holds the others as well */
    const char *secret;
    const char *token;   /* NULL: it has none */
    const char *expires; /* NULL: it has none */
};

/* @return false: there are no more. */
static bool source_at(struct source *out, const struct postage_provider *provider, size_t index)
{
    out->secret = postage_provider_environment(provider, POSTAGE_SETTING_SECRET_ACCESS_KEY, index);
    out->token = postage_provider_environment(provider, POSTAGE_SETTING_SESSION_TOKEN, index);
    out->expires = postage_provider_environment(provider, POSTAGE_SETTING_KEY_EXPIRY, index);
    return setting_place_at(&out->id, provider, POSTAGE_SETTING_ACCESS_KEY_ID, index);
}

/* Leaves `*out` NULL when the source is not configured. */
static enum exit_code from_variables(struct postage_credentials **out, const struct source *names)
{
    struct postage_credentials_options options = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    const char *expires = environment_get(names->expires);
    uint64_t unix_s = 0;
    char from[80];

    options.access_key_id = environment_get(names->id.name);
    options.secret_access_key = environment_get(names->secret);
    options.session_token = environment_get(names->token);
    if (options.access_key_id == NULL && options.secret_access_key == NULL)
        return EXIT_DONE;
    if (options.secret_access_key == NULL || options.access_key_id == NULL)
        return fail(EXIT_CREDENTIALS, "an empty variable counts as unset", "%s is set, but %s is not",
                    options.access_key_id != NULL ? names->id.name : names->secret,
                    options.access_key_id != NULL ? names->secret : names->id.name);
    if (expires != NULL && quantity_to_time(expires, &unix_s) != QUANTITY_OK)
        return fail(EXIT_CREDENTIALS, "2026-11-21T12:00:00Z", "%s: \"%s\" is not a time", names->expires, expires);
    options.expires_unix_s = (int64_t)unix_s;
    snprintf(from, sizeof from, "%s, %s", names->id.name, names->secret);
    return make_credentials(out, &options, from);
}

static enum exit_code from_alias(struct postage_credentials **out, const struct alias *alias)
{
    struct postage_credentials_options options = POSTAGE_CREDENTIALS_OPTIONS_INIT;

    if (alias->access_key == NULL) /* also when no variable was chosen */
        return EXIT_DONE;
    options.access_key_id = alias->access_key;
    options.secret_access_key = alias->secret_key;
    options.session_token = alias->token;
    return make_credentials(out, &options, alias->variable);
}

static enum exit_code fail_missing(const struct postage_provider *provider)
{
    char looked[512] = "";
    struct source source;
    size_t used = 0;

    for (size_t i = 0; source_at(&source, provider, i) && used < sizeof looked; i++)
        used += (size_t)snprintf(looked + used, sizeof looked - used, "%s%s%s%s", i > 0 ? ", " : "", source.id.name,
                                 source.id.is_alias ? "<alias>" : " with ", source.id.is_alias ? "" : source.secret);
    if (used == 0)
        return fail(EXIT_CREDENTIALS, NULL, "no credentials for %s: give --credentials FILE", postage_provider_name(provider));
    return fail(EXIT_CREDENTIALS, "set one of these pairs, or give --credentials FILE", "no credentials for %s: looked for %s",
                postage_provider_name(provider), looked);
}

enum exit_code credential_search(struct postage_credentials **out, const struct arguments *args,
                                 const struct postage_provider *provider, const struct alias *alias, bool alias_gave_endpoint)
{
    enum exit_code code = EXIT_DONE;
    struct source source;

    *out = NULL;
    if (args->credentials_file != NULL)
        return credential_file_load(out, args->credentials_file);
    if (alias_gave_endpoint) /* the variable that named the server holds the keys for it */
        code = from_alias(out, alias);
    for (size_t i = 0; *out == NULL && code == EXIT_DONE && source_at(&source, provider, i); i++)
        code = source.id.is_alias ? from_alias(out, alias) : from_variables(out, &source);
    if (code != EXIT_DONE || *out != NULL)
        return code;
    return fail_missing(provider);
}

void credential_search_wipe(void)
{
    const struct postage_provider *provider;
    struct source source;

    for (size_t i = 0; (provider = postage_provider_at(i)) != NULL; i++)
        for (size_t n = 0; source_at(&source, provider, n); n++) {
            environment_wipe(source.secret);
            environment_wipe(source.token);
            if (source.id.is_alias)
                alias_wipe(source.id.name);
        }
}
