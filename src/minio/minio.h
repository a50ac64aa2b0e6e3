/* MinIO's own tables. */
#ifndef POSTAGE_MINIO_MINIO_H
#define POSTAGE_MINIO_MINIO_H

#include "form/provider.h"

extern const struct postage_dialect minio_dialect;

#endif
