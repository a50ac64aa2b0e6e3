#include "sandbox/digest.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/crc.h"
#include "base/text.h"

bool digest_sha256(struct slice text, uint8_t digest[DIGEST_SHA256_BYTES])
{
    return EVP_Digest(text.ptr, text.len, digest, NULL, EVP_sha256(), NULL) == 1;
}

bool digest_sha256_hex(struct slice text, char hex[2 * DIGEST_SHA256_BYTES + 1])
{
    uint8_t digest[DIGEST_SHA256_BYTES];

    if (!digest_sha256(text, digest))
        return false;
    text_hex(digest, sizeof digest, hex);
    hex[2 * sizeof digest] = '\0';
    return true;
}

size_t digest_hmac(const char *name, struct slice key, struct slice text, uint8_t mac[DIGEST_MAX_BYTES])
{
    const EVP_MD *md = strcmp(name, "SHA1") == 0 ? EVP_sha1() : EVP_sha256();
    unsigned int len = 0;

    if (key.len > INT_MAX || HMAC(md, key.ptr, (int)key.len, (const uint8_t *)text.ptr, text.len, mac, &len) == NULL)
        return 0;
    return len;
}

bool digest_texts_equal(struct slice a, struct slice b)
{
    return a.len == b.len && CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0;
}

static const struct {
    const char *name;
    size_t bytes;
    const EVP_MD *(*md)(void);
} kinds[CHECKSUM_KINDS] = {
    [CHECKSUM_CRC32] = { "crc32", 4, NULL },          [CHECKSUM_CRC32C] = { "crc32c", 4, NULL },
    [CHECKSUM_CRC64NVME] = { "crc64nvme", 8, NULL },  [CHECKSUM_SHA1] = { "sha1", 20, EVP_sha1 },
    [CHECKSUM_SHA256] = { "sha256", 32, EVP_sha256 }, [CHECKSUM_MD5] = { "md5", 16, EVP_md5 },
};

enum checksum_kind checksum_kind_of(struct slice name)
{
    for (size_t i = 0; i < CHECKSUM_KINDS; i++)
        if (slice_equal_ignoring_case(name, slice_of(kinds[i].name)))
            return (enum checksum_kind)i;
    return CHECKSUM_KINDS;
}

const char *checksum_name(enum checksum_kind kind)
{
    return kinds[kind].name;
}

size_t checksum_bytes(enum checksum_kind kind)
{
    return kinds[kind].bytes;
}

bool checksum_init(struct checksum *checksum, enum checksum_kind kind)
{
    *checksum = (struct checksum){ .kind = kind };
    if (kind == CHECKSUM_CRC32 || kind == CHECKSUM_CRC32C)
        checksum->crc = UINT32_MAX;
    if (kinds[kind].md == NULL)
        return true;
    checksum->context = EVP_MD_CTX_new();
    return checksum->context != NULL && EVP_DigestInit_ex(checksum->context, kinds[kind].md(), NULL) == 1;
}

/* Reflected polynomials: 0xEDB88320 (ISO 3309) and 0x82F63B78 (Castagnoli). A bit at a time: only asked for by few forms. */
static uint32_t crc32_update(uint32_t crc, uint32_t polynomial, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
    }
    return crc;
}

void checksum_update(struct checksum *checksum, const void *data, size_t len)
{
    if (checksum->context != NULL)
        EVP_DigestUpdate(checksum->context, data, len);
    else if (checksum->kind == CHECKSUM_CRC64NVME)
        checksum->crc = crc_update(CRC_64_NVME, checksum->crc, data, len);
    else
        checksum->crc =
            crc32_update((uint32_t)checksum->crc, checksum->kind == CHECKSUM_CRC32 ? 0xEDB88320 : 0x82F63B78, data, len);
}

size_t checksum_final(struct checksum *checksum, uint8_t digest[DIGEST_MAX_BYTES])
{
    size_t bytes = kinds[checksum->kind].bytes;
    uint64_t crc = checksum->kind == CHECKSUM_CRC64NVME ? checksum->crc : ~checksum->crc & UINT32_MAX;

    if (checksum->context != NULL) {
        EVP_DigestFinal_ex(checksum->context, digest, NULL);
        return bytes;
    }
    for (size_t i = 0; i < bytes; i++)
        digest[i] = (uint8_t)(crc >> (8 * (bytes - 1 - i)));
    return bytes;
}

void checksum_clear(struct checksum *checksum)
{
    EVP_MD_CTX_free(checksum->context);
    checksum->context = NULL;
}
