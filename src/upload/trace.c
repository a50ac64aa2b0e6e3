#include "upload/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "provider/capability.h"
#include "postage/policy.h"
#include "registry/registry.h"

enum { LINE_BYTES = 512 };

static void put(const struct postage_logger *logger, const char *format, ...) POSTAGE_PRINTF(2, 3);

static void put(const struct postage_logger *logger, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    error_clean_line(line);
    logger->write(logger->context, POSTAGE_LOG_DEBUG, "http", line);
}

static bool is_silent(const struct postage_logger *logger)
{
    return logger->write == NULL || logger->level < POSTAGE_LOG_DEBUG;
}

static bool is_in_list(const char *name, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcasecmp(name, *list) == 0)
            return true;
    return false;
}

/* Whether the scheme says only by whom, when and how something was signed in this field. */
static bool is_signing_fact(const struct signature_scheme *const *schemes, const char *name)
{
    for (; schemes != NULL && *schemes != NULL; schemes++) {
        const char *const facts[] = { (*schemes)->algorithm_field, (*schemes)->credential_field, (*schemes)->date_field };

        for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
            if (facts[i] != NULL && strcasecmp(name, facts[i]) == 0)
                return true;
    }
    return false;
}

/* Neutral fields and metadata; of the others those that only say where and how. A callback or redirect may hold a key. */
static bool may_be_shown(const struct postage_provider *provider, const char *name)
{
    static const char *const hidden[] = { POSTAGE_CALLBACK, POSTAGE_SUCCESS_REDIRECT, NULL };
    const struct capability *row = capability_find(provider->capabilities, slice_of(name));

    if (registry_is_secret(slice_of(name)))
        return false;
    if (row != NULL)
        return !is_in_list(row->name, hidden);
    return strcasecmp(name, "bucket") == 0 || is_signing_fact(provider->schemes, name) ||
           is_signing_fact(provider->older_schemes, name) || capability_is_metadata(provider->capabilities, slice_of(name));
}

void trace_form(const struct postage_logger *logger, const struct postage_upload_options *options, uint64_t object_bytes)
{
    const struct postage_provider *provider = postage_form_provider(options->form);
    const struct postage_field *fields;
    size_t count;

    if (is_silent(logger))
        return;
    fields = postage_form_fields(options->form, &count);
    put(logger, "> POST %s", postage_form_url(options->form));
    for (size_t i = 0; i < count; i++)
        if (may_be_shown(provider, fields[i].name))
            put(logger, "> %s: %s", fields[i].name, fields[i].value);
        else
            put(logger, "> %s: (%zu bytes)", fields[i].name, strlen(fields[i].value));
    put(logger, "> file: %" PRIu64 " bytes", object_bytes);
}

static bool is_named_by(const char *header, const char *column)
{
    return column != NULL && strcmp(header, column) == 0;
}

static bool is_digest_header(const struct returned_digest *digests, const char *name)
{
    for (; digests != NULL && digests->digest != POSTAGE_DIGEST_NONE; digests++)
        if (is_named_by(name, digests->header))
            return true;
    return false;
}

static bool is_known_header(const struct postage_provider *provider, const char *name)
{
    static const char *const shown[] = { "content-type", "content-length", "transfer-encoding",
                                         "connection",   "date",           "server",
                                         "retry-after",  "etag",           NULL };

    return is_in_list(name, shown) || is_named_by(name, provider->request_id_header) ||
           is_named_by(name, provider->host_id_header) || is_named_by(name, provider->version_id_header) ||
           is_digest_header(provider->digests, name) ||
           (provider->log_headers != NULL && is_in_list(name, provider->log_headers));
}

void trace_reply(const struct postage_logger *logger, const struct postage_provider *provider,
                 const struct provider_reply *reply)
{
    if (is_silent(logger))
        return;
    for (size_t i = 0; i < reply->header_count; i++)
        if (is_known_header(provider, reply->headers[i].name))
            put(logger, "< %s: %s", reply->headers[i].name, reply->headers[i].value);
        else
            put(logger, "< %s: (%zu bytes)", reply->headers[i].name, strlen(reply->headers[i].value));
}
