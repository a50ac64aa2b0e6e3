/*
 * Where keys come from: --credentials FILE, else the environment. Never from flags.
 *
 * Half a pair (a key id without its secret) is an error and not passed over: the caller meant something. If there are no keys,
 * the error lists every variable that was looked for.
 */
#ifndef POSTAGE_TOOL_CREDENTIAL_SEARCH_H
#define POSTAGE_TOOL_CREDENTIAL_SEARCH_H

#include "alias.h"
#include "arguments.h"
#include "postage/credentials.h"
#include "postage/provider.h"

/* `alias`: the variable that goes with the endpoint; its `variable` may be NULL. `alias_gave_endpoint`: it comes first. */
enum exit_code credential_search(struct postage_credentials **out, const struct arguments *args,
                                 const struct postage_provider *provider, const struct alias *alias, bool alias_gave_endpoint);

/* Overwrites every secret and token in the environment, used or not. Nothing looks for them a second time. */
void credential_search_wipe(void);

#endif
