#include "http/loop.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>

#include "base/error.h"
#include "http/clock.h"
#include "http/request.h"
#include "http/wake.h"

enum { MAX_IDLE_REQUESTS = 64 };

struct http_loop {
    struct request_parts parts; /* first: requests find their loop by them */
    struct wake wake;
    struct watcher woken;
    struct http_request *idle;
    size_t idle_count;
};

void http_loop_enter(struct http_loop *loop)
{
    engine_enter(&loop->parts.engine);
}

void http_loop_leave(struct http_loop *loop)
{
    engine_leave(&loop->parts.engine);
}

/* --- birth and death --- */

static void free_request(struct http_loop *loop, struct http_request *request)
{
    request_clear(request);
    mem_wipe_free(&loop->parts.alloc, request, sizeof *request);
    loop->parts.owner_count--;
}

static void on_ended(struct http_request *request)
{
    struct http_loop *loop = (struct http_loop *)(void *)request->parts;

    request_forget(request);
    if (loop->idle_count >= MAX_IDLE_REQUESTS) {
        free_request(loop, request);
        return;
    }
    request->next = loop->idle;
    loop->idle = request;
    loop->idle_count++;
}

static enum postage_status take_options(struct request_parts *parts, const struct http_loop_options *options)
{
    parts->logger = options->logger;
    parts->poller.watch = options->watch;
    parts->poller.context = options->context;
    if (options->ca_file != NULL) {
        parts->ca_file = mem_copy_text(&parts->alloc, options->ca_file, strlen(options->ca_file));
        if (parts->ca_file == NULL)
            return POSTAGE_ERR_NOMEM;
    }
    return proxies_init(&parts->proxies, options->proxy, options->use_environment_proxy, options->always_tunnel, &parts->alloc);
}

static enum postage_status open_parts(struct http_loop *loop, const struct http_loop_options *options,
                                      struct postage_error *err)
{
    struct request_parts *parts = &loop->parts;
    enum postage_status status = poller_open(&parts->poller, &parts->alloc, err);

    if (status == POSTAGE_OK)
        status = wake_open(&loop->wake, err);
    if (status != POSTAGE_OK)
        return status;
    status = take_options(parts, options);
    if (status == POSTAGE_OK)
        status = engine_open(&parts->engine, &parts->poller, &parts->alloc);
    if (status == POSTAGE_OK)
        status = poller_set(&parts->poller, loop->wake.read_end, true, false, &loop->woken);
    return status == POSTAGE_OK ? status : error_plain(err, status);
}

static enum postage_status on_woken(struct watcher *watcher, const struct poller_event *event, struct postage_error *err)
{
    struct http_loop *loop = (struct http_loop *)(void *)((char *)watcher - offsetof(struct http_loop, woken));

    (void)event;
    (void)err;
    wake_drain(&loop->wake);
    return POSTAGE_OK;
}

/* What cannot fail: from here on it is safe to free. */
static void init_parts(struct http_loop *loop, const struct http_loop_options *options, const struct postage_allocator *alloc)
{
    struct request_parts *parts = &loop->parts;

    parts->alloc = *alloc;
    parts->ended = on_ended;
    parts->poller = (struct poller){ .alloc = *alloc, .epoll = -1 };
    parts->proxies.alloc = *alloc;
    pool_init(&parts->pool, options->max_connections, alloc);
    scratches_init(&parts->scratches, alloc);
    timers_init(&parts->timers, alloc);
    loop->wake.read_end = loop->wake.write_end = -1;
    loop->woken.ready = on_woken;
}

enum postage_status http_loop_new(struct http_loop **out, const struct http_loop_options *options,
                                  const struct postage_allocator *alloc, struct postage_error *err)
{
    struct postage_allocator own = mem_allocator(alloc);
    enum postage_status status = process_start_curl(err);
    struct http_loop *loop;

    *out = NULL;
    if (status != POSTAGE_OK)
        return status;
    loop = mem_alloc(&own, sizeof *loop);
    if (loop == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    init_parts(loop, options, &own);
    status = open_parts(loop, options, err);
    if (status != POSTAGE_OK) {
        http_loop_free(loop);
        return status;
    }
    *out = loop;
    return POSTAGE_OK;
}

void http_loop_free(struct http_loop *loop)
{
    struct postage_allocator alloc;

    if (loop == NULL)
        return;
    alloc = loop->parts.alloc;
    while (loop->idle != NULL) {
        struct http_request *request = loop->idle;

        loop->idle = request->next;
        free_request(loop, request);
    }
    http_loop_enter(loop);
    pool_clear(&loop->parts.pool);
    engine_close(&loop->parts.engine);
    http_loop_leave(loop);
    wake_close(&loop->wake);
    poller_close(&loop->parts.poller);
    scratches_clear(&loop->parts.scratches);
    timers_clear(&loop->parts.timers);
    proxies_clear(&loop->parts.proxies);
    mem_free(&alloc, loop->parts.ca_file);
    mem_free(&alloc, loop);
}

/* --- requests --- */

static enum postage_status take_request(struct http_loop *loop, struct http_request **out)
{
    struct http_request *request = *out = loop->idle;

    if (request != NULL) {
        loop->idle = request->next;
        loop->idle_count--;
        return POSTAGE_OK;
    }
    if (timers_reserve(&loop->parts.timers, loop->parts.owner_count + 1) != POSTAGE_OK)
        return POSTAGE_ERR_NOMEM;
    request = *out = mem_alloc(&loop->parts.alloc, sizeof *request);
    if (request == NULL)
        return POSTAGE_ERR_NOMEM;
    request_init(request, &loop->parts);
    loop->parts.owner_count++;
    return POSTAGE_OK;
}

enum postage_status http_loop_start(struct http_loop *loop, const struct http_request_options *options,
                                    struct http_request **out, struct postage_error *err)
{
    struct http_request *request;
    enum postage_status status = take_request(loop, &request);

    *out = NULL;
    if (status != POSTAGE_OK)
        return error_plain(err, status);
    http_loop_enter(loop);
    status = request_start(request, options, err);
    http_loop_leave(loop);
    if (status != POSTAGE_OK)
        on_ended(request);
    else
        *out = request;
    return status;
}

void http_loop_stop(struct http_loop *loop, struct http_request *request)
{
    http_loop_enter(loop);
    request_stop(request);
    http_loop_leave(loop);
}

void http_loop_resume(struct http_loop *loop, struct http_request *request)
{
    (void)loop;
    request_resume(request);
}

const struct postage_logger *http_loop_logger(const struct http_loop *loop)
{
    return &loop->parts.logger;
}

/* --- transfers --- */

enum postage_status http_loop_transfer_start(struct http_loop *loop, const struct http_transfer_options *options,
                                             struct http_transfer **out, struct postage_error *err)
{
    enum postage_status status;

    *out = NULL;
    http_loop_enter(loop);
    status = transfer_start(out, &loop->parts, options, err);
    http_loop_leave(loop);
    return status;
}

void http_loop_transfer_stop(struct http_loop *loop, struct http_transfer *transfer)
{
    http_loop_enter(loop);
    transfer_stop(transfer);
    http_loop_leave(loop);
}

void http_loop_transfer_resume(struct http_loop *loop, struct http_transfer *transfer)
{
    (void)loop;
    transfer_resume(transfer);
}

/* --- steps --- */

/* Those that begin now do not get their turn before everybody else had one: their time is this moment, and not before it. */
static void expire(struct http_loop *loop, int64_t now_ms)
{
    struct timer *first;

    while ((first = timers_first(&loop->parts.timers)) != NULL && first->due_ms <= now_ms)
        first->expired(first->owner, now_ms);
}

enum postage_status http_loop_on_timeout(struct http_loop *loop, struct postage_error *err)
{
    enum postage_status status;
    int64_t now = clock_ms();

    http_loop_enter(loop);
    status = engine_on_time(&loop->parts.engine, now, err);
    expire(loop, now);
    http_loop_leave(loop);
    return status;
}

/* One that nobody watches any more was ready when it was closed. */
static enum postage_status deal_with(struct http_loop *loop, const struct poller_event *event, struct postage_error *err)
{
    struct watcher *watcher = poller_watcher(&loop->parts.poller, event->descriptor);
    enum postage_status status;

    if (watcher == NULL)
        return POSTAGE_OK;
    http_loop_enter(loop);
    status = watcher->ready(watcher, event, err);
    http_loop_leave(loop);
    return status;
}

enum postage_status http_loop_on_ready(struct http_loop *loop, int descriptor, bool readable, bool writable,
                                       struct postage_error *err)
{
    return deal_with(loop, &(struct poller_event){ descriptor, readable, writable }, err);
}

int64_t http_loop_timeout_ms(const struct http_loop *loop)
{
    const struct timer *first = timers_first(&loop->parts.timers);
    int64_t due = engine_due_ms(&loop->parts.engine), now;

    if (first != NULL && first->due_ms < due)
        due = first->due_ms;
    if (due == INT64_MAX)
        return -1;
    now = clock_ms();
    return due > now ? due - now : 0;
}

void http_loop_wake(struct http_loop *loop)
{
    wake_signal(&loop->wake);
}

int http_loop_wake_descriptor(const struct http_loop *loop)
{
    return loop->wake.read_end;
}

enum postage_status http_loop_run(struct http_loop *loop, int64_t timeout_ms, struct postage_error *err)
{
    struct poller_event events[POLLER_EVENTS];
    int64_t wait = http_loop_timeout_ms(loop);
    enum postage_status status = POSTAGE_OK;
    int ready;

    if (timeout_ms >= 0 && (wait < 0 || timeout_ms < wait))
        wait = timeout_ms;
    ready = poller_wait(&loop->parts.poller, wait > INT_MAX ? INT_MAX : (int)wait, events);
    if (ready < 0)
        return error_set(err, POSTAGE_ERR_SYSTEM, "cannot wait for descriptors: %s", strerror(errno));
    for (int i = 0; i < ready && status == POSTAGE_OK; i++)
        status = deal_with(loop, &events[i], err);
    if (status == POSTAGE_OK)
        status = http_loop_on_timeout(loop, err);
    return status;
}
