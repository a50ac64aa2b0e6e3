#include "sandbox/dialect.h"

/* Which rows there are: dialect_NAME of dialect_NAME.c. The first is the default. */
#define DIALECTS(ROW)                                                                                                          \
    ROW(s3)                                                                                                                    \
    ROW(minio)                                                                                                                 \
    ROW(oss)

#define DECLARE(name) extern const struct dialect dialect_##name;
#define ADDRESS(name) &dialect_##name,

DIALECTS(DECLARE)

static const struct dialect *const dialects[] = { DIALECTS(ADDRESS) };

const struct dialect *dialect_at(size_t index)
{
    return index < sizeof dialects / sizeof dialects[0] ? dialects[index] : NULL;
}

const struct dialect *dialect_find(struct slice name)
{
    const struct dialect *dialect;

    for (size_t i = 0; (dialect = dialect_at(i)) != NULL; i++)
        if (slice_equal(name, slice_of(dialect->name)))
            return dialect;
    return NULL;
}

static bool speaks(const struct request *request, const struct dialect_signs *signs)
{
    struct slice authorization = request_header(request, "authorization");

    if (signs->authorization != NULL && authorization.ptr != NULL &&
        slice_starts_with(authorization, slice_of(signs->authorization)))
        return true;
    for (size_t i = 0; signs->header != NULL && i < request->header_count; i++)
        if (slice_starts_with_ignoring_case(request->headers[i].name, slice_of(signs->header)))
            return true;
    for (const char *const *name = signs->parameters; name != NULL && *name != NULL; name++)
        if (request_has_parameter(request, *name))
            return true;
    return false;
}

const struct dialect *dialect_of_request(const struct request *request)
{
    const struct dialect *dialect;

    for (size_t i = 0; (dialect = dialect_at(i)) != NULL; i++)
        if (speaks(request, &dialect->signs))
            return dialect;
    return dialect_at(0);
}
