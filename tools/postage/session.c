#include "session.h"

#include "credential_search.h"
#include "environment.h"
#include "message.h"
#include "provider_text.h"
#include "url_safety.h"
#include "vendor.h"

#include <stdio.h>
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
    return fail(EXIT_USAGE, "keys come from the environment or from --credentials FILE",
                "%s: holds keys, which do not belong in an address", what);
}

static enum exit_code read_switch(const char *variable, bool *value)
{
    if (environment_switch(variable, value))
        return EXIT_DONE;
    return fail(EXIT_USAGE, "true or false", "%s: \"%s\" is neither true nor false", variable, environment_get(variable));
}

/* What the vendor's variables say, unless they are switched off. */
static enum exit_code read_endpoint(const struct vendor *vendor, const char **endpoint, const char **from)
{
    bool ignore;
    enum exit_code code = read_switch(vendor->ignore_endpoints, &ignore);

    if (code == EXIT_DONE && !ignore)
        *endpoint = environment_first(vendor->endpoints, from);
    return code;
}

/* Whether an alias need not be asked for keys; one for another server may then be as broken as it likes. */
static bool keys_are_given(const struct vendor *vendor, const struct arguments *args)
{
    if (args->credentials_file != NULL)
        return true;
    for (const struct vendor_keys *keys = vendor->keys; keys->id != NULL; keys++)
        if (environment_get(keys->id) != NULL || environment_get(keys->secret) != NULL)
            return true;
    return false;
}

static enum exit_code read_alias(struct session *session, const struct arguments *args, const struct vendor *vendor,
                                 struct postage_target_options *options, const char **from)
{
    enum exit_code code;

    if (vendor->alias_prefix == NULL || (options->endpoint != NULL && keys_are_given(vendor, args)))
        return EXIT_DONE;
    code = alias_choose(&session->alias, vendor->alias_prefix, options->endpoint);
    if (code != EXIT_DONE || options->endpoint != NULL || session->alias.variable == NULL)
        return code;
    options->endpoint = session->alias.endpoint;
    *from = session->alias.variable;
    session->alias_gave_endpoint = true;
    return EXIT_DONE;
}

/* Each fills in what those before it left open. */
static enum exit_code read_surroundings(struct session *session, const struct arguments *args, const struct vendor *vendor,
                                        struct postage_target_options *options, const char **from)
{
    enum exit_code code = EXIT_DONE;

    if (options->region == NULL)
        options->region = environment_first(vendor->regions, NULL);
    if (options->endpoint == NULL)
        code = read_endpoint(vendor, &options->endpoint, from);
    if (code == EXIT_DONE)
        code = read_alias(session, args, vendor, options, from);
    if (code == EXIT_DONE && options->endpoint == NULL)
        code = read_endpoint(vendor_find(vendor->borrows), &options->endpoint, from);
    if (code == EXIT_DONE)
        code = read_switch(vendor->dualstack, &options->dualstack);
    if (code == EXIT_DONE)
        code = read_switch(vendor->fips, &options->fips);
    return code;
}

static bool is_possible(const char *uri, const struct postage_target_options *options)
{
    struct postage_target *target;
    bool possible = postage_target_new(&target, uri, options, NULL, NULL) == POSTAGE_OK;

    postage_target_free(target);
    return possible;
}

static void list_names(char *out, size_t cap, const char *const *names)
{
    for (; *names != NULL; names++) {
        size_t used = strlen(out);

        snprintf(out + used, cap - used, "%s%s", used > 0 ? ", " : "", *names);
    }
}

static enum exit_code fail_without_region(const struct vendor *vendor, const char *provider)
{
    char looked[256] = "";

    list_names(looked, sizeof looked, vendor->regions);
    if (looked[0] == '\0')
        return fail(EXIT_USAGE, NULL, "no region for %s: give --region", provider);
    return fail(EXIT_USAGE, "give --region, or set one of these", "no region for %s: looked for %s", provider, looked);
}

static enum exit_code fail_without_endpoint(const struct vendor *vendor, const char *provider)
{
    char looked[256] = "";
    size_t used;

    list_names(looked, sizeof looked, vendor->endpoints);
    used = strlen(looked);
    if (vendor->alias_prefix != NULL)
        snprintf(looked + used, sizeof looked - used, "%s%s<alias>", used > 0 ? ", " : "", vendor->alias_prefix);
    list_names(looked, sizeof looked, vendor_find(vendor->borrows)->endpoints);
    if (looked[0] == '\0')
        return fail(EXIT_USAGE, NULL, "no endpoint for %s: give --endpoint http[s]://host[:port]", provider);
    return fail(EXIT_USAGE, "give --endpoint http[s]://host[:port], or set one of these", "no endpoint for %s: looked for %s",
                provider, looked);
}

/* Which part of a target is at fault is found by putting one there that is surely good. */
static enum exit_code fail_target(const struct session *session, const char *uri, const struct vendor *vendor,
                                  const struct postage_target_options *options, const char *from,
                                  const struct postage_error *err)
{
    struct postage_target_options with_region = *options, with_endpoint = *options;
    const char *provider = postage_provider_name(provider_of(uri));

    with_region.region = "region";
    with_endpoint.endpoint = "http://localhost";
    if (session->alias_gave_endpoint)
        return fail(EXIT_USAGE, "give --endpoint to see which of the two is at fault",
                    "%s: its address does not suit this TARGET", from);
    if (options->region == NULL && is_possible(uri, &with_region))
        return fail_without_region(vendor, provider);
    if (!is_possible(uri, &with_endpoint))
        return fail_error(NULL, err);
    if (options->endpoint == NULL)
        return fail_without_endpoint(vendor, provider);
    return fail_error(from, err);
}

static enum exit_code make_target(struct session *session, const struct arguments *args, const char *uri,
                                  const struct vendor *vendor)
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
    code = read_surroundings(session, args, vendor, &options, &from);
    if (code == EXIT_DONE)
        code = check_userinfo(from, options.endpoint);
    if (code == EXIT_DONE)
        code = check_userinfo("--public-url", options.public_url);
    if (code == EXIT_DONE && postage_target_new(&session->target, uri, &options, NULL, &err) != POSTAGE_OK)
        code = fail_target(session, uri, vendor, &options, from, &err);
    return code;
}

enum exit_code session_open(struct session *session, const struct arguments *args, const char *uri)
{
    const struct postage_provider *provider = provider_of(uri);
    struct postage_error err = POSTAGE_ERROR_INIT;
    char hint[PROVIDER_TEXT_BYTES];
    const struct vendor *vendor;
    enum exit_code code;

    *session = (struct session){ 0 };
    code = check_userinfo("TARGET", uri);
    if (code != EXIT_DONE)
        return code;
    if (provider == NULL)
        return fail(EXIT_USAGE, provider_text(hint, "it is one of {targets}"),
                    "TARGET: \"%s\" does not begin with a provider's name", uri);
    vendor = vendor_find(postage_provider_name(provider));
    code = make_target(session, args, uri, vendor);
    if (code == EXIT_DONE)
        code = credential_search(&session->credentials, args, vendor, &session->alias, session->alias_gave_endpoint);
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
    return args->ca_file != NULL ? args->ca_file : environment_get(vendor_ca_file());
}
