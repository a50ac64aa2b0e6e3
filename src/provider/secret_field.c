#include "provider/secret_field.h"

static bool is_signing_secret(const struct signature_scheme *const *schemes, struct slice name)
{
    for (; schemes != NULL && *schemes != NULL; schemes++)
        if (slice_is_ignoring_case(name, (*schemes)->signature_field) ||
            ((*schemes)->token_field != NULL && slice_is_ignoring_case(name, (*schemes)->token_field)))
            return true;
    return false;
}

static bool is_listed(const char *const *names, struct slice name)
{
    for (; names != NULL && *names != NULL; names++)
        if (slice_is_ignoring_case(name, *names))
            return true;
    return false;
}

bool secret_field_is(const struct postage_provider *provider, struct slice name)
{
    return slice_is_ignoring_case(name, "policy") || is_signing_secret(provider->schemes, name) ||
           is_signing_secret(provider->older_schemes, name) || is_listed(provider->secret_fields, name);
}

static bool mentions(const char *message, const char *name)
{
    struct slice rest = slice_of(message), wanted = slice_of(name);

    for (; name != NULL && rest.len >= wanted.len; rest.ptr++, rest.len--)
        if (slice_starts_with_ignoring_case(rest, wanted))
            return true;
    return false;
}

static bool mentions_token(const char *message, const struct signature_scheme *const *schemes)
{
    for (; schemes != NULL && *schemes != NULL; schemes++)
        if (mentions(message, (*schemes)->token_field))
            return true;
    return false;
}

const char *secret_field_safe_message(const struct postage_provider *provider, const char *message)
{
    if (mentions_token(message, provider->schemes) || mentions_token(message, provider->older_schemes))
        return "a condition on the session token failed";
    for (const char *const *name = provider->secret_fields; name != NULL && *name != NULL; name++)
        if (mentions(message, *name))
            return "a condition on a secret field failed";
    return message[0] != '\0' ? message : "no message";
}
