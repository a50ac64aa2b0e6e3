#include "variables.h"

#include "environment.h"
#include "settings.h"

#include <stdio.h>
#include <string.h>

static void add(struct variables *out, unsigned commands, bool common, const char *name, const char *help)
{
    struct variable *variable = &out->list[out->count];

    if (name == NULL || out->count == VARIABLES_MAX)
        return;
    snprintf(variable->name, sizeof variable->name, "%s", name);
    snprintf(variable->help, sizeof variable->help, "%s", help);
    variable->commands = commands;
    variable->common = common;
    out->count++;
}

/* At which place the provider looks for the setting in this variable; SIZE_MAX: it does not. */
static size_t place_of(const struct postage_provider *provider, enum postage_setting setting, const char *name)
{
    struct setting_place place;

    for (size_t i = 0; setting_place_at(&place, provider, setting, i); i++)
        if (strcmp(place.name, name) == 0)
            return i;
    return SIZE_MAX;
}

/* Whether the variable is another provider's, where it comes earlier. */
static bool is_borrowed(const struct postage_provider *provider, enum postage_setting setting, const char *name)
{
    const struct postage_provider *other;

    for (size_t i = 0; (other = postage_provider_at(i)) != NULL; i++)
        if (place_of(other, setting, name) < place_of(provider, setting, name))
            return true;
    return false;
}

/* "access key id; minio: after its own", "access key id, looked for second". */
static void describe(const struct postage_provider *provider, enum postage_setting setting, size_t place, const char *name,
                     const char *help, char text[VARIABLE_TEXT_BYTES])
{
    static const char *const places[] = { "", ", looked for second", ", looked for third", ", looked for later" };
    enum { PLACES = sizeof places / sizeof places[0] };
    const struct postage_provider *other;

    snprintf(text, VARIABLE_TEXT_BYTES, "%s%s", help, places[place < PLACES ? place : PLACES - 1]);
    for (size_t i = 0; place == 0 && (other = postage_provider_at(i)) != NULL; i++) {
        size_t used = strlen(text);

        if (other != provider && place_of(other, setting, name) != SIZE_MAX)
            snprintf(text + used, VARIABLE_TEXT_BYTES - used, "; %s: after its own", postage_provider_name(other));
    }
}

static void add_alias(struct variables *out, const char *prefix)
{
    char name[VARIABLE_TEXT_BYTES];

    snprintf(name, sizeof name, "%s<alias>", prefix);
    add(out, COMMANDS_SIGNING, true, name, "http[s]://KEY:SECRET[:TOKEN]@host");
}

static void add_source_of_keys(struct variables *out, const struct postage_provider *provider, size_t i,
                               const struct setting_place *id)
{
    char text[VARIABLE_TEXT_BYTES];

    if (is_borrowed(provider, POSTAGE_SETTING_ACCESS_KEY_ID, id->name))
        return;
    if (id->is_alias) {
        add_alias(out, id->name);
        return;
    }
    describe(provider, POSTAGE_SETTING_ACCESS_KEY_ID, i, id->name, "access key id", text);
    add(out, COMMANDS_SIGNING, i == 0, id->name, text);
    add(out, COMMANDS_SIGNING, i == 0, postage_provider_environment(provider, POSTAGE_SETTING_SECRET_ACCESS_KEY, i),
        "its secret");
    add(out, COMMANDS_SIGNING, i == 0, postage_provider_environment(provider, POSTAGE_SETTING_SESSION_TOKEN, i),
        "its session token, if there is one");
    add(out, COMMANDS_SIGNING, false, postage_provider_environment(provider, POSTAGE_SETTING_KEY_EXPIRY, i),
        "when the keys expire; forms end with them");
}

/* Of the variables that switch endpoints off each is listed once. */
static void add_endpoint(struct variables *out, const struct postage_provider *provider, size_t i,
                         const struct setting_place *endpoint)
{
    const char *ignored_by = postage_provider_environment(provider, POSTAGE_SETTING_IGNORE_ENDPOINT, i);
    const char *next = postage_provider_environment(provider, POSTAGE_SETTING_IGNORE_ENDPOINT, i + 1);
    char text[VARIABLE_TEXT_BYTES];

    if (endpoint->is_alias || is_borrowed(provider, POSTAGE_SETTING_ENDPOINT, endpoint->name))
        return; /* aliases stand among the keys */
    describe(provider, POSTAGE_SETTING_ENDPOINT, i, endpoint->name, "endpoint", text);
    add(out, COMMANDS_SIGNING, i == 0, endpoint->name, text);
    if (next == NULL || ignored_by == NULL || strcmp(ignored_by, next) != 0)
        add(out, COMMANDS_SIGNING, false, ignored_by, "true: endpoints above do not count");
}

static void add_settings(struct variables *out, const struct postage_provider *provider)
{
    struct setting_place place;

    for (size_t i = 0; setting_place_at(&place, provider, POSTAGE_SETTING_ACCESS_KEY_ID, i); i++)
        add_source_of_keys(out, provider, i, &place);
    for (size_t i = 0; setting_place_at(&place, provider, POSTAGE_SETTING_REGION, i); i++) {
        char text[VARIABLE_TEXT_BYTES];

        describe(provider, POSTAGE_SETTING_REGION, i, place.name, "signing region", text);
        add(out, COMMANDS_SIGNING, i == 0, place.name, text);
    }
    for (size_t i = 0; setting_place_at(&place, provider, POSTAGE_SETTING_ENDPOINT, i); i++)
        add_endpoint(out, provider, i, &place);
    add(out, COMMANDS_SIGNING, false, postage_provider_environment(provider, POSTAGE_SETTING_DUALSTACK, 0),
        "true: hosts with IPv4 and IPv6");
    add(out, COMMANDS_SIGNING, false, postage_provider_environment(provider, POSTAGE_SETTING_FIPS, 0), "true: FIPS hosts");
}

void variables_of(struct variables *out, const struct postage_provider *provider)
{
    out->count = 0;
    if (provider != NULL) {
        add_settings(out, provider);
        return;
    }
    add(out, COMMANDS_SENDING, false, ENVIRONMENT_CA_FILE, "PEM certificates to trust, as --ca-file");
    add(out, COMMANDS_SENDING, false, "http_proxy", "--environment-proxy: for http");
    add(out, COMMANDS_SENDING, false, "https_proxy", "--environment-proxy: for https");
    add(out, COMMANDS_SENDING, false, "all_proxy", "--environment-proxy: for both");
    add(out, COMMANDS_SENDING, false, "no_proxy", "--environment-proxy: hosts without");
    add(out, COMMANDS_ALL, false, "NO_COLOR", "not empty: no colours");
    add(out, COMMANDS_ALL, false, "TERM", "dumb: no colours, no progress");
    add(out, COMMAND_SANDBOX, false, "TMPDIR", "sandbox: where --dir is by default; /tmp");
}
