/* MinIO's own tables. */
#ifndef POSTAGE_MINIO_MINIO_H
#define POSTAGE_MINIO_MINIO_H

#include "provider/provider.h"

extern const struct postage_provider postage_provider_minio;
extern const struct dialect minio_dialect;
extern const struct environment minio_environment;

#endif
