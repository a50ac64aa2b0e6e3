/*
 * The callback field: a JSON object in base64. Rules: OSS developer reference "Callback" (members, at most five URLs, 5 KB
 * encoded, a brace must touch its dollar sign, callbackSNI is a boolean and not a text).
 */
#include "base/base64.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/json_text.h"
#include "base/text.h"
#include "base/url.h"
#include "oss/oss.h"
#include "postage/policy.h"

enum { CALLBACK_MAX_BYTES = 5 * 1024, CALLBACK_MAX_URLS = 5 };

static enum postage_status check_callback_text(const char *what, const char *text, struct postage_error *err)
{
    if (text == NULL || text[0] == '\0')
        return error_set(err, POSTAGE_ERR_INVALID, "oss: callback %s is missing or empty", what);
    if (!utf8_valid(slice_of(text)))
        return error_set(err, POSTAGE_ERR_INVALID, "oss: callback %s is not valid UTF-8", what);
    return POSTAGE_OK;
}

static enum postage_status check_callback_url(struct slice text, struct postage_error *err)
{
    struct url url;
    const char *mistake = url_parse(&url, text);

    if (mistake == NULL && url.is_ipv6)
        mistake = "has an IPv6 address, which OSS does not call";
    if (mistake == NULL)
        return POSTAGE_OK;
    return error_set(err, POSTAGE_ERR_INVALID, "oss: callback URL " ERROR_QUOTE_FORMAT " %s", ERROR_QUOTE(text.ptr, text.len),
                     mistake);
}

static enum postage_status check_callback_urls(const char *urls, struct postage_error *err)
{
    enum postage_status status = check_callback_text("URL", urls, err);
    size_t count = 0;

    while (status == POSTAGE_OK && urls != NULL) {
        const char *end = strchr(urls, ';');

        status = check_callback_url((struct slice){ urls, end != NULL ? (size_t)(end - urls) : strlen(urls) }, err);
        if (status == POSTAGE_OK && ++count > CALLBACK_MAX_URLS)
            status = error_set(err, POSTAGE_ERR_LIMIT, "oss: callback has more than %d URLs", (int)CALLBACK_MAX_URLS);
        urls = end != NULL ? end + 1 : NULL;
    }
    return status;
}

/* OSS refuses "$ {": InvalidArgument, "Left brace must be adjacent to dollar sign." */
static enum postage_status check_body(const char *body, struct postage_error *err)
{
    enum postage_status status = check_callback_text("body", body, err);

    for (const char *c = body; status == POSTAGE_OK && *c != '\0'; c++)
        if (*c == '$' && c[1] == ' ')
            return error_set(err, POSTAGE_ERR_INVALID,
                             "oss: callback body has a '$' whose '{' does not follow at once, at byte %zu", (size_t)(c - body));
    return status;
}

static void add_callback_member(struct buf *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buf_add_text(out, out->len > 1 ? "," : "");
    json_add_text(out, slice_of(name));
    buf_add_char(out, ':');
    json_add_text(out, slice_of(value));
}

enum postage_status oss_compose_callback(const struct postage_callback_options *options, const struct postage_allocator *alloc,
                                         char **value, struct postage_error *err)
{
    struct buf json, base64;
    enum postage_status status = check_callback_urls(options->url, err);
    char *room;

    *value = NULL;
    if (status == POSTAGE_OK)
        status = check_body(options->body, err);
    if (status != POSTAGE_OK)
        return status;
    buf_init(&json, alloc, CALLBACK_MAX_BYTES);
    buf_init(&base64, alloc, CALLBACK_MAX_BYTES);
    buf_add_char(&json, '{');
    add_callback_member(&json, "callbackUrl", options->url);
    add_callback_member(&json, "callbackHost", options->host);
    add_callback_member(&json, "callbackBody", options->body);
    add_callback_member(&json, "callbackBodyType", options->json ? "application/json" : "application/x-www-form-urlencoded");
    buf_add_text(&json, options->sni ? ",\"callbackSNI\":true}" : ",\"callbackSNI\":false}");
    room = buf_status(&json) == POSTAGE_OK ? buf_room(&base64, BASE64_LENGTH(json.len)) : NULL;
    if (room != NULL) {
        base64_encode(json.ptr, json.len, room);
        buf_wrote(&base64, BASE64_LENGTH(json.len));
        *value = buf_take(&base64);
    }
    if (buf_status(&json) == POSTAGE_ERR_LIMIT || buf_status(&base64) == POSTAGE_ERR_LIMIT)
        status = error_set(err, POSTAGE_ERR_LIMIT, "oss: the callback is over %d bytes in base64", (int)CALLBACK_MAX_BYTES);
    else if (*value == NULL)
        status = error_plain(err, POSTAGE_ERR_NOMEM);
    buf_clear(&json);
    buf_clear(&base64);
    return status;
}
