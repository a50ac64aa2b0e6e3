/* A request's head, taken apart. Views into the bytes that arrived, or into an arena where they had to be decoded. */
#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

#include "base/arena.h"
#include "base/slice.h"
#include "sandbox/parser.h"

/* A temporary key's token is 8 KiB at most; browsers' cookies add a few more. */
#define REQUEST_REPEATED_HEADER "a header that may come once came twice"

enum { HEAD_MAX_BYTES = 32 * 1024, HEADERS_MAX = 128, PARAMETERS_MAX = 64 };

struct header {
    struct slice name;
    struct slice value;
};

enum request_method {
    METHOD_OTHER, /* none of those below, or the head could not be read */
    METHOD_DELETE,
    METHOD_GET,
    METHOD_HEAD,
    METHOD_OPTIONS,
    METHOD_POST,
    METHOD_PUT
};

struct request {
    enum request_method method;
    const char *method_name; /* as sent, never NULL: "" if the head could not be read */
    unsigned http_major;
    unsigned http_minor;
    struct slice target;
    struct slice path;  /* as sent, begins with '/' */
    struct slice query; /* as sent, after the question mark */
    struct header headers[HEADERS_MAX];
    size_t header_count;
    struct header parameters[PARAMETERS_MAX]; /* decoded, in the order they were sent; a missing value is "" */
    size_t parameter_count;
    bool chunked;
    bool has_length;
    uint64_t length;
    bool keep_alive;
};

/*
 * Reads a head that ends in an empty line. NULL, or what is wrong with it. `parser` is ready for the body afterwards.
 * Stricter than the parser: line ends are CR LF, no folding, no NUL, one Host (RFC 9112 2.2, 5.2, 3.2).
 */
const char *request_read(struct request *request, struct parser *parser, struct slice head);

/* Of a head that could not be read. */
void request_empty(struct request *request);

/* Splits and decodes the query. NULL, or what is wrong. */
const char *request_read_query(struct request *request, struct arena *arena);

/* The first header of that name, ignoring case; NULL `ptr`: none. */
struct slice request_header(const struct request *request, const char *name);
/* Whether it came more than once; not if `name` is NULL. */
bool request_repeats(const struct request *request, const char *name);
/* The first parameter of exactly that name; NULL `ptr`: none. */
struct slice request_parameter(const struct request *request, const char *name);
bool request_has_parameter(const struct request *request, const char *name);

/* Percent-decodes into the arena; '+' stays unless `plus` says it is a space. NULL `ptr`: malformed, NUL, or no memory. */
struct slice request_decode(struct slice text, bool plus, struct arena *arena);

#endif
