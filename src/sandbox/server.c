#include "sandbox/server.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "sandbox/connection.h"
#include "sandbox/listen.h"
#include "sandbox/tls.h"
#include "sandbox/transport.h"

enum {
    READ_BYTES = 256 * 1024,
    READS_AT_ONCE = 4, /* then the others have their turn */
    DRAIN_BYTES = 256 * 1024,
    DRAIN_MS = 500,
    SWEEP_MS = 100,
    LISTEN_MAX = 16,
    DEFAULT_CONNECTIONS = 1024,
    DEFAULT_HEAD_MS = 20000,
    DEFAULT_IDLE_MS = 30000
};

/* A whole request may take an hour: 5 GiB at 1.5 MB/s. */
#define REQUEST_MS INT64_C(3600000)

struct listener {
    struct event *event;
    int socket;
    char endpoint[ENDPOINT_BYTES];
};

struct client {
    struct client *next, *previous;
    struct server *server;
    struct transport transport;
    struct connection *connection;
    struct event *readable;
    struct event *writable;
    bool reads, writes; /* which events are added */
    bool draining;
    size_t drained;
    int64_t drain_until_ms;
    int64_t active_ms; /* when the last byte passed */
    int64_t began_ms;  /* when the head or request under way began; 0: none */
};

struct server {
    struct setup *setup;
    struct event_base *base;
    struct listener listeners[LISTEN_MAX];
    size_t listener_count;
    struct client *clients;
    size_t client_count, client_max;
    bool accepting;
    int64_t head_ms, idle_ms;
    SSL_CTX *tls;
    char *certificate;
    struct event *sweep;
    struct event *interrupted;
    int interrupt_pipe[2];
    uint8_t *buffer; /* READ_BYTES, for all clients: nothing stays in it */
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void set_accepting(struct server *server, bool accepting)
{
    if (server->accepting == accepting)
        return;
    server->accepting = accepting;
    for (size_t i = 0; i < server->listener_count; i++)
        (accepting ? (void)event_add(server->listeners[i].event, NULL) : (void)event_del(server->listeners[i].event));
}

static void client_close(struct client *client)
{
    struct server *server = client->server;

    if (client->previous != NULL)
        client->previous->next = client->next;
    else
        server->clients = client->next;
    if (client->next != NULL)
        client->next->previous = client->previous;
    server->client_count--;
    if (client->readable != NULL)
        event_free(client->readable);
    if (client->writable != NULL)
        event_free(client->writable);
    connection_free(client->connection);
    transport_close(&client->transport);
    free(client);
    set_accepting(server, true);
}

static void want(struct event *event, bool *added, bool wanted)
{
    if (*added == wanted)
        return;
    *added = wanted;
    if (wanted)
        event_add(event, NULL);
    else
        event_del(event);
}

static void begin_drain(struct client *client)
{
    client->draining = true;
    client->drain_until_ms = now_ms() + DRAIN_MS;
    transport_shut_write(&client->transport);
    want(client->writable, &client->writes, false);
    want(client->readable, &client->reads, true);
}

/* Sends what there is to send. False: the client is gone. */
static bool pump(struct client *client)
{
    const uint8_t *data;
    size_t len;

    while ((len = connection_output(client->connection, &data)) > 0) {
        ssize_t sent = transport_write(&client->transport, data, len);

        if (sent == TRANSPORT_AGAIN) {
            want(client->writable, &client->writes, true);
            want(client->readable, &client->reads, connection_wants_input(client->connection));
            return true;
        }
        if (sent <= 0) {
            client_close(client);
            return false;
        }
        connection_sent(client->connection, (size_t)sent);
        client->active_ms = now_ms();
    }
    if (connection_phase(client->connection) == CONNECTION_CLOSED) {
        client_close(client);
        return false;
    }
    if (connection_phase(client->connection) == CONNECTION_LAST) {
        begin_drain(client);
        return true;
    }
    want(client->writable, &client->writes, false);
    want(client->readable, &client->reads, true);
    return true;
}

/* A refused sender that is cut off at once loses the refusal: a reset overtakes it. So its bytes are read and discarded for a
 * while. */
static void drain(struct client *client)
{
    ssize_t got = transport_drain(&client->transport, client->server->buffer, READ_BYTES);

    if (got > 0)
        client->drained += (size_t)got;
    if (got == 0 || got == TRANSPORT_FAILED || client->drained >= DRAIN_BYTES)
        client_close(client);
}

static void track_time(struct client *client)
{
    bool busy = connection_is_in_head(client->connection) || !connection_wants_input(client->connection);

    client->active_ms = now_ms();
    if (!busy)
        client->began_ms = 0;
    else if (client->began_ms == 0)
        client->began_ms = client->active_ms;
}

static void on_readable(evutil_socket_t socket, short what, void *argument)
{
    struct client *client = argument;

    (void)socket;
    (void)what;
    if (client->draining) {
        drain(client);
        return;
    }
    for (int i = 0; i < READS_AT_ONCE && connection_wants_input(client->connection); i++) {
        ssize_t got = transport_read(&client->transport, client->server->buffer, READ_BYTES);

        if (got == TRANSPORT_AGAIN)
            break;
        if (got == TRANSPORT_FAILED) {
            client_close(client);
            return;
        }
        if (got == 0)
            connection_end(client->connection);
        else
            connection_feed(client->connection, client->server->buffer, (size_t)got);
        track_time(client);
    }
    /* What TLS has decrypted and holds back makes no socket readable. */
    if (pump(client) && !client->draining && client->transport.tls != NULL && SSL_pending(client->transport.tls) > 0 &&
        connection_wants_input(client->connection))
        event_active(client->readable, EV_READ, 0);
}

static void on_writable(evutil_socket_t socket, short what, void *argument)
{
    struct client *client = argument;

    (void)socket;
    (void)what;
    if (pump(client) && !client->draining && client->transport.tls != NULL && connection_wants_input(client->connection))
        event_active(client->readable, EV_READ, 0);
}

static bool client_open(struct server *server, int socket)
{
    struct client *client = calloc(1, sizeof *client);
    int on = 1;

    if (client == NULL)
        return false;
    client->server = server;
    client->transport.socket = socket;
    client->active_ms = now_ms();
    client->next = server->clients;
    if (client->next != NULL)
        client->next->previous = client;
    server->clients = client;
    server->client_count++;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    client->connection = connection_new(server->setup, server->tls != NULL);
    client->readable = event_new(server->base, socket, EV_READ | EV_PERSIST, on_readable, client);
    client->writable = event_new(server->base, socket, EV_WRITE | EV_PERSIST, on_writable, client);
    if (server->tls != NULL && (client->transport.tls = SSL_new(server->tls)) != NULL) {
        SSL_set_fd(client->transport.tls, socket);
        SSL_set_accept_state(client->transport.tls);
    }
    if (client->connection == NULL || client->readable == NULL || client->writable == NULL ||
        (server->tls != NULL && client->transport.tls == NULL)) {
        client_close(client);
        return true;
    }
    want(client->readable, &client->reads, true);
    return true;
}

static void on_accept(evutil_socket_t listening, short what, void *argument)
{
    struct server *server = argument;
    int socket;

    (void)what;
    while (server->client_count < server->client_max) {
        socket = accept(listening, NULL, NULL);
        if (socket < 0)
            return;
        fcntl(socket, F_SETFD, FD_CLOEXEC);
        fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
        if (!client_open(server, socket))
            close(socket);
    }
    set_accepting(server, false);
}

static void check_time(struct client *client, int64_t now)
{
    bool in_head = connection_is_in_head(client->connection);
    int64_t limit = in_head ? client->server->head_ms : REQUEST_MS;

    if (client->draining) {
        if (now >= client->drain_until_ms)
            client_close(client);
        return;
    }
    if (in_head && client->began_ms == 0)
        client->began_ms = now;
    if (now - client->active_ms < client->server->idle_ms && (client->began_ms == 0 || now - client->began_ms < limit))
        return;
    connection_time_out(client->connection);
    client->active_ms = now;
    client->began_ms = 0;
    pump(client);
}

static void on_sweep(evutil_socket_t socket, short what, void *argument)
{
    struct server *server = argument;
    int64_t now = now_ms();

    (void)socket;
    (void)what;
    for (struct client *client = server->clients, *next; client != NULL; client = next) {
        next = client->next;
        check_time(client, now);
    }
}

static void on_interrupted(evutil_socket_t descriptor, short what, void *argument)
{
    char bytes[16];

    (void)what;
    while (read(descriptor, bytes, sizeof bytes) > 0)
        continue;
    event_base_loopbreak(((struct server *)argument)->base);
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
        listener->event = event_new(server->base, listener->socket, EV_READ | EV_PERSIST, on_accept, server);
        if (listener->event == NULL)
            return error_plain(err, POSTAGE_ERR_NOMEM);
    }
    return POSTAGE_OK;
}

static enum postage_status open_loop(struct server *server, struct postage_error *err)
{
    static const struct timeval sweep = { 0, SWEEP_MS * 1000 };

    server->base = event_base_new();
    server->buffer = malloc(READ_BYTES);
    if (server->base == NULL || server->buffer == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    if (pipe(server->interrupt_pipe) != 0)
        return error_set(err, POSTAGE_ERR_SYSTEM, "pipe: %s", strerror(errno));
    for (int i = 0; i < 2; i++) {
        fcntl(server->interrupt_pipe[i], F_SETFD, FD_CLOEXEC);
        fcntl(server->interrupt_pipe[i], F_SETFL, O_NONBLOCK);
    }
    server->sweep = event_new(server->base, -1, EV_PERSIST, on_sweep, server);
    server->interrupted = event_new(server->base, server->interrupt_pipe[0], EV_READ | EV_PERSIST, on_interrupted, server);
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
    server->setup = setup;
    server->interrupt_pipe[0] = server->interrupt_pipe[1] = -1;
    server->client_max = options->max_connections > 0 ? options->max_connections : DEFAULT_CONNECTIONS;
    server->head_ms = options->head_timeout_ms > 0 ? options->head_timeout_ms : DEFAULT_HEAD_MS;
    server->idle_ms = options->idle_timeout_ms > 0 ? options->idle_timeout_ms : DEFAULT_IDLE_MS;
    status = open_loop(server, err);
    if (status == POSTAGE_OK && options->tls && (server->tls = tls_context_new(&server->certificate)) == NULL)
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
    while (server->clients != NULL)
        client_close(server->clients);
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
    if (server->base != NULL)
        event_base_free(server->base);
    SSL_CTX_free(server->tls);
    free(server->certificate);
    free(server->buffer);
    free(server);
}

enum postage_status server_run(struct server *server)
{
    return event_base_dispatch(server->base) < 0 ? POSTAGE_ERR_SYSTEM : POSTAGE_OK;
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
