/*
 * What S3's answers mean. Codes: S3 API "Error responses", and the recordings of real refusals of form uploads. Which may be
 * tried again follows the AWS SDKs' standard retry rules.
 */
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/slice.h"
#include "s3/s3.h"

struct code_row {
    const char *code;
    enum postage_outcome outcome;
    enum postage_retry retry;
};

/* Only codes that do not mean what their status says; the rest is decided by status. */
static const struct code_row codes[] = {
    { "SlowDown", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "SlowDownWrite", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM }, /* MinIO */
    { "Throttling", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "ThrottlingException", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "TooManyRequestsException", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "RequestLimitExceeded", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "BandwidthLimitExceeded", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { "InternalError", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { "ServiceUnavailable", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { "OperationAborted", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { "ConditionalRequestConflict", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { "RequestTimeout", POSTAGE_OUTCOME_NET_DURING_BODY, POSTAGE_RETRY_SAME_FORM },
    { "IncompleteBody", POSTAGE_OUTCOME_NET_DURING_BODY, POSTAGE_RETRY_SAME_FORM },
    { "BadDigest", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_SAME_FORM },
    { "ExpiredToken", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { "InvalidToken", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { "TokenRefreshRequired", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { "RequestTimeTooSkewed", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
};

static const char *find(const struct postage_field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return fields[i].value;
    return "";
}

static const char *element(const struct postage_reply *reply, const char *name)
{
    return find(reply->elements, reply->element_count, name);
}

static const char *header(const struct postage_reply *reply, const char *name)
{
    return find(reply->headers, reply->header_count, name);
}

static struct code_row row_of_status(int status)
{
    struct code_row row = { "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER };

    if (status == 429)
        row = (struct code_row){ "", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM };
    else if (status == 500 || status == 502 || status == 503 || status == 504)
        row = (struct code_row){ "", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM };
    else if (status >= 300 && status < 400)
        row.outcome = POSTAGE_OUTCOME_REDIRECT_REFUSED;
    return row;
}

static struct code_row row_of(const struct postage_reply *reply, const char *code, const char *message)
{
    /* S3 answers AccessDenied for everything; only the text tells that the form was merely late. */
    if (strcmp(code, "AccessDenied") == 0 && strstr(message, "Policy expired") != NULL)
        return (struct code_row){ code, POSTAGE_OUTCOME_FORM_EXPIRED, POSTAGE_RETRY_NEW_FORM };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (strcmp(codes[i].code, code) == 0)
            return codes[i];
    return row_of_status(reply->http_status);
}

/* A failed condition is quoted whole by the server; the one on the token would show it. */
static const char *without_token(const char *message)
{
    static const struct slice name = { "security-token", sizeof "security-token" - 1 };
    struct slice rest = slice_of(message);

    for (; rest.len >= name.len; rest.ptr++, rest.len--)
        if (slice_starts_with_ignoring_case(rest, name))
            return "a condition on the session token failed";
    return message;
}

enum postage_outcome s3_read_error(const struct postage_reply *reply, struct postage_error *err)
{
    const char *code = element(reply, "Code");
    const char *message = without_token(element(reply, "Message"));
    const char *request_id = header(reply, "x-amz-request-id");
    const char *region = element(reply, "Region");
    struct code_row row = row_of(reply, code, element(reply, "Message"));

    if (request_id[0] == '\0')
        request_id = element(reply, "RequestId");
    if (reply->http_status == 501)
        error_set(err, POSTAGE_ERR_REJECTED, "%s: this store has no form upload (HTTP 501)", code[0] != '\0' ? code : "NotImplemented");
    else
        error_set(err, postage_outcome_status(row.outcome), "%s: %s%s%s", code[0] != '\0' ? code : "no error code",
                  message[0] != '\0' ? message : "no message", region[0] != '\0' ? "; the bucket's region is " : "", region);
    err->retry = row.retry;
    err->http_status = reply->http_status;
    snprintf(err->provider_code, sizeof err->provider_code, "%s", code);
    snprintf(err->request_id, sizeof err->request_id, "%s", request_id);
    error_clean_line(err->provider_code);
    error_clean_line(err->request_id);
    return row.outcome;
}

/* S3 API, checksum response headers: base64 of the big-endian value. COMPOSITE values are of parts, not of the object. */
bool s3_read_crc64(const struct postage_reply *reply, uint64_t *crc)
{
    struct slice text = slice_of(header(reply, "x-amz-checksum-crc64nvme"));
    const char *type = header(reply, "x-amz-checksum-type");
    uint8_t bytes[12];

    if (text.len != BASE64_LENGTH(8) || (type[0] != '\0' && strcmp(type, "FULL_OBJECT") != 0) || base64_decode(text, bytes) != 8)
        return false;
    *crc = 0;
    for (size_t i = 0; i < 8; i++)
        *crc = *crc << 8 | bytes[i];
    return true;
}

static int hex_digit(char c)
{
    c = ascii_lower(c);
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* S3 API, "ETag": the MD5 of the object for one-request uploads in plain or under SSE-S3, and of nothing under KMS or SSE-C. */
bool s3_read_md5(const struct postage_reply *reply, uint8_t md5[16])
{
    struct slice etag = slice_of(header(reply, "etag"));
    const char *encryption = header(reply, "x-amz-server-side-encryption");
    const char *customer = header(reply, "x-amz-server-side-encryption-customer-algorithm");

    if (etag.len == 0)
        etag = slice_of(element(reply, "ETag"));
    if (etag.len >= 2 && etag.ptr[0] == '"' && etag.ptr[etag.len - 1] == '"')
        etag = (struct slice){ etag.ptr + 1, etag.len - 2 };
    if (etag.len != 32 || customer[0] != '\0' || (encryption[0] != '\0' && strcmp(encryption, "AES256") != 0))
        return false;
    for (size_t i = 0; i < 16; i++) {
        int high = hex_digit(etag.ptr[2 * i]), low = hex_digit(etag.ptr[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        md5[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
