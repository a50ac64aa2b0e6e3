#include "sandbox/request_auth.h"

#include <string.h>

#include "sandbox/refuse.h"

static const struct slice nothing = { "", 0 };

static bool check_unsigned(struct call *call, enum request_access access)
{
    const struct bucket *bucket = call->bucket;
    bool allowed = access == REQUEST_READS && bucket != NULL && (bucket->public_read || call->setup->unsigned_reads);

    return allowed || refuse(call, REFUSAL_ACCESS, nothing);
}

/* A client may sign in the way of any store that is known here, whatever the bucket's dialect is. */
static const struct scheme *find_scheme(const struct request *request, bool in_header)
{
    const struct dialect *dialect;

    for (size_t i = 0; (dialect = dialect_at(i)) != NULL; i++) {
        for (const struct scheme *const *scheme = dialect->schemes; *scheme != NULL; scheme++) {
            bool (*is_there)(const struct scheme *, const struct request *) =
                in_header ? (*scheme)->is_in_header : (*scheme)->is_in_query;

            if (is_there != NULL && is_there(*scheme, request))
                return *scheme;
        }
    }
    return NULL;
}

static bool refuse_algorithm(struct call *call, struct slice authorization)
{
    const char *space = authorization.len > 0 ? memchr(authorization.ptr, ' ', authorization.len) : NULL;

    if (space != NULL)
        authorization.len = (size_t)(space - authorization.ptr);
    return refuse(call, REFUSAL_ALGORITHM, authorization);
}

bool request_auth_check_claim(struct call *call, enum request_access access, struct payload_claim *claim)
{
    struct slice authorization = request_header(&call->request, "authorization");
    const struct scheme *scheme = find_scheme(&call->request, false);

    *claim = (struct payload_claim){ 0 };
    if (authorization.ptr != NULL && scheme != NULL)
        return refuse(call, REFUSAL_MIXED_SIGNATURES, SLICE("header and query"));
    if (authorization.ptr != NULL)
        scheme = find_scheme(&call->request, true);
    if (scheme != NULL)
        return scheme->check_request(call, scheme, claim);
    return authorization.ptr != NULL ? refuse_algorithm(call, authorization) : check_unsigned(call, access);
}

bool request_auth_check(struct call *call, enum request_access access)
{
    struct payload_claim claim;

    return request_auth_check_claim(call, access, &claim);
}
