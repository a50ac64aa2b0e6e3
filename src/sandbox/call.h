/*
 * One request and its answer, without any socket: a connection feeds it, and sends what it answers.
 *
 * A handler takes the body. Whoever answers before the body has ended refuses the rest of it: the connection then closes.
 */
#ifndef SANDBOX_CALL_H
#define SANDBOX_CALL_H

#include "base/arena.h"
#include "base/buf.h"
#include "sandbox/request.h"
#include "sandbox/dialect.h"
#include "sandbox/refusal.h"
#include "sandbox/setup.h"
#include "sandbox/store.h"

struct call;

/* What is done with a request's body. Functions may be NULL. */
struct handler {
    void (*body)(struct call *call, const uint8_t *data, size_t len);
    void (*end)(struct call *call);   /* all of the body has been there; must answer */
    void (*abort)(struct call *call); /* the rest will never come; nobody reads an answer */
    void (*clear)(struct call *call); /* releases `state` */
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

struct call {
    struct setup *setup;
    bool tls;
    struct arena arena;
    struct request request;
    const struct dialect *dialect; /* how to answer, also before a bucket is found */
    struct bucket *bucket;
    struct slice key;     /* decoded from the path; "" for the bucket itself */
    bool virtual_host;    /* the bucket came from the Host header */
    bool has_path_bucket; /* the request names a bucket at all, known or not */
    struct slice bucket_name;
    const struct handler *handler;
    void *state;
    struct answer answer;
    enum refusal refusal; /* why it was refused */
    uint64_t received;    /* bytes of the body */
    char id[17];
};

/* `request` has been filled in; its bytes have to stay where they are until the end. */
void call_open(struct call *call, struct setup *setup, bool tls);
void call_body(struct call *call, const uint8_t *data, size_t len);
void call_end(struct call *call);
void call_abort(struct call *call);
void call_clear(struct call *call);

static inline bool call_is_answered(const struct call *call)
{
    return call->answer.status != 0;
}

#endif
