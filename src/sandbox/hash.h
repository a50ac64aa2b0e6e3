/* Digests and MACs, straight from OpenSSL: the library's own (src/base/hmac.c) is among what the sandbox is there to check. */
#ifndef SANDBOX_HASH_H
#define SANDBOX_HASH_H

#include "base/slice.h"

#include <stdint.h>

enum { HASH_SHA256_BYTES = 32, HASH_MAX_BYTES = 64 };

bool hash_sha256(struct slice text, uint8_t digest[HASH_SHA256_BYTES]);
bool hash_sha256_hex(struct slice text, char hex[2 * HASH_SHA256_BYTES + 1]);

/* HMAC with a digest by OpenSSL's name; returns its bytes, 0 on failure. */
size_t hash_hmac(const char *name, struct slice key, struct slice text, uint8_t mac[HASH_MAX_BYTES]);

/* In constant time, apart from the lengths. */
bool hash_texts_equal(struct slice a, struct slice b);

#endif
