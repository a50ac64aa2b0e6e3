/*
 * What the system knows about a TCP connection beyond what send and recv tell. Linux answers; elsewhere nothing is known, and
 * the answers are the ones that claim nothing.
 */
#ifndef POSTAGE_HTTP_TCP_H
#define POSTAGE_HTTP_TCP_H

#include <stdbool.h>
#include <stdint.h>

/* The round trip as measured; 0: not known. */
int64_t tcp_round_trip_ms(int descriptor);

/* Bytes that were sent or wait to be, and that the peer's system has not acknowledged. @return false: not known. */
bool tcp_queued(int descriptor, uint64_t *bytes);

/*
 * For a connection that the peer has reset, or that tcp_abort ends next: how many bytes, the last that it was given, have not
 * left this machine and never will. 0: perhaps none.
 */
uint64_t tcp_withheld(int descriptor);

/* Whoever closes the descriptor now resets the connection: what has not left stays here. */
void tcp_abort(int descriptor);

#endif
