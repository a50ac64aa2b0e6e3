#include "http/process.h"

#include <pthread.h>
#include <signal.h>

#include <curl/curl.h>

#include "base/error.h"

static CURLcode start_result;

static void start(void)
{
    start_result = curl_global_init(CURL_GLOBAL_ALL);
}

enum postage_status process_start_curl(struct postage_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (pthread_once(&once, start) != 0 || start_result != CURLE_OK)
        return error_set(err, POSTAGE_ERR_SYSTEM, "libcurl cannot start: %s", curl_easy_strerror(start_result));
    return POSTAGE_OK;
}

void sigpipe_hold(struct sigpipe_guard *guard)
{
    sigset_t pipe, before;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    guard->active = pthread_sigmask(SIG_BLOCK, &pipe, &before) == 0 && !sigismember(&before, SIGPIPE);
}

void sigpipe_release(struct sigpipe_guard *guard)
{
    sigset_t pending, pipe;
    int number;

    /* A caller who had it blocked before has it blocked still, and sees what came as always. */
    if (!guard->active)
        return;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigemptyset(&pending);
    if (sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE))
        sigwait(&pipe, &number);
    pthread_sigmask(SIG_UNBLOCK, &pipe, NULL); /* this one alone: callbacks may have changed the rest of the mask */
}
