/* Listening sockets. */
#ifndef SANDBOX_LISTEN_H
#define SANDBOX_LISTEN_H

#include "postage/status.h"

enum { ENDPOINT_BYTES = 96 };

/*
 * Listens on "127.0.0.1:9000", "[::1]:0" or ":9000" (every IPv4 address). `endpoint`: out, "http://127.0.0.1:9000" with the
 * port that was chosen. Returns the descriptor, or -1 with the error filled.
 */
int listen_on(const char *address, const char *scheme, char endpoint[ENDPOINT_BYTES], struct postage_error *err);

#endif
