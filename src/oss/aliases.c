/*
 * What OSS's samples for application servers call the fields, in all their languages: "Add signatures on the server and upload
 * data from the client", V1 and V4.
 */
#include "oss/oss.h"

#include <stddef.h>

#define V4 "x_oss_credential" /* beside it, short names mean V4's fields */

const struct name_alias oss_aliases[] = {
    { "accessid", "OSSAccessKeyId", NULL },
    { "accessKeyId", "OSSAccessKeyId", NULL },
    { "x_oss_signature_version", "x-oss-signature-version", NULL },
    { "version", "x-oss-signature-version", V4 },
    { "x_oss_credential", "x-oss-credential", NULL },
    { "x_oss_date", "x-oss-date", NULL },
    { "x_oss_signature", "x-oss-signature", NULL },
    { "signature", "x-oss-signature", V4 },
    { "security_token", "x-oss-security-token", NULL },
    { "securityToken", "x-oss-security-token", NULL },
    { "x_oss_security_token", "x-oss-security-token", NULL },
    { "expire", NULL, NULL },
    { "dir", NULL, NULL },
    { 0 },
};
