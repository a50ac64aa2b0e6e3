/* MinIO's own tables. */
#ifndef POSTAGE_MINIO_MINIO_H
#define POSTAGE_MINIO_MINIO_H

#include "postage/provider.h"

extern const struct postage_dialect minio_dialect;

#endif
