/*
 * What stands between a client and a server: a proxy (HTTP or SOCKS5), or the TLS in front of a server that speaks none. Each
 * connection has a thread of its own, which hands on what comes from either side until one of them ends.
 */
#ifndef POSTAGE_TESTS_SUPPORT_RELAY_H
#define POSTAGE_TESTS_SUPPORT_RELAY_H

#include <stdbool.h>
#include <stdint.h>

enum relay_kind {
    RELAY_HTTP,  /* takes CONNECT, and requests with the whole URL in them */
    RELAY_SOCKS, /* version 5, without a user; 4 is not spoken */
    RELAY_TLS    /* ends TLS and goes to `port` */
};

struct relay_options {
    enum relay_kind kind;
    const char *refusal; /* what is answered instead of relaying; "" hangs up. NULL: relays */
    int port;            /* with RELAY_TLS: of 127.0.0.1 */
    bool prefers_h2;     /* with RELAY_TLS: HTTP/2 is agreed on if the client offers it */
    unsigned slow_ms;    /* with RELAY_TLS: pause after each 16 KiB from the client; its system's buffer is small then */
    bool chatters;       /* with RELAY_TLS: a session ticket and new keys follow whatever is handed to the client */
};

struct relay;

struct relay *relay_start(const struct relay_options *options); /* on a free port of 127.0.0.1 */
void relay_stop(struct relay *relay);                           /* closes everything, waits for its threads, frees */

int relay_port(const struct relay *relay);
const char *relay_ca_file(const struct relay *relay); /* with RELAY_TLS: vouches for its certificate, for 127.0.0.1 */
unsigned relay_connections(struct relay *relay);
const char *relay_protocol(struct relay *relay); /* that the last client agreed on: "h2", "http/1.1", "" */
/* The heads that clients of a proxy sent, one after another; "SOCKS host:port\r\n" for those. The caller frees it. */
char *relay_asked(struct relay *relay);

#endif
