#include "sign/credentials.h"

#include "base/error.h"
#include "base/options.h"
#include "base/secret.h"
#include "base/slice.h"
#include "base/text.h"
#include "base/url.h"

static bool is_printable_ascii(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= 0x20 || text.ptr[i] >= 0x7F)
            return false;
    return true;
}

/* Copies a text of 1 to `max` bytes; the messages say everything but the text. */
static enum postage_status take(char *dst, size_t max, const char *name, const char *text, bool ascii,
                                struct postage_error *err)
{
    struct slice slice = slice_of(text);

    if (slice.len == 0)
        return error_set(err, POSTAGE_ERR_CREDENTIALS, "%s is missing or empty", name);
    if (slice.len > max)
        return error_set(err, POSTAGE_ERR_CREDENTIALS, "%s has %zu bytes; the limit is %zu", name, slice.len, max);
    if (ascii && !is_printable_ascii(slice))
        return error_set(err, POSTAGE_ERR_CREDENTIALS, "%s has a space or a character that is not printable ASCII", name);
    if (!utf8_valid(slice) || text_find_line_break(slice) != SIZE_MAX)
        return error_set(err, POSTAGE_ERR_CREDENTIALS, "%s is not valid UTF-8 or has a line break", name);
    memcpy(dst, slice.ptr, slice.len + 1);
    return POSTAGE_OK;
}

static enum postage_status take_derived_key(struct postage_credentials *credentials,
                                            const struct postage_credentials_options *options, struct postage_error *err)
{
    enum postage_status status;

    if (options->secret_access_key != NULL)
        return error_set(err, POSTAGE_ERR_CREDENTIALS,
                         "secret_access_key and derived_key are both given; only one can be used");
    status =
        take(credentials->derived_date, sizeof credentials->derived_date - 1, "derived_date", options->derived_date, true, err);
    if (status == POSTAGE_OK)
        status = take(credentials->derived_region, sizeof credentials->derived_region - 1, "derived_region",
                      options->derived_region, true, err);
    if (status == POSTAGE_OK &&
        (strlen(credentials->derived_date) != 8 || strspn(credentials->derived_date, "0123456789") != 8))
        status = error_set(err, POSTAGE_ERR_CREDENTIALS, "derived_date \"%s\" is not YYYYMMDD", credentials->derived_date);
    if (status == POSTAGE_OK && !url_is_label(slice_of(credentials->derived_region)))
        status = error_set(err, POSTAGE_ERR_CREDENTIALS, "derived_region \"%s\" is not letters, digits and inner hyphens",
                           credentials->derived_region);
    if (status != POSTAGE_OK)
        return status;
    memcpy(credentials->secrets->derived_key, options->derived_key, POSTAGE_DERIVED_KEY_BYTES);
    credentials->has_derived_key = true;
    return POSTAGE_OK;
}

static enum postage_status fill(struct postage_credentials *credentials, const struct postage_credentials_options *options,
                                struct postage_error *err)
{
    enum postage_status status;

    credentials->secrets = secret_alloc(sizeof *credentials->secrets);
    if (credentials->secrets == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    if (options->expires_unix_s < 0)
        return error_set(err, POSTAGE_ERR_CREDENTIALS, "expires_unix_s must not be negative");
    credentials->expires_unix_s = options->expires_unix_s;
    status = take(credentials->access_key_id, CREDENTIALS_ID_MAX, "access_key_id", options->access_key_id, true, err);
    if (status == POSTAGE_OK && options->session_token != NULL && options->session_token[0] != '\0')
        status = take(credentials->secrets->token, CREDENTIALS_TOKEN_MAX, "session_token", options->session_token, true, err);
    if (status != POSTAGE_OK)
        return status;
    if (options->derived_key != NULL)
        return take_derived_key(credentials, options, err);
    return take(credentials->secrets->secret, CREDENTIALS_SECRET_MAX, "secret_access_key", options->secret_access_key, false,
                err);
}

enum postage_status postage_credentials_new(struct postage_credentials **out, const struct postage_credentials_options *options,
                                            const struct postage_allocator *alloc, struct postage_error *err)
{
    struct postage_allocator own = mem_allocator(alloc);
    struct postage_credentials *credentials = mem_alloc(&own, sizeof *credentials);
    struct postage_credentials_options chosen;
    enum postage_status status;

    *out = NULL;
    if (credentials == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    credentials->alloc = own;
    status = OPTIONS_TAKE(&chosen, options, struct postage_credentials_options, derived_region, err);
    if (status == POSTAGE_OK)
        status = fill(credentials, &chosen, err);
    if (status != POSTAGE_OK) {
        postage_credentials_free(credentials);
        return status;
    }
    *out = credentials;
    return POSTAGE_OK;
}

void postage_credentials_free(struct postage_credentials *credentials)
{
    struct postage_allocator own;

    if (credentials == NULL)
        return;
    own = credentials->alloc;
    secret_free(credentials->secrets, sizeof *credentials->secrets);
    mem_wipe_free(&own, credentials, sizeof *credentials);
}

const char *postage_credentials_access_key_id(const struct postage_credentials *credentials)
{
    return credentials->access_key_id;
}

bool postage_credentials_are_temporary(const struct postage_credentials *credentials)
{
    return credentials->secrets->token[0] != '\0';
}

int64_t postage_credentials_expires_unix_s(const struct postage_credentials *credentials)
{
    return credentials->expires_unix_s;
}
