#include "multipart/body_check.h"

#include "base/error.h"
#include "base/text.h"
#include "multipart/boundary.h"
#include "multipart/parameters.h"

const struct postage_field *body_check_field(const struct postage_body_options *options, size_t index)
{
    if (index < options->field_count)
        return &options->fields[index];
    index -= options->field_count;
    return index < options->more_field_count ? &options->more_fields[index] : NULL;
}

/*
 * Browsers send a backslash as it is, RFC 9110 5.6.4 makes it an escape: before a backslash or the closing quote the two give
 * different texts, and the second may even swallow the quote.
 */
static bool has_ambiguous_backslash(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '\\' && (i + 1 == text.len || text.ptr[i + 1] == '\\'))
            return true;
    return false;
}

static const char *fault_of_name(struct slice name)
{
    if (text_find_line_break(name) != SIZE_MAX)
        return "has a line break";
    if (parameters_have_control(name))
        return "has a control character";
    if (!utf8_valid(name))
        return "is not UTF-8";
    if (has_ambiguous_backslash(name))
        return "has a backslash at its end or before another one, which readers interpret differently";
    return NULL;
}

static enum postage_status check_field(const struct postage_field *field, struct postage_error *err)
{
    struct slice name = slice_of(field->name);
    const char *fault = fault_of_name(name);

    if (name.len == 0)
        return error_set(err, POSTAGE_ERR_INVALID, "a field has no name");
    if (fault != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "field name " ERROR_QUOTE_FORMAT " %s", ERROR_QUOTE(name.ptr, name.len),
                         fault);
    if (slice_equal_ignoring_case(name, SLICE("file")))
        return error_set(err, POSTAGE_ERR_INVALID, "field \"%s\": this name is reserved for the file", field->name);
    if (field->value == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "field " ERROR_QUOTE_FORMAT " has no value",
                         ERROR_QUOTE(name.ptr, name.len));
    return POSTAGE_OK;
}

static enum postage_status check_file(const struct postage_body_options *options, struct postage_error *err)
{
    struct slice name = slice_of(options->file_name);
    struct slice type = slice_of(options->file_content_type);
    const char *fault = fault_of_name(name);

    if (fault != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "file name " ERROR_QUOTE_FORMAT " %s", ERROR_QUOTE(name.ptr, name.len),
                         fault);
    if (type.ptr != NULL && !parameters_are_media_type(type))
        return error_set(err, POSTAGE_ERR_INVALID, "content type " ERROR_QUOTE_FORMAT " of the file part is not type/subtype",
                         ERROR_QUOTE(type.ptr, type.len));
    return POSTAGE_OK;
}

enum postage_status body_check_options(const struct postage_body_options *options, struct postage_error *err)
{
    const struct postage_field *field;
    enum postage_status status = POSTAGE_OK;

    if ((options->fields == NULL && options->field_count > 0) ||
        (options->more_fields == NULL && options->more_field_count > 0))
        return error_set(err, POSTAGE_ERR_INVALID, "the field list is NULL although its count is not 0");
    for (size_t i = 0; status == POSTAGE_OK && (field = body_check_field(options, i)) != NULL; i++)
        status = check_field(field, err);
    if (status != POSTAGE_OK)
        return status;
    if (options->boundary != NULL && !boundary_is_plain(slice_of(options->boundary)))
        return error_set(err, POSTAGE_ERR_INVALID, "the boundary is not 1 to %d of [A-Za-z0-9'_-]", POSTAGE_BOUNDARY_MAX);
    return check_file(options, err);
}

static bool contains(const char *text, const char *boundary)
{
    return text != NULL && strstr(text, boundary) != NULL;
}

const char *body_check_find_boundary(const struct postage_body_options *options, const char *boundary)
{
    const struct postage_field *field;

    for (size_t i = 0; (field = body_check_field(options, i)) != NULL; i++)
        if (contains(field->name, boundary) || contains(field->value, boundary))
            return field->name;
    if (contains(options->file_name, boundary))
        return "file name";
    return contains(options->file_content_type, boundary) ? "content type" : NULL;
}
