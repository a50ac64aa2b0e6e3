#include "http/message.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/text.h"
#include "postage/api.h"

/* --- what may be said --- */

/* Framing is libcurl's, and a connection carries one transfer. */
static const char *const framing[] = { "content-length", "transfer-encoding", "connection", "expect" };

static bool is_framing(struct slice name)
{
    for (size_t i = 0; i < sizeof framing / sizeof framing[0]; i++)
        if (slice_is_ignoring_case(name, framing[i]))
            return true;
    return false;
}

static enum postage_status check_header(const struct http_header *header, struct postage_error *err)
{
    struct slice name = slice_of(header->name), value = slice_of(header->value);

    if (!text_is_token(name))
        return error_set(err, POSTAGE_ERR_INVALID, "header " ERROR_QUOTE_FORMAT ": not a header name",
                         ERROR_QUOTE(name.ptr, name.len));
    if (is_framing(name))
        return error_set(err, POSTAGE_ERR_INVALID, "header \"%s\": set by the library itself", header->name);
    if (text_has_control(value)) /* the value may be a secret */
        return error_set(err, POSTAGE_ERR_INVALID, "header \"%s\": its value has a control character", header->name);
    return POSTAGE_OK;
}

bool message_is_head(const struct http_transfer_options *options)
{
    return strcmp(options->method, "HEAD") == 0;
}

enum postage_status message_check(const struct http_transfer_options *options, struct postage_error *err)
{
    struct slice method = slice_of(options->method);

    if (!text_is_token(method) || strcmp(options->method, "CONNECT") == 0)
        return error_set(err, POSTAGE_ERR_INVALID, "method " ERROR_QUOTE_FORMAT ": cannot be asked for",
                         ERROR_QUOTE(method.ptr, method.len));
    if (message_is_head(options) && options->body != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "method \"HEAD\": takes no body");
    for (size_t i = 0; i < options->header_count; i++) {
        enum postage_status status = check_header(&options->headers[i], err);

        if (status != POSTAGE_OK)
            return status;
    }
    return POSTAGE_OK;
}

/* --- saying it --- */

static bool add_line(struct curl_slist **lines, const char *name, const char *end, const char *value)
{
    size_t room = strlen(name) + strlen(end) + strlen(value) + 1;
    char *line = malloc(room); /* libcurl's list is not the caller's allocator's either */
    struct curl_slist *longer = NULL;

    if (line == NULL)
        return false;
    *slice_put(slice_put(slice_put(line, slice_of(name)), slice_of(end)), slice_of(value)) = '\0';
    longer = curl_slist_append(*lines, line);
    mem_wipe(line, room);
    free(line);
    if (longer == NULL)
        return false;
    *lines = longer;
    return true;
}

static bool has_header(const struct http_transfer_options *options, const char *name)
{
    for (size_t i = 0; i < options->header_count; i++)
        if (slice_is_ignoring_case(slice_of(options->headers[i].name), name))
            return true;
    return false;
}

static CURLcode make_lines(const struct http_transfer_options *options, struct curl_slist **lines)
{
    bool made = add_line(lines, "Expect", ":", ""); /* libcurl adds it above 1 MiB: a second lost */

    if (options->body != NULL && !has_header(options, "content-type"))
        made = made && add_line(lines, "Content-Type", ":", ""); /* that of an HTML form else */
    for (size_t i = 0; i < options->header_count && made; i++) {
        const struct http_header *header = &options->headers[i];

        made = add_line(lines, header->name, header->value[0] != '\0' ? ": " : ";", header->value);
    }
    return made ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

void message_clear_lines(struct curl_slist *lines)
{
    for (struct curl_slist *line = lines; line != NULL; line = line->next)
        mem_wipe(line->data, strlen(line->data)); /* tokens and signatures are among them */
    curl_slist_free_all(lines);
}

#define SET(option, value) ((code == CURLE_OK) ? (void)(code = curl_easy_setopt(easy, (option), (value))) : (void)0)

CURLcode message_set(CURL *easy, const struct http_transfer_options *options, struct curl_slist **lines)
{
    CURLcode code = make_lines(options, lines);

    if (options->body != NULL) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)options->body_length);
        SET(CURLOPT_POSTFIELDS, options->body);
    }
    if (message_is_head(options))
        SET(CURLOPT_NOBODY, 1L);
    else
        SET(CURLOPT_CUSTOMREQUEST, options->method);
    SET(CURLOPT_HTTPHEADER, *lines);
    SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE); /* none of them is for a proxy */
    SET(CURLOPT_USERAGENT, "postage/" POSTAGE_VERSION_STRING);
    SET(CURLOPT_PATH_AS_IS, 1L); /* it may be signed */
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L); /* a proxy's head is not the reply's */
    SET(CURLOPT_FRESH_CONNECT, 1L);
    SET(CURLOPT_FORBID_REUSE, 1L);
    return code;
}
