/* strcasestr and POLLRDHUP */
#define _GNU_SOURCE

#include "support/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KEPT_BYTES = 1 << 20, HEAD_BYTES = 16384, CONNECTIONS = 4096 };

struct connection {
    struct server *server;
    const struct server_step *script;
    pthread_t thread;
    int descriptor;
    char head[HEAD_BYTES];
    size_t head_length;
    uint64_t body_left;
};

struct server {
    pthread_t thread;
    pthread_mutex_t lock;
    int listener;
    int port;
    char url[64];
    const struct server_step *const *scripts;
    size_t script_count;
    struct connection *connections[CONNECTIONS];
    unsigned connection_count;
    unsigned requests;
    uint64_t body_bytes;
    uint64_t declared_bytes;
    char *kept;
    size_t kept_length;
    bool stopping;
};

static bool is_stopping(struct server *server)
{
    bool stopping;

    pthread_mutex_lock(&server->lock);
    stopping = server->stopping;
    pthread_mutex_unlock(&server->lock);
    return stopping;
}

/* Waits until the descriptor is ready; false when the server stops. */
static bool wait_for(struct server *server, int descriptor, short events)
{
    struct pollfd entry = { .fd = descriptor, .events = events };

    while (!is_stopping(server))
        if (poll(&entry, 1, 20) > 0)
            return true;
    return false;
}

static ssize_t receive(struct connection *connection, char *into, size_t cap)
{
    struct server *server = connection->server;
    ssize_t got;

    if (!wait_for(server, connection->descriptor, POLLIN))
        return -1;
    got = recv(connection->descriptor, into, cap, 0);
    if (got <= 0)
        return got;
    pthread_mutex_lock(&server->lock);
    if (server->kept_length + (size_t)got <= KEPT_BYTES) {
        memcpy(server->kept + server->kept_length, into, (size_t)got);
        server->kept_length += (size_t)got;
    }
    pthread_mutex_unlock(&server->lock);
    return got;
}

static bool read_head(struct connection *connection)
{
    const char *length;

    connection->head_length = 0;
    connection->head[0] = '\0';
    while (strstr(connection->head, "\r\n\r\n") == NULL) {
        if (connection->head_length + 1 == HEAD_BYTES ||
            receive(connection, connection->head + connection->head_length, 1) != 1)
            return false;
        connection->head[++connection->head_length] = '\0';
    }
    length = strcasestr(connection->head, "\r\ncontent-length:");
    connection->body_left = length != NULL ? strtoull(length + 17, NULL, 10) : 0;
    pthread_mutex_lock(&connection->server->lock);
    connection->server->requests++;
    connection->server->declared_bytes = connection->body_left;
    pthread_mutex_unlock(&connection->server->lock);
    return true;
}

static bool read_body(struct connection *connection, uint64_t count)
{
    static const size_t piece = 65536;
    char *bytes = malloc(piece);
    bool whole = true;

    while (whole && count > 0) {
        ssize_t got = receive(connection, bytes, count < piece ? (size_t)count : piece);

        whole = got > 0;
        if (whole) {
            count -= (uint64_t)got;
            connection->body_left -= (uint64_t)got;
            pthread_mutex_lock(&connection->server->lock);
            connection->server->body_bytes += (uint64_t)got;
            pthread_mutex_unlock(&connection->server->lock);
        }
    }
    free(bytes);
    return whole;
}

static bool read_rest(struct connection *connection, uint64_t without)
{
    return read_body(connection, connection->body_left > without ? connection->body_left - without : 0);
}

static bool send_all(struct connection *connection, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent;

        if (!wait_for(connection->server, connection->descriptor, POLLOUT))
            return false;
        sent = send(connection->descriptor, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool send_many(struct connection *connection, const char *text, uint64_t times)
{
    for (uint64_t i = 0; i < times; i++)
        if (!send_all(connection, text, strlen(text)))
            return false;
    return true;
}

/* Until the peer closes: bytes that come are left in the socket, so that its window fills. */
static bool hold(struct connection *connection)
{
    struct pollfd entry = { .fd = connection->descriptor, .events = POLLRDHUP };

    while (!is_stopping(connection->server))
        if (poll(&entry, 1, 10) > 0)
            break;
    return false;
}

static bool linger(struct connection *connection)
{
    char bytes[4096];

    shutdown(connection->descriptor, SHUT_WR);
    while (receive(connection, bytes, sizeof bytes) > 0) {
    }
    return false;
}

static bool reset(struct connection *connection)
{
    const struct linger now = { .l_onoff = 1, .l_linger = 0 };

    setsockopt(connection->descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return false;
}

static bool delay(struct connection *connection, uint64_t ms)
{
    struct pollfd nothing = { .fd = -1 };

    for (; ms > 0 && !is_stopping(connection->server); ms -= ms < 10 ? ms : 10)
        poll(&nothing, 1, ms < 10 ? (int)ms : 10);
    return true;
}

/* @return whether to go on with the next step. */
static bool perform(struct connection *connection, const struct server_step *step)
{
    switch (step->op) {
    case SERVER_READ_HEAD:
        return read_head(connection);
    case SERVER_READ:
        return read_body(connection, step->number);
    case SERVER_READ_REST:
        return read_rest(connection, step->number);
    case SERVER_SEND:
        return send_all(connection, step->text, strlen(step->text));
    case SERVER_SEND_BYTES:
        return send_all(connection, step->text, (size_t)step->number);
    case SERVER_SEND_MANY:
        return send_many(connection, step->text, step->number);
    case SERVER_DELAY:
        return delay(connection, step->number);
    case SERVER_HOLD:
        return hold(connection);
    case SERVER_LINGER:
        return linger(connection);
    case SERVER_RESET:
        return reset(connection);
    case SERVER_REPLY:
        return read_head(connection) && read_rest(connection, 0) && send_all(connection, step->text, strlen(step->text));
    default:
        return false;
    }
}

static void *run_connection(void *argument)
{
    struct connection *connection = argument;
    const struct server_step *step = connection->script;

    while (step->op != SERVER_END) {
        if (step->op == SERVER_AGAIN) {
            step = connection->script;
            continue;
        }
        if (!perform(connection, step))
            break;
        step = step->op == SERVER_REPLY ? connection->script : step + 1;
    }
    close(connection->descriptor);
    return NULL;
}

static void *run_server(void *argument)
{
    struct server *server = argument;

    while (wait_for(server, server->listener, POLLIN)) {
        int descriptor = accept(server->listener, NULL, NULL);
        struct connection *connection;
        size_t script = server->connection_count;

        if (descriptor < 0)
            continue;
        if (server->connection_count == CONNECTIONS) {
            close(descriptor);
            continue;
        }
        connection = calloc(1, sizeof *connection);
        connection->server = server;
        connection->descriptor = descriptor;
        connection->script = server->scripts[script < server->script_count ? script : server->script_count - 1];
        pthread_mutex_lock(&server->lock);
        server->connections[server->connection_count++] = connection;
        pthread_mutex_unlock(&server->lock);
        pthread_create(&connection->thread, NULL, run_connection, connection);
    }
    return NULL;
}

struct server *server_start(const struct server_step *const *scripts, size_t count)
{
    struct server *server = calloc(1, sizeof *server);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;

    server->scripts = scripts;
    server->script_count = count;
    server->kept = malloc(KEPT_BYTES + 1);
    pthread_mutex_init(&server->lock, NULL);
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (server->listener < 0 || bind(server->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(server->listener, 256) != 0 || getsockname(server->listener, (struct sockaddr *)&address, &length) != 0) {
        perror("fake server");
        abort();
    }
    server->port = ntohs(address.sin_port);
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d/bucket", server->port);
    pthread_create(&server->thread, NULL, run_server, server);
    return server;
}

void server_stop(struct server *server)
{
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_mutex_unlock(&server->lock);
    pthread_join(server->thread, NULL);
    for (unsigned i = 0; i < server->connection_count; i++) {
        pthread_join(server->connections[i]->thread, NULL);
        free(server->connections[i]);
    }
    close(server->listener);
    pthread_mutex_destroy(&server->lock);
    free(server->kept);
    free(server);
}

const char *server_url(const struct server *server)
{
    return server->url;
}

int server_port(const struct server *server)
{
    return server->port;
}

static uint64_t locked(struct server *server, const void *field, size_t bytes)
{
    uint64_t value64 = 0;
    unsigned value = 0;

    pthread_mutex_lock(&server->lock);
    if (bytes == sizeof value64)
        memcpy(&value64, field, bytes);
    else
        memcpy(&value, field, bytes);
    pthread_mutex_unlock(&server->lock);
    return bytes == sizeof value64 ? value64 : value;
}

unsigned server_connections(struct server *server)
{
    return (unsigned)locked(server, &server->connection_count, sizeof server->connection_count);
}

unsigned server_requests(struct server *server)
{
    return (unsigned)locked(server, &server->requests, sizeof server->requests);
}

uint64_t server_body_bytes(struct server *server)
{
    return locked(server, &server->body_bytes, sizeof server->body_bytes);
}

uint64_t server_declared_bytes(struct server *server)
{
    return locked(server, &server->declared_bytes, sizeof server->declared_bytes);
}

char *server_received(struct server *server, size_t *length)
{
    char *copy;

    pthread_mutex_lock(&server->lock);
    copy = malloc(server->kept_length + 1);
    memcpy(copy, server->kept, server->kept_length);
    copy[server->kept_length] = '\0';
    *length = server->kept_length;
    pthread_mutex_unlock(&server->lock);
    return copy;
}
