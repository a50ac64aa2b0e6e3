/*
 * A reply as it arrives: head, body under a cap, trailers, and the check that it is well formed (RFC 9112). Pure: it is given
 * bytes, cut anywhere, and stops where the reply ends; it never reads by itself.
 *
 * Strict: a peer whose reply breaks a rule may not be what we think it is, and what it says about an object counts for nothing.
 */
#ifndef POSTAGE_HTTP_REPLY_H
#define POSTAGE_HTTP_REPLY_H

#include "base/buf.h"
#include "http/chunks.h"

#define HTTP_HEAD_MAX_KIB 64 /* all header lines of one request, interim replies and trailers included */
#define HTTP_INTERIM_MAX  32 /* 1xx replies before the real one */

enum { HTTP_HEAD_MAX_BYTES = HTTP_HEAD_MAX_KIB * 1024 };

/* How the body of a reply ended. */
enum http_body_end {
    HTTP_BODY_CUT,      /* not at all, so far */
    HTTP_BODY_COMPLETE, /* by its length, its last chunk, or because there is none */
    HTTP_BODY_TO_CLOSE, /* the connection ended, which proves nothing: the reader has to find an end tag */
    HTTP_BODY_CAPPED    /* longer than allowed; the rest was not read */
};

enum reply_state { REPLY_STATUS_LINE, REPLY_HEADERS, REPLY_BODY, REPLY_TRAILERS, REPLY_OVER };

struct http_reply {
    enum reply_state state;
    struct buf head; /* of the last head: name NUL value NUL ..., names in lower case */
    struct buf body;
    struct buf partial; /* the beginning of a line whose end has not come */
    size_t refusal_max; /* bytes kept of a body with a status from 300 on */
    size_t success_max; /* of a 2xx */
    size_t head_bytes;  /* of all lines seen */
    size_t header_count;
    int status; /* of the last status line; 0: none was seen */
    unsigned interim;
    bool begun;         /* at least a byte of a reply came */
    bool head_complete; /* the empty line of a final head was seen */
    bool has_length;    /* `length` */
    bool chunked;       /* `chunks` */
    bool is_1_0;
    bool ends_connection; /* the peer says, or its version implies, that no other reply comes after it */
    uint64_t length;
    uint64_t body_bytes; /* that came, kept or not */
    struct chunks chunks;
    enum http_body_end body_end;
    const char *fault; /* the rule that the reply broke; NULL: none so far */
};

void http_reply_init(struct http_reply *reply, const struct postage_allocator *alloc);
void http_reply_clear(struct http_reply *reply);

/* Wiped and ready for the next one; small storage is kept. So many bytes of its body will be kept, by its status. */
void http_reply_begin(struct http_reply *reply, size_t success_max, size_t refusal_max);

/* Takes what arrived, up to the reply's end or its first fault. @return bytes that were the reply's. */
size_t http_reply_take(struct http_reply *reply, struct slice bytes);

/* The connection ended, in order or not: what that means for a reply that is not over. */
void http_reply_end(struct http_reply *reply, bool in_order);

/* Whether nothing of it is to be read any more: it is complete, capped or faulty, or memory ran out. */
bool http_reply_is_over(const struct http_reply *reply);

bool http_reply_ran_out_of_memory(const struct http_reply *reply);

/* Whether the connection can carry another request, once it is over. */
bool http_reply_keeps_connection(const struct http_reply *reply);

/* The header at `index`, 0 to header_count - 1, walking on from `*at` (start with 0). */
void http_reply_next_header(const struct http_reply *reply, size_t *at, const char **name, const char **value);

/* The value of the first header called so (lower case), or NULL. */
const char *http_reply_header(const struct http_reply *reply, const char *name);

#endif
