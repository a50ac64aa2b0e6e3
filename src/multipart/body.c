/*
 * The encoder: a row of states, each of which sends one text or asks the source.
 *
 * Texts go from where they are borrowed straight into the reader's buffer, and the file's bytes from their source
 * (body_file.h); only the lines with the boundary in them are rendered beforehand. The length is measured by walking the same
 * rows that send.
 */
#include "postage/body.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/slice.h"
#include "multipart/body_check.h"
#include "multipart/body_file.h"
#include "multipart/boundary.h"
#include "multipart/layout.h"

#define CONTENT_TYPE_FORMAT "multipart/form-data; boundary=%s"
#define PART_OPEN_FORMAT    LAYOUT_LINE_BREAK LAYOUT_DASHES "%s" LAYOUT_NAME_OPEN
#define CLOSE_FORMAT        LAYOUT_LINE_BREAK LAYOUT_DASHES "%s" LAYOUT_DASHES LAYOUT_LINE_BREAK

/* The longest Content-Length that every HTTP library can say. */
#define BODY_MAX_BYTES ((uint64_t)INT64_MAX)

enum body_state {
    BODY_CLOSED,
    BODY_PART_OPEN,
    BODY_FIELD_NAME,
    BODY_FIELD_HEAD_END,
    BODY_FIELD_VALUE,
    BODY_FILE_NAME_OPEN,
    BODY_FILE_NAME,
    BODY_FILE_TYPE_OPEN,
    BODY_FILE_TYPE,
    BODY_FILE_HEAD_END,
    BODY_CONTENT,
    BODY_SOURCE_END,
    BODY_CLOSE,
    BODY_DONE,
    BODY_STATES
};

/* What belongs to one opening; wiped as a whole by close. */
struct opening {
    struct postage_body_options options;
    char content_type[sizeof CONTENT_TYPE_FORMAT + POSTAGE_BOUNDARY_MAX];
    char part_open[sizeof PART_OPEN_FORMAT + POSTAGE_BOUNDARY_MAX];
    size_t part_open_len;
    char close[sizeof CLOSE_FORMAT + POSTAGE_BOUNDARY_MAX];
    uint64_t head_length;
    enum body_state state;
    size_t field_index;                /* of the field that `state` is at or before, when there is one */
    const struct postage_field *field; /* that field, once its part is open */
    struct slice rest;                 /* what the state's text has left to send */
    size_t escape_sent;                /* bytes of the escape for `rest`'s first character that were sent */
    uint64_t position;                 /* bytes sent */
    struct postage_error error;        /* sticky until rewind; code OK: none */
};

struct postage_body {
    struct postage_allocator alloc;
    struct random_pool *pool; /* NULL until the first boundary is drawn */
    struct body_file file;
    struct opening now;
};

/* The reader's buffer, from the first byte that is still free. */
struct sink {
    uint8_t *at;
    size_t left;
};

struct state_row {
    enum postage_status (*run)(struct postage_body *body, struct sink *sink);
    struct slice (*text)(const struct postage_body *body); /* NULL: sends no text */
    enum body_state next;
};

static const struct state_row states[BODY_STATES];

static struct slice part_open(const struct postage_body *body)
{
    size_t from = body->now.field_index == 0 ? strlen(LAYOUT_LINE_BREAK) : 0;

    return (struct slice){ body->now.part_open + from, body->now.part_open_len - from };
}

static struct slice field_name(const struct postage_body *body)
{
    return slice_of(body->now.field->name);
}

static struct slice field_value(const struct postage_body *body)
{
    return slice_of(body->now.field->value);
}

static struct slice quote_and_empty_line(const struct postage_body *body)
{
    (void)body;
    return SLICE(LAYOUT_FIELD_END);
}

static struct slice file_name_open(const struct postage_body *body)
{
    (void)body;
    return SLICE(LAYOUT_FILE_OPEN);
}

static struct slice file_name(const struct postage_body *body)
{
    return slice_of(body->now.options.file_name != NULL ? body->now.options.file_name : LAYOUT_FILE_NAME);
}

static struct slice file_type_open(const struct postage_body *body)
{
    (void)body;
    return SLICE(LAYOUT_TYPE_OPEN);
}

static struct slice file_type(const struct postage_body *body)
{
    return slice_of(body->now.options.file_content_type != NULL ? body->now.options.file_content_type : LAYOUT_FILE_TYPE);
}

static struct slice empty_line(const struct postage_body *body)
{
    (void)body;
    return SLICE(LAYOUT_FILE_END);
}

static struct slice close_delimiter(const struct postage_body *body)
{
    return slice_of(body->now.close);
}

static void go_to(struct postage_body *body, enum body_state state)
{
    body->now.state = state;
    body->now.rest = states[state].text != NULL ? states[state].text(body) : (struct slice){ "", 0 };
}

static void advance(struct sink *sink, size_t len)
{
    sink->at += len;
    sink->left -= len;
}

static void put_bytes(struct sink *sink, const char *bytes, size_t len)
{
    memcpy(sink->at, bytes, len);
    advance(sink, len);
}

static void send_rest(struct postage_body *body, struct sink *sink, size_t len)
{
    struct slice rest = body->now.rest;

    if (len > sink->left)
        len = sink->left;
    put_bytes(sink, rest.ptr, len);
    body->now.rest = (struct slice){ rest.ptr + len, rest.len - len };
}

static enum postage_status put_text(struct postage_body *body, struct sink *sink)
{
    send_rest(body, sink, body->now.rest.len);
    if (body->now.rest.len == 0)
        go_to(body, states[body->now.state].next);
    return POSTAGE_OK;
}

static void put_quote(struct postage_body *body, struct sink *sink)
{
    struct slice escape = SLICE("%22");
    size_t len = escape.len - body->now.escape_sent;

    if (len > sink->left)
        len = sink->left;
    put_bytes(sink, escape.ptr + body->now.escape_sent, len);
    body->now.escape_sent += len;
    if (body->now.escape_sent < escape.len)
        return;
    body->now.escape_sent = 0;
    body->now.rest.ptr++;
    body->now.rest.len--;
}

/* HTML "escape a multipart/form-data name": `"` is sent as %22; the line breaks it escapes as well were refused at open. */
static enum postage_status put_name(struct postage_body *body, struct sink *sink)
{
    while (body->now.rest.len > 0 && sink->left > 0) {
        const char *quote = memchr(body->now.rest.ptr, '"', body->now.rest.len);

        if (quote == body->now.rest.ptr)
            put_quote(body, sink);
        else
            send_rest(body, sink, quote != NULL ? (size_t)(quote - body->now.rest.ptr) : body->now.rest.len);
    }
    if (body->now.rest.len == 0)
        go_to(body, states[body->now.state].next);
    return POSTAGE_OK;
}

static enum postage_status open_part(struct postage_body *body, struct sink *sink)
{
    send_rest(body, sink, body->now.rest.len);
    if (body->now.rest.len == 0) {
        body->now.field = body_check_field(&body->now.options, body->now.field_index);
        go_to(body, body->now.field != NULL ? BODY_FIELD_NAME : BODY_FILE_NAME_OPEN);
    }
    return POSTAGE_OK;
}

static enum postage_status put_value(struct postage_body *body, struct sink *sink)
{
    send_rest(body, sink, body->now.rest.len);
    if (body->now.rest.len == 0) {
        body->now.field_index++;
        go_to(body, BODY_PART_OPEN);
    }
    return POSTAGE_OK;
}

static enum postage_status put_content(struct postage_body *body, struct sink *sink)
{
    uint64_t left = body_file_left(&body->file);
    size_t want = left < sink->left ? (size_t)left : sink->left;
    enum postage_status status;
    size_t got;

    if (left == 0) {
        go_to(body, BODY_SOURCE_END);
        return POSTAGE_OK;
    }
    status = body_file_read(&body->file, sink->at, want, &got, &body->now.error);
    if (status != POSTAGE_OK)
        return status;
    advance(sink, got);
    /* A source that gave less than asked has no more at hand: hand on what there is rather than wait for it. */
    return got < want ? POSTAGE_AGAIN : POSTAGE_OK;
}

/* Nothing of the closing delimiter is shown before this: servers store an object when most of that delimiter has come. */
static enum postage_status end_source(struct postage_body *body, struct sink *sink)
{
    enum postage_status status = body_file_end(&body->file, &body->now.error);

    (void)sink;
    if (status == POSTAGE_OK)
        go_to(body, BODY_CLOSE);
    return status;
}

static enum postage_status put_nothing(struct postage_body *body, struct sink *sink)
{
    (void)body;
    (void)sink;
    return POSTAGE_END;
}

static const struct state_row states[BODY_STATES] = {
    [BODY_CLOSED] = { put_nothing, NULL, BODY_CLOSED },
    [BODY_PART_OPEN] = { open_part, part_open, BODY_FIELD_NAME },
    [BODY_FIELD_NAME] = { put_name, field_name, BODY_FIELD_HEAD_END },
    [BODY_FIELD_HEAD_END] = { put_text, quote_and_empty_line, BODY_FIELD_VALUE },
    [BODY_FIELD_VALUE] = { put_value, field_value, BODY_PART_OPEN },
    [BODY_FILE_NAME_OPEN] = { put_text, file_name_open, BODY_FILE_NAME },
    [BODY_FILE_NAME] = { put_name, file_name, BODY_FILE_TYPE_OPEN },
    [BODY_FILE_TYPE_OPEN] = { put_text, file_type_open, BODY_FILE_TYPE },
    [BODY_FILE_TYPE] = { put_text, file_type, BODY_FILE_HEAD_END },
    [BODY_FILE_HEAD_END] = { put_text, empty_line, BODY_CONTENT },
    [BODY_CONTENT] = { put_content, NULL, BODY_SOURCE_END },
    [BODY_SOURCE_END] = { end_source, NULL, BODY_CLOSE },
    [BODY_CLOSE] = { put_text, close_delimiter, BODY_DONE },
    [BODY_DONE] = { put_nothing, NULL, BODY_DONE },
};

/* Lets the states run through the head into a sink that only counts, so that what is declared is what will be sent. */
static enum postage_status measure_head(struct postage_body *body, struct postage_error *err)
{
    uint8_t scratch[256];
    struct sink sink;

    go_to(body, BODY_PART_OPEN);
    while (body->now.state != BODY_CONTENT) {
        sink = (struct sink){ scratch, sizeof scratch };
        states[body->now.state].run(body, &sink);
        body->now.head_length += sizeof scratch - sink.left;
    }
    mem_wipe(scratch, sizeof scratch);
    if (body->file.length > BODY_MAX_BYTES - body->now.head_length - strlen(body->now.close))
        return error_set(err, POSTAGE_ERR_LIMIT, "a body with a file of %llu bytes would be longer than 2^63-1 bytes",
                         (unsigned long long)body->file.length);
    return POSTAGE_OK;
}

static void go_to_start(struct postage_body *body)
{
    body->now.field_index = 0;
    body->now.escape_sent = 0;
    body->now.position = 0;
    body->now.error = (struct postage_error)POSTAGE_ERROR_INIT;
    go_to(body, BODY_PART_OPEN);
}

/* A drawn boundary that occurs in a field is drawn again; a third time, the generator is broken rather than unlucky. */
static enum postage_status draw_boundary(struct postage_body *body, char *boundary, struct postage_error *err)
{
    enum postage_status status = POSTAGE_OK;

    if (body->pool == NULL)
        status = random_pool_new(&body->pool, &body->alloc);
    for (int tries = 0; status == POSTAGE_OK && tries < 3; tries++) {
        status = boundary_draw(body->pool, boundary);
        if (status == POSTAGE_OK && body_check_find_boundary(&body->now.options, boundary) == NULL)
            return POSTAGE_OK;
    }
    return error_plain(err, status == POSTAGE_OK ? POSTAGE_ERR_CRYPTO : status);
}

static enum postage_status copy_boundary(struct postage_body *body, char *boundary, struct postage_error *err)
{
    const char *given = body->now.options.boundary;
    const char *holder = body_check_find_boundary(&body->now.options, given);

    if (holder != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "the boundary occurs in " ERROR_QUOTE_FORMAT,
                         ERROR_QUOTE(holder, strlen(holder)));
    snprintf(boundary, POSTAGE_BOUNDARY_MAX + 1, "%s", given);
    return POSTAGE_OK;
}

static enum postage_status render_boundary(struct postage_body *body, struct postage_error *err)
{
    char boundary[POSTAGE_BOUNDARY_MAX + 1];
    enum postage_status status;

    if (body->now.options.boundary != NULL)
        status = copy_boundary(body, boundary, err);
    else
        status = draw_boundary(body, boundary, err);
    body->now.options.boundary = NULL;
    if (status == POSTAGE_OK) {
        snprintf(body->now.content_type, sizeof body->now.content_type, CONTENT_TYPE_FORMAT, boundary);
        body->now.part_open_len = (size_t)snprintf(body->now.part_open, sizeof body->now.part_open, PART_OPEN_FORMAT, boundary);
        snprintf(body->now.close, sizeof body->now.close, CLOSE_FORMAT, boundary);
    }
    mem_wipe(boundary, sizeof boundary);
    return status;
}

enum postage_status postage_body_new(struct postage_body **out, const struct postage_allocator *alloc)
{
    struct postage_allocator own = mem_allocator(alloc);
    struct postage_body *body = mem_alloc(&own, sizeof *body);

    *out = body;
    if (body == NULL)
        return POSTAGE_ERR_NOMEM;
    body->alloc = own;
    return POSTAGE_OK;
}

void postage_body_free(struct postage_body *body)
{
    struct postage_allocator own;

    if (body == NULL)
        return;
    postage_body_close(body);
    random_pool_free(body->pool);
    body_file_free(&body->file);
    own = body->alloc;
    mem_wipe_free(&own, body, sizeof *body);
}

enum postage_status postage_body_open(struct postage_body *body, const struct postage_body_options *options,
                                      struct postage_error *err)
{
    enum postage_status status;

    postage_body_close(body);
    status = OPTIONS_TAKE(&body->now.options, options, struct postage_body_options, digests, err);
    if (status != POSTAGE_OK)
        return status;
    status = body_file_open(&body->file, &body->now.options, err);
    if (status == POSTAGE_OK)
        status = body_check_options(&body->now.options, err);
    if (status == POSTAGE_OK)
        status = render_boundary(body, err);
    if (status == POSTAGE_OK)
        status = measure_head(body, err);
    if (status != POSTAGE_OK) {
        postage_body_close(body);
        return status;
    }
    go_to_start(body);
    return POSTAGE_OK;
}

void postage_body_close(struct postage_body *body)
{
    mem_wipe(&body->now, sizeof body->now);
    body_file_close(&body->file);
}

const char *postage_body_content_type(const struct postage_body *body)
{
    return body->now.content_type;
}

uint64_t postage_body_length(const struct postage_body *body)
{
    return body->now.head_length + body->file.length + strlen(body->now.close);
}

uint64_t postage_body_head_length(const struct postage_body *body)
{
    return body->now.head_length;
}

uint64_t postage_body_close_length(const struct postage_body *body)
{
    return strlen(body->now.close);
}

uint64_t postage_body_position(const struct postage_body *body)
{
    return body->now.position;
}

uint64_t postage_body_source_position(const struct postage_body *body)
{
    return body->file.position;
}

static enum postage_status copy_error(const struct postage_body *body, struct postage_error *err)
{
    return error_give(err, &body->now.error);
}

enum postage_status postage_body_read(struct postage_body *body, uint8_t *dst, size_t cap, size_t *written,
                                      struct postage_error *err)
{
    struct sink sink = { dst, cap };
    enum postage_status status = body->now.error.code;

    *written = 0;
    if (body->now.state == BODY_CLOSED)
        return error_set(err, POSTAGE_ERR_INVALID, "the body is not open");
    if (dst == NULL || cap == 0)
        return error_set(err, POSTAGE_ERR_INVALID, "a body needs a buffer of at least 1 byte to be read into");
    while (status == POSTAGE_OK && sink.left > 0)
        status = states[body->now.state].run(body, &sink);
    *written = cap - sink.left;
    body->now.position += *written;
    /* What comes after these bytes, be it AGAIN or an error, is the next call's answer. */
    if (*written > 0)
        return POSTAGE_OK;
    return status < POSTAGE_OK ? copy_error(body, err) : status;
}

enum postage_status postage_body_rewind(struct postage_body *body, struct postage_error *err)
{
    if (body->now.state == BODY_CLOSED)
        return error_set(err, POSTAGE_ERR_INVALID, "the body is not open");
    if (!postage_body_can_rewind(body))
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "the source can be read only once, and has been");
    body->now.error = (struct postage_error)POSTAGE_ERROR_INIT;
    if (body_file_rewind(&body->file, &body->now.error) != POSTAGE_OK)
        return copy_error(body, err);
    go_to_start(body);
    return POSTAGE_OK;
}

bool postage_body_can_rewind(const struct postage_body *body)
{
    return body->now.state != BODY_CLOSED && body_file_can_rewind(&body->file);
}

size_t postage_body_digest(const struct postage_body *body, enum postage_digest digest, uint8_t *bytes, size_t capacity)
{
    return digester_get(&body->file.digester, digest, bytes, capacity);
}
