/*
 * How S3 judges a form. S3 user guide "Creating a POST policy" (expansion, matching, coverage) and API reference "POST Object";
 * codes and what the pages leave open from recorded answers: unusable redirects act as absent, unknown storage classes are 400.
 */
#include "s3/endpoint.h"
#include "s3/s3.h"

#include <stddef.h>

static const char *const acls[] = { "private",
                                    "public-read",
                                    "public-read-write",
                                    "aws-exec-read",
                                    "authenticated-read",
                                    "bucket-owner-read",
                                    "bucket-owner-full-control",
                                    NULL };

static const char *const storage_classes[] = {
    "STANDARD",     "REDUCED_REDUNDANCY", "STANDARD_IA",     "ONEZONE_IA", "GLACIER",     "INTELLIGENT_TIERING", "GLACIER_IR",
    "DEEP_ARCHIVE", "OUTPOSTS",           "EXPRESS_ONEZONE", "SNOW",       "FSX_OPENZFS", "FSX_ONTAP",           NULL
};

const char *const s3_success_statuses[] = { "200", "201", "204", NULL };

static const struct value_list values[] = {
    { "acl", acls, NULL, "InvalidArgument" },
    { "x-amz-storage-class", storage_classes, NULL, "InvalidStorageClass" },
    { "success_action_status", s3_success_statuses, "an empty 204", NULL },
    { NULL, NULL, NULL, NULL },
};

static const struct finding_answer answers[] = {
    S3_ANSWERS,
    { POSTAGE_FINDING_POLICY_MALFORMED, 400, "InvalidPolicyDocument" },
    { POSTAGE_FINDING_KEY_MISSING, 400, "InvalidArgument" },
    { POSTAGE_FINDING_PRE_FILE_TOO_LARGE, 400, "MaxPostPreDataLengthExceeded" },
    { POSTAGE_FINDING_SIGNATURE_MISSING, 400, "InvalidArgument" },
    { POSTAGE_FINDING_DATE_DIFFERS, 400, "InvalidArgument" },
    { POSTAGE_FINDING_SIGNATURE_TOO_OLD, 403, "AccessDenied" },
    { POSTAGE_FINDING_KEY_EMPTY, 400, "InvalidArgument" },
    { POSTAGE_FINDING_KEY_TOO_LONG, 400, "KeyTooLongError" },
    { POSTAGE_FINDING_METADATA_TOO_LARGE, 400, "MetadataTooLarge" },
    { .http_status = 0 },
};

/* Multi-region, outpost and object-lambda hosts begin with an alias, and their policies name an ARN. */
static const char *const alias_hosts[] = { "accesspoint", "s3-outposts", "s3-object-lambda", NULL };

const struct dialect s3_dialect = {
    .judges_expanded = true,
    .filename_separators = "/\\",
    .splits_type_list = true,
    .requires_bucket_condition = true,
    .reads_bucket_field = true,
    .ignores_relative_redirect = true,
    .repeated = REPEATED_JOINED,
    .own_domains = s3_domains,
    .alias_hosts = alias_hosts,
    .alias_start = "arn:",
    .key_discouraged = "\\{}^%`[]\"<>~#|", /* "Object key naming guidelines": characters to avoid */
    .values = values,
    .answers = answers,
};
