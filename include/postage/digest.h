/**
 * @file
 * Digests that providers return for an object, computed while its bytes pass by.
 */
#ifndef POSTAGE_DIGEST_H
#define POSTAGE_DIGEST_H

#include "postage/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The two CRC-64 of the field: both reflected, initial value and final xor all ones; they differ in the polynomial. */
enum postage_crc64 {
    POSTAGE_CRC64_NVME = 0, /**< S3, MinIO: 0xAD93D23594C93659 (reflected 0x9A6C9329AC4BC9B5), `x-amz-checksum-crc64nvme` */
    POSTAGE_CRC64_XZ        /**< OSS: 0x42F0E1EBA9EA3693 (reflected 0xC96C5795D7870F42), `x-oss-hash-crc64ecma` */
};

/**
 * The CRC of bytes seen so far followed by `length` more.
 *
 * Takes and returns finished values, so that calls chain from 0:
 * `crc = postage_crc64_update(kind, crc, data, length)`. The CRC of no bytes is 0. Check value, the CRC of "123456789":
 * 0xAE8B14860A799888 (NVME), 0x995DC9BBDF1939FA (XZ).
 *
 * @param data  `length` readable bytes; may be NULL when `length` is 0.
 * Never fails, allocates nothing, any thread. Uses carry-less multiplication where the processor has it.
 */
POSTAGE_API uint64_t postage_crc64_update(enum postage_crc64 kind, uint64_t crc, const void *data, size_t length);

#ifdef __cplusplus
}
#endif

#endif
