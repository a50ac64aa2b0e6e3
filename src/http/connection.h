/*
 * One connection to a server or proxy. libcurl makes it (CURLOPT_CONNECT_ONLY) on an easy handle of its own, which stays in the
 * multi handle as long as the connection lives; the bytes on it are ours. Plain connections are sent on and received from
 * directly, which says exactly what the socket took; TLS goes through libcurl.
 */
#ifndef POSTAGE_HTTP_CONNECTION_H
#define POSTAGE_HTTP_CONNECTION_H

#include "http/easy.h"
#include "http/engine.h"

enum { CONNECTION_DETAIL_BYTES = CURL_ERROR_SIZE, CONNECTION_TLS_RECORD_BYTES = 16 * 1024 };

enum io_result {
    IO_MOVED, /* at least one byte */
    IO_WAIT,  /* not now */
    IO_END,   /* receiving only: the peer ended its direction */
    IO_FAILED /* the connection is dead */
};

struct http_connection {
    struct engine_user user; /* first: what libcurl calls leads back here */
    struct postage_allocator alloc;
    struct engine *engine;
    CURL *easy;
    struct watcher watcher;                     /* who is told that it is ready: the request that uses it, or the pool */
    void *owner;                                /* the request; NULL: idle */
    void (*opened)(void *owner, CURLcode code); /* connected, or not; called once */
    int descriptor;                             /* -1: not connected yet, or not any more */
    bool secure;                                /* TLS, to the server or to a proxy */
    bool securing;                              /* connected, waiting for the peer's part of the TLS handshake */
    bool used;                                  /* carried a request before */
    bool wants_write;
    bool has_first; /* `first` was received in order to attach the connection */
    char first;
    int os_errno; /* of what failed last; 0: not known */
    int64_t born_ms;
    struct http_origin *origin;              /* the rest is the pool's */
    struct http_connection *next, *previous; /* among the idle ones of its origin */
    struct http_connection *newer, *older;   /* among all idle ones */
    int64_t idle_ms;                         /* since when */
};

struct http_connection *connection_of(struct watcher *watcher);

/*
 * Begins to connect. The room for libcurl's words has to last until `opened` is called, which it will be, never from here.
 * @return POSTAGE_OK, ERR_NOMEM, ERR_SYSTEM.
 */
enum postage_status connection_open(struct http_connection **out, struct engine *engine, const struct easy_options *options,
                                    const struct postage_allocator *alloc, struct postage_error *err);

/* Ends it. `abort`: what was sent and has not left is dropped, and the peer told so (RST); else it is delivered. */
void connection_close(struct http_connection *connection, bool abort);

/* Under TLS a call that answered IO_WAIT has to be made again with the same bytes. */
enum io_result connection_send(struct http_connection *connection, const void *bytes, size_t length, size_t *moved);
enum io_result connection_receive(struct http_connection *connection, void *bytes, size_t cap, size_t *moved);

/* Whether to be told when it can be sent on; that it can be received from is always told. ERR_NOMEM, ERR_SYSTEM. */
enum postage_status connection_watch(struct http_connection *connection, bool writable);

/* Nothing to read and not closed: only such a connection may carry another request (RFC 9112 9.3). */
bool connection_is_quiet(struct http_connection *connection);

#endif
