/*
 * What belongs to the process and not to an object: libcurl's one-time start, and SIGPIPE.
 */
#ifndef POSTAGE_HTTP_PROCESS_H
#define POSTAGE_HTTP_PROCESS_H

#include <stdbool.h>

#include "postage/status.h"

/*
 * Starts libcurl once per process, from whichever thread comes first. The one piece of global state in the library, and
 * libcurl's: it is reference-counted there and never taken back here, as other users of libcurl may be at work.
 */
enum postage_status process_start_curl(struct postage_error *err);

/*
 * SIGPIPE stays away from the caller while libcurl works: blocked for this thread, and swallowed if it came. With
 * CURLOPT_NOSIGNAL libcurl does not ignore it, and a TLS library may write to a socket whose peer is gone.
 */
struct sigpipe_guard {
    bool active; /* SIGPIPE was not blocked before */
};

void sigpipe_hold(struct sigpipe_guard *guard);
void sigpipe_release(struct sigpipe_guard *guard);

#endif
