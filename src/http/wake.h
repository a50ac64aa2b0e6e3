/*
 * A descriptor that another thread makes readable: the way into a loop that waits in poll or epoll.
 *
 * `curl_multi_wakeup` does not wake a caller's own loop (measured), hence one of ours. Signals that come before the next drain
 * collapse into one; nothing here allocates or locks, so `wake_signal` may be called from a signal handler too.
 */
#ifndef POSTAGE_HTTP_WAKE_H
#define POSTAGE_HTTP_WAKE_H

#include <stdatomic.h>

#include "postage/status.h"

struct wake {
    int read_end; /* -1: not open */
    int write_end;
    atomic_bool signalled;
};

enum postage_status wake_open(struct wake *wake, struct postage_error *err);
void wake_close(struct wake *wake);
void wake_signal(struct wake *wake); /* any thread */
void wake_drain(struct wake *wake);  /* before looking at the state that signallers set */

#endif
