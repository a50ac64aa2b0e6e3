/* Which digests OSS returns. */
#include "oss/oss.h"

/*
 * OSS "Data verification by CRC-64": an unsigned decimal number. The ETag of a form upload is not an MD5 (PostObject, "ETag");
 * the Content-MD5 header, where it comes, is one.
 */
const struct returned_digest oss_digests[] = {
    { .digest = POSTAGE_DIGEST_CRC64XZ, .encoding = DIGEST_DECIMAL, .header = "x-oss-hash-crc64ecma" },
    { .digest = POSTAGE_DIGEST_MD5, .encoding = DIGEST_BASE64, .header = "content-md5" },
    { .digest = POSTAGE_DIGEST_NONE },
};
