#include "sandbox/hash.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.h"

bool hash_sha256(struct slice text, uint8_t digest[HASH_SHA256_BYTES])
{
    return EVP_Digest(text.ptr, text.len, digest, NULL, EVP_sha256(), NULL) == 1;
}

bool hash_sha256_hex(struct slice text, char hex[2 * HASH_SHA256_BYTES + 1])
{
    uint8_t digest[HASH_SHA256_BYTES];

    if (!hash_sha256(text, digest))
        return false;
    text_hex(digest, sizeof digest, hex);
    hex[2 * sizeof digest] = '\0';
    return true;
}

size_t hash_hmac(const char *name, struct slice key, struct slice text, uint8_t mac[HASH_MAX_BYTES])
{
    const EVP_MD *md = EVP_get_digestbyname(name);
    unsigned int len = 0;

    if (md == NULL || key.len > INT_MAX ||
        HMAC(md, key.ptr, (int)key.len, (const uint8_t *)text.ptr, text.len, mac, &len) == NULL)
        return 0;
    return len;
}

bool hash_texts_equal(struct slice a, struct slice b)
{
    return a.len == b.len && CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0;
}
