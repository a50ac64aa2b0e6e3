/*
 * What a provider's own tools read from the environment, and so this one as well: the one table of the tool that knows
 * providers apart. A provider without a row takes its keys from --credentials FILE and everything else from options.
 */
#ifndef POSTAGE_TOOL_VENDOR_H
#define POSTAGE_TOOL_VENDOR_H

#include "postage/provider.h"

/* The variables of one pair of keys. */
struct vendor_keys {
    const char *id; /* NULL ends a list */
    const char *secret;
    const char *token;   /* NULL: there is none */
    const char *expires; /* NULL: there is none */
};

/* Lists are in the order in which they are looked at; none is NULL. */
struct vendor {
    const char *provider; /* its name */
    const struct vendor_keys *keys;
    const char *const *regions;   /* NULL-terminated */
    const char *const *endpoints; /* NULL-terminated */
    const char *alias_prefix;     /* variables that hold endpoint and keys together, see alias.h; NULL: there are none */
    const char *borrows;          /* the provider whose keys and endpoints come after its own; NULL: none */
    const char *ignore_endpoints; /* a switch: `endpoints` do not count; NULL: there is none, as for the next three */
    const char *dualstack;        /* a switch: hosts with IPv4 and IPv6 */
    const char *fips;             /* a switch: FIPS hosts */
    const char *ca_file;          /* PEM certificates to trust, whatever the provider */
    const char *large_objects;    /* the tool for objects that no form can carry; NULL: none is known */
};

/* The provider's row; one without variables if it has none. Never NULL. `provider` is a name, or NULL. */
const struct vendor *vendor_find(const char *provider);

/* The variable that names certificates to trust; NULL: no vendor has one. */
const char *vendor_ca_file(void);

#endif
