/* OSS's presigned URLs, V4. Rules: OSS developer reference "Include a V4 signature in a URL": the host is not signed. */
#include "oss/oss.h"

static const struct presign_parameter parameters[] = {
    { "response-content-disposition", PRESIGN_CONTENT_DISPOSITION },
    { "response-content-type", PRESIGN_CONTENT_TYPE },
    { "versionId", PRESIGN_VERSION_ID },
    { "x-oss-credential", PRESIGN_CREDENTIAL },
    { "x-oss-date", PRESIGN_DATE },
    { "x-oss-expires", PRESIGN_EXPIRES },
    { "x-oss-security-token", PRESIGN_TOKEN },
    { "x-oss-signature-version", PRESIGN_ALGORITHM },
    { 0 },
};

const struct presign_scheme oss_presign = {
    .parameters = parameters,
    .signature_parameter = "x-oss-signature",
    .signs_address = false,
};
