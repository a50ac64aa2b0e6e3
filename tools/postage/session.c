#include "session.h"

#include "credential_search.h"
#include "environment.h"
#include "message.h"
#include "provider_text.h"
#include "settings.h"
#include "url_safety.h"

#include <string.h>

/* The provider's name is the URI's scheme. */
static const struct postage_provider *provider_of(const char *uri)
{
    char name[16];
    const char *end = strstr(uri, "://");

    if (end == NULL || (size_t)(end - uri) >= sizeof name)
        return NULL;
    memcpy(name, uri, (size_t)(end - uri));
    name[end - uri] = '\0';
    return postage_provider_find(name);
}

/* Keys written into an address would end up in messages: refused without quoting them. */
static enum exit_code check_userinfo(const char *what, const char *url)
{
    if (url == NULL || !url_has_userinfo(url))
        return EXIT_DONE;
    return fail(EXIT_USAGE, "keys come from the environment or from --credentials FILE", "%s: keys do not belong in an address",
                what);
}

static enum exit_code read_switch(const char *variable, bool *value)
{
    if (environment_switch(variable, value))
        return EXIT_DONE;
    return fail(EXIT_USAGE, "true or false", "%s: \"%s\" is neither true nor false", variable, environment_get(variable));
}

/* Whether an alias need not be asked for keys; one for another server may then be as broken as it likes. */
static bool keys_are_given(const struct postage_provider *provider, const struct arguments *args)
{
    struct setting_place id;

    if (args->credentials_file != NULL)
        return true;
    for (size_t i = 0; setting_place_at(&id, provider, POSTAGE_SETTING_ACCESS_KEY_ID, i); i++) {
        if (id.is_alias)
            return false;
        if (environment_get(id.name) != NULL ||
            environment_get(postage_provider_environment(provider, POSTAGE_SETTING_SECRET_ACCESS_KEY, i)) != NULL)
            return true;
    }
    return true;
}

static enum exit_code endpoint_of_alias(struct session *session, const char *prefix, const char **endpoint, const char **from)
{
    enum exit_code code = alias_choose(&session->alias, prefix, NULL);

    if (code != EXIT_DONE || session->alias.variable == NULL)
        return code;
    *endpoint = session->alias.endpoint;
    *from = session->alias.variable;
    session->alias_gave_endpoint = true;
    return EXIT_DONE;
}

static enum exit_code find_endpoint(struct session *session, const struct postage_provider *provider, const char **endpoint,
                                    const char **from)
{
    enum exit_code code = EXIT_DONE;
    struct setting_place place;
    bool ignored;

    for (size_t i = 0; *endpoint == NULL && code == EXIT_DONE; i++) {
        if (!setting_place_at(&place, provider, POSTAGE_SETTING_ENDPOINT, i))
            break;
        code = read_switch(postage_provider_environment(provider, POSTAGE_SETTING_IGNORE_ENDPOINT, i), &ignored);
        if (code != EXIT_DONE || ignored)
            continue;
        *from = place.name;
        if (place.is_alias)
            code = endpoint_of_alias(session, place.name, endpoint, from);
        else
            *endpoint = environment_get(place.name);
    }
    return code;
}

/* What options leave open. */
static enum exit_code read_surroundings(struct session *session, const struct arguments *args,
                                        const struct postage_provider *provider, struct postage_target_options *options,
                                        const char **from)
{
    enum exit_code code = EXIT_DONE;

    if (options->region == NULL)
        options->region = setting_first(provider, POSTAGE_SETTING_REGION);
    if (options->endpoint == NULL)
        code = find_endpoint(session, provider, &options->endpoint, from);
    if (code == EXIT_DONE && options->endpoint != NULL && !session->alias_gave_endpoint && !keys_are_given(provider, args))
        code = alias_choose(&session->alias, setting_alias(provider), options->endpoint);
    if (code == EXIT_DONE)
        code = read_switch(postage_provider_environment(provider, POSTAGE_SETTING_DUALSTACK, 0), &options->dualstack);
    if (code == EXIT_DONE)
        code = read_switch(postage_provider_environment(provider, POSTAGE_SETTING_FIPS, 0), &options->fips);
    return code;
}

static enum exit_code fail_without_region(const struct postage_provider *provider)
{
    char looked[256];

    return fail(EXIT_USAGE, "give --region, or set one of these", "no region for %s: looked for %s",
                postage_provider_name(provider), setting_names(provider, POSTAGE_SETTING_REGION, looked, sizeof looked));
}

static enum exit_code fail_without_endpoint(const struct postage_provider *provider)
{
    char looked[256];

    return fail(EXIT_USAGE, "give --endpoint http[s]://host[:port], or set one of these", "no endpoint for %s: looked for %s",
                postage_provider_name(provider), setting_names(provider, POSTAGE_SETTING_ENDPOINT, looked, sizeof looked));
}

/* Whether the endpoint is at fault: with one that is surely good the target can be made. */
static bool endpoint_is_wrong(const char *uri, const struct postage_target_options *options)
{
    struct postage_target_options with_endpoint = *options;
    struct postage_target *target;
    bool possible;

    with_endpoint.endpoint = "http://localhost";
    possible = postage_target_new(&target, uri, &with_endpoint, NULL, NULL) == POSTAGE_OK;
    postage_target_free(target);
    return possible && options->endpoint != NULL;
}

static enum exit_code fail_target(const struct session *session, const char *uri, const struct postage_target_options *options,
                                  const char *from, const struct postage_error *err)
{
    if (session->alias_gave_endpoint)
        return fail(EXIT_USAGE, "give --endpoint to see which of the two is at fault",
                    "%s: its address does not suit this TARGET", from);
    return fail_error(endpoint_is_wrong(uri, options) ? from : NULL, err); /* who named it */
}

static enum exit_code make_target(struct session *session, const struct arguments *args, const char *uri,
                                  const struct postage_provider *provider)
{
    struct postage_target_options options = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    const char *from = "--endpoint";
    enum exit_code code;

    options.endpoint = args->endpoint;
    options.region = args->region;
    options.addressing = (enum postage_addressing)args->addressing.number;
    options.accelerate = args->accelerate;
    options.signature = args->signature;
    options.public_url = args->public_url;
    code = read_surroundings(session, args, provider, &options, &from);
    if (code == EXIT_DONE)
        code = check_userinfo(from, options.endpoint);
    if (code == EXIT_DONE)
        code = check_userinfo("--public-url", options.public_url);
    if (code == EXIT_DONE && options.endpoint == NULL && postage_provider_needs_endpoint(provider))
        code = fail_without_endpoint(provider);
    if (code == EXIT_DONE && options.region == NULL && postage_provider_default_region(provider) == NULL)
        code = fail_without_region(provider);
    if (code == EXIT_DONE && postage_target_new(&session->target, uri, &options, NULL, &err) != POSTAGE_OK)
        code = fail_target(session, uri, &options, from, &err);
    return code;
}

enum exit_code session_open(struct session *session, const struct arguments *args, const char *uri)
{
    const struct postage_provider *provider = provider_of(uri);
    struct postage_error err = POSTAGE_ERROR_INIT;
    char hint[PROVIDER_TEXT_BYTES];
    enum exit_code code;

    *session = (struct session){ 0 };
    code = check_userinfo("TARGET", uri);
    if (code != EXIT_DONE)
        return code;
    if (provider == NULL)
        return fail(EXIT_USAGE, provider_text(hint, "it is one of {targets}"),
                    "TARGET: \"%s\" does not begin with a provider's name", uri);
    code = make_target(session, args, uri, provider);
    if (code == EXIT_DONE)
        code = credential_search(&session->credentials, args, provider, &session->alias, session->alias_gave_endpoint);
    credential_search_wipe();
    alias_clear(&session->alias);
    if (code != EXIT_DONE)
        return code;
    if (postage_signer_new(&session->signer, session->credentials, NULL, &err) != POSTAGE_OK)
        return fail_error(NULL, &err);
    explain("%s in region %s", postage_target_url(session->target), postage_target_region(session->target));
    if (url_is_exposed(postage_target_url(session->target)))
        warn_plain_http(postage_target_url(session->target));
    return EXIT_DONE;
}

void session_close(struct session *session)
{
    postage_signer_free(session->signer);
    postage_credentials_free(session->credentials);
    postage_target_free(session->target);
    alias_clear(&session->alias);
}

const char *session_ca_file(const struct arguments *args)
{
    return args->ca_file != NULL ? args->ca_file : environment_get(ENVIRONMENT_CA_FILE);
}
