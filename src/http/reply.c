#include "http/reply.h"

#include "base/text.h"

enum { KEEP_BYTES = 2048 }; /* storage up to this size waits for the next reply */

void http_reply_init(struct http_reply *reply, const struct postage_allocator *alloc)
{
    *reply = (struct http_reply){ 0 };
    buf_init(&reply->head, alloc, 2 * HTTP_HEAD_MAX_BYTES);
    buf_init(&reply->body, alloc, SIZE_MAX - 1);
}

void http_reply_clear(struct http_reply *reply)
{
    buf_clear(&reply->head);
    buf_clear(&reply->body);
}

static void reset_storage(struct buf *buf)
{
    if (buf->cap > KEEP_BYTES) {
        buf_clear(buf);
        return;
    }
    if (buf->ptr != NULL)
        mem_wipe(buf->ptr, buf->cap);
    buf_reset(buf);
}

void http_reply_reset(struct http_reply *reply)
{
    struct buf head = reply->head, body = reply->body;

    reset_storage(&head);
    reset_storage(&body);
    *reply = (struct http_reply){ .head = head, .body = body };
}

static bool set_fault(struct http_reply *reply, const char *fault)
{
    if (reply->fault == NULL)
        reply->fault = fault;
    return false;
}

/* RFC 9112 4: HTTP-version SP status-code SP [ reason-phrase ]; the last SP is often forgotten and harmless. */
static bool take_status_line(struct http_reply *reply, struct slice line)
{
    const char *s = line.ptr;

    if (!slice_starts_with(line, SLICE("HTTP/1.1 ")) && !slice_starts_with(line, SLICE("HTTP/1.0 ")))
        return set_fault(reply, "not an HTTP/1.1 status line");
    if (line.len < 12 || !text_is_digit(s[9]) || !text_is_digit(s[10]) || !text_is_digit(s[11]) ||
        (line.len > 12 && s[12] != ' '))
        return set_fault(reply, "no three-digit status");
    buf_reset(&reply->head);
    reply->header_count = 0;
    reply->has_length = reply->chunked = false;
    reply->in_head = true;
    reply->status = (s[9] - '0') * 100 + (s[10] - '0') * 10 + (s[11] - '0');
    return true;
}

static bool end_head(struct http_reply *reply)
{
    reply->in_head = false;
    if (reply->status == 101)
        return set_fault(reply, "an unrequested switch of protocols");
    if (reply->status < 200)
        return ++reply->interim <= HTTP_INTERIM_MAX ||
               set_fault(reply, "more than " TEXT_OF_NUMBER(HTTP_INTERIM_MAX) " interim replies");
    reply->head_complete = true;
    /* RFC 9112 6.3, 3: both together "might indicate an attempt to perform request smuggling or response splitting". */
    if (reply->has_length && reply->chunked)
        return set_fault(reply, "both Content-Length and Transfer-Encoding");
    return true;
}

static bool take_length(struct http_reply *reply, struct slice value)
{
    uint64_t length;

    if (!text_to_u64(value, &length))
        return set_fault(reply, "Content-Length is not a number");
    if (reply->has_length && reply->length != length)
        return set_fault(reply, "two different Content-Length headers");
    reply->has_length = true;
    reply->length = length;
    return true;
}

static bool take_coding(struct http_reply *reply, struct slice value)
{
    if (reply->chunked || !slice_equal_ignoring_case(value, SLICE("chunked")))
        return set_fault(reply, "a Transfer-Encoding other than chunked");
    reply->chunked = true;
    return true;
}

static void keep_header(struct http_reply *reply, struct slice name, struct slice value)
{
    for (size_t i = 0; i < name.len; i++)
        buf_add_char(&reply->head, ascii_lower(name.ptr[i]));
    buf_add_char(&reply->head, '\0');
    buf_add_slice(&reply->head, value);
    buf_add_char(&reply->head, '\0');
    reply->header_count++;
}

static bool take_header(struct http_reply *reply, struct slice line)
{
    const char *colon = slice_find(line, SLICE(":"));
    struct slice name, value;

    /* RFC 9112 5.1: no blank before the colon; 5.2: folded lines are obsolete. Both fail as "not a token". */
    if (colon == NULL)
        return set_fault(reply, "a header line without a colon");
    name = (struct slice){ line.ptr, (size_t)(colon - line.ptr) };
    value = text_trim((struct slice){ colon + 1, line.len - name.len - 1 });
    if (!text_is_token(name))
        return set_fault(reply, "a header name that is not a token");
    if (slice_equal_ignoring_case(name, SLICE("content-length")) && !take_length(reply, value))
        return false;
    if (slice_equal_ignoring_case(name, SLICE("transfer-encoding")) && !take_coding(reply, value))
        return false;
    keep_header(reply, name, value);
    return buf_status(&reply->head) == POSTAGE_OK || set_fault(reply, "out of memory");
}

bool http_reply_line(struct http_reply *reply, struct slice line)
{
    if (reply->fault != NULL)
        return false;
    reply->head_bytes += line.len;
    if (reply->head_bytes > HTTP_HEAD_MAX_BYTES)
        return set_fault(reply, "header lines over " TEXT_OF_NUMBER(HTTP_HEAD_MAX_KIB) " KiB");
    if (reply->head_complete)
        return true; /* trailers of a chunked body: counted, not kept */
    if (!slice_ends_with(line, SLICE("\r\n")))
        return set_fault(reply, "a header line that ends in a bare LF");
    line.len -= 2;
    if (text_find_line_break(line) != SIZE_MAX)
        return set_fault(reply, "CR or NUL inside a header line");
    if (!reply->in_head)
        return take_status_line(reply, line);
    return line.len == 0 ? end_head(reply) : take_header(reply, line);
}

bool http_reply_bytes(struct http_reply *reply, struct slice bytes, size_t cap)
{
    struct slice kept = bytes;

    if (kept.len > cap - reply->body.len)
        kept.len = cap - reply->body.len;
    buf_add_slice(&reply->body, kept);
    if (kept.len < bytes.len)
        reply->body_capped = true;
    if (buf_status(&reply->body) != POSTAGE_OK)
        return set_fault(reply, "out of memory");
    return !reply->body_capped;
}

bool http_reply_is_framed(const struct http_reply *reply)
{
    return reply->has_length || reply->chunked || reply->status == 204 || reply->status == 304;
}

void http_reply_next_header(const struct http_reply *reply, size_t *at, const char **name, const char **value)
{
    *name = reply->head.ptr + *at;
    *value = *name + strlen(*name) + 1;
    *at = (size_t)(*value - reply->head.ptr) + strlen(*value) + 1;
}

const char *http_reply_header(const struct http_reply *reply, const char *name)
{
    size_t at = 0;

    for (size_t i = 0; i < reply->header_count; i++) {
        const char *found, *value;

        http_reply_next_header(reply, &at, &found, &value);
        if (strcmp(found, name) == 0)
            return value;
    }
    return NULL;
}
