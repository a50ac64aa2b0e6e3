/**
 * @file
 * Digests that providers return for an object, computed while its bytes pass by.
 */
#ifndef POSTAGE_DIGEST_H
#define POSTAGE_DIGEST_H

#include "postage/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The digests that can be computed. The CRCs cost next to nothing; MD5 takes longer than the rest of an upload's work. */
enum postage_digest {
    POSTAGE_DIGEST_NONE = 0,      /**< none */
    POSTAGE_DIGEST_CRC64NVME = 1, /**< CRC-64/NVME, 8 bytes: polynomial 0xAD93D23594C93659; S3's `x-amz-checksum-crc64nvme` */
    POSTAGE_DIGEST_CRC64XZ = 2,   /**< CRC-64/XZ, 8 bytes: 0x42F0E1EBA9EA3693; OSS's `x-oss-hash-crc64ecma` */
    POSTAGE_DIGEST_CRC32C = 3,    /**< CRC-32C, 4 bytes: 0x1EDC6F41 (RFC 3720); `x-amz-checksum-crc32c` */
    POSTAGE_DIGEST_MD5 = 4        /**< MD5, 16 bytes; the ETag of S3 and MinIO; a FIPS configuration of OpenSSL has none */
};

/** The digest's bit in a set of digests. */
#define POSTAGE_DIGEST_BIT(digest) (1U << (unsigned)(digest))

/** Room for any digest, in bytes; digests that come later are not longer. */
#define POSTAGE_DIGEST_MAX_BYTES 64

/** "crc64nvme", "crc64xz", "crc32c", "md5"; "none" for POSTAGE_DIGEST_NONE and for any other number. Never NULL. */
POSTAGE_API const char *postage_digest_name(enum postage_digest digest);

/** Bytes of the digest; 0 for POSTAGE_DIGEST_NONE and for any other number. */
POSTAGE_API size_t postage_digest_bytes(enum postage_digest digest);

/**
 * Continues a CRC: that of the bytes seen so far becomes that of those bytes followed by `length` more.
 *
 * All three are reflected, with an initial value and a final xor of all ones. `crc` is a finished value before and after, so
 * calls chain from 0, the CRC of no bytes. Check values, the CRCs of "123456789": 0xAE8B14860A799888 (CRC64NVME),
 * 0x995DC9BBDF1939FA (CRC64XZ), 0xE3069283 (CRC32C).
 *
 * @param digest one of the three CRCs.
 * @param crc    in and out; left alone by a failure.
 * @param data   `length` readable bytes; may be NULL when `length` is 0.
 * @return POSTAGE_OK, or POSTAGE_ERR_INVALID: `digest` is not a CRC.
 * Allocates nothing, any thread. Uses carry-less multiplication where the processor has it.
 */
POSTAGE_API POSTAGE_MUST_CHECK enum postage_status postage_crc_update(enum postage_digest digest, uint64_t *crc,
                                                                      const void *data, size_t length);

#ifdef __cplusplus
}
#endif

#endif
