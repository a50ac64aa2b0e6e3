#include "sandbox/answer_head.h"

#include "sandbox/answer.h"
#include "sandbox/cors.h"

static void add_identity(struct call *call, struct buf *out)
{
    const struct dialect_head *head = &call->dialect->head;

    buf_printf(out, "Server: %s\r\n%s: %s\r\n", head->server, head->request_id, call->id);
    buf_add_text(out, head->further_lines != NULL ? head->further_lines : "");
    if (call->bucket != NULL && head->bucket_region != NULL)
        buf_printf(out, "%s: %s\r\n", head->bucket_region, call->setup->region);
}

/* RFC 9110 15 (and 6585 for 429): of what a store answers. RFC 9112 4: others go without. */
static const struct {
    int status;
    const char *phrase;
} phrases[] = { { 200, "OK" },
                { 201, "Created" },
                { 202, "Accepted" },
                { 203, "Non-Authoritative Information" },
                { 204, "No Content" },
                { 206, "Partial Content" },
                { 301, "Moved Permanently" },
                { 302, "Found" },
                { 303, "See Other" },
                { 304, "Not Modified" },
                { 307, "Temporary Redirect" },
                { 308, "Permanent Redirect" },
                { 400, "Bad Request" },
                { 401, "Unauthorized" },
                { 403, "Forbidden" },
                { 404, "Not Found" },
                { 405, "Method Not Allowed" },
                { 408, "Request Timeout" },
                { 409, "Conflict" },
                { 411, "Length Required" },
                { 412, "Precondition Failed" },
                { 413, "Payload Too Large" },
                { 416, "Range Not Satisfiable" },
                { 417, "Expectation Failed" },
                { 429, "Too Many Requests" },
                { 500, "Internal Server Error" },
                { 501, "Not Implemented" },
                { 502, "Bad Gateway" },
                { 503, "Service Unavailable" },
                { 504, "Gateway Timeout" } };

static const char *reason_phrase(int status)
{
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "";
}

void answer_head_write(struct call *call, bool close, struct buf *out)
{
    const struct answer *answer = &call->answer;
    uint64_t length = answer->file >= 0 ? answer->file_left : answer->body.len;
    char date[HTTP_DATE_BYTES];

    answer_http_date(setup_now(call->setup), date);
    buf_printf(out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", answer->status, reason_phrase(answer->status), date);
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
