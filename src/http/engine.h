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
struct engine_user {
    void (*waits)(struct engine_user *user, int descriptor, int what); /* libcurl waits: CURL_POLL_...; may be NULL */
    void (*ended)(struct engine_user *user, CURLcode code);            /* the transfer is over; may end the handle */
};

struct engine {
    CURLM *multi;
    struct poller *poller;
    struct sigpipe_guard guard;
    unsigned depth; /* of calls of enter */
    bool guarded;   /* SIGPIPE is held */
    bool out_of_memory;
    int64_t due_ms; /* when libcurl wants its timeout; INT64_MAX: not at all */
};

enum postage_status engine_open(struct engine *engine, struct poller *poller);
void engine_close(struct engine *engine);

/* What libcurl and its TLS library do between these two cannot raise SIGPIPE; costs nothing in turns that need neither. */
void engine_enter(struct engine *engine);
void engine_leave(struct engine *engine);
void engine_guard(struct engine *engine); /* between the two: libcurl is called next */

enum postage_status engine_add(struct engine *engine, CURL *easy, struct engine_user *user);
void engine_remove(struct engine *engine, CURL *easy);

/* A descriptor without an owner is ready, or `due_ms` has come (CURL_SOCKET_TIMEOUT). ERR_NOMEM, ERR_SYSTEM. */
enum postage_status engine_act(struct engine *engine, curl_socket_t descriptor, bool readable, bool writable,
                               struct postage_error *err);

#endif
