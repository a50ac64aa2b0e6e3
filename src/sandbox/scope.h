/* Credential scopes, keys and signatures of version 4, for forms and for requests; and version 2's arithmetic. */
#ifndef SANDBOX_SCOPE_H
#define SANDBOX_SCOPE_H

#include "sandbox/call.h"
#include "sandbox/hash.h"

/* The clock may be this far off (900000 ms in AWS's own error); a version 4 signature counts seven days. */
enum { SCOPE_SKEW_S = 15 * 60, SCOPE_MAX_AGE_S = 7 * 24 * 60 * 60, SCOPE_SIGNATURE_BYTES = 2 * HASH_MAX_BYTES + 1 };

struct scope {
    struct slice key_id;
    struct slice date;
    struct slice region;
    struct slice text; /* "20261121/us-east-1/s3/aws4_request" */
};

/* Takes a credential apart and checks region, service and terminal. `name`: the field, for errors. False: refused. */
bool scope_read(struct call *call, const struct key_chain *chain, struct slice credential, const char *name,
                struct scope *scope);

/* The key, if its token is right. NULL: refused. `token` with NULL `ptr`: none was sent. */
const struct access_key *scope_find_key(struct call *call, struct slice id, struct slice token);

/* Lower-case hex, NUL-terminated. False: OpenSSL failed. */
bool scope_sign(const struct key_chain *chain, const struct access_key *key, const struct scope *scope, struct slice text,
                char signature[SCOPE_SIGNATURE_BYTES]);

/* base64(HMAC-SHA1(secret, text)). */
bool scope_sign_v2(const struct access_key *key, struct slice text, char signature[SCOPE_SIGNATURE_BYTES]);

#endif
