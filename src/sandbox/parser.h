/*
 * HTTP/1.1 by a packaged parser, so that another pair of eyes than the client's reads what the client wrote. There are two:
 * llhttp (parser_llhttp.c) where the system has it, else its predecessor http_parser (parser_http_parser.c). The build takes
 * one.
 */
#ifndef SANDBOX_PARSER_H
#define SANDBOX_PARSER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* What a whole head says, the texts apart. */
struct parser_head {
    const char *method; /* as it is written in a request; of static storage */
    unsigned http_major;
    unsigned http_minor;
    bool chunked;
    bool has_length;
    uint64_t length; /* 0 unless has_length */
    bool keep_alive;
};

/* Called in the order of the bytes. Any may be NULL. One that answers false ends the reading. */
struct parser_events {
    bool (*on_target)(void *user, struct slice text);
    bool (*on_name)(void *user, struct slice text);
    bool (*on_value)(void *user, struct slice text); /* of the name before it; not called for an empty one */
    void (*on_head)(void *user, const struct parser_head *head);
    bool (*on_body)(void *user, struct slice bytes); /* without the chunks' frame */
    void (*on_end)(void *user);                      /* of the body, or of a head without one: nothing after it is read */
};

struct parser;

/* NULL: no memory. */
struct parser *parser_new(void);
void parser_free(struct parser *parser);

/* A request begins. */
void parser_begin(struct parser *parser);

/*
 * Reads on. The head has to come whole, in one call, because its texts are views; the body in any pieces. Returns the bytes
 * that were taken: all, unless the request ended, an event ended the reading, or something is wrong.
 */
size_t parser_read(struct parser *parser, const struct parser_events *events, void *user, struct slice bytes);

/* What is wrong with the request, NULL if nothing. */
const char *parser_fault(const struct parser *parser);

#endif
