/* Which digest is compared with the store's, by the name that the command line has for it. */
#ifndef POSTAGE_BENCH_VERIFY_H
#define POSTAGE_BENCH_VERIFY_H

#include "objects.h"

static inline void verify_by(struct postage_upload_options *options, const char *name)
{
    static const struct {
        const char *name;
        enum postage_verify verify;
        enum postage_digest digest;
    } ways[] = { { "none", POSTAGE_VERIFY_NONE, POSTAGE_DIGEST_NONE },
                 { "crc64", POSTAGE_VERIFY_AUTO, POSTAGE_DIGEST_CRC64NVME },
                 { "crc32c", POSTAGE_VERIFY_AUTO, POSTAGE_DIGEST_CRC32C },
                 { "md5", POSTAGE_VERIFY_AUTO, POSTAGE_DIGEST_MD5 } };
    size_t i = 0, count = sizeof ways / sizeof ways[0];

    while (i < count && strcmp(ways[i].name, name) != 0)
        i++;
    if (i == count)
        objects_fail("a digest is none, crc64, crc32c or md5");
    options->verify = ways[i].verify;
    options->digest = ways[i].digest;
}

#endif
