/* Which digests S3 returns, and when they are of the object. */
#include <string.h>

#include "provider/refusal.h"
#include "s3/s3.h"

/* The header of a reply, or the field of the form that asked for it. */
static const char *stated(const struct provider_reply *reply, const char *name)
{
    const char *header = reply_header(reply, name);

    return header[0] != '\0' ? header : reply_sent(reply, name);
}

/* S3 API, "Checking object integrity": the value of a COMPOSITE checksum is of parts, not of the object. */
bool s3_checksum_counts(const struct provider_reply *reply)
{
    const char *type = reply_header(reply, "x-amz-checksum-type");

    return type[0] == '\0' || strcmp(type, "FULL_OBJECT") == 0;
}

/* S3 API, "ETag": the MD5 of the object for one-request uploads in plain or under SSE-S3, and of nothing under KMS or SSE-C. */
bool s3_etag_counts(const struct provider_reply *reply)
{
    const char *encryption = stated(reply, "x-amz-server-side-encryption");

    return stated(reply, "x-amz-server-side-encryption-customer-algorithm")[0] == '\0' &&
           (encryption[0] == '\0' || strcmp(encryption, "AES256") == 0);
}

/* S3 computes the CRC-64/NVME of what comes without a checksum, since December 2024 ("Checking object integrity"). */
const struct returned_digest s3_digests[] = {
    { .digest = POSTAGE_DIGEST_CRC32C,
      .encoding = DIGEST_BASE64,
      .header = "x-amz-checksum-crc32c",
      .field = "x-amz-checksum-crc32c",
      .counts = s3_checksum_counts },
    { .digest = POSTAGE_DIGEST_CRC64NVME,
      .encoding = DIGEST_BASE64,
      .header = "x-amz-checksum-crc64nvme",
      .own_hosts_only = true,
      .unless_any = "x-amz-checksum-",
      .counts = s3_checksum_counts },
    { .digest = POSTAGE_DIGEST_MD5, .encoding = DIGEST_HEX, .header = "etag", .element = "ETag", .counts = s3_etag_counts },
    { .digest = POSTAGE_DIGEST_NONE },
};
