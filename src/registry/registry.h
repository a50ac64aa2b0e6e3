/*
 * Which providers there are. The one file above the providers' folders: everybody else finds a row here, gets it from a target,
 * or from a form.
 */
#ifndef POSTAGE_REGISTRY_REGISTRY_H
#define POSTAGE_REGISTRY_REGISTRY_H

#include "provider/provider.h"

/* As postage_provider_at. */
const struct postage_provider *registry_at(size_t index);

#endif
