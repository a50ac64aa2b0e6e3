#include "multipart/part_header.h"

#include "base/text.h"
#include "multipart/parameters.h"

/* Each function gets the value without blanks around it, and returns NULL or the fault. */
struct header_row {
    const char *name;
    const char *(*read)(struct part_header *header, struct slice value);
};

struct disposition {
    struct parameter name;
    struct parameter file_name;
};

void part_header_reset(struct part_header *header)
{
    header->len = 0;
    header->line_start = 0;
    header->count = 0;
    header->part = (struct postage_part){ 0 };
}

/* A reader that knows no escapes ends the string at `\"`; with a semicolon after it, it would even find a parameter there. */
static bool hides_a_parameter(struct slice value)
{
    for (const char *quote; (quote = memchr(value.ptr, '"', value.len)) != NULL;) {
        value.len -= (size_t)(quote + 1 - value.ptr);
        value.ptr = quote + 1;
        if (slice_starts_with(text_trim(value), SLICE(";")))
            return true;
    }
    return false;
}

static const char *keep_parameter(struct parameter *kept, const struct parameter *parameter)
{
    if (kept->name.ptr != NULL)
        return "a parameter of Content-Disposition occurs twice";
    if (hides_a_parameter(parameter->value))
        return "an escaped quote before a semicolon in Content-Disposition";
    *kept = *parameter;
    return NULL;
}

static const char *sort_parameter(struct disposition *disposition, const struct parameter *parameter)
{
    /* RFC 7578 4.2: `filename*` must not be used. Readers that know RFC 2231 would take another name than the others. */
    if (memchr(parameter->name.ptr, '*', parameter->name.len) != NULL)
        return "a parameter of Content-Disposition has a * in its name";
    if (slice_equal_ignoring_case(parameter->name, SLICE("name")))
        return keep_parameter(&disposition->name, parameter);
    if (slice_equal_ignoring_case(parameter->name, SLICE("filename")))
        return keep_parameter(&disposition->file_name, parameter);
    return NULL;
}

/* Ends the value with NUL where it stands: after it is its quote, a semicolon, a blank or the CR, none of use any more. */
static const char *end_text(struct part_header *header, struct slice value, bool quoted)
{
    char *text = header->bytes + (value.ptr - header->bytes);

    text[quoted ? parameters_unescape(text, value.len) : value.len] = '\0';
    return text;
}

static const char *read_disposition(struct part_header *header, struct slice value)
{
    struct disposition disposition = { 0 };
    enum parameter_step step;
    struct parameter parameter;
    const char *fault = NULL;

    if (!slice_equal_ignoring_case(parameters_take_token(&value), SLICE("form-data")))
        return "Content-Disposition is not form-data";
    while (fault == NULL && (step = parameters_take(&value, &parameter)) != PARAMETER_NONE)
        fault = step == PARAMETER_FOUND ? sort_parameter(&disposition, &parameter) : "Content-Disposition is malformed";
    if (fault != NULL)
        return fault;
    if (disposition.name.value.len == 0)
        return "Content-Disposition has no name, or an empty one";
    header->part.name = end_text(header, disposition.name.value, disposition.name.quoted);
    if (disposition.file_name.name.ptr != NULL)
        header->part.file_name = end_text(header, disposition.file_name.value, disposition.file_name.quoted);
    return NULL;
}

static const char *read_type(struct part_header *header, struct slice value)
{
    /* RFC 7578 4.3 deprecates it; readers that still unpack it find fields that others hand on as one file. */
    if (slice_starts_with_ignoring_case(value, SLICE("multipart/mixed")))
        return "a part is itself multipart/mixed";
    header->part.content_type = end_text(header, value, false);
    return NULL;
}

/* RFC 7578 4.7: senders should leave it out; these three change no byte. */
static const char *read_encoding(struct part_header *header, struct slice value)
{
    static const char *const plain[] = { "7bit", "8bit", "binary" };

    (void)header;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (slice_equal_ignoring_case(value, slice_of(plain[i])))
            return NULL;
    return "Content-Transfer-Encoding is not 7bit, 8bit or binary";
}

static const struct header_row rows[] = {
    { "Content-Disposition", read_disposition },
    { "Content-Type", read_type },
    { "Content-Transfer-Encoding", read_encoding },
};

static const char *keep_name(struct part_header *header, struct slice name)
{
    for (size_t i = 0; i < header->count; i++)
        if (slice_equal_ignoring_case(header->names[i], name))
            return "a part header occurs twice";
    header->names[header->count++] = name;
    return NULL;
}

static const char *check_line(struct slice line)
{
    if (memchr(line.ptr, '\0', line.len) != NULL)
        return "NUL in a part header";
    if (parameters_have_control(line))
        return "a control character in a part header";
    return utf8_valid(line) ? NULL : "a part header is not UTF-8";
}

static const char *read_line(struct part_header *header, struct slice line)
{
    struct slice rest = line;
    struct slice name = parameters_take_token(&rest);
    const char *fault = check_line(line);

    if (fault != NULL)
        return fault;
    /* RFC 9112 5.1: no blanks before the colon, as some readers skip them and others do not know the name then. */
    if (name.len == 0 || rest.len == 0 || rest.ptr[0] != ':')
        return "a part header line is not \"Name: value\"";
    fault = keep_name(header, name);
    rest = text_trim((struct slice){ rest.ptr + 1, rest.len - 1 });
    for (size_t i = 0; fault == NULL && i < sizeof rows / sizeof rows[0]; i++)
        if (slice_equal_ignoring_case(name, slice_of(rows[i].name)))
            return rows[i].read(header, rest);
    return fault;
}

const char *part_header_take_line(struct part_header *header)
{
    struct slice line = { header->bytes + header->line_start, header->len - header->line_start - 2 };

    header->line_start = header->len;
    return read_line(header, line);
}

const char *part_header_finish(struct part_header *header)
{
    return header->part.name != NULL ? NULL : "a part without Content-Disposition";
}
