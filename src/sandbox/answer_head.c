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

void answer_head_write(struct call *call, bool close, struct buf *out)
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
