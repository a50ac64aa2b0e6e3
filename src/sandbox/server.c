#include "sandbox/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "sandbox/client.h"
#include "sandbox/listen.h"
#include "sandbox/tls.h"

enum { SWEEP_MS = 100, LISTEN_MAX = 16, DEFAULT_CONNECTIONS = 1024, DEFAULT_HEAD_MS = 20000, DEFAULT_IDLE_MS = 30000 };

struct listener {
    struct event *event;
    int socket;
    char endpoint[ENDPOINT_BYTES];
};

struct server {
    struct client_loop loop;
    struct listener listeners[LISTEN_MAX];
    size_t listener_count;
    size_t client_max;
    bool accepting;
    char *certificate;
    struct event *sweep;
    struct event *interrupted;
    int interrupt_pipe[2];
};

static void set_accepting(struct server *server, bool accepting)
{
    if (server->accepting == accepting)
        return;
    server->accepting = accepting;
    for (size_t i = 0; i < server->listener_count; i++)
        (accepting ? (void)event_add(server->listeners[i].event, NULL) : (void)event_del(server->listeners[i].event));
}

/* There is room for another. */
static void on_left(void *context)
{
    set_accepting(context, true);
}

static void on_accept(evutil_socket_t listening, short what, void *argument)
{
    struct server *server = argument;
    int socket;

    (void)what;
    while (server->loop.count < server->client_max) {
        socket = accept(listening, NULL, NULL);
        if (socket < 0)
            return;
        fcntl(socket, F_SETFD, FD_CLOEXEC);
        fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
        if (!client_open(&server->loop, socket))
            close(socket);
    }
    set_accepting(server, false);
}

static void on_sweep(evutil_socket_t socket, short what, void *argument)
{
    (void)socket;
    (void)what;
    clients_check_time(argument);
}

static void on_interrupted(evutil_socket_t descriptor, short what, void *argument)
{
    char bytes[16];

    (void)what;
    while (read(descriptor, bytes, sizeof bytes) > 0)
        continue;
    event_base_loopbreak(((struct server *)argument)->loop.base);
}

static enum postage_status open_listeners(struct server *server, const struct postage_sandbox_options *options,
                                          struct postage_error *err)
{
    static const char *const default_listen[] = { "127.0.0.1:0" };
    const char *const *addresses = options->listen_count > 0 ? options->listen : default_listen;
    size_t count = options->listen_count > 0 ? options->listen_count : 1;
    struct postage_error mistake = POSTAGE_ERROR_INIT;

    if (count > LISTEN_MAX)
        return error_set(err, POSTAGE_ERR_INVALID, "at most %d addresses can be listened on", LISTEN_MAX);
    for (size_t i = 0; i < count; i++) {
        struct listener *listener = &server->listeners[i];

        listener->socket = listen_on(addresses[i], options->tls ? "https" : "http", listener->endpoint, &mistake);
        if (listener->socket < 0)
            return error_give(err, &mistake);
        server->listener_count++;
        listener->event = event_new(server->loop.base, listener->socket, EV_READ | EV_PERSIST, on_accept, server);
        if (listener->event == NULL)
            return error_plain(err, POSTAGE_ERR_NOMEM);
    }
    return POSTAGE_OK;
}

static enum postage_status open_loop(struct server *server, struct postage_error *err)
{
    static const struct timeval sweep = { 0, SWEEP_MS * 1000 };

    server->loop.base = event_base_new();
    server->loop.buffer = malloc(CLIENT_READ_BYTES);
    if (server->loop.base == NULL || server->loop.buffer == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    if (pipe(server->interrupt_pipe) != 0)
        return error_set(err, POSTAGE_ERR_SYSTEM, "pipe: %s", strerror(errno));
    for (int i = 0; i < 2; i++) {
        fcntl(server->interrupt_pipe[i], F_SETFD, FD_CLOEXEC);
        fcntl(server->interrupt_pipe[i], F_SETFL, O_NONBLOCK);
    }
    server->sweep = event_new(server->loop.base, -1, EV_PERSIST, on_sweep, &server->loop);
    server->interrupted = event_new(server->loop.base, server->interrupt_pipe[0], EV_READ | EV_PERSIST, on_interrupted, server);
    if (server->sweep == NULL || server->interrupted == NULL || event_add(server->sweep, &sweep) != 0 ||
        event_add(server->interrupted, NULL) != 0)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    return POSTAGE_OK;
}

enum postage_status server_new(struct server **out, struct setup *setup, const struct postage_sandbox_options *options,
                               struct postage_error *err)
{
    struct server *server = *out = calloc(1, sizeof *server);
    enum postage_status status;

    if (server == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    server->loop.setup = setup;
    server->loop.left = on_left;
    server->loop.context = server;
    server->interrupt_pipe[0] = server->interrupt_pipe[1] = -1;
    server->client_max = options->max_connections > 0 ? options->max_connections : DEFAULT_CONNECTIONS;
    server->loop.head_ms = options->head_timeout_ms > 0 ? options->head_timeout_ms : DEFAULT_HEAD_MS;
    server->loop.idle_ms = options->idle_timeout_ms > 0 ? options->idle_timeout_ms : DEFAULT_IDLE_MS;
    status = open_loop(server, err);
    if (status == POSTAGE_OK && options->tls && (server->loop.tls = tls_context_new(&server->certificate)) == NULL)
        status = error_set(err, POSTAGE_ERR_CRYPTO, "no certificate could be made");
    if (status == POSTAGE_OK)
        status = open_listeners(server, options, err);
    if (status == POSTAGE_OK)
        set_accepting(server, true);
    return status;
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    server->accepting = true; /* closing clients must not wake the listeners */
    clients_close(&server->loop);
    for (size_t i = 0; i < server->listener_count; i++) {
        if (server->listeners[i].event != NULL)
            event_free(server->listeners[i].event);
        close(server->listeners[i].socket);
    }
    if (server->sweep != NULL)
        event_free(server->sweep);
    if (server->interrupted != NULL)
        event_free(server->interrupted);
    for (int i = 0; i < 2; i++)
        if (server->interrupt_pipe[i] >= 0)
            close(server->interrupt_pipe[i]);
    if (server->loop.base != NULL)
        event_base_free(server->loop.base);
    SSL_CTX_free(server->loop.tls);
    free(server->certificate);
    free(server->loop.buffer);
    free(server);
}

enum postage_status server_run(struct server *server)
{
    return event_base_dispatch(server->loop.base) < 0 ? POSTAGE_ERR_SYSTEM : POSTAGE_OK;
}

void server_interrupt(struct server *server)
{
    ssize_t ignored = write(server->interrupt_pipe[1], "!", 1);

    (void)ignored; /* full: it has been interrupted already */
}

const char *server_endpoint(const struct server *server, size_t index)
{
    return index < server->listener_count ? server->listeners[index].endpoint : NULL;
}

const char *server_certificate(const struct server *server)
{
    return server->certificate;
}
