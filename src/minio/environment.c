/* Where MinIO's tools look for settings; people use AWS's variables with it as well, so those come last. */
#include "minio/minio.h"
#include "s3/s3.h"

const struct environment minio_environment = {
    .keys = { { "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "MINIO_SESSION_TOKEN", NULL, NULL },
              { "MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD", NULL, NULL, NULL },
              { .alias = "MC_HOST_" },
              S3_KEY_VARIABLES },
    .regions = { "MINIO_REGION", "MINIO_SITE_REGION" },
    .endpoints = { { "MINIO_ENDPOINT", NULL, NULL }, { .alias = "MC_HOST_" }, S3_ENDPOINT_VARIABLES },
};
