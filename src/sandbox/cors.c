#include "sandbox/cors.h"

#include "sandbox/answer.h"
#include "sandbox/refuse.h"

#define METHODS "GET, PUT, HEAD, POST, DELETE"

static bool is_plain(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || (unsigned char)text.ptr[i] > 0x7E)
            return false;
    return text.len > 0 && text.len < 1024;
}

void cors_add_headers(struct call *call, struct buf *out)
{
    struct slice origin = request_header(&call->request, "origin");

    if (origin.ptr == NULL || !is_plain(origin))
        return;
    /* A page from a file or a sandboxed frame has the origin "null", which must not be echoed with credentials. */
    buf_add_text(out, "Access-Control-Allow-Origin: ");
    buf_add_slice(out, slice_equal(origin, SLICE("null")) ? SLICE("*") : origin);
    buf_printf(out, "\r\nAccess-Control-Expose-Headers: %s\r\nVary: Origin\r\n", call->dialect->head.exposed);
}

void cors_answer_preflight(struct call *call)
{
    struct slice origin = request_header(&call->request, "origin");
    struct slice method = request_header(&call->request, "access-control-request-method");
    struct slice headers = request_header(&call->request, "access-control-request-headers");

    if (origin.ptr == NULL || method.ptr == NULL || !is_plain(origin)) {
        refuse(call, REFUSAL_CORS, (struct slice){ "", 0 });
        return;
    }
    answer_start(call, 200);
    answer_header(call, "Access-Control-Allow-Methods", METHODS);
    if (headers.ptr != NULL && is_plain(headers))
        answer_header(call, "Access-Control-Allow-Headers", "%.*s", (int)headers.len, headers.ptr);
    answer_header(call, "Access-Control-Max-Age", "3000");
}
