#include "multipart/parameters.h"

#include "base/text.h"

static void drop(struct slice *rest, size_t len)
{
    rest->ptr += len;
    rest->len -= len;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void drop_blanks(struct slice *rest)
{
    while (rest->len > 0 && is_blank(rest->ptr[0]))
        drop(rest, 1);
}

static bool drop_char(struct slice *rest, char c)
{
    if (rest->len == 0 || rest->ptr[0] != c)
        return false;
    drop(rest, 1);
    return true;
}

struct slice parameters_take_token(struct slice *rest)
{
    struct slice token = { rest->ptr, 0 };

    while (token.len < rest->len && text_is_token((struct slice){ rest->ptr + token.len, 1 }))
        token.len++;
    drop(rest, token.len);
    return token;
}

/* The opening quote is gone. A quoted pair may hold a quote (RFC 9110 5.6.4), so it is stepped over as a whole. */
static bool take_quoted(struct slice *rest, struct slice *value)
{
    for (size_t i = 0; i < rest->len; i++) {
        if (rest->ptr[i] == '\\') {
            i++;
        } else if (rest->ptr[i] == '"') {
            *value = (struct slice){ rest->ptr, i };
            drop(rest, i + 1);
            return true;
        }
    }
    return false;
}

static bool take_value(struct slice *rest, struct parameter *out)
{
    out->quoted = drop_char(rest, '"');
    if (out->quoted)
        return take_quoted(rest, &out->value);
    out->value = parameters_take_token(rest);
    return out->value.len > 0;
}

enum parameter_step parameters_take(struct slice *rest, struct parameter *out)
{
    drop_blanks(rest);
    if (rest->len == 0)
        return PARAMETER_NONE;
    if (!drop_char(rest, ';'))
        return PARAMETER_MALFORMED;
    drop_blanks(rest);
    out->name = parameters_take_token(rest);
    if (out->name.len == 0 || !drop_char(rest, '=') || !take_value(rest, out))
        return PARAMETER_MALFORMED;
    return PARAMETER_FOUND;
}

struct slice parameters_take_media_type(struct slice *rest)
{
    struct slice whole = *rest;
    struct slice type = parameters_take_token(rest);

    if (type.len == 0 || !drop_char(rest, '/') || parameters_take_token(rest).len == 0)
        return (struct slice){ whole.ptr, 0 };
    whole.len -= rest->len;
    return whole;
}

bool parameters_have_control(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (((unsigned char)text.ptr[i] < 0x20 && text.ptr[i] != '\t') || text.ptr[i] == 0x7F)
            return true;
    return false;
}

static bool is_ascii(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] > 0x7F)
            return false;
    return true;
}

bool parameters_are_media_type(struct slice text)
{
    enum parameter_step step = PARAMETER_FOUND;
    struct parameter parameter;

    if (!is_ascii(text) || parameters_have_control(text) || parameters_take_media_type(&text).len == 0)
        return false;
    /* Blanks are for between parameters; at the end they would only be trimmed away by the reader of the header. */
    if (text.len > 0 && is_blank(text.ptr[text.len - 1]))
        return false;
    while (step == PARAMETER_FOUND)
        step = parameters_take(&text, &parameter);
    return step == PARAMETER_NONE;
}

size_t parameters_unescape(char *text, size_t len)
{
    size_t kept = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\\' && i + 1 < len && (text[i + 1] == '"' || text[i + 1] == '\\'))
            i++;
        text[kept++] = text[i];
    }
    return kept;
}
