#include "sandbox/client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "sandbox/connection.h"
#include "sandbox/transport.h"

enum {
    READS_AT_ONCE = 4, /* then the others have their turn */
    DRAIN_BYTES = 256 * 1024,
    DRAIN_MS = 500
};

/* A whole request may take an hour: 5 GiB at 1.5 MB/s. */
#define REQUEST_MS INT64_C(3600000)

struct client {
    struct client *next, *previous;
    struct client_loop *loop;
    struct transport transport;
    struct connection *connection;
    struct event *readable;
    struct event *writable;
    struct event *resume; /* after a fault's pause; NULL: there was none */
    bool reads, writes;   /* which events are added */
    bool draining;
    size_t drained;
    int64_t drain_until_ms;
    int64_t active_ms; /* when the last byte passed */
    int64_t began_ms;  /* when the head or request under way began; 0: none */
};

static bool pump(struct client *client);
static void on_resume(evutil_socket_t socket, short what, void *argument);
static void on_writable(evutil_socket_t socket, short what, void *argument);

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void client_close(struct client *client)
{
    struct client_loop *loop = client->loop;

    if (client->previous != NULL)
        client->previous->next = client->next;
    else
        loop->clients = client->next;
    if (client->next != NULL)
        client->next->previous = client->previous;
    loop->count--;
    if (client->readable != NULL)
        event_free(client->readable);
    if (client->writable != NULL)
        event_free(client->writable);
    if (client->resume != NULL)
        event_free(client->resume);
    connection_free(client->connection);
    transport_close(&client->transport);
    free(client);
    loop->left(loop->context);
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

static void begin_drain(struct client *client, void (*shut_write)(struct transport *transport))
{
    client->draining = true;
    client->drain_until_ms = now_ms() + DRAIN_MS;
    shut_write(&client->transport);
    want(client->writable, &client->writes, false);
    want(client->readable, &client->reads, true);
}

/* --- how an exchange ends or pauses; false: the client is gone --- */

static bool stay_open(struct client *client)
{
    want(client->writable, &client->writes, false);
    want(client->readable, &client->reads, true);
    return true;
}

static bool end_after_output(struct client *client)
{
    begin_drain(client, transport_shut_write);
    return true;
}

static bool end_by_cut(struct client *client)
{
    begin_drain(client, transport_cut_write);
    return true;
}

static bool mute(struct client *client)
{
    transport_cut_write(&client->transport);
    connection_resume(client->connection);
    return pump(client);
}

static bool end_at_once(struct client *client)
{
    client_close(client);
    return false;
}

static bool end_by_reset(struct client *client)
{
    transport_reset(&client->transport);
    return end_at_once(client);
}

static bool hold(struct client *client)
{
    want(client->writable, &client->writes, false);
    want(client->readable, &client->reads, false);
    return true;
}

static bool pause_for(struct client *client, uint32_t ms)
{
    const struct timeval time = { ms / 1000, ms % 1000 * 1000 };

    if (client->resume == NULL)
        client->resume = event_new(client->loop->base, -1, 0, on_resume, client);
    if (client->resume == NULL || event_add(client->resume, &time) != 0)
        return end_at_once(client);
    return hold(client);
}

/* Sends what there is to send. False: the client is gone. */
static bool pump(struct client *client)
{
    static bool (*const phases[])(struct client * client) = {
        [CONNECTION_OPEN] = stay_open, [CONNECTION_LAST] = end_after_output, [CONNECTION_CLOSED] = end_at_once,
        [CONNECTION_CUT] = end_by_cut, [CONNECTION_RESET] = end_by_reset,    [CONNECTION_MUTED] = mute,
        [CONNECTION_HELD] = hold,
    };
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
    if (connection_pause_ms(client->connection) > 0)
        return pause_for(client, connection_pause_ms(client->connection));
    return phases[connection_phase(client->connection)](client);
}

static void on_resume(evutil_socket_t socket, short what, void *argument)
{
    struct client *client = argument;

    client->active_ms = now_ms();
    connection_resume(client->connection);
    on_writable(socket, what, client);
}

/* A refused sender that is cut off at once loses the refusal: a reset overtakes it. So its bytes are read and discarded for a
 * while. */
static void drain(struct client *client)
{
    ssize_t got = transport_drain(&client->transport, client->loop->buffer, CLIENT_READ_BYTES);

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
        size_t cap = connection_room(client->connection, CLIENT_READ_BYTES);
        ssize_t got = transport_read(&client->transport, client->loop->buffer, cap);

        if (got == TRANSPORT_AGAIN)
            break;
        if (got == TRANSPORT_FAILED) {
            client_close(client);
            return;
        }
        if (got == 0)
            connection_end(client->connection);
        else
            connection_feed(client->connection, client->loop->buffer, (size_t)got);
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

bool client_open(struct client_loop *loop, int socket)
{
    struct client *client = calloc(1, sizeof *client);
    int on = 1;

    if (client == NULL)
        return false;
    client->loop = loop;
    client->transport.socket = socket;
    client->active_ms = now_ms();
    client->next = loop->clients;
    if (client->next != NULL)
        client->next->previous = client;
    loop->clients = client;
    loop->count++;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    client->connection = connection_new(loop->setup, loop->tls != NULL);
    client->readable = event_new(loop->base, socket, EV_READ | EV_PERSIST, on_readable, client);
    client->writable = event_new(loop->base, socket, EV_WRITE | EV_PERSIST, on_writable, client);
    if (loop->tls != NULL && (client->transport.tls = SSL_new(loop->tls)) != NULL) {
        SSL_set_fd(client->transport.tls, socket);
        SSL_set_accept_state(client->transport.tls);
    }
    if (client->connection == NULL || client->readable == NULL || client->writable == NULL ||
        (loop->tls != NULL && client->transport.tls == NULL)) {
        client_close(client);
        return true;
    }
    want(client->readable, &client->reads, true);
    return true;
}

static void check_time(struct client *client, int64_t now)
{
    bool in_head = connection_is_in_head(client->connection);
    int64_t limit = in_head ? client->loop->head_ms : REQUEST_MS;

    if (client->draining) {
        if (now >= client->drain_until_ms)
            client_close(client);
        return;
    }
    if (in_head && client->began_ms == 0)
        client->began_ms = now;
    if (now - client->active_ms < client->loop->idle_ms && (client->began_ms == 0 || now - client->began_ms < limit))
        return;
    connection_time_out(client->connection);
    client->active_ms = now;
    client->began_ms = 0;
    pump(client);
}

void clients_check_time(struct client_loop *loop)
{
    int64_t now = now_ms();

    for (struct client *client = loop->clients, *next; client != NULL; client = next) {
        next = client->next;
        check_time(client, now);
    }
}

void clients_close(struct client_loop *loop)
{
    while (loop->clients != NULL)
        client_close(loop->clients);
}
