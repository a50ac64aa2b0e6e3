#include "upload/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "provider/capability.h"
#include "postage/policy.h"

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

/* Neutral fields and metadata; of the others those that only say where and how. A callback or redirect may hold a key. */
static bool may_be_shown(const struct capabilities *caps, const char *name)
{
    static const char *const shown[] = {
        "bucket",           "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-oss-date", "x-oss-signature-version",
        "x-oss-credential", "AWSAccessKeyId",  "OSSAccessKeyId",   NULL
    };
    static const char *const hidden[] = { POSTAGE_CALLBACK, POSTAGE_SUCCESS_REDIRECT, NULL };
    const struct capability *row = capability_find(caps, slice_of(name));

    if (row != NULL)
        return !is_in_list(row->name, hidden);
    return is_in_list(name, shown) || capability_is_metadata(caps, slice_of(name));
}

void trace_form(const struct postage_logger *logger, const struct postage_upload_options *options, uint64_t object_bytes)
{
    const struct capabilities *caps = postage_form_provider(options->form)->capabilities;
    const struct postage_field *fields;
    size_t count;

    if (is_silent(logger))
        return;
    fields = postage_form_fields(options->form, &count);
    put(logger, "> POST %s", postage_form_url(options->form));
    for (size_t i = 0; i < count; i++)
        if (may_be_shown(caps, fields[i].name))
            put(logger, "> %s: %s", fields[i].name, fields[i].value);
        else
            put(logger, "> %s: (%zu bytes)", fields[i].name, strlen(fields[i].value));
    put(logger, "> file: %" PRIu64 " bytes", object_bytes);
}

void trace_reply(const struct postage_logger *logger, const struct provider_reply *reply)
{
    /* clang-format off */
    static const char *const shown[] = {
        "content-type", "content-length", "transfer-encoding", "connection", "date", "server", "retry-after", "etag",
        "x-amz-request-id", "x-amz-id-2", "x-amz-version-id", "x-amz-bucket-region", "x-amz-checksum-crc64nvme",
        "x-oss-request-id", "x-oss-version-id", "x-oss-ec", "x-oss-hash-crc64ecma", NULL,
    };
    /* clang-format on */

    if (is_silent(logger))
        return;
    for (size_t i = 0; i < reply->header_count; i++)
        if (is_in_list(reply->headers[i].name, shown))
            put(logger, "< %s: %s", reply->headers[i].name, reply->headers[i].value);
        else
            put(logger, "< %s: (%zu bytes)", reply->headers[i].name, strlen(reply->headers[i].value));
}
