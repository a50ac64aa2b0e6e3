#include "http/loop.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/error.h"
#include "http/clock.h"
#include "http/request.h"
#include "http/poller.h"
#include "http/process.h"
#include "http/wake.h"

enum { MAX_IDLE_REQUESTS = 64 };

struct http_loop {
    struct postage_allocator alloc;
    struct http_loop_options options;
    struct http_settings settings;
    CURLM *multi;
    struct wake wake;
    struct sigpipe_guard guard;
    unsigned depth; /* of calls of enter */
    struct poller poller;
    bool poller_failed;
    int64_t curl_due_ms; /* when libcurl wants its timeout; -1: not at all */
    int64_t next_due_ms; /* no timer of a request ends before this; may be too early, never too late */
    struct http_request *running;
    struct http_request *changed; /* see request.h */
    struct http_request *idle;
    size_t idle_count;
};

/* --- what libcurl calls --- */

void http_loop_enter(struct http_loop *loop)
{
    if (loop->depth++ == 0)
        sigpipe_hold(&loop->guard);
}

void http_loop_leave(struct http_loop *loop)
{
    if (--loop->depth == 0)
        sigpipe_release(&loop->guard);
}

static struct http_request *request_of(CURL *easy)
{
    char *request = NULL;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &request);
    return (struct http_request *)(void *)request;
}

static int on_socket(CURL *easy, curl_socket_t descriptor, int what, void *context, void *socket_context)
{
    struct http_loop *loop = context;
    struct http_request *request = request_of(easy); /* NULL: a handle of libcurl's own, closing a connection */
    bool readable = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
    bool writable = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;

    (void)socket_context;
    if (request != NULL)
        request_note_interest(request, descriptor, what);
    if (poller_set(&loop->poller, descriptor, readable, writable, request) != POSTAGE_OK)
        loop->poller_failed = true;
    if (loop->options.watch != NULL)
        loop->options.watch(loop->options.context, descriptor, readable, writable);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct http_loop *loop = context;

    (void)multi;
    loop->curl_due_ms = timeout_ms < 0 ? -1 : clock_ms() + timeout_ms;
    return 0;
}

/* --- birth and death --- */

static enum postage_status copy_settings(struct http_loop *loop, const struct http_loop_options *options)
{
    struct http_settings *settings = &loop->settings;

    settings->use_environment_proxy = options->use_environment_proxy;
    settings->logger = options->logger;
    if (options->ca_file != NULL)
        settings->ca_file = mem_copy_text(&loop->alloc, options->ca_file, strlen(options->ca_file));
    if (options->proxy != NULL)
        settings->proxy = mem_copy_text(&loop->alloc, options->proxy, strlen(options->proxy));
    if ((options->ca_file != NULL && settings->ca_file == NULL) || (options->proxy != NULL && settings->proxy == NULL))
        return POSTAGE_ERR_NOMEM;
    return POSTAGE_OK;
}

static enum postage_status open_multi(struct http_loop *loop)
{
    CURLM *multi = loop->multi = curl_multi_init();
    long connections = loop->options.max_connections < LONG_MAX ? (long)loop->options.max_connections : LONG_MAX;

    if (multi == NULL)
        return POSTAGE_ERR_NOMEM;
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, loop);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, loop);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections);
    return POSTAGE_OK;
}

enum postage_status http_loop_new(struct http_loop **out, const struct http_loop_options *options,
                                  const struct postage_allocator *alloc, struct postage_error *err)
{
    struct postage_allocator own = mem_allocator(alloc);
    struct http_loop *loop;
    enum postage_status status;

    *out = NULL;
    status = process_start_curl(err);
    if (status != POSTAGE_OK)
        return status;
    loop = mem_alloc(&own, sizeof *loop);
    if (loop == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    loop->alloc = own;
    loop->options = *options;
    loop->curl_due_ms = -1;
    loop->next_due_ms = INT64_MAX;
    poller_init(&loop->poller, &own);
    status = wake_open(&loop->wake, err);
    if (status == POSTAGE_OK) {
        status = copy_settings(loop, options);
        if (status == POSTAGE_OK)
            status = open_multi(loop);
        if (status == POSTAGE_OK)
            status = poller_set(&loop->poller, loop->wake.read_end, true, false, NULL);
        if (status != POSTAGE_OK)
            error_plain(err, status);
    }
    if (status != POSTAGE_OK) {
        http_loop_free(loop);
        return status;
    }
    *out = loop;
    return POSTAGE_OK;
}

static void free_request(struct http_loop *loop, struct http_request *request)
{
    poller_forget(&loop->poller, request);
    curl_easy_cleanup(request->easy);
    http_reply_clear(&request->reply);
    mem_wipe_free(&loop->alloc, request, sizeof *request);
}

void http_loop_free(struct http_loop *loop)
{
    struct postage_allocator alloc;

    if (loop == NULL)
        return;
    alloc = loop->alloc;
    http_loop_enter(loop);
    while (loop->idle != NULL) {
        struct http_request *request = loop->idle;

        loop->idle = request->next;
        free_request(loop, request);
    }
    curl_multi_cleanup(loop->multi);
    http_loop_leave(loop);
    wake_close(&loop->wake);
    poller_clear(&loop->poller);
    mem_free(&alloc, loop->settings.ca_file);
    if (loop->settings.proxy != NULL) /* may hold a password */
        mem_wipe_free(&alloc, loop->settings.proxy, strlen(loop->settings.proxy));
    mem_free(&alloc, loop);
}

/* --- requests --- */

static enum postage_status new_request(struct http_loop *loop, struct http_request **out, struct postage_error *err)
{
    struct http_request *request = *out = mem_alloc(&loop->alloc, sizeof *request);
    enum postage_status status;

    if (request == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    http_reply_init(&request->reply, &loop->alloc);
    status = request_init(request, &loop->settings, &loop->changed, err);
    if (status != POSTAGE_OK)
        free_request(loop, request);
    return status;
}

static enum postage_status take_request(struct http_loop *loop, struct http_request **out, struct postage_error *err)
{
    struct http_request *request = *out = loop->idle;

    if (request == NULL)
        return new_request(loop, out, err);
    loop->idle = request->next;
    loop->idle_count--;
    request->next = NULL;
    return POSTAGE_OK;
}

static void give_back(struct http_loop *loop, struct http_request *request)
{
    request_reset(request);
    if (loop->idle_count >= MAX_IDLE_REQUESTS) {
        free_request(loop, request);
        return;
    }
    request->next = loop->idle;
    loop->idle = request;
    loop->idle_count++;
}

static void link_running(struct http_loop *loop, struct http_request *request)
{
    request->previous = NULL;
    request->next = loop->running;
    if (loop->running != NULL)
        loop->running->previous = request;
    loop->running = request;
}

static void unlink_running(struct http_loop *loop, struct http_request *request)
{
    if (request->next != NULL)
        request->next->previous = request->previous;
    if (request->previous != NULL)
        request->previous->next = request->next;
    else
        loop->running = request->next;
    request->next = request->previous = NULL;
}

static void forget_change(struct http_loop *loop, struct http_request *request)
{
    struct http_request **at = &loop->changed;

    while (request->is_changed && *at != request)
        at = &(*at)->next_changed;
    if (request->is_changed)
        *at = request->next_changed;
    request->is_changed = false;
}

static void expect_timer(struct http_loop *loop, const struct http_request *request)
{
    enum http_timer timer;
    int64_t due = request_due_ms(request, &timer);

    if (due < loop->next_due_ms)
        loop->next_due_ms = due;
}

enum postage_status http_loop_start(struct http_loop *loop, const struct http_request_options *options,
                                    struct http_request **out, struct postage_error *err)
{
    struct http_request *request;
    enum postage_status status = take_request(loop, &request, err);

    *out = NULL;
    if (status != POSTAGE_OK)
        return status;
    status = request_prepare(request, options, err);
    if (status != POSTAGE_OK) {
        give_back(loop, request);
        return status;
    }
    *out = request;
    link_running(loop, request);
    http_loop_enter(loop);
    if (curl_multi_add_handle(loop->multi, request->easy) != CURLM_OK)
        status = error_plain(err, POSTAGE_ERR_NOMEM);
    http_loop_leave(loop);
    if (status == POSTAGE_OK) {
        expect_timer(loop, request);
        return POSTAGE_OK;
    }
    *out = NULL;
    unlink_running(loop, request);
    give_back(loop, request);
    return status;
}

static void finish(struct http_loop *loop, struct http_request *request, CURLcode code, enum http_end stopped,
                   enum http_timer timer)
{
    struct http_facts facts;

    request_facts(request, code, stopped, timer, &facts);
    http_loop_enter(loop);
    curl_multi_remove_handle(loop->multi, request->easy);
    http_loop_leave(loop);
    unlink_running(loop, request);
    forget_change(loop, request);
    request_log(request, "ended after %lld ms: %s", (long long)(clock_ms() - request->started_ms),
                facts.end == HTTP_REPLIED ? "replied" : curl_easy_strerror(code));
    request->options.done(request->options.context, &facts);
    give_back(loop, request);
}

const struct postage_logger *http_loop_logger(const struct http_loop *loop)
{
    return &loop->settings.logger;
}

void http_loop_stop(struct http_loop *loop, struct http_request *request)
{
    finish(loop, request, CURLE_ABORTED_BY_CALLBACK, HTTP_CANCELLED, HTTP_TIMER_NONE);
}

void http_loop_resume(struct http_loop *loop, struct http_request *request)
{
    if (!request->paused)
        return;
    request->paused = false;
    request->early_wait_end_ms = 0;
    request->moved_ms = clock_ms();
    expect_timer(loop, request);
    http_loop_enter(loop);
    curl_easy_pause(request->easy, CURLPAUSE_CONT);
    http_loop_leave(loop);
}

/* --- steps --- */

/* What callbacks could not do while libcurl was at work. */
static void follow_up(struct http_loop *loop)
{
    struct http_request *request;

    while ((request = loop->changed) != NULL) {
        bool resume = request->resume_wanted;

        loop->changed = request->next_changed;
        request->is_changed = request->resume_wanted = false;
        if (resume)
            http_loop_resume(loop, request);
        expect_timer(loop, request);
    }
}

static void collect(struct http_loop *loop)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(loop->multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE) {
            CURLcode code = message->data.result; /* the message is gone once its handle is removed */

            finish(loop, request_of(message->easy_handle), code, HTTP_REPLIED, HTTP_TIMER_NONE);
        }
}

static enum postage_status act(struct http_loop *loop, curl_socket_t descriptor, int bits, struct postage_error *err)
{
    CURLMcode code;
    int running;

    http_loop_enter(loop);
    code = curl_multi_socket_action(loop->multi, descriptor, bits, &running);
    http_loop_leave(loop);
    follow_up(loop);
    collect(loop);
    if (code == CURLM_OUT_OF_MEMORY || loop->poller_failed)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    if (code != CURLM_OK && code != CURLM_BAD_SOCKET) /* a descriptor may have been closed since it became ready */
        return error_set(err, POSTAGE_ERR_SYSTEM, "libcurl: %s", curl_multi_strerror(code));
    return POSTAGE_OK;
}

/* The first running request whose timer has ended, or NULL; then `next_due_ms` is exact again. */
static struct http_request *find_overdue(struct http_loop *loop, int64_t now_ms, enum http_timer *timer)
{
    loop->next_due_ms = INT64_MAX;
    for (struct http_request *request = loop->running; request != NULL; request = request->next) {
        int64_t due = request_due_ms(request, timer);

        if (due <= now_ms)
            return request;
        if (due < loop->next_due_ms)
            loop->next_due_ms = due;
    }
    return NULL;
}

static void expire(struct http_loop *loop)
{
    struct http_request *request;
    enum http_timer timer;

    while (loop->next_due_ms <= clock_ms() && (request = find_overdue(loop, clock_ms(), &timer)) != NULL) {
        loop->next_due_ms = 0; /* `done` may change anything: look again from the start */
        if (timer == HTTP_TIMER_NONE)
            http_loop_resume(loop, request);
        else
            finish(loop, request, CURLE_OPERATION_TIMEDOUT, HTTP_TIMED_OUT, timer);
    }
}

enum postage_status http_loop_on_timeout(struct http_loop *loop, struct postage_error *err)
{
    enum postage_status status = POSTAGE_OK;

    if (loop->curl_due_ms >= 0 && loop->curl_due_ms <= clock_ms()) {
        loop->curl_due_ms = -1;
        status = act(loop, CURL_SOCKET_TIMEOUT, 0, err);
    }
    expire(loop);
    return status;
}

enum postage_status http_loop_on_ready(struct http_loop *loop, int descriptor, bool readable, bool writable,
                                       struct postage_error *err)
{
    int bits = (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0);
    struct http_request *request;

    if (descriptor == loop->wake.read_end) {
        wake_drain(&loop->wake);
        return POSTAGE_OK;
    }
    request = poller_owner(&loop->poller, descriptor);
    if (readable && request != NULL)
        request_look_ahead(request, descriptor);
    return act(loop, descriptor, bits, err);
}

int64_t http_loop_timeout_ms(const struct http_loop *loop)
{
    int64_t due = loop->next_due_ms, now = clock_ms();

    if (loop->curl_due_ms >= 0 && loop->curl_due_ms < due)
        due = loop->curl_due_ms;
    if (due == INT64_MAX)
        return -1;
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

/*
 * Entries move when descriptors come and go while we deal with others; so each ready one is looked up afresh, and one that
 * was moved past us stays ready and is found by the next poll.
 */
static enum postage_status deal_with_ready(struct http_loop *loop, int ready, struct postage_error *err)
{
    enum postage_status status = POSTAGE_OK;

    for (size_t i = 0; i < loop->poller.count && ready > 0 && status == POSTAGE_OK; i++) {
        short events = loop->poller.entries[i].revents;
        bool failed = (events & (POLLERR | POLLHUP | POLLNVAL)) != 0;

        if (events == 0)
            continue;
        ready--;
        loop->poller.entries[i].revents = 0;
        status = http_loop_on_ready(loop, loop->poller.entries[i].fd, (events & POLLIN) != 0 || failed, (events & POLLOUT) != 0,
                                    err);
    }
    return status;
}

enum postage_status http_loop_run(struct http_loop *loop, int64_t timeout_ms, struct postage_error *err)
{
    int64_t wait = http_loop_timeout_ms(loop);
    enum postage_status status = POSTAGE_OK;
    int ready;

    if (timeout_ms >= 0 && (wait < 0 || timeout_ms < wait))
        wait = timeout_ms;
    ready = poll(loop->poller.entries, (nfds_t)loop->poller.count, wait > INT_MAX ? INT_MAX : (int)wait);
    if (ready < 0 && errno != EINTR)
        return error_set(err, POSTAGE_ERR_SYSTEM, "poll: %s", strerror(errno));
    if (ready > 0)
        status = deal_with_ready(loop, ready, err);
    if (status == POSTAGE_OK)
        status = http_loop_on_timeout(loop, err);
    return status;
}
