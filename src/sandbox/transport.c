#include "sandbox/transport.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

static ssize_t of_socket(ssize_t result)
{
    if (result >= 0)
        return result;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? TRANSPORT_AGAIN : TRANSPORT_FAILED;
}

static ssize_t of_tls(SSL *tls, int result)
{
    if (result > 0)
        return result;
    switch (SSL_get_error(tls, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return TRANSPORT_AGAIN;
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    default:
        return TRANSPORT_FAILED;
    }
}

static int int_length(size_t len)
{
    return len > INT_MAX ? INT_MAX : (int)len;
}

ssize_t transport_read(struct transport *transport, uint8_t *data, size_t cap)
{
    if (transport->tls == NULL)
        return of_socket(recv(transport->socket, data, cap, 0));
    ERR_clear_error();
    return of_tls(transport->tls, SSL_read(transport->tls, data, int_length(cap)));
}

ssize_t transport_write(struct transport *transport, const uint8_t *data, size_t len)
{
    if (transport->tls == NULL)
        return of_socket(send(transport->socket, data, len, MSG_NOSIGNAL));
    ERR_clear_error();
    return of_tls(transport->tls, SSL_write(transport->tls, data, int_length(len)));
}

ssize_t transport_drain(struct transport *transport, uint8_t *data, size_t cap)
{
    return of_socket(recv(transport->socket, data, cap, 0));
}

void transport_shut_write(struct transport *transport)
{
    if (transport->tls != NULL) {
        ERR_clear_error();
        SSL_shutdown(transport->tls);
    }
    transport_cut_write(transport);
}

void transport_cut_write(struct transport *transport)
{
    shutdown(transport->socket, SHUT_WR);
}

void transport_reset(struct transport *transport)
{
    const struct linger abort = { .l_onoff = 1, .l_linger = 0 };

    setsockopt(transport->socket, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
}

void transport_close(struct transport *transport)
{
    SSL_free(transport->tls);
    close(transport->socket);
}
