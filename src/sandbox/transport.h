/* Bytes over a socket, plain or through TLS, never blocking. */
#ifndef SANDBOX_TRANSPORT_H
#define SANDBOX_TRANSPORT_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct transport {
    int socket;
    SSL *tls; /* NULL: plain */
};

enum { TRANSPORT_AGAIN = -1, TRANSPORT_FAILED = -2 };

/* Bytes, 0 at the peer's end, TRANSPORT_AGAIN or TRANSPORT_FAILED. */
ssize_t transport_read(struct transport *transport, uint8_t *data, size_t cap);
ssize_t transport_write(struct transport *transport, const uint8_t *data, size_t len);

/* Reads what still arrives and discards it, undecrypted. Answers as transport_read. */
ssize_t transport_drain(struct transport *transport, uint8_t *data, size_t cap);

void transport_shut_write(struct transport *transport);
/* The same without a word by TLS: to its peer a connection that broke. */
void transport_cut_write(struct transport *transport);
/* Makes the close to come a reset, which discards what has not left. */
void transport_reset(struct transport *transport);
void transport_close(struct transport *transport);

#endif
