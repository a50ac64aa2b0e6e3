/* Where Alibaba Cloud's tools look for settings: ossutil 2 and the OSS SDKs first, then the variables of all its products. */
#include "oss/oss.h"

const struct environment oss_environment = {
    .keys = { { "OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN", NULL, NULL },
              { "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN", NULL,
                NULL } },
    .regions = { "OSS_REGION", "ALIBABA_CLOUD_REGION_ID" },
    .endpoints = { { "OSS_ENDPOINT", NULL, NULL } },
};
