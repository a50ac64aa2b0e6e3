#include "sandbox/request.h"

#include <stdint.h>

#include "base/text.h"

static bool take_target(void *user, struct slice text)
{
    ((struct request *)user)->target = text;
    return true;
}

static bool take_name(void *user, struct slice text)
{
    struct request *request = user;

    if (request->header_count == HEADERS_MAX)
        return false;
    request->headers[request->header_count++] = (struct header){ text, { "", 0 } };
    return true;
}

static bool take_value(void *user, struct slice text)
{
    struct request *request = user;

    while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    request->headers[request->header_count - 1].value = text;
    return true;
}

static enum request_method method_of(const char *name)
{
    static const char *const names[] = { [METHOD_DELETE] = "DELETE",   [METHOD_GET] = "GET",   [METHOD_HEAD] = "HEAD",
                                         [METHOD_OPTIONS] = "OPTIONS", [METHOD_POST] = "POST", [METHOD_PUT] = "PUT" };

    for (size_t i = METHOD_OTHER + 1; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return (enum request_method)i;
    return METHOD_OTHER;
}

static void take_rest(void *user, const struct parser_head *head)
{
    struct request *request = user;

    request->method_name = head->method;
    request->method = method_of(head->method);
    request->http_major = head->http_major;
    request->http_minor = head->http_minor;
    request->chunked = head->chunked;
    request->has_length = head->has_length;
    request->length = head->length;
    request->keep_alive = head->keep_alive;
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

/* http_parser takes a space in a name, and others do not (RFC 9110 5.1). */
static const char *check_names(const struct request *request)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (!text_is_token(request->headers[i].name))
            return "a header's name is not a token";
    return NULL;
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
    if (slice_equal(rest, SLICE("*")) && request->method == METHOD_OPTIONS)
        rest = SLICE("/");
    if (rest.len == 0 || rest.ptr[0] != '/')
        return "the target is not a path";
    mark = memchr(rest.ptr, '?', rest.len);
    request->path = (struct slice){ rest.ptr, mark != NULL ? (size_t)(mark - rest.ptr) : rest.len };
    request->query = mark != NULL ? (struct slice){ mark + 1, rest.len - request->path.len - 1 } : (struct slice){ "", 0 };
    return NULL;
}

void request_empty(struct request *request)
{
    memset(request, 0, sizeof *request);
    request->method_name = "";
}

const char *request_read(struct request *request, struct parser *parser, struct slice head)
{
    static const struct parser_events events = {
        .on_target = take_target, .on_name = take_name, .on_value = take_value, .on_head = take_rest
    };
    const char *wrong = check_bytes(head);
    size_t taken;

    request_empty(request);
    if (wrong != NULL)
        return wrong;
    parser_begin(parser);
    taken = parser_read(parser, &events, request, head);
    if (parser_fault(parser) != NULL)
        return request->header_count == HEADERS_MAX ? "too many headers" : parser_fault(parser);
    if (taken != head.len)
        return "the head ends before its empty line";
    if (request->http_major != 1)
        return "not HTTP/1";
    /* RFC 9112 6.1: chunked with HTTP/1.0 is a sign of an attack. */
    if (request->chunked && request->http_minor == 0)
        return "chunked with HTTP/1.0";
    wrong = split_target(request);
    if (wrong == NULL)
        wrong = check_names(request);
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
