#include "sign/signer.h"

#include <stdio.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "policy/policy.h"

enum postage_status postage_signer_new(struct postage_signer **out, const struct postage_credentials *credentials,
                                       const struct postage_allocator *alloc, struct postage_error *err)
{
    struct postage_allocator own = mem_allocator(alloc);
    struct postage_signer *signer;
    enum postage_status status;

    *out = NULL;
    if (credentials == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "a signer needs credentials");
    signer = mem_alloc(&own, sizeof *signer);
    if (signer == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    signer->alloc = own;
    signer->credentials = credentials;
    signer->second = signer->expires_second = -1;
    buf_init(&signer->conditions, &own, POLICY_JSON_MAX_BYTES);
    status = hmac_new(&signer->hmac, &own);
    if (status != POSTAGE_OK) {
        postage_signer_free(signer);
        return error_plain(err, status);
    }
    *out = signer;
    return POSTAGE_OK;
}

void postage_signer_free(struct postage_signer *signer)
{
    struct postage_allocator own;

    if (signer == NULL)
        return;
    own = signer->alloc;
    hmac_free(signer->hmac);
    buf_clear(&signer->conditions);
    mem_free(&own, signer);
}

const char *signer_token(const struct postage_signer *signer)
{
    return signer->credentials->secrets->token;
}

/* One link of the chain: the MAC of `text` becomes the next key. */
static enum postage_status chain(struct hmac *hmac, const char *digest, const char *text, uint8_t key[HMAC_MAX_BYTES])
{
    size_t key_bytes;
    enum postage_status status = hmac_sign(hmac, text, strlen(text), key, &key_bytes);

    return status == POSTAGE_OK ? hmac_set_key(hmac, digest, key, key_bytes) : status;
}

/* SigV4 "Derive a signing key": prefix and secret sign the day, that the region, that the service, that the terminator. */
static enum postage_status derive(struct postage_signer *signer, const struct signature_scheme *scheme, const char *day,
                                  const char *region)
{
    const char *links[] = { day, region, scheme->service, scheme->terminator };
    char first[16 + CREDENTIALS_SECRET_MAX];
    uint8_t key[HMAC_MAX_BYTES];
    int len = snprintf(first, sizeof first, "%s%s", scheme->key_prefix, signer->credentials->secrets->secret);
    enum postage_status status = hmac_set_key(signer->hmac, scheme->digest, first, (size_t)len);

    for (size_t i = 0; status == POSTAGE_OK && i < sizeof links / sizeof links[0]; i++)
        status = chain(signer->hmac, scheme->digest, links[i], key);
    mem_wipe(first, sizeof first);
    mem_wipe(key, sizeof key);
    return status;
}

static enum postage_status use_derived_key(struct postage_signer *signer, const struct signature_scheme *scheme,
                                           const char *day, const char *region, struct postage_error *err)
{
    const struct postage_credentials *credentials = signer->credentials;

    if (scheme->key_prefix == NULL)
        return error_set(err, POSTAGE_ERR_CREDENTIALS, "signature \"%s\" is made with the secret; a derived key cannot make it",
                         scheme->name);
    if (scheme->signature_chars != 2 * POSTAGE_DERIVED_KEY_BYTES)
        return error_set(err, POSTAGE_ERR_CREDENTIALS,
                         "a derived key of %d bytes cannot make signature \"%s\": its keys have another length",
                         POSTAGE_DERIVED_KEY_BYTES, scheme->name);
    if (strcmp(credentials->derived_date, day) != 0)
        return error_set(err, POSTAGE_ERR_CREDENTIALS, "the derived key is for day %s, but the form is to be signed on %s",
                         credentials->derived_date, day);
    if (strcmp(credentials->derived_region, region) != 0)
        return error_set(err, POSTAGE_ERR_CREDENTIALS, "the derived key is for region \"%s\", but the target is in \"%s\"",
                         credentials->derived_region, region);
    return hmac_set_key(signer->hmac, scheme->digest, credentials->secrets->derived_key, POSTAGE_DERIVED_KEY_BYTES);
}

/* Algorithm, credential and date; where the date stands is remembered, so that the next second only has to write it anew. */
static enum postage_status keep_conditions(struct postage_signer *signer, const struct signature_scheme *scheme)
{
    const struct postage_field fields[] = { { scheme->algorithm_field, scheme->algorithm },
                                            { scheme->credential_field, signer->credential },
                                            { scheme->date_field, signer->date } };
    struct buf *out = &signer->conditions;
    enum postage_status status;

    buf_reset(out);
    for (size_t i = 0; scheme->key_prefix != NULL && i < sizeof fields / sizeof fields[0]; i++) {
        buf_add_char(out, ',');
        condition_write(out, slice_of(fields[i].name), POSTAGE_RULE_EXACT, slice_of(fields[i].value), NULL, 0);
    }
    status = buf_status(out);
    if (status != POSTAGE_OK)
        buf_reset(out);
    else if (out->len > 0)
        signer->date_at = out->len - strlen("\"}") - strlen(signer->date);
    return status;
}

static void keep_date(struct postage_signer *signer, int64_t now_unix_s)
{
    if (signer->second == now_unix_s)
        return;
    calendar_basic(now_unix_s, signer->date);
    signer->second = now_unix_s;
    if (signer->conditions.len > 0)
        memcpy(signer->conditions.ptr + signer->date_at, signer->date, strlen(signer->date));
}

struct slice signer_expiration(struct postage_signer *signer, int64_t unix_s)
{
    if (signer->expires_second != unix_s)
        calendar_extended(unix_s, signer->expiration);
    signer->expires_second = unix_s;
    return (struct slice){ signer->expiration, sizeof signer->expiration - 1 };
}

static enum postage_status keep_key(struct postage_signer *signer, const struct signature_scheme *scheme, const char *day,
                                    const char *region, struct postage_error *err)
{
    enum postage_status status;

    if (signer->scheme == scheme && memcmp(signer->day, day, sizeof signer->day) == 0 && strcmp(signer->region, region) == 0)
        return POSTAGE_OK;
    signer->scheme = NULL;
    if (signer->credentials->has_derived_key)
        status = use_derived_key(signer, scheme, day, region, err);
    else if (scheme->key_prefix == NULL)
        status = hmac_set_key(signer->hmac, scheme->digest, signer->credentials->secrets->secret,
                              strlen(signer->credentials->secrets->secret));
    else if (scheme->derive != NULL)
        status = scheme->derive(signer->hmac, scheme, signer->credentials->secrets->secret, day, region);
    else
        status = derive(signer, scheme, day, region);
    if (status != POSTAGE_OK)
        return status == POSTAGE_ERR_CRYPTO ? error_plain(err, status) : status;
    snprintf(signer->day, sizeof signer->day, "%s", day);
    snprintf(signer->region, sizeof signer->region, "%s", region);
    if (scheme->key_prefix != NULL)
        snprintf(signer->credential, sizeof signer->credential, "%s/%s/%s/%s/%s", signer->credentials->access_key_id, day,
                 region, scheme->service, scheme->terminator);
    else
        snprintf(signer->credential, sizeof signer->credential, "%s", signer->credentials->access_key_id);
    status = keep_conditions(signer, scheme);
    if (status != POSTAGE_OK)
        return error_plain(err, status);
    signer->scheme = scheme;
    return POSTAGE_OK;
}

enum postage_status signer_enter_scope(struct postage_signer *signer, const struct signature_scheme *scheme, const char *region,
                                       int64_t now_unix_s, struct signing_scope *scope, struct postage_error *err)
{
    int64_t expires = signer->credentials->expires_unix_s;
    char end[CALENDAR_EXTENDED_BYTES], now[CALENDAR_EXTENDED_BYTES];

    if (now_unix_s < 0 || now_unix_s > CALENDAR_MAX_UNIX_S)
        return error_set(err, POSTAGE_ERR_INVALID, "signing time %lld is not between the years 1970 and 9999",
                         (long long)now_unix_s);
    if (expires > 0 && expires <= now_unix_s) {
        calendar_extended(expires, end);
        calendar_extended(now_unix_s, now);
        return error_set(err, POSTAGE_ERR_EXPIRED, "the credentials expired at %s; it is %s", end, now);
    }
    keep_date(signer, now_unix_s);
    memcpy(scope->date, signer->date, sizeof scope->date);
    memcpy(scope->day, scope->date, 8);
    scope->day[8] = '\0';
    scope->credential = signer->credential;
    return keep_key(signer, scheme, scope->day, region, err);
}

static void write_signature(const struct signature_scheme *scheme, const uint8_t *mac, size_t bytes,
                            char signature[SIGNATURE_TEXT_BYTES])
{
    memset(signature, 0, SIGNATURE_TEXT_BYTES);
    if (scheme->base64)
        base64_encode(mac, bytes, signature);
    else
        text_hex(mac, bytes, signature);
}

enum postage_status signer_sign_form(struct postage_signer *signer, const struct signing_scope *scope, struct slice policy,
                                     char signature[SIGNATURE_TEXT_BYTES], struct postage_error *err)
{
    const struct signed_form form = { policy, slice_of(scope->date), slice_of(scope->credential) };
    uint8_t mac[HMAC_MAX_BYTES];
    size_t bytes;

    if (signer->scheme->sign == NULL)
        return signer_sign_text(signer, policy, signature, err);
    if (signer->scheme->sign(signer->hmac, &form, mac, &bytes) != POSTAGE_OK)
        return error_plain(err, POSTAGE_ERR_CRYPTO);
    write_signature(signer->scheme, mac, bytes, signature);
    return POSTAGE_OK;
}

enum postage_status signer_sign_text(struct postage_signer *signer, struct slice text, char signature[SIGNATURE_TEXT_BYTES],
                                     struct postage_error *err)
{
    uint8_t mac[HMAC_MAX_BYTES];
    size_t bytes;

    if (hmac_sign(signer->hmac, text.ptr, text.len, mac, &bytes) != POSTAGE_OK)
        return error_plain(err, POSTAGE_ERR_CRYPTO);
    write_signature(signer->scheme, mac, bytes, signature);
    return POSTAGE_OK;
}

void signer_fields(const struct postage_signer *signer, const struct signature_scheme *scheme,
                   const struct signing_scope *scope, const char *signature, struct postage_field fields[SIGNATURE_FIELDS])
{
    const char *token = signer_token(signer);
    const struct postage_field all[SIGNATURE_FIELDS] = {
        { scheme->algorithm_field, scheme->algorithm },
        { scheme->credential_field, scope->credential },
        { scheme->date_field, scope->date },
        { scheme->token_field, token[0] != '\0' ? token : NULL },
        { scheme->signature_field, signature },
    };

    for (size_t i = 0; i < SIGNATURE_FIELDS; i++)
        fields[i] = (struct postage_field){ all[i].name, all[i].name != NULL ? all[i].value : NULL };
}
