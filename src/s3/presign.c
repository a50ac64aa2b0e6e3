/* S3's presigned URLs. Rules: S3 API "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)". */
#include "s3/s3.h"

/* Capitals before small letters. */
static const struct postage_presign_parameter parameters[] = {
    { "X-Amz-Algorithm", POSTAGE_PRESIGN_ALGORITHM },
    { "X-Amz-Credential", POSTAGE_PRESIGN_CREDENTIAL },
    { "X-Amz-Date", POSTAGE_PRESIGN_DATE },
    { "X-Amz-Expires", POSTAGE_PRESIGN_EXPIRES },
    { "X-Amz-Security-Token", POSTAGE_PRESIGN_TOKEN },
    { "X-Amz-SignedHeaders", POSTAGE_PRESIGN_SIGNED_HEADERS },
    { "response-content-disposition", POSTAGE_PRESIGN_CONTENT_DISPOSITION },
    { "response-content-type", POSTAGE_PRESIGN_CONTENT_TYPE },
    { "versionId", POSTAGE_PRESIGN_VERSION_ID },
    { 0 },
};

const struct postage_presign_rules s3_presign = {
    .parameters = parameters,
    .signature_parameter = "X-Amz-Signature",
    .signs_address = true,
};
