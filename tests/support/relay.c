#include "support/relay.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

enum { CONNECTIONS = 256, ASKED_BYTES = 65536, PIECE_BYTES = 16384, HEAD_BYTES = 8192 };

struct relay {
    struct relay_options options;
    pthread_t thread;
    pthread_t threads[CONNECTIONS];
    pthread_mutex_t lock;
    int listener;
    int port;
    unsigned connections;
    bool stopping;
    SSL_CTX *context;
    char ca_file[32];
    char protocol[16];
    char asked[ASKED_BYTES];
    size_t asked_length;
};

/* One side of a relayed connection. */
struct side {
    int descriptor;
    SSL *session; /* NULL: plain */
};

struct visit {
    struct relay *relay;
    int descriptor;
};

static bool is_stopping(struct relay *relay)
{
    bool stopping;

    pthread_mutex_lock(&relay->lock);
    stopping = relay->stopping;
    pthread_mutex_unlock(&relay->lock);
    return stopping;
}

static bool wait_for(struct relay *relay, int descriptor, short events)
{
    struct pollfd entry = { .fd = descriptor, .events = events };

    while (!is_stopping(relay))
        if (poll(&entry, 1, 20) > 0)
            return true;
    return false;
}

static void note(struct relay *relay, const char *text, size_t length)
{
    pthread_mutex_lock(&relay->lock);
    if (relay->asked_length + length < ASKED_BYTES) {
        memcpy(relay->asked + relay->asked_length, text, length);
        relay->asked_length += length;
    }
    pthread_mutex_unlock(&relay->lock);
}

/* --- bytes of either side --- */

static ssize_t side_read(struct side *side, char *into, size_t cap)
{
    return side->session != NULL ? SSL_read(side->session, into, (int)cap) : recv(side->descriptor, into, cap, 0);
}

static bool side_write(struct relay *relay, struct side *side, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t gone;

        if (!wait_for(relay, side->descriptor, POLLOUT))
            return false;
        gone = side->session != NULL ? SSL_write(side->session, bytes, (int)length)
                                     : send(side->descriptor, bytes, length, MSG_NOSIGNAL);
        if (gone <= 0)
            return false;
        bytes += gone;
        length -= (size_t)gone;
    }
    return true;
}

/* Records that carry no data: a session ticket and new keys. */
static bool say_nothing(struct relay *relay, struct side *to)
{
    if (!relay->options.chatters || to->session == NULL)
        return true;
    return SSL_new_session_ticket(to->session) == 1 && SSL_do_handshake(to->session) == 1 &&
           SSL_key_update(to->session, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 && SSL_do_handshake(to->session) == 1;
}

/* The end of one direction is handed on as well. */
static bool hand_on(struct relay *relay, struct side *from, struct side *to, bool *open)
{
    char bytes[PIECE_BYTES];
    ssize_t got = side_read(from, bytes, sizeof bytes);

    if (got > 0)
        return side_write(relay, to, bytes, (size_t)got) && say_nothing(relay, to);
    *open = false;
    if (to->session != NULL)
        return SSL_shutdown(to->session) >= 0;
    shutdown(to->descriptor, SHUT_WR);
    return from->session == NULL || SSL_get_error(from->session, (int)got) == SSL_ERROR_ZERO_RETURN;
}

static void splice_sides(struct relay *relay, struct side sides[2])
{
    bool open[2] = { true, true };

    while ((open[0] || open[1]) && !is_stopping(relay)) {
        struct pollfd entries[2] = { { .fd = open[0] ? sides[0].descriptor : -1, .events = POLLIN },
                                     { .fd = open[1] ? sides[1].descriptor : -1, .events = POLLIN } };
        bool pending = open[0] && sides[0].session != NULL && SSL_pending(sides[0].session) > 0;

        poll(entries, 2, pending ? 0 : 20);
        for (int i = 0; i < 2; i++)
            if (open[i] && (entries[i].revents != 0 || (i == 0 && pending)) &&
                !hand_on(relay, &sides[i], &sides[1 - i], &open[i]))
                return;
        if (entries[0].revents != 0 && relay->options.slow_ms > 0)
            poll(NULL, 0, (int)relay->options.slow_ms);
    }
}

static int go_to(const char *host, int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);

    if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK); /* every name leads here */
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0)
        return descriptor;
    close(descriptor);
    return -1;
}

/* --- what a proxy is asked --- */

static bool read_exactly(struct relay *relay, struct side *client, char *into, size_t length)
{
    for (size_t at = 0; at < length;) {
        ssize_t got = wait_for(relay, client->descriptor, POLLIN) ? side_read(client, into + at, length - at) : -1;

        if (got <= 0)
            return false;
        at += (size_t)got;
    }
    return true;
}

static size_t read_head(struct relay *relay, struct side *client, char head[HEAD_BYTES])
{
    size_t length = 0;

    while (length < 4 || memcmp(head + length - 4, "\r\n\r\n", 4) != 0) {
        if (length + 1 == HEAD_BYTES || !read_exactly(relay, client, head + length, 1))
            return 0;
        head[++length] = '\0';
    }
    note(relay, head, length);
    return length;
}

static int ask_http(struct relay *relay, struct side *client)
{
    char head[HEAD_BYTES], host[256] = "";
    size_t length = read_head(relay, client, head);
    bool tunnel = strncmp(head, "CONNECT ", 8) == 0;
    int port = 0, server;

    if (length == 0)
        return -1;
    if (relay->options.refusal != NULL) {
        side_write(relay, client, relay->options.refusal, strlen(relay->options.refusal));
        poll(NULL, 0, 50);
        return -1;
    }
    if (sscanf(head, tunnel ? "CONNECT %255[^: ]:%d" : "%*s http://%255[^:/ ]:%d", host, &port) != 2)
        return -1;
    server = go_to(host, port);
    if (server < 0) {
        static const char bad[] = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";

        side_write(relay, client, bad, sizeof bad - 1);
        return -1;
    }
    if (tunnel) {
        static const char made[] = "HTTP/1.1 200 Connection established\r\n\r\n";

        side_write(relay, client, made, sizeof made - 1);
    } else {
        side_write(relay, &(struct side){ .descriptor = server }, head, length);
    }
    return server;
}

/* RFC 1928. */
static int ask_socks(struct relay *relay, struct side *client)
{
    char bytes[300], host[256] = "", line[300];
    unsigned char *u = (unsigned char *)bytes;
    size_t length;
    int port, written;

    if (!read_exactly(relay, client, bytes, 2) || u[0] != 5 || !read_exactly(relay, client, bytes + 2, u[1]))
        return -1;
    side_write(relay, client, "\5\0", 2);
    if (!read_exactly(relay, client, bytes, 5) || (u[3] != 1 && u[3] != 3))
        return -1;
    length = u[3] == 1 ? 3 : u[4];
    if (!read_exactly(relay, client, bytes + 5, length + 2))
        return -1;
    if (u[3] == 1)
        inet_ntop(AF_INET, bytes + 4, host, sizeof host);
    else
        memcpy(host, bytes + 5, length);
    port = u[5 + length] << 8 | u[6 + length];
    written = snprintf(line, sizeof line, "SOCKS %s:%d\r\n", host, port);
    note(relay, line, (size_t)written);
    if (relay->options.refusal != NULL) {
        side_write(relay, client, "\5\2\0\1\0\0\0\0\0\0", 10); /* not allowed */
        return -1;
    }
    side_write(relay, client, "\5\0\0\1\0\0\0\0\0\0", 10);
    return go_to(host, port);
}

/* --- TLS --- */

static int choose_protocol(SSL *session, const unsigned char **out, unsigned char *length, const unsigned char *offered,
                           unsigned offered_length, void *context)
{
    static const unsigned char both[] = "\2h2\10http/1.1", one[] = "\10http/1.1";
    struct relay *relay = context;
    bool h2 = relay->options.prefers_h2;
    unsigned char *chosen;

    (void)session;
    if (SSL_select_next_proto(&chosen, length, h2 ? both : one, (unsigned)(h2 ? sizeof both : sizeof one) - 1, offered,
                              offered_length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    pthread_mutex_lock(&relay->lock);
    snprintf(relay->protocol, sizeof relay->protocol, "%.*s", (int)*length, (const char *)chosen);
    pthread_mutex_unlock(&relay->lock);
    return SSL_TLSEXT_ERR_OK;
}

static void make_tls(struct relay *relay)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
    FILE *file;

    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, (const unsigned char *)"relay", -1, -1,
                               0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(certificate, key, EVP_sha256());
    strcpy(relay->ca_file, "/tmp/postage-test-XXXXXX");
    file = fdopen(mkstemp(relay->ca_file), "w");
    PEM_write_X509(file, certificate);
    fclose(file);
    relay->context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(relay->context, certificate);
    SSL_CTX_use_PrivateKey(relay->context, key);
    SSL_CTX_set_alpn_select_cb(relay->context, choose_protocol, relay);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static int accept_tls(struct relay *relay, struct side *client)
{
    client->session = SSL_new(relay->context);
    SSL_set_fd(client->session, client->descriptor);
    return SSL_accept(client->session) == 1 ? go_to("127.0.0.1", relay->options.port) : -1;
}

/* --- threads --- */

static int (*const ways[])(struct relay *relay, struct side *client) = {
    [RELAY_HTTP] = ask_http,
    [RELAY_SOCKS] = ask_socks,
    [RELAY_TLS] = accept_tls,
};

static void *run_visit(void *argument)
{
    struct visit visit = *(struct visit *)argument;
    const struct timeval patience = { 5, 0 }; /* a client that breaks off the handshake */
    struct side sides[2] = { { .descriptor = visit.descriptor }, { .descriptor = -1 } };
    sigset_t pipe;

    free(argument);
    sigemptyset(&pipe); /* of OpenSSL's writes */
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    setsockopt(visit.descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sides[1].descriptor = ways[visit.relay->options.kind](visit.relay, &sides[0]);
    if (sides[1].descriptor >= 0) {
        splice_sides(visit.relay, sides);
        close(sides[1].descriptor);
    }
    SSL_free(sides[0].session);
    close(visit.descriptor);
    return NULL;
}

static void *run_relay(void *argument)
{
    struct relay *relay = argument;

    while (wait_for(relay, relay->listener, POLLIN)) {
        struct visit *visit = malloc(sizeof *visit);

        *visit = (struct visit){ relay, accept(relay->listener, NULL, NULL) };
        if (visit->descriptor < 0 || relay->connections == CONNECTIONS) {
            close(visit->descriptor);
            free(visit);
            continue;
        }
        pthread_mutex_lock(&relay->lock);
        pthread_create(&relay->threads[relay->connections++], NULL, run_visit, visit);
        pthread_mutex_unlock(&relay->lock);
    }
    return NULL;
}

struct relay *relay_start(const struct relay_options *options)
{
    struct relay *relay = calloc(1, sizeof *relay);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    const int small = 16384;

    relay->options = *options;
    pthread_mutex_init(&relay->lock, NULL);
    if (options->kind == RELAY_TLS)
        make_tls(relay);
    relay->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (options->slow_ms > 0)
        setsockopt(relay->listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    if (bind(relay->listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(relay->listener, 256) != 0 ||
        getsockname(relay->listener, (struct sockaddr *)&address, &length) != 0) {
        perror("relay");
        abort();
    }
    relay->port = ntohs(address.sin_port);
    pthread_create(&relay->thread, NULL, run_relay, relay);
    return relay;
}

void relay_stop(struct relay *relay)
{
    pthread_mutex_lock(&relay->lock);
    relay->stopping = true;
    pthread_mutex_unlock(&relay->lock);
    pthread_join(relay->thread, NULL);
    for (unsigned i = 0; i < relay->connections; i++)
        pthread_join(relay->threads[i], NULL);
    close(relay->listener);
    if (relay->context != NULL) {
        SSL_CTX_free(relay->context);
        unlink(relay->ca_file);
    }
    pthread_mutex_destroy(&relay->lock);
    free(relay);
}

int relay_port(const struct relay *relay)
{
    return relay->port;
}

const char *relay_ca_file(const struct relay *relay)
{
    return relay->ca_file;
}

unsigned relay_connections(struct relay *relay)
{
    unsigned connections;

    pthread_mutex_lock(&relay->lock);
    connections = relay->connections;
    pthread_mutex_unlock(&relay->lock);
    return connections;
}

const char *relay_protocol(struct relay *relay)
{
    return relay->protocol;
}

char *relay_asked(struct relay *relay)
{
    char *copy;

    pthread_mutex_lock(&relay->lock);
    copy = malloc(relay->asked_length + 1);
    memcpy(copy, relay->asked, relay->asked_length);
    copy[relay->asked_length] = '\0';
    pthread_mutex_unlock(&relay->lock);
    return copy;
}
