#include "sandbox/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/text.h"
#include "base/url.h"
#include "sandbox/cors.h"

bool answer_start(struct call *call, int status)
{
    if (call_is_answered(call))
        return false;
    call->answer.status = status;
    return true;
}

void answer_header(struct call *call, const char *name, const char *format, ...)
{
    char value[2048];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(value, sizeof value, format, args);
    va_end(args);
    if (len < 0)
        return;
    buf_printf(&call->answer.headers, "%s: ", name);
    /* No value can begin a line of its own, whatever it was made from. */
    for (const char *c = value; *c != '\0'; c++)
        buf_add_char(&call->answer.headers, *c == '\r' || *c == '\n' ? ' ' : *c);
    buf_add_text(&call->answer.headers, "\r\n");
}

void answer_http_date(int64_t unix_s, char date[HTTP_DATE_BYTES])
{
    /* strftime would use the locale's names. */
    static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t moment = (time_t)unix_s;
    struct tm tm;

    date[0] = '\0';
    if (gmtime_r(&moment, &tm) != NULL)
        snprintf(date, HTTP_DATE_BYTES, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[tm.tm_wday], (unsigned)tm.tm_mday % 100,
                 months[tm.tm_mon], (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_hour % 100,
                 (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
}

static const char *xml_escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\r':
        return "&#13;";
    default:
        return NULL;
    }
}

/* XML 1.0 has no way to write most control characters; bytes that are no UTF-8 have none either. */
void xml_add_text(struct buf *xml, struct slice text)
{
    for (size_t i = 0; i < text.len;) {
        size_t len = utf8_sequence_length(text.ptr + i, text.len - i);
        char c = text.ptr[i];
        const char *escape = xml_escape_of(c);

        if (escape != NULL)
            buf_add_text(xml, escape);
        else if (len == 0 || (len == 1 && (unsigned char)c < 0x20 && c != '\n' && c != '\t'))
            buf_add_text(xml, "\xEF\xBF\xBD");
        else
            buf_add(xml, text.ptr + i, len);
        i += len > 0 ? len : 1;
    }
}

void xml_add_element(struct buf *xml, const char *name, struct slice text)
{
    buf_printf(xml, "<%s>", name);
    xml_add_text(xml, text);
    buf_printf(xml, "</%s>", name);
}

struct buf *answer_xml(struct call *call)
{
    answer_header(call, "Content-Type", "application/xml");
    buf_add_text(&call->answer.body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    return &call->answer.body;
}

struct buf *answer_xml_root(struct call *call, const char *root)
{
    struct buf *xml = answer_xml(call);

    buf_printf(xml, call->dialect == DIALECT_OSS ? "<%s>" : "<%s xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">", root);
    return xml;
}

static void add_message(struct buf *xml, const char *message, struct slice detail)
{
    const char *place = strstr(message, "%s");

    buf_add_text(xml, "<Message>");
    if (place == NULL) {
        xml_add_text(xml, slice_of(message));
    } else {
        xml_add_text(xml, (struct slice){ message, (size_t)(place - message) });
        xml_add_text(xml, detail);
        xml_add_text(xml, slice_of(place + 2));
    }
    buf_add_text(xml, "</Message>");
}

/* In the order each store prints them. */
static void add_error(struct call *call, const struct refusal_answer *row, struct slice detail,
                      const struct refusal_extra *extras, size_t count)
{
    struct slice host = request_header(&call->request, "host");
    struct buf *xml = answer_xml(call);
    bool detail_is_code = strcmp(row->code, "%s") == 0;

    buf_add_text(xml, "<Error>");
    xml_add_element(xml, "Code", detail_is_code ? detail : slice_of(row->code));
    add_message(xml, row->message, detail);
    for (size_t i = 0; i < count; i++)
        xml_add_element(xml, extras[i].name, extras[i].value);
    if (call->dialect == DIALECT_MINIO) {
        xml_add_element(xml, "BucketName", call->bucket_name);
        xml_add_element(xml, "Resource", call->request.path);
    }
    xml_add_element(xml, "RequestId", slice_of(call->id));
    if (call->dialect == DIALECT_OSS)
        xml_add_element(xml, "HostId", host.ptr != NULL ? host : SLICE("localhost"));
    else
        xml_add_element(xml, "HostId", SLICE("postage-sandbox"));
    if (call->dialect == DIALECT_OSS && row->ec != NULL)
        xml_add_element(xml, "EC", slice_of(row->ec));
    buf_add_text(xml, "</Error>");
}

void refuse_with(struct call *call, enum refusal refusal, struct slice detail, const struct refusal_extra *extras,
                 size_t count)
{
    const struct refusal_answer *row = refusal_answer(refusal, call->dialect);

    if (!answer_start(call, row->status))
        return;
    call->refusal = refusal;
    add_error(call, row, detail, extras, count);
    if (call->dialect == DIALECT_OSS && row->ec != NULL)
        answer_header(call, "x-oss-ec", "%s", row->ec);
}

void refuse(struct call *call, enum refusal refusal, struct slice detail)
{
    refuse_with(call, refusal, detail, NULL, 0);
}

static void add_identity(struct call *call, struct buf *out)
{
    if (call->dialect == DIALECT_OSS) {
        buf_printf(out, "Server: AliyunOSS\r\nx-oss-request-id: %s\r\nx-oss-server-time: 1\r\n", call->id);
        return;
    }
    buf_printf(out, "Server: %s\r\nx-amz-request-id: %s\r\nx-amz-id-2: postage-sandbox\r\n",
               call->dialect == DIALECT_S3 ? "AmazonS3" : "MinIO", call->id);
    if (call->bucket != NULL)
        buf_printf(out, "x-amz-bucket-region: %s\r\n", call->setup->region);
}

void answer_write_head(struct call *call, bool close, struct buf *out)
{
    const struct answer *answer = &call->answer;
    uint64_t length = answer->file >= 0 ? answer->file_left : answer->body.len;
    char date[HTTP_DATE_BYTES];

    answer_http_date(setup_now(call->setup), date);
    buf_printf(out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", answer->status, http_status_str((enum http_status)answer->status), date);
    add_identity(call, out);
    cors_add_headers(call, out);
    buf_add_slice(out, buf_slice(&answer->headers));
    /* RFC 9110 8.6: 204 and 304 have none. */
    if (!answer->has_length && answer->status != 204 && answer->status != 304) {
        buf_add_text(out, "Content-Length: ");
        buf_add_u64(out, length);
        buf_add_text(out, "\r\n");
    }
    buf_add_text(out, close ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n");
}

/* S3 encodes the slashes of a key as well, and so does its recorded Location; MinIO and OSS leave them. */
void answer_add_object_url(const struct call *call, struct slice key, struct buf *url)
{
    struct slice host = request_header(&call->request, "host");

    buf_add_text(url, call->tls ? "https://" : "http://");
    buf_add_slice(url, host.ptr != NULL ? host : SLICE("localhost"));
    buf_add_char(url, '/');
    if (!call->virtual_host) {
        buf_add_text(url, call->bucket->name);
        buf_add_char(url, '/');
    }
    url_add_encoded(url, key, call->dialect == DIALECT_S3 ? "" : "/");
}
