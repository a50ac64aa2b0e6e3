/*
 * Which providers there are. The one file above the providers' folders: everybody else finds a row here, gets it from a target,
 * or from a form.
 */
#ifndef POSTAGE_REGISTRY_REGISTRY_H
#define POSTAGE_REGISTRY_REGISTRY_H

#include "base/slice.h"
#include "provider/provider.h"

/* As postage_provider_at. */
const struct postage_provider *registry_at(size_t index);

/* Whether any provider calls this field secret: a form may carry fields of a provider that it is not for. */
bool registry_is_secret(struct slice name);

#endif
