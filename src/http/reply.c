#include "http/reply.h"

#include "base/text.h"

enum { KEEP_BYTES = 2048 }; /* storage up to this size waits for the next reply */

void http_reply_init(struct http_reply *reply, const struct postage_allocator *alloc)
{
    *reply = (struct http_reply){ 0 };
    buf_init(&reply->head, alloc, 2 * HTTP_HEAD_MAX_BYTES);
    buf_init(&reply->body, alloc, SIZE_MAX - 1);
    buf_init(&reply->partial, alloc, HTTP_HEAD_MAX_BYTES);
}

void http_reply_clear(struct http_reply *reply)
{
    buf_clear(&reply->head);
    buf_clear(&reply->body);
    buf_clear(&reply->partial);
}

static struct buf wiped(struct buf buf)
{
    if (buf.cap > KEEP_BYTES) {
        buf_clear(&buf);
        return buf;
    }
    if (buf.ptr != NULL)
        mem_wipe(buf.ptr, buf.cap);
    buf_reset(&buf);
    return buf;
}

void http_reply_begin(struct http_reply *reply, size_t success_max, size_t refusal_max)
{
    *reply = (struct http_reply){
        .head = wiped(reply->head),
        .body = wiped(reply->body),
        .partial = wiped(reply->partial),
        .success_max = success_max,
        .refusal_max = refusal_max,
    };
}

static bool set_fault(struct http_reply *reply, const char *fault)
{
    if (reply->fault == NULL)
        reply->fault = fault;
    return false;
}

/* --- the head, line by line --- */

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
    reply->is_1_0 = s[7] == '0';
    reply->ends_connection |= reply->is_1_0; /* what an interim reply said of the connection holds */
    reply->state = REPLY_HEADERS;
    reply->status = (s[9] - '0') * 100 + (s[10] - '0') * 10 + (s[11] - '0');
    if (reply->status < 100)
        return set_fault(reply, "a status under 100");
    return true;
}

/* RFC 9112 6.3: some replies have no body whatever they say; then chunks, then a length; else it lasts as long as the peer. */
static void begin_body(struct http_reply *reply)
{
    bool none = reply->status == 204 || reply->status == 304;

    reply->head_complete = true;
    if (none && (reply->chunked || (reply->has_length && reply->length > 0)))
        reply->ends_connection = true; /* who announces a body there may also send one */
    if (none)
        reply->chunked = false;
    if (none || (reply->has_length && reply->length == 0)) {
        reply->body_end = HTTP_BODY_COMPLETE;
        reply->state = REPLY_OVER;
        return;
    }
    reply->chunks = (struct chunks){ 0 };
    reply->ends_connection |= !reply->has_length && !reply->chunked;
    reply->state = REPLY_BODY;
}

static bool end_head(struct http_reply *reply)
{
    if (reply->status == 101)
        return set_fault(reply, "an unrequested switch of protocols");
    if (reply->status < 200) {
        reply->state = REPLY_STATUS_LINE;
        reply->status = 0; /* of the final one nothing is known */
        reply->begun = false;
        return ++reply->interim <= HTTP_INTERIM_MAX ||
               set_fault(reply, "more than " TEXT_OF_NUMBER(HTTP_INTERIM_MAX) " interim replies");
    }
    /* RFC 9112 6.3, 3: both together "might indicate an attempt to perform request smuggling or response splitting". */
    if (reply->has_length && reply->chunked) {
        reply->head_complete = true;
        return set_fault(reply, "both Content-Length and Transfer-Encoding");
    }
    if (reply->chunked && reply->is_1_0) { /* RFC 9112 6.1: faulty framing */
        reply->head_complete = true;
        return set_fault(reply, "Transfer-Encoding in HTTP/1.0");
    }
    begin_body(reply);
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

/* A list of words (RFC 9110 7.6.1). */
static bool take_connection(struct http_reply *reply, struct slice value)
{
    while (value.len > 0) {
        const char *comma = memchr(value.ptr, ',', value.len);
        size_t length = comma != NULL ? (size_t)(comma - value.ptr) : value.len;

        if (slice_equal_ignoring_case(text_trim((struct slice){ value.ptr, length }), SLICE("close")))
            reply->ends_connection = true;
        length += comma != NULL;
        value = (struct slice){ value.ptr + length, value.len - length };
    }
    return true;
}

static const struct {
    struct slice name;
    bool (*take)(struct http_reply *reply, struct slice value);
} rules[] = {
    { { "content-length", 14 }, take_length },
    { { "transfer-encoding", 17 }, take_coding },
    { { "connection", 10 }, take_connection },
    { { "proxy-connection", 16 }, take_connection }, /* never a standard, but who says "close" means it */
};

static bool keep_header(struct http_reply *reply, struct slice name, struct slice value)
{
    for (size_t i = 0; i < name.len; i++)
        buf_add_char(&reply->head, ascii_lower(name.ptr[i]));
    buf_add_char(&reply->head, '\0');
    buf_add_slice(&reply->head, value);
    buf_add_char(&reply->head, '\0');
    if (buf_status(&reply->head) != POSTAGE_OK)
        return set_fault(reply, "out of memory");
    reply->header_count++; /* what was counted can be read, whatever became of the reply */
    return true;
}

/* RFC 9110 5.5: no control characters but the tab. */
static bool has_control(struct slice value)
{
    for (size_t i = 0; i < value.len; i++)
        if (((unsigned char)value.ptr[i] < 0x20 && value.ptr[i] != '\t') || value.ptr[i] == 0x7F)
            return true;
    return false;
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
    if (reply->state == REPLY_TRAILERS) /* counted, not kept: nothing in them may change the reply's meaning */
        return true;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (slice_equal_ignoring_case(name, rules[i].name) && !rules[i].take(reply, value))
            return false;
    return keep_header(reply, name, value);
}

static bool end_trailers(struct http_reply *reply)
{
    reply->body_end = HTTP_BODY_COMPLETE;
    reply->state = REPLY_OVER;
    return true;
}

/* One line of a head or of trailers, with its line end. */
static bool take_line(struct http_reply *reply, struct slice line)
{
    if (!slice_ends_with(line, SLICE("\r\n")))
        return set_fault(reply, "a header line that ends in a bare LF");
    line.len -= 2;
    if (text_find_line_break(line) != SIZE_MAX)
        return set_fault(reply, "CR or NUL inside a header line");
    if (has_control(line))
        return set_fault(reply, "a control character inside a header line");
    if (reply->state == REPLY_STATUS_LINE)
        return take_status_line(reply, line);
    if (line.len > 0)
        return take_header(reply, line);
    return reply->state == REPLY_TRAILERS ? end_trailers(reply) : end_head(reply);
}

/* --- bytes --- */

/* What a reply cannot begin with, told before its line has ended: junk need not have lines at all. */
static bool check_beginning(struct http_reply *reply, struct slice line)
{
    static const struct slice beginning = { "HTTP/1.", 7 };
    size_t length = line.len < beginning.len ? line.len : beginning.len;

    if (memcmp(line.ptr, beginning.ptr, length) == 0)
        return true;
    /* RFC 8446 5.1: an alert (21) of version 3.x. */
    if (line.len >= 2 && line.ptr[0] == 0x15 && line.ptr[1] == 0x03)
        return set_fault(reply, "a TLS record instead of HTTP: this port speaks TLS (https)");
    return line.ptr[0] == 0x15 && line.len < 2 ? true : set_fault(reply, "not an HTTP/1.1 status line");
}

/* Up to the next line end, or to where all lines together are too long. */
static size_t take_of_line(struct http_reply *reply, struct slice bytes)
{
    size_t room = HTTP_HEAD_MAX_BYTES - reply->head_bytes, within = bytes.len < room ? bytes.len : room;
    const char *end = memchr(bytes.ptr, '\n', within);
    struct slice line = { bytes.ptr, end != NULL ? (size_t)(end - bytes.ptr) + 1 : within };
    size_t used = line.len;

    reply->head_bytes += used;
    if (end == NULL || reply->partial.len > 0) {
        buf_add_slice(&reply->partial, line);
        line = buf_slice(&reply->partial);
    }
    if (buf_status(&reply->partial) != POSTAGE_OK)
        set_fault(reply, "out of memory");
    else if (reply->state == REPLY_STATUS_LINE && !check_beginning(reply, line))
        return used;
    else if (end == NULL && used < bytes.len)
        set_fault(reply, "header lines over " TEXT_OF_NUMBER(HTTP_HEAD_MAX_KIB) " KiB");
    else if (end != NULL) {
        take_line(reply, line);
        buf_reset(&reply->partial);
    }
    return used;
}

/* @return whether there was room for all of it. */
static bool keep_body(struct http_reply *reply, struct slice data)
{
    size_t cap = reply->status < 300 ? reply->success_max : reply->refusal_max, room = cap - reply->body.len;

    reply->body_bytes += data.len;
    buf_add(&reply->body, data.ptr, data.len < room ? data.len : room);
    if (buf_status(&reply->body) != POSTAGE_OK)
        return set_fault(reply, "out of memory");
    if (data.len <= room)
        return true;
    reply->body_end = HTTP_BODY_CAPPED;
    reply->state = REPLY_OVER;
    return false;
}

static size_t take_of_chunks(struct http_reply *reply, struct slice bytes)
{
    struct slice data;
    size_t used = chunks_take(&reply->chunks, bytes, &data);

    if (!keep_body(reply, data))
        return used;
    if (reply->chunks.fault != NULL)
        set_fault(reply, reply->chunks.fault);
    if (reply->chunks.state == CHUNKS_LAST)
        reply->state = REPLY_TRAILERS;
    return used;
}

static size_t take_of_body(struct http_reply *reply, struct slice bytes)
{
    uint64_t left = reply->has_length ? reply->length - reply->body_bytes : UINT64_MAX;
    size_t used = bytes.len < left ? bytes.len : (size_t)left;

    if (reply->chunked)
        return take_of_chunks(reply, bytes);
    if (keep_body(reply, (struct slice){ bytes.ptr, used }) && used == left) {
        reply->body_end = HTTP_BODY_COMPLETE;
        reply->state = REPLY_OVER;
    }
    return used;
}

size_t http_reply_take(struct http_reply *reply, struct slice bytes)
{
    size_t used = 0;

    while (used < bytes.len && !http_reply_is_over(reply)) {
        struct slice rest = { bytes.ptr + used, bytes.len - used };

        reply->begun = true;
        used += reply->state == REPLY_BODY ? take_of_body(reply, rest) : take_of_line(reply, rest);
    }
    return used;
}

void http_reply_end(struct http_reply *reply, bool in_order)
{
    if (http_reply_is_over(reply) || !reply->begun)
        return;
    if (!reply->head_complete)
        set_fault(reply, reply->status != 0 ? "its head was cut" : "its first line was cut");
    else if (in_order && reply->state == REPLY_BODY && !reply->has_length && !reply->chunked)
        reply->body_end = HTTP_BODY_TO_CLOSE;
    reply->state = REPLY_OVER;
}

bool http_reply_is_over(const struct http_reply *reply)
{
    return reply->state == REPLY_OVER || reply->fault != NULL;
}

bool http_reply_ran_out_of_memory(const struct http_reply *reply)
{
    return buf_status(&reply->head) == POSTAGE_ERR_NOMEM || buf_status(&reply->body) == POSTAGE_ERR_NOMEM ||
           buf_status(&reply->partial) == POSTAGE_ERR_NOMEM;
}

bool http_reply_keeps_connection(const struct http_reply *reply)
{
    return reply->fault == NULL && reply->body_end == HTTP_BODY_COMPLETE && !reply->ends_connection;
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
