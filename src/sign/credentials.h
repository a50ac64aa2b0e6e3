#ifndef POSTAGE_SIGN_CREDENTIALS_H
#define POSTAGE_SIGN_CREDENTIALS_H

#include "base/mem.h"
#include "postage/credentials.h"

enum { CREDENTIALS_ID_MAX = 128, CREDENTIALS_SECRET_MAX = 1024, CREDENTIALS_TOKEN_MAX = 8192 };

/* Lives in pages of its own, see base/secret.h. */
struct credentials_secrets {
    char secret[CREDENTIALS_SECRET_MAX + 1]; /* "" when there is a derived key */
    char token[CREDENTIALS_TOKEN_MAX + 1];   /* "" when there is none */
    uint8_t derived_key[POSTAGE_DERIVED_KEY_BYTES];
};

struct postage_credentials {
    struct postage_allocator alloc;
    struct credentials_secrets *secrets;
    char access_key_id[CREDENTIALS_ID_MAX + 1];
    bool has_derived_key;
    char derived_date[9];
    char derived_region[64];
    int64_t expires_unix_s;
};

#endif
