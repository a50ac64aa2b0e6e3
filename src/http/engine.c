#include "http/engine.h"

#include <limits.h>

#include "base/error.h"
#include "http/clock.h"

/*
 * By number, as the binary may run with a newer libcurl than it was built with; an older one refuses them, harmlessly.
 * From 8.20 on the easy handle's QUICK_EXIT does not count here, and freeing a client waited for resolver threads (5.7 s); and
 * by default twenty names that hang keep all other hosts from being looked up.
 */
enum { MULTI_RESOLVE_THREADS_MAX = 20, MULTI_QUICK_EXIT = 21, RESOLVE_THREADS = 1024 };

/* --- what libcurl calls --- */

static struct engine_user *user_of(CURL *easy)
{
    char *user = NULL;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &user);
    return (struct engine_user *)(void *)user;
}

static int on_socket(CURL *easy, curl_socket_t descriptor, int what, void *context, void *unused)
{
    struct engine *engine = context;
    struct engine_user *user = user_of(easy); /* NULL: a handle of libcurl's own */
    bool readable = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
    bool writable = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;

    (void)unused;
    if (user != NULL && user->waits != NULL)
        user->waits(user, descriptor, what);
    if (poller_owner(engine->poller, descriptor) != NULL)
        return 0; /* ours since it was connected */
    if (poller_set(engine->poller, descriptor, readable, writable, NULL) != POSTAGE_OK)
        engine->out_of_memory = true;
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct engine *engine = context;

    (void)multi;
    engine->due_ms = timeout_ms < 0 ? INT64_MAX : clock_ms() + timeout_ms;
    return 0;
}

/* --- birth and death --- */

enum postage_status engine_open(struct engine *engine, struct poller *poller)
{
    CURLM *multi = curl_multi_init();

    *engine = (struct engine){ .multi = multi, .poller = poller, .due_ms = INT64_MAX };
    if (multi == NULL)
        return POSTAGE_ERR_NOMEM;
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, engine);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, engine);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)INT_MAX); /* which are kept is our affair */
    curl_multi_setopt(multi, (CURLMoption)MULTI_QUICK_EXIT, 1L);
    curl_multi_setopt(multi, (CURLMoption)MULTI_RESOLVE_THREADS_MAX, (long)RESOLVE_THREADS);
    return POSTAGE_OK;
}

void engine_close(struct engine *engine)
{
    if (engine->multi == NULL)
        return;
    engine_enter(engine);
    engine_guard(engine);
    curl_multi_cleanup(engine->multi);
    engine_leave(engine);
    engine->multi = NULL;
}

void engine_enter(struct engine *engine)
{
    engine->depth++;
}

void engine_guard(struct engine *engine)
{
    if (engine->guarded)
        return;
    engine->guarded = true;
    sigpipe_hold(&engine->guard);
}

void engine_leave(struct engine *engine)
{
    if (--engine->depth > 0 || !engine->guarded)
        return;
    engine->guarded = false;
    sigpipe_release(&engine->guard);
}

/* --- handles --- */

enum postage_status engine_add(struct engine *engine, CURL *easy, struct engine_user *user)
{
    CURLMcode code;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, user);
    engine_enter(engine);
    engine_guard(engine);
    code = curl_multi_add_handle(engine->multi, easy);
    engine_leave(engine);
    return code == CURLM_OK ? POSTAGE_OK : POSTAGE_ERR_NOMEM;
}

void engine_remove(struct engine *engine, CURL *easy)
{
    engine_enter(engine);
    engine_guard(engine);
    curl_multi_remove_handle(engine->multi, easy);
    engine_leave(engine);
}

static void collect(struct engine *engine)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(engine->multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE) {
            struct engine_user *user = user_of(message->easy_handle);

            user->ended(user, message->data.result); /* the message is gone with its handle */
        }
}

enum postage_status engine_act(struct engine *engine, curl_socket_t descriptor, bool readable, bool writable,
                               struct postage_error *err)
{
    int bits = (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0), running;
    CURLMcode code;

    engine_enter(engine);
    engine_guard(engine);
    if (descriptor == CURL_SOCKET_TIMEOUT)
        engine->due_ms = INT64_MAX;
    code = curl_multi_socket_action(engine->multi, descriptor, bits, &running);
    collect(engine);
    engine_leave(engine);
    if (code == CURLM_OUT_OF_MEMORY || engine->out_of_memory) {
        engine->out_of_memory = false;
        return error_plain(err, POSTAGE_ERR_NOMEM);
    }
    if (code != CURLM_OK && code != CURLM_BAD_SOCKET) /* a descriptor may have been closed since it became ready */
        return error_set(err, POSTAGE_ERR_SYSTEM, "libcurl: %s", curl_multi_strerror(code));
    return POSTAGE_OK;
}
