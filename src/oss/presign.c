/*
 * Query-signed URLs, V4. Rules: OSS developer reference "Include a V4 signature in a URL": the canonical request has the method,
 * "/bucket/key", the sorted query, no headers, and UNSIGNED-PAYLOAD; the host is not signed.
 */
#include <stdio.h>

#include "base/error.h"
#include "base/hmac.h"
#include "base/text.h"
#include "base/url.h"
#include "form/signer.h"
#include "oss/oss.h"

enum { PRESIGN_MAX_BYTES = 64 * 1024 };

static void add_parameter(struct buf *query, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    buf_add_text(query, query->len > 0 ? "&" : "");
    buf_add_text(query, name);
    buf_add_char(query, '=');
    url_add_encoded(query, slice_of(value), "");
}

/* In the order of the names' bytes. */
static void write_query(const struct postage_presign_request *request, const struct signing_scope *scope, struct buf *query)
{
    const struct postage_presign_options *options = request->options;
    const struct postage_signature_scheme *scheme = request->target->scheme;
    char seconds[24];

    snprintf(seconds, sizeof seconds, "%lld", (long long)options->expires_in_s);
    add_parameter(query, "response-content-disposition", options->content_disposition);
    add_parameter(query, "response-content-type", options->content_type);
    add_parameter(query, "versionId", options->version_id);
    add_parameter(query, scheme->credential_field, scope->credential);
    add_parameter(query, scheme->date_field, scope->date);
    add_parameter(query, "x-oss-expires", seconds);
    add_parameter(query, scheme->token_field, signer_token(request->signer));
    add_parameter(query, scheme->algorithm_field, scheme->algorithm);
}

static enum postage_status sign_request(const struct postage_presign_request *request, const struct signing_scope *scope,
                                        struct slice query, char signature[SIGNATURE_TEXT_BYTES], struct postage_error *err)
{
    const char *id = postage_credentials_access_key_id(request->signer->credentials);
    uint8_t digest[SHA256_BYTES];
    char hex[2 * SHA256_BYTES + 1] = "";
    struct buf text;
    enum postage_status status;

    buf_init(&text, &request->signer->alloc, PRESIGN_MAX_BYTES);
    buf_printf(&text, "%s\n/%s/", request->options->method, request->target->bucket);
    url_add_encoded(&text, slice_of(request->options->key), "/");
    buf_add_char(&text, '\n');
    buf_add_slice(&text, query);
    buf_add_text(&text, "\n\n\nUNSIGNED-PAYLOAD");
    status = buf_status(&text);
    if (status == POSTAGE_OK)
        status = sha256(text.ptr, text.len, digest);
    if (status == POSTAGE_OK) {
        text_hex(digest, sizeof digest, hex);
        buf_reset(&text);
        buf_printf(&text, "%s\n%s\n%s\n%s", request->target->scheme->algorithm, scope->date, scope->credential + strlen(id) + 1, hex);
        status = buf_status(&text);
    }
    status = status == POSTAGE_OK ? signer_sign_text(request->signer, buf_slice(&text), signature, err) : error_plain(err, status);
    buf_clear(&text);
    return status;
}

/* The target's URL holds the bucket already, in whatever way the target is addressed. */
static enum postage_status write_url(const struct postage_presign_request *request, const struct signing_scope *scope,
                                     struct slice query, char **url, struct postage_error *err)
{
    const char *base = request->target->url;
    char signature[SIGNATURE_TEXT_BYTES];
    enum postage_status status = sign_request(request, scope, query, signature, err);
    struct buf out;

    if (status != POSTAGE_OK)
        return status;
    buf_init(&out, &request->signer->alloc, PRESIGN_MAX_BYTES);
    buf_add_text(&out, base);
    buf_add_text(&out, slice_ends_with(slice_of(base), SLICE("/")) ? "" : "/");
    url_add_encoded(&out, slice_of(request->options->key), "/");
    buf_add_char(&out, '?');
    buf_add_slice(&out, query);
    buf_printf(&out, "&%s=%s", request->target->scheme->signature_field, signature);
    *url = buf_take(&out);
    buf_clear(&out);
    return *url != NULL ? POSTAGE_OK : error_plain(err, POSTAGE_ERR_NOMEM);
}

enum postage_status oss_presign(const struct postage_presign_request *request, char **url, struct postage_error *err)
{
    struct signing_scope scope;
    struct buf query;
    enum postage_status status;

    if (request->target->scheme->key_prefix == NULL)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "oss: presigned URLs are made with signature v4 only");
    status = signer_enter_scope(request->signer, request->target, request->options->now_unix_s, &scope, err);
    if (status != POSTAGE_OK)
        return status;
    buf_init(&query, &request->signer->alloc, PRESIGN_MAX_BYTES);
    write_query(request, &scope, &query);
    status = buf_status(&query) == POSTAGE_OK ? write_url(request, &scope, buf_slice(&query), url, err)
                                              : error_plain(err, buf_status(&query));
    buf_clear(&query);
    return status;
}
