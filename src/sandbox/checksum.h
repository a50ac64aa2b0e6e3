/* Checksums of content, computed apart from the library: an uploader that compares its own with them has to be found out here.
 */
#ifndef SANDBOX_CHECKSUM_H
#define SANDBOX_CHECKSUM_H

#include "sandbox/hash.h"

#include <openssl/evp.h>
#include <stdint.h>

/* A checksum of the content that a form or request asks for. */
enum checksum_kind {
    CHECKSUM_CRC32,
    CHECKSUM_CRC32C,
    CHECKSUM_CRC64NVME,
    CHECKSUM_SHA1,
    CHECKSUM_SHA256,
    CHECKSUM_MD5,
    CHECKSUM_KINDS
};

struct checksum {
    enum checksum_kind kind;
    EVP_MD_CTX *context; /* NULL for the CRCs */
    uint64_t crc;
};

/* "crc32", "sha256", ...; CHECKSUM_KINDS: unknown. */
enum checksum_kind checksum_kind_of(struct slice name);
const char *checksum_name(enum checksum_kind kind);
size_t checksum_bytes(enum checksum_kind kind);

bool checksum_init(struct checksum *checksum, enum checksum_kind kind);
void checksum_update(struct checksum *checksum, const void *data, size_t len);
/* Big-endian bytes, as the providers print them in base64. Ends it. */
size_t checksum_final(struct checksum *checksum, uint8_t digest[HASH_MAX_BYTES]);
void checksum_clear(struct checksum *checksum);

/* What a CRC-32 or CRC-32C has come to. */
uint32_t checksum_crc32(const struct checksum *checksum);

#endif
