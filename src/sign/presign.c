/*
 * Query-signed URLs. The form of the canonical request is SigV4's ("Authenticating Requests: Using Query
 * Parameters"): method, path encoded once, query sorted by name, headers, UNSIGNED-PAYLOAD. What providers do differently is
 * data of their rows.
 */
#include <stdio.h>

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "base/url.h"
#include "sign/signer.h"

/* A key of 1,024 bytes and a token of 8 KiB, every byte escaped, and the rest. */
enum { PRESIGN_MAX_S = 604800, PRESIGN_MAX_BYTES = 64 * 1024 };

struct presigning {
    struct postage_signer *signer;
    const struct postage_target *target;
    const struct presign_scheme *presign;
    struct postage_presign_options options; /* method and key are never NULL */
    struct signing_scope scope;
    struct url base; /* of the target */
    struct buf path;
    struct buf query;
    struct buf canonical;
    struct buf url;
};

static enum postage_status take_options(struct presigning *presigning, const struct postage_presign_options *options,
                                        struct postage_error *err)
{
    struct postage_presign_options *own = &presigning->options;
    enum postage_status status = OPTIONS_TAKE(own, options, struct postage_presign_options, version_id, err);

    if (status != POSTAGE_OK)
        return status;
    if (own->method == NULL)
        own->method = "GET";
    if (own->key == NULL)
        own->key = presigning->target->key;
    if (strcmp(own->method, "GET") != 0 && strcmp(own->method, "HEAD") != 0)
        return error_set(err, POSTAGE_ERR_INVALID, "method " ERROR_QUOTE_FORMAT " is not GET or HEAD",
                         ERROR_QUOTE(own->method, strlen(own->method)));
    if (own->key[0] == '\0')
        return error_set(err, POSTAGE_ERR_INVALID, "the key of the object is empty");
    if (!utf8_valid(slice_of(own->key)))
        return error_set(err, POSTAGE_ERR_INVALID, "the key of the object is not valid UTF-8");
    if (own->expires_in_s < 1 || own->expires_in_s > PRESIGN_MAX_S)
        return error_set(err, POSTAGE_ERR_INVALID, "expiry of %lld seconds is not between 1 and %d (seven days)",
                         (long long)own->expires_in_s, (int)PRESIGN_MAX_S);
    return POSTAGE_OK;
}

/* What the target's provider and signature can do, and when the credentials end. */
static enum postage_status enter_scope(struct presigning *presigning, struct postage_error *err)
{
    const struct postage_target *target = presigning->target;
    struct postage_presign_options *options = &presigning->options;
    int64_t credentials_end = presigning->signer->credentials->expires_unix_s;
    int64_t left = options->now_unix_s >= 0 ? credentials_end - options->now_unix_s : 0;
    const char *mistake = url_parse(&presigning->base, slice_of(target->url));

    if (target->provider->presign == NULL)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "this version makes no presigned URLs for %s", target->provider->name);
    if (target->scheme->key_prefix == NULL)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "%s: presigned URLs are made with signature %s only",
                         target->provider->name, target->provider->schemes[0]->name);
    if (mistake != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "the target's URL %s", mistake);
    presigning->presign = target->provider->presign;
    if (credentials_end > 0 && left > 0 && left < options->expires_in_s)
        options->expires_in_s = left; /* it would stop working then anyway */
    return signer_enter_scope(presigning->signer, target->scheme, target->region, options->now_unix_s, &presigning->scope, err);
}

static void write_query(struct presigning *presigning)
{
    const struct postage_presign_options *options = &presigning->options;
    const struct presign_parameter *parameter = presigning->presign->parameters;
    struct buf *query = &presigning->query;
    char seconds[24];
    const char *const values[] = {
        [PRESIGN_ALGORITHM] = presigning->target->scheme->algorithm,
        [PRESIGN_CREDENTIAL] = presigning->scope.credential,
        [PRESIGN_DATE] = presigning->scope.date,
        [PRESIGN_EXPIRES] = seconds,
        [PRESIGN_TOKEN] = signer_token(presigning->signer),
        [PRESIGN_SIGNED_HEADERS] = "host",
        [PRESIGN_CONTENT_DISPOSITION] = options->content_disposition,
        [PRESIGN_CONTENT_TYPE] = options->content_type,
        [PRESIGN_VERSION_ID] = options->version_id,
    };

    snprintf(seconds, sizeof seconds, "%lld", (long long)options->expires_in_s);
    for (; parameter->name != NULL; parameter++) {
        const char *value = values[parameter->value];

        if (value == NULL || value[0] == '\0')
            continue;
        buf_add_text(query, query->len > 0 ? "&" : "");
        buf_add_text(query, parameter->name);
        buf_add_char(query, '=');
        url_add_encoded(query, slice_of(value), "");
    }
}

/* The bucket's path as in the target's URL, then the key with its slashes kept. */
static void write_path(struct presigning *presigning)
{
    buf_add_slice(&presigning->path, presigning->base.path);
    if (!slice_ends_with(buf_slice(&presigning->path), SLICE("/")))
        buf_add_char(&presigning->path, '/');
    url_add_encoded(&presigning->path, slice_of(presigning->options.key), "/");
}

/* The Host header as HTTP clients send it: lower case, brackets kept, a port only when it is not the scheme's. */
static void write_host(const struct url *base, struct buf *out)
{
    bool usual_port = slice_equal(base->port, base->https ? SLICE("443") : SLICE("80"));

    buf_add_text(out, base->is_ipv6 ? "[" : "");
    for (size_t i = 0; i < base->host.len; i++)
        buf_add_char(out, ascii_lower(base->host.ptr[i]));
    buf_add_text(out, base->is_ipv6 ? "]" : "");
    if (base->port.len > 0 && !usual_port) {
        buf_add_char(out, ':');
        buf_add_slice(out, base->port);
    }
}

static void write_canonical(struct presigning *presigning)
{
    struct buf *out = &presigning->canonical;

    buf_add_text(out, presigning->options.method);
    if (presigning->presign->signs_address) {
        buf_add_char(out, '\n');
        buf_add_slice(out, buf_slice(&presigning->path));
    } else {
        buf_printf(out, "\n/%s/", presigning->target->bucket);
        url_add_encoded(out, slice_of(presigning->options.key), "/");
    }
    buf_add_char(out, '\n');
    buf_add_slice(out, buf_slice(&presigning->query));
    buf_add_char(out, '\n');
    if (presigning->presign->signs_address) {
        buf_add_text(out, "host:");
        write_host(&presigning->base, out);
        buf_add_text(out, "\n\nhost\nUNSIGNED-PAYLOAD");
    } else {
        buf_add_text(out, "\n\nUNSIGNED-PAYLOAD");
    }
}

/* The text to sign holds the canonical request's digest. */
static enum postage_status sign_canonical(struct presigning *presigning, char signature[SIGNATURE_TEXT_BYTES],
                                          struct postage_error *err)
{
    struct buf *text = &presigning->canonical;
    uint8_t digest[SHA256_BYTES];
    char hex[2 * SHA256_BYTES + 1] = "";
    /* An access key id may hold slashes; the scope is what follows it. */
    const char *scope = presigning->scope.credential + strlen(presigning->signer->credentials->access_key_id) + 1;

    if (buf_status(text) != POSTAGE_OK || sha256(text->ptr, text->len, digest) != POSTAGE_OK)
        return error_plain(err, buf_status(text) != POSTAGE_OK ? buf_status(text) : POSTAGE_ERR_CRYPTO);
    text_hex(digest, sizeof digest, hex);
    buf_reset(text);
    buf_printf(text, "%s\n%s\n%s\n%s", presigning->target->scheme->algorithm, presigning->scope.date, scope, hex);
    if (buf_status(text) != POSTAGE_OK)
        return error_plain(err, buf_status(text));
    return signer_sign_text(presigning->signer, buf_slice(text), signature, err);
}

static enum postage_status write_url(struct presigning *presigning, char **url, struct postage_error *err)
{
    char signature[SIGNATURE_TEXT_BYTES];
    struct buf *out = &presigning->url;
    enum postage_status status;

    write_path(presigning);
    write_query(presigning);
    status = buf_status(&presigning->path) != POSTAGE_OK ? buf_status(&presigning->path) : buf_status(&presigning->query);
    if (status != POSTAGE_OK)
        return error_plain(err, status);
    write_canonical(presigning);
    status = sign_canonical(presigning, signature, err);
    if (status != POSTAGE_OK)
        return status;
    buf_add_text(out, presigning->base.https ? "https://" : "http://");
    write_host(&presigning->base, out);
    buf_add_slice(out, buf_slice(&presigning->path));
    buf_add_char(out, '?');
    buf_add_slice(out, buf_slice(&presigning->query));
    buf_printf(out, "&%s=%s", presigning->presign->signature_parameter, signature);
    *url = buf_take(out);
    return *url != NULL ? POSTAGE_OK : error_plain(err, POSTAGE_ERR_NOMEM);
}

enum postage_status postage_signer_presign(struct postage_signer *signer, const struct postage_target *target,
                                           const struct postage_presign_options *options, char **url, struct postage_error *err)
{
    struct presigning presigning = { .signer = signer, .target = target };
    struct buf *bufs[] = { &presigning.path, &presigning.query, &presigning.canonical, &presigning.url };
    enum postage_status status;

    *url = NULL;
    if (target == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "the target is NULL");
    status = take_options(&presigning, options, err);
    if (status == POSTAGE_OK)
        status = enter_scope(&presigning, err);
    for (size_t i = 0; i < sizeof bufs / sizeof bufs[0]; i++)
        buf_init(bufs[i], &signer->alloc, PRESIGN_MAX_BYTES);
    if (status == POSTAGE_OK)
        status = write_url(&presigning, url, err);
    for (size_t i = 0; i < sizeof bufs / sizeof bufs[0]; i++)
        buf_clear(bufs[i]);
    return status;
}
