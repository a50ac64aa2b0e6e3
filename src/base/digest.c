#include "base/digest.h"

#include <openssl/evp.h>

#include "base/crc.h"
#include "base/error.h"
#include "base/mem.h"

/* How a digest is computed: by a CRC of ours, or by what OpenSSL calls by this name. */
struct digest_row {
    const char *name;
    size_t bytes;
    enum crc_kind crc;
    const char *openssl; /* NULL: a CRC */
};

static const struct digest_row rows[DIGEST_COUNT] = {
    [POSTAGE_DIGEST_NONE] = { .name = "none" },
    [POSTAGE_DIGEST_CRC64NVME] = { .name = "crc64nvme", .bytes = 8, .crc = CRC_64_NVME },
    [POSTAGE_DIGEST_CRC64XZ] = { .name = "crc64xz", .bytes = 8, .crc = CRC_64_XZ },
    [POSTAGE_DIGEST_CRC32C] = { .name = "crc32c", .bytes = 4, .crc = CRC_32C },
    [POSTAGE_DIGEST_MD5] = { .name = "md5", .bytes = 16, .openssl = "MD5" },
};

static const struct digest_row *row_of(enum postage_digest digest)
{
    return &rows[(unsigned)digest < DIGEST_COUNT ? digest : POSTAGE_DIGEST_NONE];
}

static bool is_crc(const struct digest_row *row)
{
    return row->bytes > 0 && row->openssl == NULL;
}

const char *postage_digest_name(enum postage_digest digest)
{
    return row_of(digest)->name;
}

size_t postage_digest_bytes(enum postage_digest digest)
{
    return row_of(digest)->bytes;
}

enum postage_status postage_crc_update(enum postage_digest digest, uint64_t *crc, const void *data, size_t length)
{
    const struct digest_row *row = row_of(digest);

    if (!is_crc(row))
        return POSTAGE_ERR_INVALID;
    *crc = crc_update(row->crc, *crc, data, length);
    return POSTAGE_OK;
}

bool digest_is_available(enum postage_digest digest)
{
    const struct digest_row *row = row_of(digest);
    EVP_MD *found = row->openssl != NULL ? EVP_MD_fetch(NULL, row->openssl, NULL) : NULL;

    EVP_MD_free(found);
    return is_crc(row) || found != NULL;
}

/* --- several at once --- */

static bool has(const struct digester *digester, size_t digest)
{
    return (digester->digests & POSTAGE_DIGEST_BIT(digest)) != 0;
}

static enum postage_status begin_context(EVP_MD_CTX **context, const char *name, struct postage_error *err)
{
    EVP_MD *found;
    int begun;

    if (*context == NULL)
        *context = EVP_MD_CTX_new();
    if (*context == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    found = EVP_MD_fetch(NULL, name, NULL);
    begun = found != NULL && EVP_DigestInit_ex(*context, found, NULL) == 1;
    EVP_MD_free(found); /* the context keeps it */
    return begun ? POSTAGE_OK : error_set(err, POSTAGE_ERR_CRYPTO, "OpenSSL has no %s here", name);
}

enum postage_status digester_begin(struct digester *digester, unsigned digests, struct postage_error *err)
{
    enum postage_status status = POSTAGE_OK;

    digester_reset(digester);
    if (digests >= POSTAGE_DIGEST_BIT(DIGEST_COUNT) || (digests & POSTAGE_DIGEST_BIT(POSTAGE_DIGEST_NONE)) != 0)
        return error_set(err, POSTAGE_ERR_INVALID, "digests: 0x%X has bits that stand for no digest", digests);
    digester->digests = digests;
    for (size_t i = 0; i < DIGEST_COUNT && status == POSTAGE_OK; i++)
        if (has(digester, i) && rows[i].openssl != NULL) {
            if (digester->finishing == NULL)
                digester->finishing = EVP_MD_CTX_new();
            status = digester->finishing != NULL ? begin_context(&digester->contexts[i], rows[i].openssl, err)
                                                 : error_plain(err, POSTAGE_ERR_NOMEM);
        }
    return status;
}

enum postage_status digester_update(struct digester *digester, const void *data, size_t length, struct postage_error *err)
{
    for (size_t i = 0; i < DIGEST_COUNT; i++) {
        if (!has(digester, i))
            continue;
        if (is_crc(&rows[i]))
            digester->crcs[i] = crc_update(rows[i].crc, digester->crcs[i], data, length);
        else if (EVP_DigestUpdate(digester->contexts[i], data, length) != 1)
            return error_set(err, POSTAGE_ERR_CRYPTO, "%s failed", rows[i].openssl);
    }
    return POSTAGE_OK;
}

size_t digester_get(const struct digester *digester, enum postage_digest digest, uint8_t *bytes, size_t capacity)
{
    const struct digest_row *row = row_of(digest);

    if (row->bytes == 0 || row->bytes > capacity || !has(digester, digest))
        return 0;
    if (is_crc(row))
        for (size_t i = 0; i < row->bytes; i++)
            bytes[i] = (uint8_t)(digester->crcs[digest] >> 8 * (row->bytes - 1 - i));
    else if (EVP_MD_CTX_copy_ex(digester->finishing, digester->contexts[digest]) != 1 ||
             EVP_DigestFinal_ex(digester->finishing, bytes, NULL) != 1)
        return 0;
    return row->bytes;
}

void digester_reset(struct digester *digester)
{
    for (size_t i = 0; i < DIGEST_COUNT; i++)
        if (digester->contexts[i] != NULL)
            EVP_MD_CTX_reset(digester->contexts[i]);
    if (digester->finishing != NULL)
        EVP_MD_CTX_reset(digester->finishing);
    mem_wipe(digester->crcs, sizeof digester->crcs);
    digester->digests = 0;
}

void digester_free(struct digester *digester)
{
    for (size_t i = 0; i < DIGEST_COUNT; i++)
        EVP_MD_CTX_free(digester->contexts[i]);
    EVP_MD_CTX_free(digester->finishing);
    mem_wipe(digester, sizeof *digester);
}
