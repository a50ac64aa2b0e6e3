/*
 * Idle connections by where they lead. They are watched: one whose peer closes it, or speaks unasked, is closed at that moment,
 * and once more looked at before it carries a request.
 */
#ifndef POSTAGE_HTTP_POOL_H
#define POSTAGE_HTTP_POOL_H

#include "base/slice.h"
#include "http/connection.h"

/* Where connections lead: scheme, host and port, or a proxy that takes requests for anywhere. */
struct http_origin {
    struct pool *pool;
    struct http_origin *next;
    struct http_connection *idle; /* the one used last first: it is the likeliest to live */
    size_t connections;           /* idle or not */
    size_t length;
    char key[];
};

struct pool {
    struct postage_allocator alloc;
    struct http_origin *origins;             /* the one asked for last first */
    struct http_connection *newest, *oldest; /* of all idle ones */
    size_t idle_count;
    size_t idle_max;
};

void pool_init(struct pool *pool, size_t idle_max, const struct postage_allocator *alloc);
void pool_clear(struct pool *pool); /* every connection is idle */

/* An idle connection that is quiet, taken out; NULL: there is none, and one is to be opened and added. */
struct http_connection *pool_take(struct pool *pool, struct slice key);

/* A connection that has just been opened counts to this origin. @return POSTAGE_OK or ERR_NOMEM. */
enum postage_status pool_add(struct pool *pool, struct http_connection *connection, struct slice key);

void pool_give_back(struct pool *pool, struct http_connection *connection);         /* it is idle from now on */
void pool_close(struct pool *pool, struct http_connection *connection, bool abort); /* one that is not idle */

#endif
