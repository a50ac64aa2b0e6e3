/*
 * The encoder: a row of states, each of which sends one text or asks the source.
 *
 * Texts go from where they are borrowed straight into the reader's buffer, and the source writes there itself; all that is
 * rendered beforehand are the lines with the boundary in them. The length is measured by walking the same rows that send.
 */
#include "postage/body.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/slice.h"
#include "multipart/body_check.h"
#include "multipart/boundary.h"

/* RFC 7578 4.2: Content-Disposition comes first (OSS insists on it); 4.7: no Content-Transfer-Encoding. */
#define CONTENT_TYPE_FORMAT "multipart/form-data; boundary=%s"
#define PART_OPEN_FORMAT    "\r\n--%s\r\nContent-Disposition: form-data; name=\""
#define CLOSE_FORMAT        "\r\n--%s--\r\n"
#define DEFAULT_FILE_NAME   "file"
#define DEFAULT_FILE_TYPE   "application/octet-stream"

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

struct digests {
    uint64_t crc64;
    EVP_MD_CTX *md5;      /* kept from use to use; NULL until asked for */
    EVP_MD_CTX *md5_copy; /* where an answer is finished while `md5` goes on */
};

/* What belongs to one opening; wiped as a whole by close. */
struct opening {
    struct postage_body_options options;
    char content_type[sizeof CONTENT_TYPE_FORMAT + POSTAGE_BOUNDARY_MAX];
    char part_open[sizeof PART_OPEN_FORMAT + POSTAGE_BOUNDARY_MAX];
    size_t part_open_len;
    char close[sizeof CLOSE_FORMAT + POSTAGE_BOUNDARY_MAX];
    bool has_identity;
    struct postage_identity identity;
    uint64_t file_length;
    uint64_t head_length;
    enum body_state state;
    size_t field_index;         /* of the field that `state` is at or before, when there is one */
    struct slice rest;          /* what the state's text has left to send */
    size_t escape_sent;         /* bytes of the escape for `rest`'s first character that were sent */
    uint64_t position;          /* bytes sent */
    uint64_t source_position;   /* bytes of the file among them */
    bool source_touched;        /* its read was called since open or rewind */
    struct postage_error error; /* sticky until rewind; code OK: none */
};

struct postage_body {
    struct postage_allocator alloc;
    struct random_pool *pool; /* NULL until the first boundary is drawn */
    struct digests digests;
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

/* RFC 2046 5.1.1: the CR LF belongs to the delimiter, but nothing stands before the first one. */
static struct slice part_open(const struct postage_body *body)
{
    size_t from = body->now.field_index == 0 ? strlen("\r\n") : 0;

    return (struct slice){ body->now.part_open + from, body->now.part_open_len - from };
}

static struct slice field_name(const struct postage_body *body)
{
    return slice_of(body_check_field(&body->now.options, body->now.field_index)->name);
}

static struct slice field_value(const struct postage_body *body)
{
    return slice_of(body_check_field(&body->now.options, body->now.field_index)->value);
}

static struct slice quote_and_empty_line(const struct postage_body *body)
{
    (void)body;
    return SLICE("\"\r\n\r\n");
}

static struct slice file_name_open(const struct postage_body *body)
{
    (void)body;
    return SLICE("file\"; filename=\"");
}

static struct slice file_name(const struct postage_body *body)
{
    return slice_of(body->now.options.file_name != NULL ? body->now.options.file_name : DEFAULT_FILE_NAME);
}

static struct slice file_type_open(const struct postage_body *body)
{
    (void)body;
    return SLICE("\"\r\nContent-Type: ");
}

static struct slice file_type(const struct postage_body *body)
{
    return slice_of(body->now.options.file_content_type != NULL ? body->now.options.file_content_type : DEFAULT_FILE_TYPE);
}

static struct slice empty_line(const struct postage_body *body)
{
    (void)body;
    return SLICE("\r\n\r\n");
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
    if (body->now.rest.len == 0)
        go_to(body,
              body_check_field(&body->now.options, body->now.field_index) != NULL ? BODY_FIELD_NAME : BODY_FILE_NAME_OPEN);
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

static enum postage_status fail(struct postage_body *body, enum postage_status code, const char *message)
{
    return error_set(&body->now.error, code, "%s", message);
}

/* The one place where the source is read: holds it to its contract, so that a broken one is an error and not a wrong body. */
static enum postage_status read_source(struct postage_body *body, uint8_t *dst, size_t cap, size_t *got)
{
    const struct postage_source *source = body->now.options.source;
    enum postage_status status;

    *got = 0;
    body->now.source_touched = true;
    status = source->ops->read(source->self, dst, cap, got, &body->now.error);
    if (status < POSTAGE_OK)
        return body->now.error.code == status ? status : error_plain(&body->now.error, status);
    body->now.error.code = POSTAGE_OK;
    if (status == POSTAGE_OK ? *got == 0 || *got > cap : *got != 0 || (status != POSTAGE_AGAIN && status != POSTAGE_END))
        return fail(body, POSTAGE_ERR_SOURCE, "the source broke its contract: count and status of a read do not go together");
    return status;
}

static enum postage_status fail_length(struct postage_body *body)
{
    return error_set(&body->now.error, POSTAGE_ERR_LENGTH, "the source ended after %llu of %llu bytes",
                     (unsigned long long)body->now.source_position, (unsigned long long)body->now.file_length);
}

static enum postage_status digest(struct postage_body *body, const uint8_t *data, size_t len)
{
    if (body->now.options.digest_crc64)
        body->digests.crc64 = postage_crc64_update(body->now.options.crc64_kind, body->digests.crc64, data, len);
    if (body->now.options.digest_md5 && EVP_DigestUpdate(body->digests.md5, data, len) != 1)
        return fail(body, POSTAGE_ERR_CRYPTO, "MD5 failed");
    return POSTAGE_OK;
}

static enum postage_status put_content(struct postage_body *body, struct sink *sink)
{
    uint64_t left = body->now.file_length - body->now.source_position;
    size_t want = left < sink->left ? (size_t)left : sink->left;
    enum postage_status status;
    size_t got;

    if (left == 0) {
        go_to(body, BODY_SOURCE_END);
        return POSTAGE_OK;
    }
    status = read_source(body, sink->at, want, &got);
    if (status == POSTAGE_END)
        return fail_length(body);
    if (status == POSTAGE_OK)
        status = digest(body, sink->at, got);
    if (status != POSTAGE_OK)
        return status;
    body->now.source_position += got;
    advance(sink, got);
    /* A source that gave less than asked has no more at hand: hand on what there is rather than wait for it. */
    return got < want ? POSTAGE_AGAIN : POSTAGE_OK;
}

static enum postage_status ask_identity(const struct postage_source *source, struct postage_identity *identity, bool *has)
{
    enum postage_status status = POSTAGE_ERR_UNSUPPORTED;

    *identity = (struct postage_identity){ 0 };
    if (source->ops->identity != NULL)
        status = source->ops->identity(source->self, identity);
    *has = status == POSTAGE_OK;
    return status == POSTAGE_ERR_UNSUPPORTED ? POSTAGE_OK : status;
}

static bool same_identity(const struct postage_identity *a, const struct postage_identity *b)
{
    return a->device == b->device && a->inode == b->inode && a->bytes == b->bytes && a->modified_ns == b->modified_ns;
}

static enum postage_status check_identity(struct postage_body *body)
{
    struct postage_identity identity;
    bool has;

    if (ask_identity(body->now.options.source, &identity, &has) != POSTAGE_OK)
        return fail(body, POSTAGE_ERR_SOURCE, "the source cannot tell its identity any more");
    if (has != body->now.has_identity || !same_identity(&identity, &body->now.identity))
        return fail(body, POSTAGE_ERR_CHANGED, "the source is not the one it was when the body was opened");
    return POSTAGE_OK;
}

/* Nothing of the closing delimiter is shown before this: servers store an object when most of that delimiter has come. */
static enum postage_status end_source(struct postage_body *body, struct sink *sink)
{
    enum postage_status status;
    uint8_t surplus;
    size_t got;

    (void)sink;
    status = read_source(body, &surplus, sizeof surplus, &got);
    if (status == POSTAGE_OK)
        return error_set(&body->now.error, POSTAGE_ERR_LENGTH, "the source goes on after the %llu bytes it declared",
                         (unsigned long long)body->now.file_length);
    if (status != POSTAGE_END)
        return status;
    status = check_identity(body);
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
    if (body->now.file_length > BODY_MAX_BYTES - body->now.head_length - strlen(body->now.close))
        return error_set(err, POSTAGE_ERR_LIMIT, "a body around %llu bytes would be longer than 2^63-1",
                         (unsigned long long)body->now.file_length);
    return POSTAGE_OK;
}

static void go_to_start(struct postage_body *body)
{
    body->now.field_index = 0;
    body->now.escape_sent = 0;
    body->now.position = 0;
    body->now.source_position = 0;
    body->now.source_touched = false;
    body->now.error = (struct postage_error)POSTAGE_ERROR_INIT;
    go_to(body, BODY_PART_OPEN);
}

static enum postage_status ask_source(struct postage_body *body, struct postage_error *err)
{
    const struct postage_source *source = body->now.options.source;
    enum postage_status status = POSTAGE_ERR_UNSUPPORTED;

    if (source == NULL || source->ops == NULL || source->ops->read == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "a body needs a source");
    if (body->now.options.length_given)
        body->now.file_length = body->now.options.length;
    else if (source->ops->length != NULL)
        status = source->ops->length(source->self, &body->now.file_length);
    if (!body->now.options.length_given && status == POSTAGE_ERR_UNSUPPORTED)
        return error_set(err, POSTAGE_ERR_INVALID, "the source does not know its length and none was given");
    if (!body->now.options.length_given && status != POSTAGE_OK)
        return error_set(err, POSTAGE_ERR_SOURCE, "the source cannot tell its length");
    if (ask_identity(source, &body->now.identity, &body->now.has_identity) != POSTAGE_OK)
        return error_set(err, POSTAGE_ERR_SOURCE, "the source cannot tell its identity");
    return POSTAGE_OK;
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

/* MD5's state is allocated by OpenSSL here, so that nothing is while bytes pass. */
static enum postage_status begin_digests(struct postage_body *body, struct postage_error *err)
{
    struct digests *digests = &body->digests;

    digests->crc64 = 0;
    if (!body->now.options.digest_md5)
        return POSTAGE_OK;
    if (digests->md5 == NULL)
        digests->md5 = EVP_MD_CTX_new();
    if (digests->md5_copy == NULL)
        digests->md5_copy = EVP_MD_CTX_new();
    if (digests->md5 == NULL || digests->md5_copy == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    if (EVP_DigestInit_ex(digests->md5, EVP_md5(), NULL) != 1)
        return error_set(err, POSTAGE_ERR_CRYPTO, "OpenSSL has no MD5 here");
    return POSTAGE_OK;
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
    EVP_MD_CTX_free(body->digests.md5);
    EVP_MD_CTX_free(body->digests.md5_copy);
    own = body->alloc;
    mem_wipe_free(&own, body, sizeof *body);
}

enum postage_status postage_body_open(struct postage_body *body, const struct postage_body_options *options,
                                      struct postage_error *err)
{
    enum postage_status status;

    postage_body_close(body);
    if (options == NULL || !options_take(&body->now.options, sizeof body->now.options, options))
        return error_set(err, POSTAGE_ERR_INVALID, OPTIONS_SIZE_MISSING);
    status = ask_source(body, err);
    if (status == POSTAGE_OK)
        status = body_check_options(&body->now.options, err);
    if (status == POSTAGE_OK)
        status = render_boundary(body, err);
    if (status == POSTAGE_OK)
        status = measure_head(body, err);
    if (status == POSTAGE_OK)
        status = begin_digests(body, err);
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
    body->digests.crc64 = 0;
    if (body->digests.md5 != NULL)
        EVP_MD_CTX_reset(body->digests.md5);
    if (body->digests.md5_copy != NULL)
        EVP_MD_CTX_reset(body->digests.md5_copy);
}

const char *postage_body_content_type(const struct postage_body *body)
{
    return body->now.content_type;
}

uint64_t postage_body_length(const struct postage_body *body)
{
    return body->now.head_length + body->now.file_length + strlen(body->now.close);
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
    return body->now.source_position;
}

static enum postage_status report(const struct postage_body *body, struct postage_error *err)
{
    if (err != NULL)
        *err = body->now.error;
    return body->now.error.code;
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
        return error_set(err, POSTAGE_ERR_INVALID, "a body cannot be read into 0 bytes");
    while (status == POSTAGE_OK && sink.left > 0)
        status = states[body->now.state].run(body, &sink);
    *written = cap - sink.left;
    body->now.position += *written;
    /* What comes after these bytes, be it AGAIN or an error, is the next call's answer. */
    if (*written > 0)
        return POSTAGE_OK;
    return status < POSTAGE_OK ? report(body, err) : status;
}

enum postage_status postage_body_rewind(struct postage_body *body, struct postage_error *err)
{
    const struct postage_source *source = body->now.options.source;
    enum postage_status status = POSTAGE_OK;

    if (body->now.state == BODY_CLOSED)
        return error_set(err, POSTAGE_ERR_INVALID, "the body is not open");
    if (!postage_body_can_rewind(body))
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "the source can be read only once and was");
    if (body->now.source_touched) {
        body->now.error = (struct postage_error)POSTAGE_ERROR_INIT;
        status = source->ops->rewind(source->self, &body->now.error);
        if (status != POSTAGE_OK && body->now.error.code != status)
            error_plain(&body->now.error, status);
        if (status == POSTAGE_OK)
            status = check_identity(body);
    }
    if (status == POSTAGE_OK)
        status = begin_digests(body, &body->now.error);
    if (status != POSTAGE_OK)
        return report(body, err);
    go_to_start(body);
    return POSTAGE_OK;
}

bool postage_body_can_rewind(const struct postage_body *body)
{
    if (body->now.state == BODY_CLOSED)
        return false;
    return !body->now.source_touched || body->now.options.source->ops->rewind != NULL;
}

uint64_t postage_body_crc64(const struct postage_body *body)
{
    return body->digests.crc64;
}

bool postage_body_md5(const struct postage_body *body, uint8_t md5[16])
{
    if (!body->now.options.digest_md5 || body->now.state == BODY_CLOSED)
        return false;
    return EVP_MD_CTX_copy_ex(body->digests.md5_copy, body->digests.md5) == 1 &&
           EVP_DigestFinal_ex(body->digests.md5_copy, md5, NULL) == 1;
}
