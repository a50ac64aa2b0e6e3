/*
 * The strict reader: a row of states, each of which takes bytes until it hands over to another.
 *
 * Content is searched for the delimiter from its LF on. A match that reaches the end of a piece is kept as a count: the bytes
 * themselves are the delimiter's own, so nothing is stored.
 */
#include "postage/reader.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/slice.h"
#include "base/text.h"
#include "multipart/boundary.h"
#include "multipart/delimiter.h"
#include "multipart/parameters.h"
#include "multipart/part_header.h"

#define DEFAULT_PART_HEADER_BYTES 8192
#define DEFAULT_PARTS             1000
#define DEFAULT_FIELD_BYTES       ((uint64_t)1 << 20)
#define DEFAULT_TOTAL_BYTES       (((uint64_t)5 << 30) + ((uint64_t)1 << 20))

/* RFC 2046 5.1.1 lets relays pad a boundary's line and senders not; what is read over without being looked at has an end. */
#define PADDING_MAX 64

enum reader_state {
    READER_FIRST,     /* in the first boundary */
    READER_AFTER,     /* right after a boundary */
    READER_PADDING,   /* in the blanks after it */
    READER_LINE_LF,   /* after its CR */
    READER_HEADER,    /* in a part's header */
    READER_HEADER_LF, /* after a CR there */
    READER_CONTENT,   /* in a part's content */
    READER_LAST_DASH, /* after the first of the final boundary's two dashes */
    READER_LAST,      /* after the final boundary: the body may end */
    READER_LAST_LF,   /* after the CR that follows it */
    READER_END,       /* after the LF that follows: the body must end */
    READER_STATES
};

struct postage_reader {
    struct postage_allocator alloc;
    struct postage_reader_options options;
    struct postage_error error; /* sticky; code OK: none */
    enum reader_state state;
    uint64_t position;
    struct delimiter delimiter;
    size_t matched;      /* bytes of `delimiter` up to which the last bytes agree */
    size_t matched_from; /* where in it they began: its CR, LF or dashes; those before were not there */
    size_t padding;
    size_t parts;
    bool in_part;
    bool file_seen;
    uint64_t content_bytes;
    uint64_t content_max;
    struct part_header header;
};

struct input {
    const uint8_t *at;
    const uint8_t *end;
};

typedef enum postage_status state_fn(struct postage_reader *reader, struct input *in);

static enum postage_status refuse_bytes(struct postage_reader *reader, const char *what)
{
    return error_set(&reader->error, POSTAGE_ERR_SYNTAX, "%s, at offset %llu of the body", what,
                     (unsigned long long)(reader->position > 0 ? reader->position - 1 : 0));
}

static enum postage_status refuse_limit(struct postage_reader *reader, const char *limit, uint64_t value)
{
    return error_set(&reader->error, POSTAGE_ERR_LIMIT, "the body exceeds %s (%llu)", limit, (unsigned long long)value);
}

/* A callback's refusal becomes the reader's; events above zero have no meaning here. */
static enum postage_status take_answer(struct postage_reader *reader, enum postage_status status)
{
    error_reclaim(&reader->error);
    if (status >= POSTAGE_OK) {
        reader->error.code = POSTAGE_OK;
        return POSTAGE_OK;
    }
    return reader->error.code == status ? status : error_plain(&reader->error, status);
}

static uint8_t take(struct postage_reader *reader, struct input *in)
{
    reader->position++;
    return *in->at++;
}

static enum postage_status go_to(struct postage_reader *reader, enum reader_state state)
{
    reader->state = state;
    return POSTAGE_OK;
}

static enum postage_status emit(struct postage_reader *reader, const void *data, size_t len)
{
    uint64_t room = reader->content_max - reader->content_bytes;
    size_t fits = len < room ? len : (size_t)room;
    enum postage_status status = POSTAGE_OK;

    if (fits > 0 && reader->options.on_data != NULL)
        status = take_answer(reader, reader->options.on_data(reader->options.context, data, fits, &reader->error));
    reader->content_bytes += fits;
    if (status == POSTAGE_OK && fits < len)
        return refuse_limit(reader, reader->header.part.is_file ? "max_file_bytes" : "max_field_bytes", reader->content_max);
    return status;
}

static enum postage_status read_first(struct postage_reader *reader, struct input *in)
{
    if (take(reader, in) != (uint8_t)reader->delimiter.text[reader->matched])
        return refuse_bytes(reader, "bytes before the first boundary");
    if (++reader->matched < reader->delimiter.len)
        return POSTAGE_OK;
    return go_to(reader, READER_AFTER);
}

static enum postage_status end_part(struct postage_reader *reader)
{
    bool in_part = reader->in_part;

    reader->in_part = false;
    if (!in_part || reader->options.on_part_end == NULL)
        return POSTAGE_OK;
    return take_answer(reader, reader->options.on_part_end(reader->options.context, &reader->error));
}

static enum postage_status begin_header(struct postage_reader *reader)
{
    enum postage_status status = end_part(reader);

    if (status != POSTAGE_OK)
        return status;
    if (reader->parts == reader->options.max_parts)
        return refuse_limit(reader, "max_parts", reader->options.max_parts);
    reader->parts++;
    part_header_reset(&reader->header);
    return go_to(reader, READER_HEADER);
}

static enum postage_status read_after(struct postage_reader *reader, struct input *in)
{
    reader->padding = 0;
    if (*in->at != '-')
        return go_to(reader, READER_PADDING);
    take(reader, in);
    return go_to(reader, READER_LAST_DASH);
}

/* Blanks, of which only so many. True: taken; false: something else comes, or too much, which `status` says. */
static bool read_blank(struct postage_reader *reader, struct input *in, enum postage_status *status)
{
    *status = POSTAGE_OK;
    if (*in->at != ' ' && *in->at != '\t')
        return false;
    take(reader, in);
    if (++reader->padding > PADDING_MAX)
        *status = refuse_bytes(reader, "too many blanks after a boundary");
    return true;
}

static enum postage_status read_padding(struct postage_reader *reader, struct input *in)
{
    enum postage_status status;
    uint8_t byte;

    if (read_blank(reader, in, &status))
        return status;
    byte = take(reader, in);
    if (byte == '\r')
        return go_to(reader, READER_LINE_LF);
    return refuse_bytes(reader, byte == '\n' ? "a bare LF ends a boundary's line" : "text after a boundary on its line");
}

static enum postage_status read_line_lf(struct postage_reader *reader, struct input *in)
{
    if (take(reader, in) != '\n')
        return refuse_bytes(reader, "a bare CR after a boundary");
    return begin_header(reader);
}

static enum postage_status read_last_dash(struct postage_reader *reader, struct input *in)
{
    if (take(reader, in) != '-')
        return refuse_bytes(reader, "text after a boundary on its line");
    reader->state = READER_LAST;
    return end_part(reader);
}

static enum postage_status read_last(struct postage_reader *reader, struct input *in)
{
    enum postage_status status;

    if (read_blank(reader, in, &status))
        return status;
    if (take(reader, in) != '\r')
        return refuse_bytes(reader, "bytes after the last boundary");
    return go_to(reader, READER_LAST_LF);
}

static enum postage_status read_last_lf(struct postage_reader *reader, struct input *in)
{
    if (take(reader, in) != '\n')
        return refuse_bytes(reader, "bytes after the last boundary");
    return go_to(reader, READER_END);
}

static enum postage_status read_end(struct postage_reader *reader, struct input *in)
{
    take(reader, in);
    return refuse_bytes(reader, "bytes after the last boundary");
}

/* Stores a header's byte; its limit is the buffer's size. */
static enum postage_status keep(struct postage_reader *reader, uint8_t byte)
{
    if (reader->header.len == reader->header.cap)
        return refuse_limit(reader, "max_part_header_bytes", reader->header.cap);
    reader->header.bytes[reader->header.len++] = (char)byte;
    return POSTAGE_OK;
}

static enum postage_status read_header(struct postage_reader *reader, struct input *in)
{
    bool at_start = reader->header.len == reader->header.line_start;
    uint8_t byte = take(reader, in);

    if (byte == '\n')
        return refuse_bytes(reader, "a bare LF in a part header");
    /* RFC 9112 5.2: a folded line is joined by some readers and is a header of its own to others. */
    if (at_start && (byte == ' ' || byte == '\t'))
        return refuse_bytes(reader, "a folded line in a part header");
    if (byte == '\r')
        reader->state = READER_HEADER_LF;
    else if (at_start && reader->header.count == POSTAGE_PART_HEADERS_MAX)
        return refuse_limit(reader, "the number of header lines a part may have", POSTAGE_PART_HEADERS_MAX);
    return keep(reader, byte);
}

static bool part_is_file(const struct postage_reader *reader)
{
    const struct postage_part *part = &reader->header.part;
    const char *file_name = reader->options.file_part_name;

    return part->file_name != NULL ||
           (file_name != NULL && slice_equal_ignoring_case(slice_of(part->name), slice_of(file_name)));
}

static enum postage_status begin_content(struct postage_reader *reader)
{
    const char *fault = part_header_finish(&reader->header);
    struct postage_part *part = &reader->header.part;

    if (fault != NULL)
        return refuse_bytes(reader, fault);
    part->is_file = part_is_file(reader);
    reader->file_seen = reader->file_seen || part->is_file;
    reader->content_bytes = 0;
    reader->content_max = part->is_file ? reader->options.max_file_bytes : reader->options.max_field_bytes;
    /* A boundary right here ends the part for readers that let the empty line double as the delimiter's CR LF. */
    reader->matched = reader->matched_from = DELIMITER_DASHES;
    reader->in_part = true;
    reader->state = READER_CONTENT;
    if (reader->options.on_part == NULL)
        return POSTAGE_OK;
    return take_answer(reader, reader->options.on_part(reader->options.context, part, &reader->error));
}

static enum postage_status read_header_lf(struct postage_reader *reader, struct input *in)
{
    uint8_t byte = take(reader, in);
    enum postage_status status;
    const char *fault;

    if (byte != '\n')
        return refuse_bytes(reader, "a bare CR in a part header");
    status = keep(reader, byte);
    if (status != POSTAGE_OK)
        return status;
    if (reader->header.len == reader->header.line_start + 2)
        return begin_content(reader);
    fault = part_header_take_line(&reader->header);
    return fault == NULL ? go_to(reader, READER_HEADER) : refuse_bytes(reader, fault);
}

static enum postage_status end_content(struct postage_reader *reader)
{
    /* RFC 2046 5.1.1: the CR LF belongs to the delimiter. Some readers are content with the LF, some need neither. */
    if (reader->matched_from == DELIMITER_LF)
        return refuse_bytes(reader, "a boundary after a bare LF");
    if (reader->matched_from == DELIMITER_DASHES)
        return refuse_bytes(reader, "a boundary right after a part's header");
    return go_to(reader, READER_AFTER);
}

/* Goes on with a match that began in an earlier piece; bytes that turn out to be content are handed on from the delimiter. */
static enum postage_status go_on_matching(struct postage_reader *reader, struct input *in)
{
    size_t from = reader->matched_from;
    size_t held = reader->matched - from;

    if (*in->at == (uint8_t)reader->delimiter.text[reader->matched]) {
        take(reader, in);
        return ++reader->matched == reader->delimiter.len ? end_content(reader) : POSTAGE_OK;
    }
    /* A boundary holds neither CR nor LF, so no other match can have begun inside this one. */
    reader->matched = reader->matched_from = DELIMITER_CR;
    return emit(reader, reader->delimiter.text + from, held);
}

/* Hands on what stands before `end` and moves to `next`, after the bytes that are held. */
static enum postage_status pass(struct postage_reader *reader, struct input *in, const uint8_t *end, const uint8_t *next)
{
    const uint8_t *start = in->at;

    reader->position += (uint64_t)(next - start);
    in->at = next;
    return emit(reader, start, (size_t)(end - start));
}

static enum postage_status begin_match(struct postage_reader *reader, struct input *in, const uint8_t *lf)
{
    size_t rest = reader->delimiter.len - DELIMITER_LF;
    size_t there = (size_t)(in->end - lf);
    size_t len = there < rest ? there : rest;
    bool after_cr = lf > in->at && lf[-1] == '\r';
    enum postage_status status = pass(reader, in, after_cr ? lf - 1 : lf, lf + len);

    reader->matched_from = after_cr ? DELIMITER_CR : DELIMITER_LF;
    reader->matched = DELIMITER_LF + len;
    return status == POSTAGE_OK && len == rest ? end_content(reader) : status;
}

static enum postage_status search(struct postage_reader *reader, struct input *in)
{
    const uint8_t *lf = delimiter_find(&reader->delimiter, in->at, in->end);

    if (lf != NULL)
        return begin_match(reader, in, lf);
    reader->matched = in->end[-1] == '\r' ? DELIMITER_LF : DELIMITER_CR;
    reader->matched_from = DELIMITER_CR;
    return pass(reader, in, in->end - reader->matched, in->end);
}

static enum postage_status read_content(struct postage_reader *reader, struct input *in)
{
    return reader->matched > 0 ? go_on_matching(reader, in) : search(reader, in);
}

static state_fn *const states[READER_STATES] = {
    [READER_FIRST] = read_first,     [READER_AFTER] = read_after,
    [READER_PADDING] = read_padding, [READER_LINE_LF] = read_line_lf,
    [READER_HEADER] = read_header,   [READER_HEADER_LF] = read_header_lf,
    [READER_CONTENT] = read_content, [READER_LAST_DASH] = read_last_dash,
    [READER_LAST] = read_last,       [READER_LAST_LF] = read_last_lf,
    [READER_END] = read_end,
};

/* Cuts `in` where a limit on the body as a whole ends it, so that no state has to look at those; fails on the byte after. */
static enum postage_status cut(struct postage_reader *reader, struct input *in)
{
    const struct postage_reader_options *limits = &reader->options;
    bool before_file = !reader->file_seen && limits->max_pre_file_bytes < limits->max_total_bytes;
    uint64_t max = before_file ? limits->max_pre_file_bytes : limits->max_total_bytes;
    uint64_t left = max - reader->position;

    if (left == 0)
        return refuse_limit(reader, before_file ? "max_pre_file_bytes" : "max_total_bytes", max);
    if (left < (uint64_t)(in->end - in->at))
        in->end = in->at + left;
    return POSTAGE_OK;
}

static enum postage_status copy_error(const struct postage_reader *reader, struct postage_error *err)
{
    return reader->error.code != POSTAGE_OK ? error_give(err, &reader->error) : POSTAGE_OK;
}

enum postage_status postage_reader_feed(struct postage_reader *reader, const void *data, size_t length,
                                        struct postage_error *err)
{
    const uint8_t *at = data;
    const uint8_t *end = length > 0 ? at + length : at;
    enum postage_status status = reader->error.code;

    while (status == POSTAGE_OK && at < end) {
        struct input in = { at, end };

        status = cut(reader, &in);
        if (status == POSTAGE_OK)
            status = states[reader->state](reader, &in);
        at = in.at;
    }
    return copy_error(reader, err);
}

enum postage_status postage_reader_finish(struct postage_reader *reader, struct postage_error *err)
{
    bool complete = reader->state == READER_LAST || reader->state == READER_END;

    if (reader->error.code == POSTAGE_OK && !complete)
        error_set(&reader->error, POSTAGE_ERR_SYNTAX, "the body ended after %llu bytes, without the final boundary",
                  (unsigned long long)reader->position);
    return copy_error(reader, err);
}

uint64_t postage_reader_position(const struct postage_reader *reader)
{
    return reader->position;
}

/* RFC 7578 4.1: the boundary is a parameter of the request's Content-Type. */
static enum postage_status find_boundary(const char *content_type, struct slice *boundary, struct postage_error *err)
{
    struct slice rest = text_trim(slice_of(content_type != NULL ? content_type : ""));
    struct parameter parameter;
    enum parameter_step step;

    *boundary = (struct slice){ NULL, 0 };
    if (!slice_equal_ignoring_case(parameters_take_media_type(&rest), SLICE("multipart/form-data")))
        return error_set(err, POSTAGE_ERR_SYNTAX, "the Content-Type is not multipart/form-data");
    while ((step = parameters_take(&rest, &parameter)) == PARAMETER_FOUND) {
        if (slice_starts_with_ignoring_case(parameter.name, SLICE("boundary*")))
            return error_set(err, POSTAGE_ERR_SYNTAX, "the Content-Type has a boundary with a * in its name");
        if (!slice_equal_ignoring_case(parameter.name, SLICE("boundary")))
            continue;
        if (boundary->ptr != NULL)
            return error_set(err, POSTAGE_ERR_SYNTAX, "the Content-Type has two boundaries");
        *boundary = parameter.value;
    }
    if (step == PARAMETER_MALFORMED)
        return error_set(err, POSTAGE_ERR_SYNTAX, "the Content-Type's parameters are malformed");
    if (boundary->ptr == NULL || !boundary_is_valid(*boundary))
        return error_set(err, POSTAGE_ERR_SYNTAX, "the Content-Type has no boundary of 1 to %d characters that RFC 2046 allows",
                         POSTAGE_BOUNDARY_MAX);
    return POSTAGE_OK;
}

static uint64_t or_default(uint64_t given, uint64_t fallback)
{
    return given != 0 ? given : fallback;
}

static void set_defaults(struct postage_reader_options *options)
{
    options->max_part_header_bytes = (size_t)or_default(options->max_part_header_bytes, DEFAULT_PART_HEADER_BYTES);
    options->max_parts = (size_t)or_default(options->max_parts, DEFAULT_PARTS);
    options->max_field_bytes = or_default(options->max_field_bytes, DEFAULT_FIELD_BYTES);
    options->max_file_bytes = or_default(options->max_file_bytes, UINT64_MAX);
    options->max_pre_file_bytes = or_default(options->max_pre_file_bytes, UINT64_MAX);
    options->max_total_bytes = or_default(options->max_total_bytes, DEFAULT_TOTAL_BYTES);
}

enum postage_status postage_reader_new(struct postage_reader **out, const char *content_type,
                                       const struct postage_reader_options *options, const struct postage_allocator *alloc,
                                       struct postage_error *err)
{
    struct postage_allocator own = mem_allocator(alloc);
    struct postage_reader_options limits;
    struct postage_reader *reader;
    enum postage_status status;
    struct slice boundary;

    *out = NULL;
    status = OPTIONS_TAKE(&limits, options, struct postage_reader_options, file_part_name, err);
    if (status != POSTAGE_OK)
        return status;
    status = find_boundary(content_type, &boundary, err);
    if (status != POSTAGE_OK)
        return status;
    reader = mem_alloc(&own, sizeof *reader);
    if (reader == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    reader->alloc = own;
    reader->options = limits;
    reader->error = (struct postage_error)POSTAGE_ERROR_INIT;
    set_defaults(&reader->options);
    delimiter_set(&reader->delimiter, boundary);
    reader->matched = DELIMITER_DASHES;
    reader->header.cap = reader->options.max_part_header_bytes;
    reader->header.bytes = mem_alloc(&own, reader->header.cap);
    if (reader->header.bytes == NULL) {
        postage_reader_free(reader);
        return error_plain(err, POSTAGE_ERR_NOMEM);
    }
    *out = reader;
    return POSTAGE_OK;
}

void postage_reader_free(struct postage_reader *reader)
{
    struct postage_allocator own;

    if (reader == NULL)
        return;
    own = reader->alloc;
    mem_wipe_free(&own, reader->header.bytes, reader->header.cap);
    mem_wipe_free(&own, reader, sizeof *reader);
}
