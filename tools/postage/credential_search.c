#include "credential_search.h"

#include "credential_file.h"
#include "environment.h"
#include "message.h"
#include "quantity.h"

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

/* Leaves `*out` NULL when the source is not configured. */
static enum exit_code from_variables(struct postage_credentials **out, const struct vendor_keys *names)
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
                    options.access_key_id != NULL ? names->id : names->secret,
                    options.access_key_id != NULL ? names->secret : names->id);
    if (expires != NULL && quantity_to_time(expires, &unix_s) != QUANTITY_OK)
        return fail(EXIT_CREDENTIALS, "2026-11-21T12:00:00Z", "%s: \"%s\" is not a time", names->expires, expires);
    options.expires_unix_s = (int64_t)unix_s;
    snprintf(from, sizeof from, "%s, %s", names->id, names->secret);
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

/* Leaves `*out` NULL when none is set. */
static enum exit_code from_list(struct postage_credentials **out, const struct vendor_keys *keys)
{
    enum exit_code code = EXIT_DONE;

    for (; keys->id != NULL && *out == NULL && code == EXIT_DONE; keys++)
        code = from_variables(out, keys);
    return code;
}

static void list_keys(char *out, size_t cap, const struct vendor_keys *keys)
{
    for (; keys->id != NULL; keys++) {
        size_t used = strlen(out);

        snprintf(out + used, cap - used, "%s%s with %s", used > 0 ? ", " : "", keys->id, keys->secret);
    }
}

static enum exit_code fail_missing(const struct vendor *vendor)
{
    char looked[512] = "";

    list_keys(looked, sizeof looked, vendor->keys);
    if (vendor->alias_prefix != NULL) {
        size_t used = strlen(looked);

        snprintf(looked + used, sizeof looked - used, "%s%s<alias>", used > 0 ? ", " : "", vendor->alias_prefix);
    }
    list_keys(looked, sizeof looked, vendor_find(vendor->borrows)->keys);
    if (looked[0] == '\0')
        return fail(EXIT_CREDENTIALS, NULL, "no credentials: give --credentials FILE");
    return fail(EXIT_CREDENTIALS, "set one of these pairs, or give --credentials FILE", "no credentials for %s: looked for %s",
                vendor->provider, looked);
}

enum exit_code credential_search(struct postage_credentials **out, const struct arguments *args, const struct vendor *vendor,
                                 const struct alias *alias, bool alias_gave_endpoint)
{
    enum exit_code code = EXIT_DONE;

    *out = NULL;
    if (args->credentials_file != NULL)
        return credential_file_load(out, args->credentials_file);
    if (alias_gave_endpoint) /* the variable that named the server holds the keys for it */
        code = from_alias(out, alias);
    if (code == EXIT_DONE && *out == NULL)
        code = from_list(out, vendor->keys);
    if (code == EXIT_DONE && *out == NULL)
        code = from_alias(out, alias);
    if (code == EXIT_DONE && *out == NULL)
        code = from_list(out, vendor_find(vendor->borrows)->keys);
    if (code != EXIT_DONE || *out != NULL)
        return code;
    return fail_missing(vendor);
}

void credential_search_wipe(void)
{
    const struct postage_provider *provider;

    for (size_t i = 0; (provider = postage_provider_at(i)) != NULL; i++) {
        const struct vendor *vendor = vendor_find(postage_provider_name(provider));

        for (const struct vendor_keys *keys = vendor->keys; keys->id != NULL; keys++) {
            environment_wipe(keys->secret);
            environment_wipe(keys->token);
        }
        if (vendor->alias_prefix != NULL)
            alias_wipe(vendor->alias_prefix);
    }
}
