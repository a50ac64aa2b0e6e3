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

/* Four bits at a time, reflected: 0xEDB88320 (ISO 3309) and 0x82F63B78 (Castagnoli). The library's own CRCs are not used: an
   uploader that compares what it computed with what it is answered has to be found out here. */
static const uint32_t crc32_table[16] = { 0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
                                          0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
                                          0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C };
static const uint32_t crc32c_table[16] = { 0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3,
                                           0x61C69362, 0x7198540D, 0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9,
                                           0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75 };

static uint32_t crc32_update(const uint32_t table[16], uint32_t crc, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        crc ^= data[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return crc;
}

uint32_t checksum_crc32(const struct checksum *checksum)
{
    return ~(uint32_t)checksum->crc;
}

void checksum_update(struct checksum *checksum, const void *data, size_t len)
{
    if (checksum->context != NULL)
        EVP_DigestUpdate(checksum->context, data, len);
    else if (checksum->kind == CHECKSUM_CRC64NVME)
        checksum->crc = crc_update(CRC_64_NVME, checksum->crc, data, len);
    else
        checksum->crc =
            crc32_update(checksum->kind == CHECKSUM_CRC32 ? crc32_table : crc32c_table, (uint32_t)checksum->crc, data, len);
}

size_t checksum_final(struct checksum *checksum, uint8_t digest[DIGEST_MAX_BYTES])
{
    size_t bytes = kinds[checksum->kind].bytes;
    uint64_t crc = checksum->kind == CHECKSUM_CRC64NVME ? checksum->crc : checksum_crc32(checksum);

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
