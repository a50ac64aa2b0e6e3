/*
 * A client of the sandbox: a socket, the connection behind it, and the events that move bytes between them.
 */
#ifndef SANDBOX_CLIENT_H
#define SANDBOX_CLIENT_H

#include <event2/event.h>
#include <openssl/ssl.h>

#include "sandbox/setup.h"

enum { CLIENT_READ_BYTES = 256 * 1024 };

struct client;

/* What all clients share. */
struct client_loop {
    struct setup *setup;
    struct event_base *base;
    SSL_CTX *tls; /* NULL: plain */
    int64_t head_ms, idle_ms;
    uint8_t *buffer; /* CLIENT_READ_BYTES: nothing stays in it */
    struct client *clients;
    size_t count;
    void (*left)(void *context); /* a client is gone */
    void *context;
};

/* Takes over an accepted socket that does not block. False: no memory, and the socket is still the caller's. */
bool client_open(struct client_loop *loop, int socket);

/* Closes those that were silent for too long. */
void clients_check_time(struct client_loop *loop);
void clients_close(struct client_loop *loop);

#endif
