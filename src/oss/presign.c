/* OSS's presigned URLs, V4. Rules: OSS developer reference "Include a V4 signature in a URL": the host is not signed. */
#include "oss/oss.h"

static const struct postage_presign_parameter parameters[] = {
    { "response-content-disposition", POSTAGE_PRESIGN_CONTENT_DISPOSITION },
    { "response-content-type", POSTAGE_PRESIGN_CONTENT_TYPE },
    { "versionId", POSTAGE_PRESIGN_VERSION_ID },
    { "x-oss-credential", POSTAGE_PRESIGN_CREDENTIAL },
    { "x-oss-date", POSTAGE_PRESIGN_DATE },
    { "x-oss-expires", POSTAGE_PRESIGN_EXPIRES },
    { "x-oss-security-token", POSTAGE_PRESIGN_TOKEN },
    { "x-oss-signature-version", POSTAGE_PRESIGN_ALGORITHM },
    { 0 },
};

const struct postage_presign_rules oss_presign = {
    .parameters = parameters,
    .signature_parameter = "x-oss-signature",
    .signs_address = false,
};
