#include "base/json_scan.h"

#include "base/text.h"

static bool scan_value(struct json_scan *scan, size_t depth);

static bool fail(struct json_scan *scan, const char *reason)
{
    scan->reason = reason;
    return false;
}

static char peek(const struct json_scan *scan)
{
    return scan->at < scan->text.len ? scan->text.ptr[scan->at] : '\0';
}

static bool at_end(const struct json_scan *scan)
{
    return scan->at >= scan->text.len;
}

static void skip_space(struct json_scan *scan)
{
    while (!at_end(scan) && strchr(" \t\r\n", peek(scan)) != NULL && peek(scan) != '\0')
        scan->at++;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_digits(struct json_scan *scan)
{
    while (is_digit(peek(scan)))
        scan->at++;
}

/* What cJSON keeps of a number; a longer one it would take for two. RFC 8259 6 lets readers set limits. */
enum { NUMBER_MAX_BYTES = 63 };

/* RFC 8259 6: no leading zeros, and digits on both sides of a point. */
static bool scan_number(struct json_scan *scan)
{
    size_t start = scan->at;

    if (peek(scan) == '-')
        scan->at++;
    if (!is_digit(peek(scan)))
        return fail(scan, "a number needs a digit");
    if (peek(scan) == '0') {
        scan->at++;
        if (is_digit(peek(scan)))
            return fail(scan, "a number must not begin with a zero");
    }
    skip_digits(scan);
    if (peek(scan) == '.') {
        scan->at++;
        if (!is_digit(peek(scan)))
            return fail(scan, "a number needs a digit after the point");
        skip_digits(scan);
    }
    if (peek(scan) == 'e' || peek(scan) == 'E') {
        scan->at++;
        if (peek(scan) == '+' || peek(scan) == '-')
            scan->at++;
        if (!is_digit(peek(scan)))
            return fail(scan, "a number needs a digit in its exponent");
        skip_digits(scan);
    }
    if (scan->at - start > NUMBER_MAX_BYTES)
        return fail(scan, "a number is too long");
    if (scan->on_number != NULL && !scan->on_number(scan->context, (struct slice){ scan->text.ptr + start, scan->at - start }))
        return fail(scan, "out of memory");
    return true;
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits behind "\u"; -1: they are not. */
static int scan_code_unit(struct json_scan *scan)
{
    int unit = 0;

    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(peek(scan));

        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
        scan->at++;
    }
    return unit;
}

static bool scan_unicode_escape(struct json_scan *scan)
{
    int unit = scan_code_unit(scan);

    if (unit < 0)
        return fail(scan, "\\u needs four hexadecimal digits");
    if (unit == 0)
        return fail(scan, "\\u0000 is refused: C readers end the text there");
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return fail(scan, "half of a surrogate pair");
    if (unit < 0xD800 || unit > 0xDBFF)
        return true;
    if (peek(scan) != '\\' || scan->at + 1 >= scan->text.len || scan->text.ptr[scan->at + 1] != 'u')
        return fail(scan, "half of a surrogate pair");
    scan->at += 2;
    unit = scan_code_unit(scan);
    return (unit >= 0xDC00 && unit <= 0xDFFF) || fail(scan, "half of a surrogate pair");
}

static bool scan_escape(struct json_scan *scan)
{
    char c = peek(scan);

    if (at_end(scan) || c == '\0' || strchr("\"\\/bfnrtu", c) == NULL)
        return fail(scan, "unknown escape");
    scan->at++;
    return c != 'u' || scan_unicode_escape(scan);
}

static bool scan_text(struct json_scan *scan)
{
    scan->at++; /* the opening quote */
    while (!at_end(scan)) {
        size_t step = utf8_sequence_length(scan->text.ptr + scan->at, scan->text.len - scan->at);

        if (step == 0)
            return fail(scan, "invalid UTF-8");
        if ((unsigned char)peek(scan) < 0x20)
            return fail(scan, "a control character in a text must be escaped");
        if (peek(scan) == '"') {
            scan->at++;
            return true;
        }
        scan->at += step;
        if (scan->text.ptr[scan->at - step] == '\\' && !scan_escape(scan))
            return false;
    }
    return fail(scan, "a text does not end");
}

static bool scan_member_name(struct json_scan *scan)
{
    skip_space(scan);
    if (peek(scan) != '"')
        return fail(scan, "a member's name was expected");
    if (!scan_text(scan))
        return false;
    skip_space(scan);
    if (peek(scan) != ':')
        return fail(scan, "a colon was expected");
    scan->at++;
    return true;
}

/* An object or an array: `close` is the bracket that ends it. */
static bool scan_items(struct json_scan *scan, char close, size_t depth)
{
    if (depth == 0)
        return fail(scan, "nested too deeply");
    scan->at++;
    skip_space(scan);
    if (peek(scan) == close) {
        scan->at++;
        return true;
    }
    for (;;) {
        if ((close == '}' && !scan_member_name(scan)) || !scan_value(scan, depth - 1))
            return false;
        skip_space(scan);
        if (peek(scan) == close) {
            scan->at++;
            return true;
        }
        if (peek(scan) != ',')
            return fail(scan, "a comma or a closing bracket was expected");
        scan->at++;
    }
}

static bool scan_word(struct json_scan *scan)
{
    static const char *const words[] = { "true", "false", "null" };
    struct slice rest = { scan->text.ptr + scan->at, scan->text.len - scan->at };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (slice_starts_with(rest, slice_of(words[i]))) {
            scan->at += strlen(words[i]);
            return true;
        }
    return fail(scan, at_end(scan) ? "the document ends early" : "a value was expected");
}

static bool scan_value(struct json_scan *scan, size_t depth)
{
    skip_space(scan);
    if (peek(scan) == '{')
        return scan_items(scan, '}', depth);
    if (peek(scan) == '[')
        return scan_items(scan, ']', depth);
    if (peek(scan) == '"')
        return scan_text(scan);
    if (peek(scan) == '-' || is_digit(peek(scan)))
        return scan_number(scan);
    return scan_word(scan);
}

bool json_scan(struct json_scan *scan)
{
    if (!scan_value(scan, scan->max_depth))
        return false;
    skip_space(scan);
    return at_end(scan) || fail(scan, "something follows the document");
}
