/*
 * A server that swallows uploads: reads each POST's Content-Length bytes without keeping them, answers 204, keeps the
 * connection open. Benchmarks and memory tests upload to it, so that neither a disk nor a real server is what they measure. One
 * thread over libevent, as the sandbox, whose ceiling it shows.
 *
 * Usage: sink                      prints its port on 127.0.0.1, then serves until killed or until standard input ends
 *        sink CERT.PEM KEY.PEM     the same over TLS 1.3
 */
#define _GNU_SOURCE /* memmem, strcasestr, accept4 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>
#include <openssl/ssl.h>

enum { HEAD_MAX_BYTES = 32768, READ_BYTES = 1024 * 1024 };

static const char reply[] = "HTTP/1.1 204 No Content\r\nx-amz-request-id: SINK\r\n\r\n";
static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";

struct connection {
    int fd;
    struct event *readable;
    SSL *tls;           /* NULL: plain */
    uint64_t body_left; /* of the request whose head was read; 0: between requests */
    size_t head_length;
    char head[HEAD_MAX_BYTES + 1];
};

static SSL_CTX *tls_context; /* NULL: plain */
static char received[READ_BYTES];

/* --- bytes in and out --- */

/* MSG_TRUNC on TCP: the bytes are taken off the queue and not copied. Else as recv: -1 with nothing there yet, 0 at the end. */
static ssize_t take(struct connection *connection, size_t cap, bool unseen)
{
    int got;

    if (connection->tls == NULL)
        return recv(connection->fd, received, cap, unseen ? MSG_TRUNC : 0);
    got = SSL_read(connection->tls, received, (int)cap);
    return got > 0 ? got : SSL_get_error(connection->tls, got) == SSL_ERROR_WANT_READ ? -1 : 0;
}

/* Replies are short and come one at a time: they always fit into the socket's buffer. */
static bool send_all(struct connection *connection, const char *text, size_t length)
{
    if (connection->tls == NULL)
        return send(connection->fd, text, length, MSG_NOSIGNAL) == (ssize_t)length;
    return SSL_write(connection->tls, text, (int)length) == (int)length;
}

/* --- requests --- */

/* The head is complete: what has to be read after it, and an interim reply if one is asked for. */
static bool begin_body(struct connection *connection)
{
    const char *length = strcasestr(connection->head, "\r\nContent-Length:");

    connection->body_left = length == NULL ? 0 : strtoull(length + strlen("\r\nContent-Length:"), NULL, 10);
    connection->head_length = 0;
    if (strcasestr(connection->head, "\r\nExpect: 100-continue") != NULL)
        return send_all(connection, interim, strlen(interim));
    return true;
}

/* Takes bytes of a head. Returns how many of them belong to it, or SIZE_MAX for one that is too long. */
static size_t take_head(struct connection *connection, const char *bytes, size_t length, bool *complete)
{
    size_t before = connection->head_length, room = HEAD_MAX_BYTES - before, copied = length < room ? length : room;
    const char *end;

    memcpy(connection->head + before, bytes, copied);
    connection->head_length += copied;
    end = memmem(connection->head, connection->head_length, "\r\n\r\n", 4);
    *complete = end != NULL;
    if (end == NULL)
        return connection->head_length < HEAD_MAX_BYTES ? length : SIZE_MAX;
    connection->head[end + 4 - connection->head] = '\0';
    return (size_t)(end + 4 - connection->head) - before;
}

static bool take_bytes(struct connection *connection, const char *bytes, size_t length)
{
    while (length > 0) {
        size_t used = connection->body_left < length ? (size_t)connection->body_left : length;
        bool complete = true;

        if (connection->body_left > 0) {
            connection->body_left -= used;
        } else {
            used = take_head(connection, bytes, length, &complete);
            if (used == SIZE_MAX || (complete && !begin_body(connection)))
                return false;
        }
        bytes += used;
        length -= used;
        if (complete && connection->body_left == 0 && !send_all(connection, reply, strlen(reply)))
            return false;
    }
    return true;
}

/* Reads what there is. Returns false when the connection is over. */
static bool serve(struct connection *connection)
{
    for (;;) {
        uint64_t left = connection->body_left;
        bool unseen = left > 0;
        size_t cap = unseen && left < READ_BYTES ? (size_t)left : READ_BYTES;
        ssize_t got = take(connection, cap, unseen);

        if (got <= 0)
            return got < 0;
        if (!take_bytes(connection, received, (size_t)got))
            return false;
        /* A short read has emptied the queue, and a reply ends what the client sends: no need to ask. */
        if (connection->tls == NULL && (size_t)got < cap)
            return true;
    }
}

/* --- connections --- */

static void drop(struct connection *connection)
{
    event_free(connection->readable);
    SSL_free(connection->tls);
    close(connection->fd);
    free(connection);
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    if (!serve(context))
        drop(context);
}

static void on_connection(evutil_socket_t listener, short what, void *context)
{
    struct connection *connection = calloc(1, sizeof *connection);
    int one = 1;

    (void)what;
    if (connection == NULL)
        exit(1);
    connection->fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (connection->fd < 0) {
        free(connection);
        return;
    }
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (tls_context != NULL) {
        connection->tls = SSL_new(tls_context);
        SSL_set_fd(connection->tls, connection->fd);
        SSL_set_accept_state(connection->tls);
    }
    connection->readable = event_new(context, connection->fd, EV_READ | EV_PERSIST, on_readable, connection);
    event_add(connection->readable, NULL);
}

static int listen_on_loopback(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, SOMAXCONN) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0) {
        perror("sink");
        exit(1);
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static SSL_CTX *open_tls(const char *certificate, const char *key)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    if (context == NULL || SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1) {
        fprintf(stderr, "sink: cannot use %s and %s\n", certificate, key);
        exit(1);
    }
    SSL_CTX_set_num_tickets(context, 0);
    return context;
}

/* Whoever started the sink holds its standard input: when that ends, so does the sink. */
static void on_stdin(evutil_socket_t fd, short what, void *unused)
{
    char byte;

    (void)what;
    (void)unused;
    if (read(fd, &byte, 1) <= 0)
        exit(0);
}

/* Clients may keep ten thousand connections. */
static void raise_descriptors(void)
{
    struct rlimit files;

    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

int main(int argc, char **argv)
{
    struct event_base *base = event_base_new();
    struct event *connections, *end;

    if (base == NULL)
        return 1;
    raise_descriptors();
    tls_context = argc == 3 ? open_tls(argv[1], argv[2]) : NULL;
    connections = event_new(base, listen_on_loopback(), EV_READ | EV_PERSIST, on_connection, base);
    end = event_new(base, STDIN_FILENO, EV_READ | EV_PERSIST, on_stdin, NULL);
    event_add(connections, NULL);
    event_add(end, NULL); /* fails for a file, which never ends */
    event_base_dispatch(base);
    return 1;
}
