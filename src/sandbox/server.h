/* The event loop: sockets, timeouts, and how a connection ends. */
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include "sandbox/setup.h"

struct server;

enum postage_status server_new(struct server **out, struct setup *setup, const struct postage_sandbox_options *options,
                               struct postage_error *err);
void server_free(struct server *server);

enum postage_status server_run(struct server *server);
void server_interrupt(struct server *server); /* any thread, any signal handler */

const char *server_endpoint(const struct server *server, size_t index);
const char *server_certificate(const struct server *server);

#endif
