#include "sandbox/parser.h"

#include <llhttp.h>
#include <stdlib.h>

struct parser {
    llhttp_t machine;
    const struct parser_events *events;
    void *user;
    bool in_body; /* what comes after it are trailers, which nobody asked for */
    bool ended;
};

static struct parser *parser_of(const llhttp_t *machine)
{
    return machine->data;
}

static int pass(const llhttp_t *machine, bool (*event)(void *user, struct slice text), const char *at, size_t len)
{
    return event == NULL || event(parser_of(machine)->user, (struct slice){ at, len }) ? 0 : HPE_USER;
}

static int on_target(llhttp_t *machine, const char *at, size_t len)
{
    return pass(machine, parser_of(machine)->events->on_target, at, len);
}

static int on_name(llhttp_t *machine, const char *at, size_t len)
{
    return pass(machine, parser_of(machine)->in_body ? NULL : parser_of(machine)->events->on_name, at, len);
}

static int on_value(llhttp_t *machine, const char *at, size_t len)
{
    return pass(machine, parser_of(machine)->in_body || len == 0 ? NULL : parser_of(machine)->events->on_value, at, len);
}

static int on_head(llhttp_t *machine)
{
    struct parser *parser = parser_of(machine);
    bool has_length = (machine->flags & F_CONTENT_LENGTH) != 0;
    struct parser_head head = { .method = llhttp_method_name((llhttp_method_t)machine->method),
                                .http_major = machine->http_major,
                                .http_minor = machine->http_minor,
                                .chunked = (machine->flags & F_CHUNKED) != 0,
                                .has_length = has_length,
                                .length = has_length ? machine->content_length : 0,
                                .keep_alive = llhttp_should_keep_alive(machine) != 0 };

    machine->upgrade = 0; /* nothing to upgrade to: the header is ignored (RFC 9110 7.8) */
    parser->in_body = true;
    if (parser->events->on_head != NULL)
        parser->events->on_head(parser->user, &head);
    return 0;
}

static int on_body(llhttp_t *machine, const char *at, size_t len)
{
    return pass(machine, parser_of(machine)->events->on_body, at, len);
}

static int on_end(llhttp_t *machine)
{
    struct parser *parser = parser_of(machine);

    parser->ended = true;
    if (parser->events->on_end != NULL)
        parser->events->on_end(parser->user);
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = { .on_url = on_target,
                                            .on_header_field = on_name,
                                            .on_header_value = on_value,
                                            .on_headers_complete = on_head,
                                            .on_body = on_body,
                                            .on_message_complete = on_end };

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
    llhttp_init(&parser->machine, HTTP_REQUEST, &settings);
    parser->machine.data = parser;
    parser->in_body = false;
    parser->ended = false;
}

size_t parser_read(struct parser *parser, const struct parser_events *events, void *user, struct slice bytes)
{
    parser->events = events;
    parser->user = user;
    if (llhttp_execute(&parser->machine, bytes.ptr, bytes.len) == HPE_OK)
        return bytes.len;
    return (size_t)(llhttp_get_error_pos(&parser->machine) - bytes.ptr);
}

const char *parser_fault(const struct parser *parser)
{
    const char *reason = llhttp_get_error_reason(&parser->machine);

    if (llhttp_get_errno(&parser->machine) == HPE_OK || parser->ended)
        return NULL;
    return reason != NULL && *reason != '\0' ? reason : llhttp_errno_name(llhttp_get_errno(&parser->machine));
}
