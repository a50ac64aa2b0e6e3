/* S3's presigned URLs. Rules: S3 API "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)". */
#include "s3/s3.h"

/* Capitals before small letters. */
static const struct presign_parameter parameters[] = {
    { "X-Amz-Algorithm", PRESIGN_ALGORITHM },
    { "X-Amz-Credential", PRESIGN_CREDENTIAL },
    { "X-Amz-Date", PRESIGN_DATE },
    { "X-Amz-Expires", PRESIGN_EXPIRES },
    { "X-Amz-Security-Token", PRESIGN_TOKEN },
    { "X-Amz-SignedHeaders", PRESIGN_SIGNED_HEADERS },
    { "response-content-disposition", PRESIGN_CONTENT_DISPOSITION },
    { "response-content-type", PRESIGN_CONTENT_TYPE },
    { "versionId", PRESIGN_VERSION_ID },
    { 0 },
};

const struct presign_scheme s3_presign = {
    .parameters = parameters,
    .signature_parameter = "X-Amz-Signature",
    .signs_address = true,
};
