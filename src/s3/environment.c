/* Where AWS's command line and SDKs look for settings: "AWS SDKs and Tools Reference Guide", "Environment variables". */
#include "s3/s3.h"

const struct environment s3_environment = {
    .keys = { S3_KEY_VARIABLES },
    .regions = { "AWS_REGION", "AWS_DEFAULT_REGION" },
    .endpoints = { S3_ENDPOINT_VARIABLES },
    .dualstack = "AWS_USE_DUALSTACK_ENDPOINT",
    .fips = "AWS_USE_FIPS_ENDPOINT",
};
