/*
 * How OSS judges a form. OSS developer reference "PostObject" (conditions, fields, casing), "Signature version 4" (seven days,
 * what the policy has to name), the error pages named 0006-… (codes). It compares nothing that the policy does not name.
 */
#include "oss/oss.h"

#include <stddef.h>

static const char *const acls[] = { "default", "private", "public-read", "public-read-write", NULL };
static const char *const storage_classes[] = { "Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive", NULL };
static const char *const booleans[] = { "true", "false", NULL };
static const char *const statuses[] = { "200", "201", "204", NULL };

static const struct value_list values[] = {
    { "x-oss-object-acl", acls, NULL, "InvalidArgument" },
    { "x-oss-storage-class", storage_classes, NULL, "InvalidArgument" },
    { "x-oss-forbid-overwrite", booleans, NULL, "InvalidArgument" },
    { "success_action_status", statuses, "an empty 204", NULL },
    { NULL, NULL, NULL, NULL },
};

static const struct finding_answer answers[] = {
    { POSTAGE_FINDING_POLICY_MALFORMED, 400, "InvalidPolicyDocument" },
    { POSTAGE_FINDING_KEY_MISSING, 400, "InvalidArgument" },
    { POSTAGE_FINDING_PRE_FILE_TOO_LARGE, 400, "MaxPOSTPreDataLengthExceededError" },
    { POSTAGE_FINDING_FIELD_TOO_LONG, 400, "FieldItemTooLong" },
    { POSTAGE_FINDING_SIGNATURE_MISSING, 400, "InvalidArgument" },
    { POSTAGE_FINDING_SIGNATURE_MALFORMED, 403, "SignatureDoesNotMatch" },
    { POSTAGE_FINDING_DATE_DIFFERS, 403, "AccessDenied" },
    { POSTAGE_FINDING_SIGNATURE_TOO_OLD, 403, "AccessDenied" },
    { POSTAGE_FINDING_EXPIRED, 403, "AccessDenied" },
    { POSTAGE_FINDING_CONDITION_FAILED, 403, "AccessDenied" },
    { POSTAGE_FINDING_FIELD_MISSING, 403, "AccessDenied" },
    { POSTAGE_FINDING_FILENAME_EXACT, 403, "AccessDenied" },
    { POSTAGE_FINDING_SIGNATURE_UNCOVERED, 403, "AccessDenied" },
    { POSTAGE_FINDING_KEY_EMPTY, 400, "InvalidObjectName" },
    { POSTAGE_FINDING_KEY_TOO_LONG, 400, "InvalidObjectName" },
    { POSTAGE_FINDING_KEY_INVALID, 400, "InvalidObjectName" },
    { POSTAGE_FINDING_SIZE_TOO_SMALL, 400, "EntityTooSmall" },
    { POSTAGE_FINDING_SIZE_TOO_LARGE, 400, "EntityTooLarge" },
    { POSTAGE_FINDING_OBJECT_TOO_LARGE, 400, "EntityTooLarge" },
    { .http_status = 0 },
};

static const char *const own_domains[] = { ".aliyuncs.com", NULL };

const struct dialect oss_dialect = {
    .filename_separators = "/\\", /* not documented; only for the name that is shown, the rules see the key as written */
    .binds_signing_fields = true,
    .doubts_name_case = true,
    .repeated = REPEATED_UNKNOWN,
    .own_domains = own_domains,
    .key_first = "/\\",
    .values = values,
    .answers = answers,
};
