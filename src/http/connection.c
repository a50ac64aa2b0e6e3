#include "http/connection.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "http/clock.h"
#include "http/tcp.h"

struct http_connection *connection_of(struct watcher *watcher)
{
    return (struct http_connection *)(void *)((char *)watcher - offsetof(struct http_connection, watcher));
}

/* --- what libcurl calls --- */

/*
 * libcurl tells the end of a TCP connect only when TLS is through as well. But it waits for a connect to become writable, and
 * reads only from a peer that is there.
 */
static void on_wait(struct engine_user *user, int descriptor, int what)
{
    struct http_connection *connection = (struct http_connection *)(void *)user;
    curl_off_t resolved_us = 0;

    (void)descriptor;
    if (connection->descriptor >= 0 || (what != CURL_POLL_IN && what != CURL_POLL_INOUT))
        return;
    curl_easy_getinfo(connection->easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved_us);
    connection->securing = resolved_us > 0; /* before that it is the resolver's own descriptor */
}

/*
 * libcurl closes a connection that it thinks idle and too old when another one is made, and the number goes to a stranger's
 * socket. One receive ties connection and handle together (lib/easy.c, Curl_attach_connection), after which it counts as in
 * use. That is not documented; so what libcurl closes is noted here, and nothing is ever written to it.
 */
static int on_close(void *context, curl_socket_t descriptor)
{
    struct engine *engine = context;
    struct watcher *watcher = poller_watcher(engine->poller, descriptor);

    if (watcher != NULL && !engine_watches(watcher)) {
        poller_set(engine->poller, descriptor, false, false, NULL);
        connection_of(watcher)->descriptor = -1;
    }
    return close(descriptor);
}

static CURLcode attach(struct http_connection *connection)
{
    curl_socket_t descriptor = CURL_SOCKET_BAD;
    size_t got = 0;

    curl_easy_getinfo(connection->easy, CURLINFO_ACTIVESOCKET, &descriptor);
    if (descriptor == CURL_SOCKET_BAD)
        return CURLE_COULDNT_CONNECT;
    /* Whoever speaks or hangs up before it was asked is found out by the first real receive. */
    connection->has_first = curl_easy_recv(connection->easy, &connection->first, 1, &got) == CURLE_OK && got == 1;
    if (poller_set(connection->engine->poller, descriptor, true, false, &connection->watcher) != POSTAGE_OK)
        return CURLE_OUT_OF_MEMORY;
    connection->descriptor = descriptor;
    return CURLE_OK;
}

static void on_ended(struct engine_user *user, CURLcode code)
{
    struct http_connection *connection = (struct http_connection *)(void *)user;
    long os_errno = 0;

    if (code == CURLE_OK)
        code = attach(connection);
    curl_easy_getinfo(connection->easy, CURLINFO_OS_ERRNO, &os_errno);
    connection->os_errno = code != CURLE_OK ? (int)os_errno : 0;
    connection->securing &= code != CURLE_OK;
    curl_easy_setopt(connection->easy, CURLOPT_ERRORBUFFER, NULL);
    connection->opened(connection->owner, code);
}

/* --- opening and closing --- */

static enum postage_status begin(struct http_connection *connection, const struct easy_options *options,
                                 struct postage_error *err)
{
    CURLcode code;

    connection->easy = curl_easy_init();
    if (connection->easy == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    code = easy_set(connection->easy, options);
    if (code == CURLE_OK)
        code = curl_easy_setopt(connection->easy, CURLOPT_CONNECT_ONLY, 1L);
    if (code == CURLE_OUT_OF_MEMORY)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    if (code != CURLE_OK)
        return error_set(err, POSTAGE_ERR_SYSTEM, "libcurl refused an option: %s", curl_easy_strerror(code));
    curl_easy_setopt(connection->easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    curl_easy_setopt(connection->easy, CURLOPT_CLOSESOCKETDATA, connection->engine);
    if (engine_add(connection->engine, connection->easy, &connection->user) != POSTAGE_OK)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    return POSTAGE_OK;
}

enum postage_status connection_open(struct http_connection **out, struct engine *engine, const struct easy_options *options,
                                    const struct postage_allocator *alloc, struct postage_error *err)
{
    struct http_connection *connection = *out = mem_alloc(alloc, sizeof *connection);
    enum postage_status status;

    if (connection == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    connection->user = (struct engine_user){ .waits = on_wait, .ended = on_ended };
    connection->alloc = *alloc;
    connection->engine = engine;
    connection->descriptor = -1;
    connection->secure = options->proxy_secure || options->url[4] == 's' || options->url[4] == 'S';
    connection->born_ms = clock_ms();
    status = begin(connection, options, err);
    if (status == POSTAGE_OK)
        return POSTAGE_OK;
    curl_easy_cleanup(connection->easy);
    mem_free(alloc, connection);
    *out = NULL;
    return status;
}

void connection_close(struct http_connection *connection, bool abort)
{
    struct postage_allocator alloc = connection->alloc;

    if (abort && connection->descriptor >= 0)
        tcp_abort(connection->descriptor);
    engine_remove(connection->engine, connection->easy, &connection->user); /* closes the socket at once */
    engine_enter(connection->engine);
    engine_guard(connection->engine);
    curl_easy_cleanup(connection->easy);
    engine_leave(connection->engine);
    mem_wipe_free(&alloc, connection, sizeof *connection);
}

/* --- bytes --- */

static enum io_result of_system(struct http_connection *connection, ssize_t result, size_t *moved)
{
    if (result > 0) {
        *moved = (size_t)result;
        return IO_MOVED;
    }
    if (result == 0)
        return IO_END;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        return IO_WAIT;
    connection->os_errno = errno;
    return IO_FAILED;
}

/* libcurl does not tell errno; what the call left behind is the system's word, if it is one about connections. */
static enum io_result of_library(struct http_connection *connection, CURLcode code, size_t moved)
{
    static const int about_connections[] = { ECONNRESET, EPIPE, ETIMEDOUT, ECONNABORTED, EHOSTUNREACH, ENETUNREACH, ENETDOWN };
    int left = errno;

    if (code == CURLE_OK)
        return moved > 0 ? IO_MOVED : IO_END;
    if (code == CURLE_AGAIN)
        return IO_WAIT;
    for (size_t i = 0; i < sizeof about_connections / sizeof about_connections[0]; i++)
        if (left == about_connections[i])
            connection->os_errno = left;
    return IO_FAILED;
}

enum io_result connection_send(struct http_connection *connection, const void *bytes, size_t length, size_t *moved)
{
    CURLcode code;

    *moved = 0;
    if (connection->descriptor < 0)
        return IO_FAILED;
    if (!connection->secure)
        return of_system(connection, send(connection->descriptor, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT), moved);
    engine_guard(connection->engine);
    errno = 0;
    code = curl_easy_send(connection->easy, bytes, length, moved);
    return of_library(connection, code, *moved);
}

enum io_result connection_receive(struct http_connection *connection, void *bytes, size_t cap, size_t *moved)
{
    CURLcode code;

    *moved = 0;
    if (connection->has_first) {
        connection->has_first = false;
        memcpy(bytes, &connection->first, *moved = 1);
        return IO_MOVED;
    }
    if (connection->descriptor < 0)
        return IO_FAILED;
    if (!connection->secure)
        return of_system(connection, recv(connection->descriptor, bytes, cap, MSG_DONTWAIT), moved);
    engine_guard(connection->engine);
    errno = 0;
    code = curl_easy_recv(connection->easy, bytes, cap, moved);
    return of_library(connection, code, *moved);
}

enum postage_status connection_watch(struct http_connection *connection, bool writable)
{
    if (connection->descriptor < 0 || connection->wants_write == writable)
        return POSTAGE_OK;
    connection->wants_write = writable;
    return poller_set(connection->engine->poller, connection->descriptor, true, writable, &connection->watcher);
}

bool connection_is_quiet(struct http_connection *connection)
{
    char byte;
    size_t got;

    if (connection->has_first || connection->descriptor < 0)
        return false;
    if (connection->secure) /* session tickets and key updates are not for us, and swallowed by this */
        return connection_receive(connection, &byte, 1, &got) == IO_WAIT;
    return recv(connection->descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}
