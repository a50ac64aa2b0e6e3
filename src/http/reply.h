/*
 * A reply as it arrives: its head line by line, its body under a cap, and our own check that it is well formed.
 *
 * libcurl's "OK" is not that check: it takes a cut head for a whole one, `HTTP/2.0` on a plain connection, lines that end
 * in a bare LF, two lengths, and length beside chunked (all measured, docs/http.md).
 */
#ifndef POSTAGE_HTTP_REPLY_H
#define POSTAGE_HTTP_REPLY_H

#include "base/buf.h"

#define HTTP_HEAD_MAX_KIB 64 /* all header lines of one request, interim replies and trailers included */
#define HTTP_INTERIM_MAX  32 /* 1xx replies before the real one */

enum { HTTP_HEAD_MAX_BYTES = HTTP_HEAD_MAX_KIB * 1024 };

struct http_reply {
    struct buf head; /* of the last head: name NUL value NUL ..., names in lower case */
    struct buf body;
    size_t head_bytes; /* of all lines seen */
    size_t header_count;
    int status; /* of the last status line; 0: none was seen */
    unsigned interim;
    bool in_head;
    bool head_complete; /* the empty line of a final head was seen */
    bool has_length;
    bool chunked;
    bool body_capped; /* more body came than we read */
    uint64_t length;
    const char *fault; /* the rule that the reply broke; NULL: none so far */
};

void http_reply_init(struct http_reply *reply, const struct postage_allocator *alloc);
void http_reply_clear(struct http_reply *reply);
void http_reply_reset(struct http_reply *reply); /* wiped and ready for the next one; small storage is kept */

/* Takes one line of a head, with its line end. @return false: `fault` was set or memory ran out; read no further. */
bool http_reply_line(struct http_reply *reply, struct slice line);

/* Takes body bytes. @return false: over `cap`, or memory ran out; read no further. */
bool http_reply_bytes(struct http_reply *reply, struct slice bytes, size_t cap);

/* Whether the end of the body can be told from its framing; else only the end of the connection marks it. */
bool http_reply_is_framed(const struct http_reply *reply);

/* The header at `index`, 0 to header_count - 1, walking on from `*at` (start with 0). */
void http_reply_next_header(const struct http_reply *reply, size_t *at, const char **name, const char **value);

/* The value of the first header called so (lower case), or NULL. */
const char *http_reply_header(const struct http_reply *reply, const char *name);

#endif
