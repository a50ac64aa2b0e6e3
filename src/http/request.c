#include "http/request.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "http/clock.h"
#include "http/tcp.h"

enum {
    EARLY_WAIT_MS = 5, /* on top of the round trip: the server's time to look at the form */
    EARLY_WAIT_MAX_MS = 250,
    REPLY_PIECE_BYTES = 16 * 1024,
    FRUITLESS_MAX = 1000
};

void request_log(const struct http_request *request, const char *format, ...)
{
    const struct postage_logger *logger = &request->parts->logger;
    char line[256];
    va_list args;

    if (logger->write == NULL || logger->level < POSTAGE_LOG_DEBUG)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    error_clean_line(line);
    logger->write(logger->context, POSTAGE_LOG_DEBUG, "http", line);
}

static void enter(struct http_request *request, enum request_state state)
{
    enum http_timer timer;

    request->state = state;
    timers_set(&request->parts->timers, &request->timer, request_due_ms(request, &timer));
}

/* --- the end --- */

/* After a refusal a peer may not have read what it was sent, and hang up on that: the next upload would pay for it. */
static bool is_reusable(const struct http_request *request, enum http_end end)
{
    return end == HTTP_REPLIED && request->reply.status < 400 && sending_is_done(&request->sending) && !request->extra &&
           http_reply_keeps_connection(&request->reply) && request->connection->descriptor >= 0;
}

static void leave_connection(struct http_request *request, enum http_end end)
{
    struct http_connection *connection = request->connection;

    if (connection == NULL)
        return;
    connection_tell(connection, NULL);
    if (is_reusable(request, end) && connection_watch(connection, false) == POSTAGE_OK)
        pool_give_back(&request->parts->pool, connection);
    else
        pool_close(&request->parts->pool, connection, end != HTTP_REPLIED || !sending_is_done(&request->sending));
}

static void finish(struct http_request *request, enum http_end end, enum http_timer timer)
{
    const struct sending *sending = &request->sending;
    struct http_facts facts;
    bool left;

    /* A refusal that is known is worth more than the timer that ran out while its body trickled in. */
    if (end == HTTP_TIMED_OUT && request->reply.head_complete)
        end = request->reply.fault == NULL ? HTTP_REPLIED : HTTP_MALFORMED;
    left = end == HTTP_REPLIED ? sending_tail_handed(sending) : sending_tail_left(sending, request->connection);
    request_facts(request, end, timer, left, &facts);
    leave_connection(request, end);
    request->connection = NULL;
    sending_drop(&request->sending);
    request_log(request, "ended after %lld ms: %s", (long long)(clock_ms() - request->started_ms), http_end_text(end));
    enter(request, REQUEST_ENDED);
    request->options.done(request->options.context, &facts);
    request->parts->ended(request);
}

static void finish_plainly(struct http_request *request, enum http_end end)
{
    finish(request, end, HTTP_TIMER_NONE);
}

/* --- what arrives --- */

/* The reply is over, or the connection is. */
static void conclude(struct http_request *request)
{
    const struct http_reply *reply = &request->reply;

    if (http_reply_ran_out_of_memory(reply))
        finish_plainly(request, HTTP_NO_MEMORY);
    else if (reply->fault != NULL)
        finish_plainly(request, HTTP_MALFORMED);
    else
        finish_plainly(request, reply->head_complete ? HTTP_REPLIED : HTTP_LOST);
}

static void end_of_connection(struct http_request *request, bool in_order)
{
    request->os_errno = request->connection->os_errno;
    http_reply_end(&request->reply, in_order && request->os_errno == 0);
    conclude(request);
}

/* What was not sent stays unsent; the rest of the reply is heard. */
static void stop_sending(struct http_request *request)
{
    sending_drop(&request->sending);
    enter(request, REQUEST_REFUSED);
    connection_watch(request->connection, false);
}

/* A peer that replies has what it wanted, read or not: its limit runs. */
static void stop_draining(struct http_request *request)
{
    if (request->state != REQUEST_AWAITING || request->drained_ms >= 0)
        return;
    request->drained_ms = clock_ms();
    enter(request, REQUEST_AWAITING);
}

/* The final head of a reply has come. */
static void take_head(struct http_request *request)
{
    struct http_reply *reply = &request->reply;

    request_log(request, "< HTTP %d after %llu of %llu body bytes", reply->status,
                (unsigned long long)sending_handed_bytes(&request->sending), (unsigned long long)request->options.body_length);
    if (sending_is_done(&request->sending))
        stop_draining(request);
    else if (reply->status < 300)
        reply->fault = "success before the end of the body";
    else
        stop_sending(request);
}

/* Whoever replies before it was asked (RFC 9112 9.2) cannot mean this form: it is not sent, or that word would judge it. */
static bool is_unasked(const struct http_request *request)
{
    const struct sending *sending = &request->sending;

    return request->state != REQUEST_REFUSED && sending->sent_bytes == 0 && sending->given_bytes == 0;
}

static void take(struct http_request *request, struct slice bytes)
{
    struct http_reply *reply = &request->reply;
    bool had_head = reply->head_complete;

    if (!reply->begun) /* an interim reply is none */
        request->reply_ms = clock_ms();
    if (is_unasked(request))
        stop_sending(request);
    request->extra |= http_reply_take(reply, bytes) < bytes.len;
    if (reply->head_complete && !had_head && reply->fault == NULL)
        take_head(request);
}

static void tell_moved(struct http_request *request)
{
    if (request->options.moved != NULL)
        request->options.moved(request->options.context);
}

/* Everything that is there; under TLS nothing else tells that there was more. @return false: it ended. */
static bool receive(struct http_request *request)
{
    char bytes[REPLY_PIECE_BYTES];
    enum io_result result;
    size_t got;

    do {
        result = connection_receive(request->connection, bytes, sizeof bytes, &got);
        if (result == IO_MOVED) {
            take(request, (struct slice){ bytes, got });
            if (http_reply_is_over(&request->reply)) {
                conclude(request);
                return false;
            }
        }
    } while (result == IO_MOVED && (request->connection->secure || got == sizeof bytes));
    if (result == IO_END || result == IO_FAILED) {
        end_of_connection(request, result == IO_END);
        return false;
    }
    if (got > 0)
        tell_moved(request);
    return true;
}

/* --- what is sent --- */

static void begin_early_wait(struct http_request *request)
{
    int64_t wait_ms = tcp_round_trip_ms(request->connection->descriptor) + EARLY_WAIT_MS;

    request->early_wait_end_ms = clock_ms() + (wait_ms < EARLY_WAIT_MAX_MS ? wait_ms : EARLY_WAIT_MAX_MS);
    enter(request, REQUEST_EARLY_WAIT);
}

static void begin_awaiting(struct http_request *request)
{
    request->last_byte_ms = request->moved_ms;
    request->look_ms = request->last_byte_ms + request_look_period_ms(request->options.response_timeout_ms);
    request->queued_bytes = UINT64_MAX;
    enter(request, REQUEST_AWAITING);
}

/*
 * A connection takes more only when a good part of its buffer is free, under TLS only whole calls are told: what the peer has
 * acknowledged in between counts as moved.
 */
static void go_on_sending(struct http_request *request, int64_t now_ms)
{
    uint64_t queued;

    if (tcp_queued(request->connection->descriptor, &queued) && queued != request->queued_bytes) {
        request->queued_bytes = queued;
        request->moved_ms = now_ms;
    }
    request->look_ms = now_ms + request_look_period_ms(request->options.idle_timeout_ms);
    enter(request, REQUEST_SENDING);
}

/* The connection is dead for sending; what the peer said before it died is heard all the same. */
static void hear_last_words(struct http_request *request)
{
    int os_errno = request->connection->os_errno;

    if (!receive(request))
        return;
    request->connection->os_errno = os_errno;
    end_of_connection(request, false);
}

/* What follows from why sending stopped. @return false: the request has ended. */
static bool take_stop(struct http_request *request, enum sending_stop stop)
{
    switch (stop) {
    case SENDING_BLOCKED:
    case SENDING_TURN_OVER:
        go_on_sending(request, clock_ms());
        return true;
    case SENDING_STARVED:
        enter(request, REQUEST_STARVED);
        return true;
    case SENDING_EARLY_WAIT:
        begin_early_wait(request);
        return true;
    case SENDING_DONE:
        begin_awaiting(request);
        return true;
    case SENDING_READ_FAILED:
        finish_plainly(request, HTTP_READ_FAILED);
        return false;
    case SENDING_DEAD:
        hear_last_words(request);
        return false;
    case SENDING_NO_MEMORY:
        break;
    }
    finish_plainly(request, HTTP_NO_MEMORY);
    return false;
}

/*
 * TLS may have to read before it goes on (a peer that negotiates anew and falls silent), while the socket below is writable all
 * the time: after so many attempts it is tried again when something arrives, and now and then.
 */
static enum postage_status watch_for_sending(struct http_request *request)
{
    return connection_watch(request->connection, request->state == REQUEST_SENDING && request->fruitless < FRUITLESS_MAX);
}

static void try_again(struct http_request *request)
{
    if (request->state != REQUEST_SENDING || request->fruitless < FRUITLESS_MAX)
        return;
    request->fruitless = 0;
    if (watch_for_sending(request) != POSTAGE_OK)
        finish_plainly(request, HTTP_NO_MEMORY);
}

/* Sends as much as may be sent in one turn. It may end with that. */
static void pump(struct http_request *request)
{
    uint64_t before = request->sending.sent_bytes;
    enum sending_stop stop = sending_go_on(&request->sending, request->connection);

    request->fruitless = request->sending.sent_bytes != before ? 0 : request->fruitless + 1;
    if (request->sending.sent_bytes != before)
        request->moved_ms = request->sending.moved_ms;
    if (!take_stop(request, stop))
        return;
    if (watch_for_sending(request) != POSTAGE_OK)
        finish_plainly(request, HTTP_NO_MEMORY);
    else if (request->sending.sent_bytes != before)
        tell_moved(request);
}

/* --- events --- */

static enum postage_status on_ready(struct watcher *watcher, const struct poller_event *event, struct postage_error *err)
{
    struct http_request *request = connection_of(watcher)->owner;

    (void)err;
    if (event->readable && !receive(request))
        return POSTAGE_OK;
    if (event->writable && request->state == REQUEST_SENDING)
        pump(request);
    else if (event->readable)
        try_again(request);
    return POSTAGE_OK;
}

static void start_sending(struct http_request *request)
{
    request->moved_ms = clock_ms();
    enter(request, REQUEST_SENDING);
    pump(request);
}

static void log_peer(const struct http_request *request)
{
    char *address = NULL;
    long port = 0;

    curl_easy_getinfo(request->connection->easy, CURLINFO_PRIMARY_IP, &address);
    curl_easy_getinfo(request->connection->easy, CURLINFO_PRIMARY_PORT, &port);
    request_log(request, "connected to %s port %ld; POST, body of %llu bytes", address != NULL ? address : "(unknown)", port,
                (unsigned long long)request->options.body_length);
}

static void on_opened(void *owner, CURLcode code)
{
    struct http_request *request = owner;

    if (code != CURLE_OK) {
        request->os_errno = request->connection->os_errno;
        finish(request, request_end_of_code(request, code), HTTP_TIMER_CONNECT);
        return;
    }
    request->connected_ms = clock_ms();
    connection_tell(request->connection, request->detail);
    log_peer(request);
    request->state = REQUEST_SENDING;
    if (request->connection->has_first && !receive(request))
        return;
    if (request->state == REQUEST_SENDING)
        start_sending(request);
}

/* The response limit begins when the peer has all of it; until then it is the idle limit that counts. */
static void look_whether_drained(struct http_request *request, int64_t now_ms)
{
    uint64_t queued = 0;
    bool first = request->queued_bytes == UINT64_MAX;

    if (!tcp_queued(request->connection->descriptor, &queued) || queued == 0) {
        request->drained_ms = first ? request->last_byte_ms : now_ms;
    } else if (queued < request->queued_bytes) {
        request->queued_bytes = queued;
        request->moved_ms = now_ms;
    } else if (now_ms - request->moved_ms >= request->options.idle_timeout_ms) {
        finish(request, HTTP_TIMED_OUT, HTTP_TIMER_IDLE);
        return;
    }
    request->look_ms = now_ms + request_look_period_ms(request->options.response_timeout_ms);
    enter(request, REQUEST_AWAITING);
}

static void look_whether_sending(struct http_request *request, int64_t now_ms)
{
    go_on_sending(request, now_ms);
    try_again(request);
}

static void on_time(void *owner, int64_t now_ms)
{
    struct http_request *request = owner;
    enum http_timer timer;
    int64_t due = request_due_ms(request, &timer);

    if (due > now_ms)
        timers_set(&request->parts->timers, &request->timer, due);
    else if (timer != HTTP_TIMER_NONE)
        finish(request, HTTP_TIMED_OUT, timer);
    else if (request->state == REQUEST_AWAITING)
        look_whether_drained(request, now_ms);
    else if (request->state == REQUEST_SENDING)
        look_whether_sending(request, now_ms);
    else
        start_sending(request);
}

void request_stop(struct http_request *request)
{
    finish_plainly(request, HTTP_CANCELLED);
}

void request_resume(struct http_request *request)
{
    if (request->state != REQUEST_STARVED)
        return;
    enter(request, REQUEST_READY);
}

/* --- beginning --- */

void request_init(struct http_request *request, struct request_parts *parts)
{
    request->parts = parts;
    request->state = REQUEST_ENDED;
    request->timer = (struct timer){ .owner = request, .expired = on_time };
    http_reply_init(&request->reply, &parts->alloc);
}

void request_clear(struct http_request *request)
{
    timers_set(&request->parts->timers, &request->timer, INT64_MAX);
    http_reply_clear(&request->reply);
}

void request_forget(struct http_request *request)
{
    struct http_reply reply = request->reply;
    struct request_parts *parts = request->parts;

    http_reply_begin(&reply, 0, 0);
    mem_wipe(request, sizeof *request);
    request->parts = parts;
    request->reply = reply;
    request->state = REQUEST_ENDED;
    request->timer = (struct timer){ .owner = request, .expired = on_time };
}

static void take_options(struct http_request *request, const struct http_request_options *options)
{
    request->options = *options;
    sending_begin(&request->sending, &request->options, &request->head, &request->parts->scratches);
    request->reply.success_max = options->success_body_max;
    request->reply.refusal_max = options->error_body_max;
    request->started_ms = request->moved_ms = clock_ms();
    request->connected_ms = request->last_byte_ms = request->drained_ms = request->reply_ms = -1;
}

static enum postage_status open_connection(struct http_request *request, struct slice key, struct postage_error *err)
{
    struct request_parts *parts = request->parts;
    const struct easy_options options = {
        .url = request->options.url,
        .ca_file = parts->ca_file,
        .proxy = request->head.proxy.url,
        .tunnel = request->head.proxy.way == PROXY_TUNNEL,
        .proxy_secure = request->head.proxy.secure,
        .timeout_ms = request->options.connect_timeout_ms,
        .detail = request->detail,
    };
    enum postage_status status = connection_open(&request->connection, &parts->engine, &options, &parts->alloc, err);

    if (status != POSTAGE_OK)
        return status;
    if (pool_add(&parts->pool, request->connection, key) != POSTAGE_OK) {
        pool_close(&parts->pool, request->connection, true);
        request->connection = NULL;
        return error_plain(err, POSTAGE_ERR_NOMEM);
    }
    return POSTAGE_OK;
}

enum postage_status request_start(struct http_request *request, const struct http_request_options *options,
                                  struct postage_error *err)
{
    enum postage_status status;
    char key[HEAD_ORIGIN_BYTES];
    struct slice origin;

    take_options(request, options);
    status = head_init(&request->head, &request->parts->proxies, options, err);
    if (status != POSTAGE_OK)
        return status;
    origin = head_origin(&request->head, key);
    request->connection = pool_take(&request->parts->pool, origin);
    if (request->connection == NULL)
        status = open_connection(request, origin, err);
    if (status != POSTAGE_OK)
        return status;
    request->connection->owner = request;
    request->connection->watcher.ready = on_ready;
    request->connection->opened = on_opened;
    request->reused = request->connection->used;
    if (request->reused) {
        request->connected_ms = request->started_ms;
        connection_tell(request->connection, request->detail);
    }
    enter(request, request->reused ? REQUEST_READY : REQUEST_CONNECTING);
    return POSTAGE_OK;
}
