/*
 * Query-signed URLs. Rules: S3 API "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)": the canonical
 * request has the method, the path encoded once, the query sorted by name, the host header and UNSIGNED-PAYLOAD.
 */
#include <stdio.h>

#include "base/error.h"
#include "base/hmac.h"
#include "base/text.h"
#include "base/url.h"
#include "form/signer.h"
#include "s3/s3.h"

/* A key of 1,024 bytes and a token of 8 KiB, every byte escaped, and the rest. */
enum { PRESIGN_MAX_BYTES = 64 * 1024 };

struct presigning {
    const struct postage_presign_request *request;
    struct signing_scope scope;
    struct url base; /* of the target */
    struct buf path;
    struct buf query;
    struct buf canonical;
    struct buf url;
};

static void add_parameter(struct buf *query, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    if (query->len > 0)
        buf_add_char(query, '&');
    buf_add_text(query, name);
    buf_add_char(query, '=');
    url_add_encoded(query, slice_of(value), "");
}

/* Already in the order of their names' bytes: capitals before small letters. */
static void write_query(struct presigning *presigning)
{
    const struct postage_presign_options *options = presigning->request->options;
    const struct postage_signature_scheme *scheme = presigning->request->target->scheme;
    struct buf *query = &presigning->query;
    char seconds[24];

    snprintf(seconds, sizeof seconds, "%lld", (long long)options->expires_in_s);
    add_parameter(query, "X-Amz-Algorithm", scheme->algorithm);
    add_parameter(query, "X-Amz-Credential", presigning->scope.credential);
    add_parameter(query, "X-Amz-Date", presigning->scope.date);
    add_parameter(query, "X-Amz-Expires", seconds);
    add_parameter(query, "X-Amz-Security-Token", signer_token(presigning->request->signer));
    add_parameter(query, "X-Amz-SignedHeaders", "host");
    add_parameter(query, "response-content-disposition", options->content_disposition);
    add_parameter(query, "response-content-type", options->content_type);
    add_parameter(query, "versionId", options->version_id);
}

/* The bucket's path as in the target's URL, then the key with its slashes kept. */
static void write_path(struct presigning *presigning)
{
    buf_add_slice(&presigning->path, presigning->base.path);
    if (!slice_ends_with(buf_slice(&presigning->path), SLICE("/")))
        buf_add_char(&presigning->path, '/');
    url_add_encoded(&presigning->path, slice_of(presigning->request->options->key), "/");
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

static enum postage_status sign_request(struct presigning *presigning, char signature[SIGNATURE_TEXT_BYTES], struct postage_error *err)
{
    const struct postage_presign_request *request = presigning->request;
    struct buf *canonical = &presigning->canonical;
    uint8_t digest[SHA256_BYTES];
    char hex[2 * SHA256_BYTES + 1] = "";
    const char *scope;

    buf_add_text(canonical, request->options->method);
    buf_add_char(canonical, '\n');
    buf_add_slice(canonical, buf_slice(&presigning->path));
    buf_add_char(canonical, '\n');
    buf_add_slice(canonical, buf_slice(&presigning->query));
    buf_add_text(canonical, "\nhost:");
    write_host(&presigning->base, canonical);
    buf_add_text(canonical, "\n\nhost\nUNSIGNED-PAYLOAD");
    if (buf_status(canonical) != POSTAGE_OK || sha256(canonical->ptr, canonical->len, digest) != POSTAGE_OK)
        return error_plain(err, buf_status(canonical) != POSTAGE_OK ? buf_status(canonical) : POSTAGE_ERR_CRYPTO);
    text_hex(digest, sizeof digest, hex);
    /* An access key id may hold slashes (MinIO); the scope is what follows it. */
    scope = presigning->scope.credential + strlen(postage_credentials_access_key_id(request->signer->credentials)) + 1;
    buf_reset(canonical);
    buf_printf(canonical, "%s\n%s\n%s\n%s", request->target->scheme->algorithm, presigning->scope.date, scope, hex);
    if (buf_status(canonical) != POSTAGE_OK)
        return error_plain(err, buf_status(canonical));
    return signer_sign_text(request->signer, buf_slice(canonical), signature, err);
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
    status = sign_request(presigning, signature, err);
    if (status != POSTAGE_OK)
        return status;
    buf_add_text(out, presigning->base.https ? "https://" : "http://");
    write_host(&presigning->base, out);
    buf_add_slice(out, buf_slice(&presigning->path));
    buf_add_char(out, '?');
    buf_add_slice(out, buf_slice(&presigning->query));
    buf_add_text(out, "&X-Amz-Signature=");
    buf_add_text(out, signature);
    *url = buf_take(out);
    return *url != NULL ? POSTAGE_OK : error_plain(err, POSTAGE_ERR_NOMEM);
}

enum postage_status s3_presign(const struct postage_presign_request *request, char **url, struct postage_error *err)
{
    struct presigning presigning = { .request = request };
    struct buf *bufs[] = { &presigning.path, &presigning.query, &presigning.canonical, &presigning.url };
    const char *mistake = url_parse(&presigning.base, slice_of(request->target->url));
    enum postage_status status;

    if (mistake != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "the target's URL %s", mistake);
    status = signer_enter_scope(request->signer, request->target, request->options->now_unix_s, &presigning.scope, err);
    for (size_t i = 0; i < sizeof bufs / sizeof bufs[0]; i++)
        buf_init(bufs[i], &request->signer->alloc, PRESIGN_MAX_BYTES);
    if (status == POSTAGE_OK)
        status = write_url(&presigning, url, err);
    for (size_t i = 0; i < sizeof bufs / sizeof bufs[0]; i++)
        buf_clear(bufs[i]);
    return status;
}
