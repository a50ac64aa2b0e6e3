/*
 * Which fields of a form nobody may see: not in an error, a result, a log or a finding. Derived from the row, so that a
 * provider whose row signs has its secrets hidden without saying so again.
 */
#ifndef POSTAGE_PROVIDER_SECRET_FIELD_H
#define POSTAGE_PROVIDER_SECRET_FIELD_H

#include "base/slice.h"
#include "provider/provider.h"

/* The policy, what any scheme of the row, older ones included, calls signature or token, and the row's own list. */
bool secret_field_is(const struct postage_provider *provider, struct slice name);

/*
 * A refusal's text. One that names a token or another field of the row's list quotes a failed condition on it whole, with the
 * value that the policy has; a sentence without a value takes its place. "no message" stands for an empty one.
 */
const char *secret_field_safe_message(const struct postage_provider *provider, const char *message);

#endif
