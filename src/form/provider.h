/*
 * The providers one by one. Users get a row by its name or from a target: were the rows themselves exported, a program would
 * hold a copy of them (ELF's copy relocation), of the size that they had when it was linked.
 */
#ifndef POSTAGE_FORM_PROVIDER_H
#define POSTAGE_FORM_PROVIDER_H

#include "postage/provider.h"

extern const struct postage_provider postage_provider_s3;
extern const struct postage_provider postage_provider_minio;
extern const struct postage_provider postage_provider_oss;

/* NULL: `index` is past the last. */
const struct postage_provider *provider_at(size_t index);

#endif
