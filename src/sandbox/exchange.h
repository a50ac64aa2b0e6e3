/*
 * One request and its answer, without any socket: a connection feeds it, and sends what it answers.
 *
 * A handler takes the body. Whoever answers before the body has ended refuses the rest of it: the connection then closes.
 */
#ifndef SANDBOX_EXCHANGE_H
#define SANDBOX_EXCHANGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "sandbox/request.h"
#include "sandbox/rules.h"
#include "sandbox/setup.h"
#include "sandbox/store.h"

struct exchange;

/* What is done with a request's body. Functions may be NULL. */
struct handler {
    void (*body)(struct exchange *exchange, const uint8_t *data, size_t len);
    void (*end)(struct exchange *exchange);   /* all of the body has been there; must answer */
    void (*abort)(struct exchange *exchange); /* the rest will never come; nobody reads an answer */
    void (*clear)(struct exchange *exchange); /* releases `state` */
};

struct answer {
    int status; /* 0: none yet */
    struct buf headers;
    struct buf body;
    int file; /* a body from a descriptor, -1: none; the connection closes it */
    uint64_t file_at;
    uint64_t file_left;
    bool has_length; /* Content-Length was given with the headers (HEAD) */
};

struct exchange {
    struct setup *setup;
    bool tls;
    struct arena arena;
    struct request request;
    enum dialect dialect; /* how to answer, also before a bucket is found */
    struct bucket *bucket;
    struct slice key;     /* decoded from the path; "" for the bucket itself */
    bool virtual_host;    /* the bucket came from the Host header */
    bool has_path_bucket; /* the request names a bucket at all, known or not */
    struct slice bucket_name;
    const struct handler *handler;
    void *state;
    struct answer answer;
    enum rule rule;    /* why it was refused */
    uint64_t received; /* bytes of the body */
    char id[17];
};

/* `request` has been filled in; its bytes have to stay where they are until the end. */
void exchange_open(struct exchange *exchange, struct setup *setup, bool tls);
/* Finds bucket, key and handler. May answer at once. */
void exchange_route(struct exchange *exchange);
void exchange_body(struct exchange *exchange, const uint8_t *data, size_t len);
void exchange_end(struct exchange *exchange);
void exchange_abort(struct exchange *exchange);
void exchange_clear(struct exchange *exchange);

static inline bool exchange_is_answered(const struct exchange *exchange)
{
    return exchange->answer.status != 0;
}

#endif
