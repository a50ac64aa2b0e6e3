/*
 * libcurl's multi handle in our loop: it makes connections (names, addresses, proxies, TLS), and carries whole transfers where
 * no form is sent. What it wants to wait for goes to the poller, what it ends comes back to the handle's owner.
 */
#ifndef POSTAGE_HTTP_ENGINE_H
#define POSTAGE_HTTP_ENGINE_H

#include <curl/curl.h>

#include "http/poller.h"
#include "http/process.h"

/* Whose easy handle it is: CURLOPT_PRIVATE points here. */
struct engine_shard;

struct engine_user {
    struct engine_shard *shard;                                        /* the engine's */
    void (*waits)(struct engine_user *user, int descriptor, int what); /* libcurl waits: CURL_POLL_...; may be NULL */
    void (*ended)(struct engine_user *user, CURLcode code);            /* the transfer is over; may end the handle */
};

/*
 * One multi handle and what is on it. libcurl walks all of a multi handle's connections to open one, and to send or receive
 * under TLS; so no handle gets more than ENGINE_SHARD_MAX, and ten thousand connections cost each other nothing.
 */
struct engine_shard {
    struct watcher watcher; /* first: of the descriptors that libcurl waits for */
    struct engine *engine;
    struct engine_shard *next;
    CURLM *multi;
    size_t handles;
    int64_t due_ms; /* when libcurl wants its timeout; INT64_MAX: not at all */
};

enum { ENGINE_SHARD_MAX = 128 };

struct engine {
    struct postage_allocator alloc;
    struct poller *poller;
    struct engine_shard *shards;
    CURLSH *share; /* names that were looked up */
    struct sigpipe_guard guard;
    unsigned depth; /* of calls of enter */
    bool guarded;   /* SIGPIPE is held */
    bool out_of_memory;
};

enum postage_status engine_open(struct engine *engine, struct poller *poller, const struct postage_allocator *alloc);
void engine_close(struct engine *engine);

/* What libcurl and its TLS library do between these two cannot raise SIGPIPE; costs nothing in turns that need neither. */
void engine_enter(struct engine *engine);
void engine_leave(struct engine *engine);
void engine_guard(struct engine *engine); /* between the two: libcurl is called next */

/* Adds a handle to a shard with room, and takes it out of there. Removing what was not added does nothing. */
enum postage_status engine_add(struct engine *engine, CURL *easy, struct engine_user *user);
void engine_remove(struct engine *engine, CURL *easy, struct engine_user *user);

/* Whether it is libcurl that a descriptor with this watcher is watched for. */
bool engine_watches(const struct watcher *watcher);

int64_t engine_due_ms(const struct engine *engine); /* INT64_MAX: nothing is due */

/* What is due by now. ERR_NOMEM, ERR_SYSTEM. */
enum postage_status engine_on_time(struct engine *engine, int64_t now_ms, struct postage_error *err);

#endif
