/* Digests and MACs, straight from OpenSSL: the library's own (src/base/hmac.c) is among what the sandbox is there to check. */
#ifndef SANDBOX_DIGEST_H
#define SANDBOX_DIGEST_H

#include "base/slice.h"

#include <openssl/evp.h>
#include <stdint.h>

enum { DIGEST_SHA256_BYTES = 32, DIGEST_MAX_BYTES = 64 };

bool digest_sha256(struct slice text, uint8_t digest[DIGEST_SHA256_BYTES]);
bool digest_sha256_hex(struct slice text, char hex[2 * DIGEST_SHA256_BYTES + 1]);

/* HMAC with "SHA256" or "SHA1"; returns its bytes, 0 on failure. */
size_t digest_hmac(const char *name, struct slice key, struct slice text, uint8_t mac[DIGEST_MAX_BYTES]);

/* In constant time, apart from the lengths. */
bool digest_texts_equal(struct slice a, struct slice b);

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
size_t checksum_final(struct checksum *checksum, uint8_t digest[DIGEST_MAX_BYTES]);
void checksum_clear(struct checksum *checksum);

/* What a CRC-32 or CRC-32C has come to. */
uint32_t checksum_crc32(const struct checksum *checksum);

#endif
