#include "sandbox/request.h"

#include <stdint.h>

#include "base/text.h"

static int take_target(http_parser *parser, const char *at, size_t len)
{
    ((struct request *)parser->data)->target = (struct slice){ at, len };
    return 0;
}

static int take_name(http_parser *parser, const char *at, size_t len)
{
    struct request *request = parser->data;

    if (request->header_count == HEADERS_MAX)
        return 1;
    request->headers[request->header_count++] = (struct header){ { at, len }, { "", 0 } };
    return 0;
}

static int take_value(http_parser *parser, const char *at, size_t len)
{
    struct request *request = parser->data;

    while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t'))
        len--;
    request->headers[request->header_count - 1].value = (struct slice){ at, len };
    return 0;
}

/* What the parser knows is only right here: it forgets it when a message without a body ends. */
static int take_rest(http_parser *parser)
{
    struct request *request = parser->data;

    request->method = parser->method;
    request->http_minor = parser->http_minor;
    request->chunked = (parser->flags & F_CHUNKED) != 0;
    request->has_length = (parser->flags & F_CONTENTLENGTH) != 0;
    request->length = request->has_length ? parser->content_length : 0;
    request->keep_alive = http_should_keep_alive(parser) != 0;
    parser->upgrade = 0; /* nothing to upgrade to: the header is ignored (RFC 9110 7.8) */
    return 0;
}

/* A lone LF, a folded line, NUL: two readers may see two heads. */
static const char *check_bytes(struct slice head)
{
    for (size_t i = 0; i < head.len; i++) {
        if (head.ptr[i] == '\0')
            return "NUL in the head";
        if (head.ptr[i] == '\n' && (i == 0 || head.ptr[i - 1] != '\r'))
            return "a line ends without CR";
        if (head.ptr[i] == '\r' && (i + 1 == head.len || head.ptr[i + 1] != '\n'))
            return "CR inside a line";
        if (head.ptr[i] == '\n' && i + 1 < head.len && (head.ptr[i + 1] == ' ' || head.ptr[i + 1] == '\t'))
            return "a folded header";
    }
    return NULL;
}

static const char *check_once(const struct request *request, const char *name, bool required)
{
    if (request_repeats(request, name))
        return REQUEST_REPEATED_HEADER;
    return required && request_header(request, name).ptr == NULL ? "no Host header" : NULL;
}

static const char *check_headers(const struct request *request)
{
    static const char *const once[] = { "content-length", "transfer-encoding", "content-type", "authorization", "expect",
                                        "range" };
    const char *wrong = check_once(request, "host", request->http_minor >= 1);

    for (size_t i = 0; wrong == NULL && i < sizeof once / sizeof once[0]; i++)
        wrong = check_once(request, once[i], false);
    return wrong;
}

/* Origin form, or absolute form as proxies send it (RFC 9112 3.2.2); the Host header counts in any case. */
static const char *split_target(struct request *request)
{
    struct slice rest = request->target;
    const char *mark;

    if (slice_starts_with(rest, SLICE("http://")) || slice_starts_with(rest, SLICE("https://"))) {
        const char *host = slice_find(rest, SLICE("//")) + 2;
        const char *slash = memchr(host, '/', (size_t)(rest.ptr + rest.len - host));

        rest = slash != NULL ? (struct slice){ slash, (size_t)(rest.ptr + rest.len - slash) } : SLICE("/");
    }
    if (slice_equal(rest, SLICE("*")) && request->method == HTTP_OPTIONS)
        rest = SLICE("/");
    if (rest.len == 0 || rest.ptr[0] != '/')
        return "the target is not a path";
    mark = memchr(rest.ptr, '?', rest.len);
    request->path = (struct slice){ rest.ptr, mark != NULL ? (size_t)(mark - rest.ptr) : rest.len };
    request->query = mark != NULL ? (struct slice){ mark + 1, rest.len - request->path.len - 1 } : (struct slice){ "", 0 };
    return NULL;
}

const char *request_read(struct request *request, http_parser *parser, struct slice head)
{
    static const http_parser_settings settings = {
        .on_url = take_target, .on_header_field = take_name, .on_header_value = take_value, .on_headers_complete = take_rest
    };
    const char *wrong = check_bytes(head);

    memset(request, 0, sizeof *request);
    if (wrong != NULL)
        return wrong;
    http_parser_init(parser, HTTP_REQUEST);
    parser->data = request;
    if (http_parser_execute(parser, &settings, head.ptr, head.len) != head.len || HTTP_PARSER_ERRNO(parser) != HPE_OK)
        return request->header_count == HEADERS_MAX ? "too many headers" : http_errno_description(HTTP_PARSER_ERRNO(parser));
    if (parser->http_major != 1)
        return "not HTTP/1";
    /* RFC 9112 6.1: chunked with HTTP/1.0 is a sign of an attack. */
    if (request->chunked && request->http_minor == 0)
        return "chunked with HTTP/1.0";
    wrong = split_target(request);
    return wrong != NULL ? wrong : check_headers(request);
}

struct slice request_decode(struct slice text, bool plus, struct arena *arena)
{
    const struct slice failed = { NULL, 0 };
    char *decoded = arena_alloc(arena, text.len + 1);
    size_t len = 0;

    if (decoded == NULL)
        return failed;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '+' && plus)
            c = ' ';
        if (c == '%') {
            if (i + 2 >= text.len || text_hex_digit(text.ptr[i + 1]) < 0 || text_hex_digit(text.ptr[i + 2]) < 0)
                return failed;
            c = (char)(text_hex_digit(text.ptr[i + 1]) * 16 + text_hex_digit(text.ptr[i + 2]));
            i += 2;
        }
        if (c == '\0')
            return failed;
        decoded[len++] = c;
    }
    return (struct slice){ decoded, len };
}

const char *request_read_query(struct request *request, struct arena *arena)
{
    const char *at = request->query.ptr, *end = at + request->query.len;

    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        struct slice pair = { at, (size_t)((stop != NULL ? stop : end) - at) };
        const char *equals = memchr(pair.ptr, '=', pair.len);
        struct slice name = { pair.ptr, equals != NULL ? (size_t)(equals - pair.ptr) : pair.len };
        struct slice value = equals != NULL ? (struct slice){ equals + 1, pair.len - name.len - 1 } : (struct slice){ "", 0 };

        at = stop != NULL ? stop + 1 : end;
        if (pair.len == 0)
            continue;
        if (request->parameter_count == PARAMETERS_MAX)
            return "too many parameters in the query";
        name = request_decode(name, true, arena);
        value = request_decode(value, true, arena);
        if (name.ptr == NULL || value.ptr == NULL)
            return "the query is not percent-encoded well";
        request->parameters[request->parameter_count++] = (struct header){ name, value };
    }
    return NULL;
}

bool request_repeats(const struct request *request, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; name != NULL && i < request->header_count; i++)
        count += slice_equal_ignoring_case(request->headers[i].name, slice_of(name));
    return count > 1;
}

struct slice request_header(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (slice_equal_ignoring_case(request->headers[i].name, slice_of(name)))
            return request->headers[i].value;
    return (struct slice){ NULL, 0 };
}

struct slice request_parameter(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->parameter_count; i++)
        if (slice_equal(request->parameters[i].name, slice_of(name)))
            return request->parameters[i].value;
    return (struct slice){ NULL, 0 };
}

bool request_has_parameter(const struct request *request, const char *name)
{
    return request_parameter(request, name).ptr != NULL;
}
