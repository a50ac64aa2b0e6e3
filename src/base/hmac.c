#include "base/hmac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

struct hmac {
    struct postage_allocator alloc;
    EVP_MAC_CTX *context;
};

enum postage_status hmac_new(struct hmac **out, const struct postage_allocator *alloc)
{
    struct postage_allocator own = mem_allocator(alloc);
    struct hmac *hmac = mem_alloc(&own, sizeof *hmac);
    EVP_MAC *algorithm;

    *out = NULL;
    if (hmac == NULL)
        return POSTAGE_ERR_NOMEM;
    hmac->alloc = own;
    algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (algorithm != NULL)
        hmac->context = EVP_MAC_CTX_new(algorithm); /* takes its own reference */
    EVP_MAC_free(algorithm);
    if (hmac->context == NULL) {
        hmac_free(hmac);
        return POSTAGE_ERR_CRYPTO;
    }
    *out = hmac;
    return POSTAGE_OK;
}

void hmac_free(struct hmac *hmac)
{
    if (hmac == NULL)
        return;
    EVP_MAC_CTX_free(hmac->context); /* OpenSSL wipes the key and the pads */
    mem_free(&hmac->alloc, hmac);
}

enum postage_status hmac_set_key(struct hmac *hmac, const char *digest, const void *key, size_t len)
{
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0), /* only read */
        OSSL_PARAM_construct_end(),
    };

    /* OpenSSL takes a NULL key for "keep the old one", so an empty key needs an address. */
    if (EVP_MAC_init(hmac->context, len > 0 ? key : (const void *)"", len, params) != 1)
        return POSTAGE_ERR_CRYPTO;
    return POSTAGE_OK;
}

enum postage_status hmac_sign(struct hmac *hmac, const void *text, size_t len, uint8_t mac[HMAC_MAX_BYTES], size_t *mac_bytes)
{
    const struct slice part = { text, len };

    return hmac_sign_parts(hmac, &part, 1, mac, mac_bytes);
}

enum postage_status hmac_sign_parts(struct hmac *hmac, const struct slice *parts, size_t count, uint8_t mac[HMAC_MAX_BYTES],
                                    size_t *mac_bytes)
{
    if (EVP_MAC_init(hmac->context, NULL, 0, NULL) != 1)
        return POSTAGE_ERR_CRYPTO;
    for (size_t i = 0; i < count; i++)
        if (EVP_MAC_update(hmac->context, (const uint8_t *)parts[i].ptr, parts[i].len) != 1)
            return POSTAGE_ERR_CRYPTO;
    if (EVP_MAC_final(hmac->context, mac, mac_bytes, HMAC_MAX_BYTES) != 1)
        return POSTAGE_ERR_CRYPTO;
    return POSTAGE_OK;
}

enum postage_status sha256(const void *text, size_t len, uint8_t digest[SHA256_BYTES])
{
    unsigned int written = 0;

    if (EVP_Digest(text, len, digest, &written, EVP_sha256(), NULL) != 1 || written != SHA256_BYTES)
        return POSTAGE_ERR_CRYPTO;
    return POSTAGE_OK;
}
