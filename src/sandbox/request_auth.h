/* Who signed a request that does not post a form: by header or query, or nobody where that is allowed. */
#ifndef SANDBOX_REQUEST_AUTH_H
#define SANDBOX_REQUEST_AUTH_H

#include "sandbox/call.h"
#include "sandbox/scope.h"

enum request_access { REQUEST_READS, REQUEST_WRITES };

/* What the signature says of the body; a PUT holds it against what arrives. */
struct payload_claim {
    const struct scheme *scheme; /* NULL: it has no chunks */
    struct slice sha256;         /* the header's text; NULL `ptr`: none */
    struct scope scope;          /* for signed chunks */
    struct slice date;           /* as signed */
    char signature[SCOPE_SIGNATURE_BYTES];
    const struct access_key *key; /* NULL: unsigned */
};

/* False: refused. */
bool request_auth_check(struct call *call, enum request_access access);
bool request_auth_check_claim(struct call *call, enum request_access access, struct payload_claim *claim);

#endif
