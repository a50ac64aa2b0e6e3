/*
 * Where keys come from: --credentials FILE, else the environment. Never from flags.
 *
 * What is found half (a key id without its secret) is an error and not passed over: the caller meant something. What is missing
 * is an error that lists every variable that was looked for.
 */
#ifndef POSTAGE_TOOL_CREDENTIALS_H
#define POSTAGE_TOOL_CREDENTIALS_H

#include "arguments.h"
#include "mc_host.h"
#include "postage/credentials.h"

/* `alias`: the MC_HOST variable that goes with the endpoint; its `variable` may be NULL. */
enum exit_code credentials_find(struct postage_credentials **out, const struct arguments *args, const char *provider,
                                const struct mc_host *alias, bool alias_gave_endpoint);

/* Overwrites every secret and token in the environment, used or not. Nothing looks for them a second time. */
void credentials_forget_variables(void);

#endif
