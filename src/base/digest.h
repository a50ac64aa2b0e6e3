/* Several digests over one stream of bytes. Which there are, and how each is computed, is one table in digest.c. */
#ifndef POSTAGE_BASE_DIGEST_H
#define POSTAGE_BASE_DIGEST_H

#include <openssl/types.h>

#include "postage/digest.h"

enum { DIGEST_COUNT = 5 }; /* numbers of enum postage_digest, NONE included */

struct digester {
    unsigned digests; /* those that are computed: bits of enum postage_digest */
    uint64_t crcs[DIGEST_COUNT];
    EVP_MD_CTX *contexts[DIGEST_COUNT]; /* NULL until asked for, and kept from use to use */
    EVP_MD_CTX *finishing;              /* where an answer is finished while a context goes on */
};

/* Whether it can be computed here: a FIPS configuration of OpenSSL has no MD5. False for any other number. */
bool digest_is_available(enum postage_digest digest);

/*
 * Begins anew with these digests, at no bytes. `digester` is zeroed or was used before. Whatever is allocated is allocated
 * here.
 * @return OK, ERR_INVALID (a bit of no digest), ERR_NOMEM, ERR_CRYPTO (OpenSSL does not have one of them).
 */
enum postage_status digester_begin(struct digester *digester, unsigned digests, struct postage_error *err);

/* @return OK or ERR_CRYPTO. */
enum postage_status digester_update(struct digester *digester, const void *data, size_t length, struct postage_error *err);

/* The digest of the bytes so far, a CRC highest byte first. @return its length; 0: not asked for, or `capacity` is too small.
 */
size_t digester_get(const struct digester *digester, enum postage_digest digest, uint8_t *bytes, size_t capacity);

/* Forgets what was digested; keeps the contexts. */
void digester_reset(struct digester *digester);

/* Releases the contexts, too. */
void digester_free(struct digester *digester);

#endif
