#include "http/engine.h"

#include <limits.h>

#include "base/error.h"
#include "http/clock.h"

/*
 * By number, as the binary may run with a newer libcurl than it was built with; an older one refuses them, harmlessly.
 * From 8.20 on the easy handle's QUICK_EXIT does not count here, and freeing a client waited for resolver threads (5.7 s); and
 * by default twenty names that hang keep all other hosts from being looked up.
 */
enum { MULTI_RESOLVE_THREADS_MAX = 20, MULTI_QUICK_EXIT = 21, RESOLVE_THREADS = 1024, TURNS_MAX = 256 };

/* --- what libcurl calls --- */

static struct engine_user *user_of(CURL *easy)
{
    char *user = NULL;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &user);
    return (struct engine_user *)(void *)user;
}

static enum postage_status on_ready(struct watcher *watcher, const struct poller_event *event, struct postage_error *err);

bool engine_watches(const struct watcher *watcher)
{
    return watcher->ready == on_ready;
}

static int on_socket(CURL *easy, curl_socket_t descriptor, int what, void *context, void *unused)
{
    struct engine_shard *shard = context;
    struct engine_user *user = user_of(easy); /* NULL: a handle of libcurl's own */
    struct watcher *watcher = poller_watcher(shard->engine->poller, descriptor);
    bool readable = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
    bool writable = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;

    (void)unused;
    if (user != NULL && user->waits != NULL)
        user->waits(user, descriptor, what);
    if (watcher != NULL && !engine_watches(watcher))
        return 0; /* ours since it was connected */
    if (poller_set(shard->engine->poller, descriptor, readable, writable, &shard->watcher) != POSTAGE_OK)
        shard->engine->out_of_memory = true;
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct engine_shard *shard = context;

    (void)multi;
    shard->due_ms = timeout_ms < 0 ? INT64_MAX : clock_ms() + timeout_ms;
    return 0;
}

/* --- shards --- */

static void collect(struct engine_shard *shard)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(shard->multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE) {
            struct engine_user *user = user_of(message->easy_handle);

            user->ended(user, message->data.result); /* the message is gone with its handle */
        }
}

static enum postage_status act(struct engine_shard *shard, curl_socket_t descriptor, int bits, struct postage_error *err)
{
    struct engine *engine = shard->engine;
    CURLMcode code;
    int running;

    engine_enter(engine);
    engine_guard(engine);
    code = curl_multi_socket_action(shard->multi, descriptor, bits, &running);
    collect(shard);
    engine_leave(engine);
    if (code == CURLM_OUT_OF_MEMORY || engine->out_of_memory) {
        engine->out_of_memory = false;
        return error_plain(err, POSTAGE_ERR_NOMEM);
    }
    if (code != CURLM_OK && code != CURLM_BAD_SOCKET) /* a descriptor may have been closed since it became ready */
        return error_set(err, POSTAGE_ERR_SYSTEM, "libcurl: %s", curl_multi_strerror(code));
    return POSTAGE_OK;
}

static enum postage_status on_ready(struct watcher *watcher, const struct poller_event *event, struct postage_error *err)
{
    int bits = (event->readable ? CURL_CSELECT_IN : 0) | (event->writable ? CURL_CSELECT_OUT : 0);

    return act((struct engine_shard *)(void *)watcher, event->descriptor, bits, err);
}

static void set_up(struct engine_shard *shard)
{
    CURLM *multi = shard->multi;

    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, shard);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, shard);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)INT_MAX); /* which are kept is our affair */
    curl_multi_setopt(multi, (CURLMoption)MULTI_QUICK_EXIT, 1L);
    curl_multi_setopt(multi, (CURLMoption)MULTI_RESOLVE_THREADS_MAX, (long)RESOLVE_THREADS);
}

static struct engine_shard *new_shard(struct engine *engine)
{
    struct engine_shard *shard = mem_alloc(&engine->alloc, sizeof *shard);
    CURLM *multi = shard != NULL ? curl_multi_init() : NULL;

    if (multi == NULL) {
        mem_free(&engine->alloc, shard);
        return NULL;
    }
    *shard = (struct engine_shard){ .watcher = { on_ready }, .engine = engine, .next = engine->shards, .multi = multi };
    shard->due_ms = INT64_MAX;
    set_up(shard);
    engine->shards = shard;
    return shard;
}

/* One with room, moved to the front. */
static struct engine_shard *find_shard(struct engine *engine)
{
    for (struct engine_shard **at = &engine->shards; *at != NULL; at = &(*at)->next) {
        struct engine_shard *shard = *at;

        if (shard->handles >= ENGINE_SHARD_MAX)
            continue;
        *at = shard->next;
        shard->next = engine->shards;
        engine->shards = shard;
        return shard;
    }
    return new_shard(engine);
}

/* --- birth and death --- */

enum postage_status engine_open(struct engine *engine, struct poller *poller, const struct postage_allocator *alloc)
{
    *engine = (struct engine){ .alloc = *alloc, .poller = poller, .share = curl_share_init() };
    if (engine->share == NULL || curl_share_setopt(engine->share, CURLSHOPT_SHARE, (int)CURL_LOCK_DATA_DNS) != CURLSHE_OK)
        return POSTAGE_ERR_NOMEM;
    return POSTAGE_OK;
}

void engine_close(struct engine *engine)
{
    engine_enter(engine);
    if (engine->shards != NULL)
        engine_guard(engine);
    while (engine->shards != NULL) {
        struct engine_shard *shard = engine->shards;

        engine->shards = shard->next;
        curl_multi_cleanup(shard->multi);
        mem_free(&engine->alloc, shard);
    }
    engine_leave(engine);
    curl_share_cleanup(engine->share);
    engine->share = NULL;
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
    struct engine_shard *shard;
    CURLMcode code = CURLM_OUT_OF_MEMORY;

    engine_enter(engine);
    engine_guard(engine);
    shard = user->shard = find_shard(engine);
    if (shard != NULL && curl_easy_setopt(easy, CURLOPT_PRIVATE, user) == CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_SHARE, engine->share) == CURLE_OK)
        code = curl_multi_add_handle(shard->multi, easy);
    engine_leave(engine);
    if (code != CURLM_OK) {
        user->shard = NULL;
        return POSTAGE_ERR_NOMEM;
    }
    shard->handles++;
    return POSTAGE_OK;
}

void engine_remove(struct engine *engine, CURL *easy, struct engine_user *user)
{
    if (user->shard == NULL)
        return;
    engine_enter(engine);
    engine_guard(engine);
    curl_multi_remove_handle(user->shard->multi, easy);
    engine_leave(engine);
    user->shard->handles--;
    user->shard = NULL;
}

/* --- time --- */

int64_t engine_due_ms(const struct engine *engine)
{
    int64_t due = INT64_MAX;

    for (const struct engine_shard *shard = engine->shards; shard != NULL; shard = shard->next)
        if (shard->due_ms < due)
            due = shard->due_ms;
    return due;
}

static struct engine_shard *find_due(const struct engine *engine, int64_t now_ms)
{
    struct engine_shard *shard = engine->shards;

    while (shard != NULL && shard->due_ms > now_ms)
        shard = shard->next;
    return shard;
}

/* What is due again at once has its turn the next time. */
enum postage_status engine_on_time(struct engine *engine, int64_t now_ms, struct postage_error *err)
{
    enum postage_status status = POSTAGE_OK;
    struct engine_shard *shard;

    for (size_t turns = 0; status == POSTAGE_OK && turns < TURNS_MAX && (shard = find_due(engine, now_ms)) != NULL; turns++) {
        shard->due_ms = INT64_MAX;
        status = act(shard, CURL_SOCKET_TIMEOUT, 0, err);
    }
    return status;
}
