/* The providers one by one, for those who have to ask them all. */
#ifndef POSTAGE_FORM_PROVIDER_H
#define POSTAGE_FORM_PROVIDER_H

#include "postage/provider.h"

/* NULL: `index` is past the last. */
const struct postage_provider *provider_at(size_t index);

#endif
