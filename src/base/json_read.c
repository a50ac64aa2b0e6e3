#include "base/json_read.h"

#include "base/error.h"
#include "base/text.h"

/* What cJSON would keep of a number, which is long enough for every use. RFC 8259 6 lets readers set limits. */
enum { NUMBER_MAX_BYTES = 63 };

struct scan {
    struct slice text;
    size_t at; /* where the mistake is, after a failure */
    struct arena *arena;
    const char *what; /* for messages */
    struct postage_error *err;
    enum postage_status status;
};

static bool scan_value(struct scan *scan, size_t depth, cJSON **out);

static bool fail_syntax(struct scan *scan, const char *reason)
{
    scan->status = error_set(scan->err, POSTAGE_ERR_SYNTAX, "%s: not JSON at byte %zu: %s", scan->what, scan->at, reason);
    return false;
}

static bool fail_memory(struct scan *scan)
{
    scan->status = error_plain(scan->err, POSTAGE_ERR_NOMEM);
    return false;
}

static char peek(const struct scan *scan)
{
    return scan->at < scan->text.len ? scan->text.ptr[scan->at] : '\0';
}

static bool at_end(const struct scan *scan)
{
    return scan->at >= scan->text.len;
}

static void skip_space(struct scan *scan)
{
    char c;

    while (c = peek(scan), c == ' ' || c == '\t' || c == '\r' || c == '\n')
        scan->at++;
}

static struct slice since(const struct scan *scan, size_t start)
{
    return (struct slice){ scan->text.ptr + start, scan->at - start };
}

/* --- numbers and words --- */

static void skip_digits(struct scan *scan)
{
    while (text_is_digit(peek(scan)))
        scan->at++;
}

/* RFC 8259 6: no leading zeros, and digits on both sides of a point. */
static bool scan_number(struct scan *scan, cJSON *item)
{
    size_t start = scan->at;

    if (peek(scan) == '-')
        scan->at++;
    if (!text_is_digit(peek(scan)))
        return fail_syntax(scan, "a number needs a digit");
    if (peek(scan) == '0') {
        scan->at++;
        if (text_is_digit(peek(scan)))
            return fail_syntax(scan, "a number must not begin with a zero");
    }
    skip_digits(scan);
    if (peek(scan) == '.') {
        scan->at++;
        if (!text_is_digit(peek(scan)))
            return fail_syntax(scan, "a number needs a digit after the point");
        skip_digits(scan);
    }
    if (peek(scan) == 'e' || peek(scan) == 'E') {
        scan->at++;
        if (peek(scan) == '+' || peek(scan) == '-')
            scan->at++;
        if (!text_is_digit(peek(scan)))
            return fail_syntax(scan, "a number needs a digit in its exponent");
        skip_digits(scan);
    }
    if (scan->at - start > NUMBER_MAX_BYTES)
        return fail_syntax(scan, "a number is too long");
    item->type = cJSON_Number;
    item->valuestring = arena_copy(scan->arena, since(scan, start));
    return item->valuestring != NULL || fail_memory(scan);
}

static bool scan_word(struct scan *scan, cJSON *item)
{
    static const struct {
        struct slice word;
        int type;
    } words[] = { { { "true", 4 }, cJSON_True }, { { "false", 5 }, cJSON_False }, { { "null", 4 }, cJSON_NULL } };
    struct slice rest = { scan->text.ptr + scan->at, scan->text.len - scan->at };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (slice_starts_with(rest, words[i].word)) {
            item->type = words[i].type;
            scan->at += words[i].word.len;
            return true;
        }
    return fail_syntax(scan, at_end(scan) ? "the document ends early" : "a value was expected");
}

/* --- texts --- */

/* The four digits after "\u"; -1: they are not. */
static int scan_code_unit(struct scan *scan)
{
    int unit = 0;

    for (int i = 0; i < 4; i++) {
        int digit = text_hex_digit(peek(scan));

        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
        scan->at++;
    }
    return unit;
}

static bool scan_unicode_escape(struct scan *scan)
{
    int unit = scan_code_unit(scan);

    if (unit < 0)
        return fail_syntax(scan, "\\u needs four hexadecimal digits");
    if (unit == 0)
        return fail_syntax(scan, "\\u0000 is refused: C readers end the string there");
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return fail_syntax(scan, "half of a surrogate pair");
    if (unit < 0xD800 || unit > 0xDBFF)
        return true;
    if (peek(scan) != '\\' || scan->at + 1 >= scan->text.len || scan->text.ptr[scan->at + 1] != 'u')
        return fail_syntax(scan, "half of a surrogate pair");
    scan->at += 2;
    unit = scan_code_unit(scan);
    return (unit >= 0xDC00 && unit <= 0xDFFF) || fail_syntax(scan, "half of a surrogate pair");
}

static bool scan_escape(struct scan *scan)
{
    char c = peek(scan);

    if (at_end(scan) || c == '\0' || strchr("\"\\/bfnrtu", c) == NULL)
        return fail_syntax(scan, "unknown escape");
    scan->at++;
    return c != 'u' || scan_unicode_escape(scan);
}

/* The same once more where all is known to be good: the unit's value, `*at` moved after its four digits. */
static uint32_t read_code_unit(const char **at)
{
    uint32_t unit = 0;

    for (int i = 0; i < 4; i++)
        unit = unit * 16 + (uint32_t)text_hex_digit(*(*at)++);
    return unit;
}

static char *put_utf8(char *to, uint32_t point)
{
    if (point < 0x80) {
        *to++ = (char)point;
        return to;
    }
    if (point < 0x800) {
        *to++ = (char)(0xC0 | point >> 6);
    } else if (point < 0x10000) {
        *to++ = (char)(0xE0 | point >> 12);
        *to++ = (char)(0x80 | (point >> 6 & 0x3F));
    } else {
        *to++ = (char)(0xF0 | point >> 18);
        *to++ = (char)(0x80 | (point >> 12 & 0x3F));
        *to++ = (char)(0x80 | (point >> 6 & 0x3F));
    }
    *to++ = (char)(0x80 | (point & 0x3F));
    return to;
}

/* One escape after its backslash: moves `*from` after it. */
static char *put_unescaped(char *to, const char **from)
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    const char *letter = strchr(letters, **from);
    uint32_t unit;

    if (**from != 'u') {
        *to = letter != NULL ? meanings[letter - letters] : **from;
        ++*from;
        return to + 1;
    }
    ++*from;
    unit = read_code_unit(from);
    if (unit >= 0xD800 && unit <= 0xDBFF) { /* the other half follows, as "\u" and four digits */
        *from += 2;
        unit = 0x10000 + ((unit - 0xD800) << 10) + (read_code_unit(from) - 0xDC00);
    }
    return put_utf8(to, unit);
}

/* What escapes stand for is never longer than they are. */
static char *unescape(struct arena *arena, struct slice raw)
{
    char *text = arena_text(arena, raw.len), *to = text;
    const char *end = raw.ptr + raw.len;

    for (const char *from = raw.ptr; to != NULL && from < end;) {
        if (*from == '\\') {
            from++;
            to = put_unescaped(to, &from);
        } else {
            *to++ = *from++;
        }
    }
    if (to != NULL)
        *to = '\0';
    return text;
}

/* Up to the closing quote, character by character. */
static bool scan_characters(struct scan *scan)
{
    while (peek(scan) != '"') {
        size_t step = utf8_sequence_length(scan->text.ptr + scan->at, scan->text.len - scan->at);

        if (at_end(scan))
            return fail_syntax(scan, "a string does not end");
        if (step == 0)
            return fail_syntax(scan, "invalid UTF-8");
        if ((unsigned char)peek(scan) < 0x20)
            return fail_syntax(scan, "a control character in a string must be escaped");
        scan->at += step;
        if (scan->text.ptr[scan->at - step] == '\\' && !scan_escape(scan))
            return false;
    }
    return true;
}

/* Nearly all texts are plain up to the next quote, which then is the one that ends them. */
static bool scan_text(struct scan *scan, char **out)
{
    size_t start = ++scan->at; /* after the opening quote */
    const char *quote = memchr(scan->text.ptr + start, '"', scan->text.len - start);
    struct slice text = { scan->text.ptr + start, quote != NULL ? (size_t)(quote - scan->text.ptr) - start : 0 };
    bool plain = quote != NULL && text_plain_start(text) == text.len;

    if (plain)
        scan->at += text.len;
    else if (!scan_characters(scan))
        return false;
    *out = plain ? arena_copy(scan->arena, text) : unescape(scan->arena, since(scan, start));
    scan->at++;
    return *out != NULL || fail_memory(scan);
}

/* --- objects and arrays --- */

static bool scan_member_name(struct scan *scan, char **name)
{
    skip_space(scan);
    if (peek(scan) != '"')
        return fail_syntax(scan, "a member's name was expected");
    if (!scan_text(scan, name))
        return false;
    skip_space(scan);
    if (peek(scan) != ':')
        return fail_syntax(scan, "a colon was expected");
    scan->at++;
    return true;
}

static bool is_repeated(const cJSON *object, const char *name)
{
    for (const cJSON *other = object->child; other != NULL; other = other->next)
        if (other->string[0] == name[0] && strcmp(other->string, name) == 0)
            return true;
    return false;
}

/* One member or element. `item` keeps it where `link` points. */
static bool scan_item(struct scan *scan, cJSON *item, size_t depth, cJSON **link)
{
    char *name = NULL;

    if (item->type == cJSON_Object && !scan_member_name(scan, &name))
        return false;
    if (name != NULL && is_repeated(item, name)) {
        scan->status = error_set(scan->err, POSTAGE_ERR_SYNTAX, "%s: member " ERROR_QUOTE_FORMAT " occurs twice", scan->what,
                                 ERROR_QUOTE(name, strlen(name)));
        return false;
    }
    if (!scan_value(scan, depth, link))
        return false;
    (*link)->string = name;
    return true;
}

/* An object or an array: `close` is the bracket that ends it. */
static bool scan_items(struct scan *scan, char close, size_t depth, cJSON *item)
{
    cJSON **link = &item->child;

    item->type = close == '}' ? cJSON_Object : cJSON_Array;
    if (depth == 0)
        return fail_syntax(scan, "nested too deeply");
    scan->at++;
    skip_space(scan);
    if (peek(scan) == close) {
        scan->at++;
        return true;
    }
    for (size_t count = 1; count <= JSON_MAX_MEMBERS; count++) {
        if (!scan_item(scan, item, depth - 1, link))
            return false;
        link = &(*link)->next;
        skip_space(scan);
        if (peek(scan) == close) {
            scan->at++;
            return true;
        }
        if (peek(scan) != ',')
            return fail_syntax(scan, "a comma or a closing bracket was expected");
        scan->at++;
    }
    scan->status = error_set(scan->err, POSTAGE_ERR_SYNTAX, "%s: an object or array has more than %d members or elements",
                             scan->what, JSON_MAX_MEMBERS);
    return false;
}

static bool scan_value(struct scan *scan, size_t depth, cJSON **out)
{
    cJSON *item = *out = arena_alloc(scan->arena, sizeof *item);

    if (item == NULL)
        return fail_memory(scan);
    skip_space(scan);
    if (peek(scan) == '{')
        return scan_items(scan, '}', depth, item);
    if (peek(scan) == '[')
        return scan_items(scan, ']', depth, item);
    if (peek(scan) == '-' || text_is_digit(peek(scan)))
        return scan_number(scan, item);
    if (peek(scan) != '"')
        return scan_word(scan, item);
    item->type = cJSON_String;
    return scan_text(scan, &item->valuestring);
}

enum postage_status json_parse(struct json *json, struct slice text, size_t max_depth, const char *what,
                               const struct postage_allocator *alloc, struct postage_error *err)
{
    struct scan scan = { .text = text, .arena = &json->arena, .what = what, .err = err };

    if (text.len == 0) /* its `ptr` may be NULL, to which C adds not even 0 */
        scan.text = SLICE("");
    json->root = NULL;
    arena_init(&json->arena, alloc, ARENA_QUICK_BYTES);
    if (scan_value(&scan, max_depth, &json->root)) {
        skip_space(&scan);
        if (!at_end(&scan))
            fail_syntax(&scan, "there is something after the end of the document");
    }
    return scan.status;
}

void json_clear(struct json *json)
{
    arena_clear(&json->arena);
    json->root = NULL;
}

const cJSON *json_member(const cJSON *object, const char *name)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

struct slice json_number_text(const cJSON *number)
{
    return slice_of(number->valuestring);
}

struct slice json_text(const cJSON *item)
{
    return cJSON_IsString(item) ? slice_of(item->valuestring) : (struct slice){ NULL, 0 };
}
