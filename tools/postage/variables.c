#include "variables.h"

#include "vendor.h"

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

/* "access key id", "access key id, looked for second"; with the providers that borrow the first. */
static void add_ranked(struct variables *out, const struct vendor *vendor, size_t rank, const char *name, const char *help)
{
    static const char *const ranks[] = { "first", "second", "third", "fourth" };
    const struct postage_provider *provider;
    char text[VARIABLE_TEXT_BYTES];

    if (rank > 0 && rank < sizeof ranks / sizeof ranks[0])
        snprintf(text, sizeof text, "%s, looked for %s", help, ranks[rank]);
    else
        snprintf(text, sizeof text, "%s", help);
    for (size_t i = 0; rank == 0 && (provider = postage_provider_at(i)) != NULL; i++) {
        const char *borrows = vendor_find(postage_provider_name(provider))->borrows;
        size_t used = strlen(text);

        if (borrows != NULL && strcmp(borrows, vendor->provider) == 0)
            snprintf(text + used, sizeof text - used, "; %s: after its own", postage_provider_name(provider));
    }
    add(out, COMMANDS_SIGNING, rank == 0, name, text);
}

static void add_keys(struct variables *out, const struct vendor *vendor)
{
    for (size_t i = 0; vendor->keys[i].id != NULL; i++) {
        const struct vendor_keys *keys = &vendor->keys[i];

        add_ranked(out, vendor, i, keys->id, "access key id");
        add(out, COMMANDS_SIGNING, i == 0, keys->secret, "its secret");
        add(out, COMMANDS_SIGNING, i == 0, keys->token, "its session token, if there is one");
        add(out, COMMANDS_SIGNING, false, keys->expires, "when the keys expire; forms end with them");
    }
}

static void add_alias(struct variables *out, const struct vendor *vendor)
{
    char name[VARIABLE_TEXT_BYTES];

    if (vendor->alias_prefix == NULL)
        return;
    snprintf(name, sizeof name, "%s<alias>", vendor->alias_prefix);
    add(out, COMMANDS_SIGNING, true, name, "http[s]://KEY:SECRET[:TOKEN]@host");
}

static void add_places(struct variables *out, const struct vendor *vendor)
{
    for (size_t i = 0; vendor->regions[i] != NULL; i++)
        add(out, COMMANDS_SIGNING, i == 0, vendor->regions[i], i == 0 ? "signing region" : "the same, looked for second");
    for (size_t i = 0; vendor->endpoints[i] != NULL; i++)
        add_ranked(out, vendor, i, vendor->endpoints[i], "endpoint");
    add(out, COMMANDS_SIGNING, false, vendor->ignore_endpoints, "true: the endpoints above do not count");
    add(out, COMMANDS_SIGNING, false, vendor->dualstack, "true: hosts with IPv4 and IPv6");
    add(out, COMMANDS_SIGNING, false, vendor->fips, "true: FIPS hosts");
}

void variables_of(struct variables *out, const struct postage_provider *provider)
{
    const struct vendor *vendor = vendor_find(provider != NULL ? postage_provider_name(provider) : NULL);

    out->count = 0;
    if (provider != NULL) {
        add_keys(out, vendor);
        add_alias(out, vendor);
        add_places(out, vendor);
        return;
    }
    add(out, COMMANDS_SENDING, false, vendor_ca_file(), "PEM certificates to trust, as --ca-file");
    add(out, COMMANDS_ALL, false, "NO_COLOR", "not empty: no colours");
    add(out, COMMANDS_ALL, false, "TERM", "dumb: no colours, no progress");
    add(out, COMMAND_SANDBOX, false, "TMPDIR", "sandbox: where --dir is by default; /tmp");
}
