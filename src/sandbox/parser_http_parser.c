#include "sandbox/parser.h"

#include <http_parser.h>
#include <stdlib.h>

struct parser {
    http_parser machine;
    const struct parser_events *events;
    void *user;
    bool in_body; /* what comes after it are trailers, which nobody asked for */
    bool ended;
};

static struct parser *parser_of(const http_parser *machine)
{
    return machine->data;
}

static int pass(const http_parser *machine, bool (*event)(void *user, struct slice text), const char *at, size_t len)
{
    return event == NULL || event(parser_of(machine)->user, (struct slice){ at, len }) ? 0 : -1;
}

static int on_target(http_parser *machine, const char *at, size_t len)
{
    return pass(machine, parser_of(machine)->events->on_target, at, len);
}

static int on_name(http_parser *machine, const char *at, size_t len)
{
    return pass(machine, parser_of(machine)->in_body ? NULL : parser_of(machine)->events->on_name, at, len);
}

static int on_value(http_parser *machine, const char *at, size_t len)
{
    return pass(machine, parser_of(machine)->in_body || len == 0 ? NULL : parser_of(machine)->events->on_value, at, len);
}

/* What the machine knows is only right here: it forgets it when a message without a body ends. */
static int on_head(http_parser *machine)
{
    struct parser *parser = parser_of(machine);
    bool has_length = (machine->flags & F_CONTENTLENGTH) != 0;
    struct parser_head head = { .method = http_method_str((enum http_method)machine->method),
                                .http_major = machine->http_major,
                                .http_minor = machine->http_minor,
                                .chunked = (machine->flags & F_CHUNKED) != 0,
                                .has_length = has_length,
                                .length = has_length ? machine->content_length : 0,
                                .keep_alive = http_should_keep_alive(machine) != 0 };

    machine->upgrade = 0; /* nothing to upgrade to: the header is ignored (RFC 9110 7.8) */
    parser->in_body = true;
    if (parser->events->on_head != NULL)
        parser->events->on_head(parser->user, &head);
    return 0;
}

static int on_body(http_parser *machine, const char *at, size_t len)
{
    return pass(machine, parser_of(machine)->events->on_body, at, len);
}

static int on_end(http_parser *machine)
{
    struct parser *parser = parser_of(machine);

    parser->ended = true;
    http_parser_pause(machine, 1);
    if (parser->events->on_end != NULL)
        parser->events->on_end(parser->user);
    return 0;
}

struct parser *parser_new(void)
{
    return calloc(1, sizeof(struct parser));
}

void parser_free(struct parser *parser)
{
    free(parser);
}

void parser_begin(struct parser *parser)
{
    http_parser_init(&parser->machine, HTTP_REQUEST);
    parser->machine.data = parser;
    parser->in_body = false;
    parser->ended = false;
}

size_t parser_read(struct parser *parser, const struct parser_events *events, void *user, struct slice bytes)
{
    static const http_parser_settings settings = { .on_url = on_target,
                                                   .on_header_field = on_name,
                                                   .on_header_value = on_value,
                                                   .on_headers_complete = on_head,
                                                   .on_body = on_body,
                                                   .on_message_complete = on_end };

    parser->events = events;
    parser->user = user;
    return http_parser_execute(&parser->machine, &settings, bytes.ptr, bytes.len);
}

const char *parser_fault(const struct parser *parser)
{
    enum http_errno fault = HTTP_PARSER_ERRNO(&parser->machine);

    return fault == HPE_OK || parser->ended ? NULL : http_errno_description(fault);
}
