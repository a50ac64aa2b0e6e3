#include "policy/value.h"

#include "base/error.h"
#include "base/text.h"
#include "base/url.h"
#include "provider/capability.h"

static const char *provider_of(const struct postage_policy *policy)
{
    return policy->provider->name;
}

static bool has_forbidden(struct slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] <= 0x20 || name.ptr[i] == 0x7F || name.ptr[i] == '"' || name.ptr[i] == '=')
            return true;
    return false;
}

enum postage_status policy_check_name(const struct postage_policy *policy, struct slice name, struct postage_error *err)
{
    const char *mistake = NULL;

    if (!utf8_valid(name))
        mistake = "is not valid UTF-8";
    else if (name.ptr[0] == '$')
        mistake = "begins with '$'; names are written without it";
    else if (name.len > POLICY_NAME_MAX)
        mistake = "is longer than 255 bytes";
    else if (has_forbidden(name))
        mistake = "has a control character, space, quote or equals sign";
    if (mistake == NULL)
        return POSTAGE_OK;
    return error_set(err, POSTAGE_ERR_INVALID, "%s: field name " ERROR_QUOTE_FORMAT " %s", provider_of(policy),
                     ERROR_QUOTE(name.ptr, name.len), mistake);
}

static size_t text_limit(const struct postage_policy *policy, const struct capability *row)
{
    const struct provider_limits *limits = &policy->caps->limits;

    if (capability_is(row, POSTAGE_KEY))
        return limits->max_key_bytes;
    if (capability_is(row, POSTAGE_SUCCESS_REDIRECT))
        return limits->max_redirect_bytes;
    return limits->max_field_bytes;
}

enum postage_status policy_check_text(const struct postage_policy *policy, const char *wire, const char *what,
                                      struct slice text, struct postage_error *err)
{
    if (!utf8_valid(text))
        return error_set(err, POSTAGE_ERR_INVALID, "%s: %s of field \"%s\" is not valid UTF-8", provider_of(policy), what,
                         wire);
    if (text_find_line_break(text) != SIZE_MAX)
        return error_set(err, POSTAGE_ERR_INVALID,
                         "%s: %s " ERROR_QUOTE_FORMAT " of field \"%s\" has a CR, LF or NUL at byte %zu", provider_of(policy),
                         what, ERROR_QUOTE(text.ptr, text.len), wire, text_find_line_break(text));
    return POSTAGE_OK;
}

enum postage_status policy_check_length(const struct postage_policy *policy, const struct capability *row, const char *wire,
                                        const char *what, struct slice text, struct postage_error *err)
{
    size_t limit = text_limit(policy, row);

    if (limit == 0 || text.len <= limit)
        return POSTAGE_OK;
    return error_set(err, POSTAGE_ERR_LIMIT, "%s: %s of field \"%s\" has %zu bytes; the limit is %zu", provider_of(policy),
                     what, wire, text.len, limit);
}

static enum postage_status check_status_value(const struct postage_policy *policy, const char *text, struct postage_error *err)
{
    if (strcmp(text, "200") == 0 || strcmp(text, "201") == 0 || strcmp(text, "204") == 0)
        return POSTAGE_OK;
    return error_set(err, POSTAGE_ERR_INVALID, "%s: success-status " ERROR_QUOTE_FORMAT " is not 200, 201 or 204",
                     provider_of(policy), ERROR_QUOTE(text, strlen(text)));
}

/* Servers may ignore a redirect that is not an absolute URL and answer 204: the issuer would wait for a redirect that never
 * comes. */
static enum postage_status check_redirect_value(const struct postage_policy *policy, const char *text,
                                                struct postage_error *err)
{
    struct url url;
    const char *mistake = url_parse(&url, slice_of(text));

    if (mistake == NULL)
        return POSTAGE_OK;
    return error_set(err, POSTAGE_ERR_INVALID, "%s: success-redirect " ERROR_QUOTE_FORMAT " %s", provider_of(policy),
                     ERROR_QUOTE(text, strlen(text)), mistake);
}

enum postage_status policy_check_rule_text(const struct postage_policy *policy, const struct capability *row, const char *wire,
                                           enum postage_rule rule, const char *text, struct postage_error *err)
{
    bool is_key = capability_is(row, POSTAGE_KEY);
    bool replaced = policy->caps->expands_filename_everywhere || is_key;
    const char *dollar = strchr(text, '$');

    /* Replaced before the rule is looked at, so the written text can never match. */
    if (replaced && dollar != NULL && strstr(dollar, "${filename}") != NULL)
        return error_set(err, POSTAGE_ERR_INVALID,
                         "%s: ${filename} in the %s rule of field \"%s\" can never match; only a key template may end in it",
                         provider_of(policy), capability_rule_name(rule), wire);
    if (is_key && text[0] != '\0' && policy->caps->refused_key_starts != NULL &&
        strchr(policy->caps->refused_key_starts, text[0]) != NULL)
        return error_set(err, POSTAGE_ERR_INVALID,
                         "%s: key " ERROR_QUOTE_FORMAT " begins with '%c', which this provider does not keep",
                         provider_of(policy), ERROR_QUOTE(text, strlen(text)), text[0]);
    if (rule == POSTAGE_RULE_EXACT && policy->caps->refuses_double_dollar && dollar != NULL && strstr(dollar, "$$") != NULL)
        return error_set(err, POSTAGE_ERR_INVALID,
                         "%s: value " ERROR_QUOTE_FORMAT
                         " of field \"%s\" has \"$$\", which this provider never matches exactly",
                         provider_of(policy), ERROR_QUOTE(text, strlen(text)), wire);
    if (rule == POSTAGE_RULE_EXACT && capability_is(row, POSTAGE_SUCCESS_STATUS))
        return check_status_value(policy, text, err);
    if (rule == POSTAGE_RULE_EXACT && capability_is(row, POSTAGE_SUCCESS_REDIRECT))
        return check_redirect_value(policy, text, err);
    return POSTAGE_OK;
}

static bool is_one_of(const char *const *values, size_t count, const char *value)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(values[i], value) == 0)
            return true;
    return false;
}

bool policy_rule_allows(enum postage_rule rule, const char *text, const char *const *values, size_t count, const char *value)
{
    if (rule == POSTAGE_RULE_EXACT)
        return strcmp(text, value) == 0;
    if (rule == POSTAGE_RULE_STARTS_WITH)
        return strncmp(value, text, strlen(text)) == 0;
    if (rule == POSTAGE_RULE_ANY)
        return true;
    return is_one_of(values, count, value) == (rule == POSTAGE_RULE_ONE_OF);
}
