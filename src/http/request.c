#include "http/request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "base/saturate.h"
#include "base/text.h"
#include "http/clock.h"
#include "http/tcp.h"

enum {
    LARGE_BODY_BYTES = 8 * 1024 * 1024,
    EARLY_WAIT_MS = 5, /* on top of the round trip: the server's time to look at the form */
    EARLY_WAIT_MAX_MS = 250,
    TURN_PIECES = 4, /* pieces that one request sends before another has its turn */
    REPLY_PIECE_BYTES = 16 * 1024,
    LOOK_MAX_MS = 250, /* between looks whether the peer has everything */
    LOOK_MIN_MS = 5
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

/* --- timers --- */

static int64_t look_period_ms(const struct http_request *request)
{
    int64_t period = request->options.response_timeout_ms / 8;

    return period > LOOK_MAX_MS ? LOOK_MAX_MS : period < LOOK_MIN_MS ? LOOK_MIN_MS : period;
}

/* Of the state, and which limit it is. HTTP_TIMER_NONE: no limit, but something is to be done. */
static int64_t state_due_ms(const struct http_request *request, enum http_timer *timer)
{
    const struct http_request_options *options = &request->options;

    *timer = HTTP_TIMER_NONE;
    switch (request->state) {
    case REQUEST_READY:
        return request->started_ms;
    case REQUEST_CONNECTING:
        *timer = HTTP_TIMER_CONNECT;
        return saturating_add(request->started_ms, options->connect_timeout_ms);
    case REQUEST_SENDING:
        *timer = HTTP_TIMER_IDLE;
        return saturating_add(request->moved_ms, options->idle_timeout_ms);
    case REQUEST_EARLY_WAIT:
        return request->early_wait_end_ms;
    case REQUEST_AWAITING:
        if (request->drained_ms < 0)
            return request->look_ms;
        *timer = HTTP_TIMER_RESPONSE;
        return saturating_add(request->drained_ms, options->response_timeout_ms);
    case REQUEST_REFUSED:
        *timer = HTTP_TIMER_RESPONSE;
        return saturating_add(request->reply_ms, options->response_timeout_ms);
    case REQUEST_STARVED:
    case REQUEST_ENDED:
        break;
    }
    return INT64_MAX;
}

static int64_t due_ms(const struct http_request *request, enum http_timer *timer)
{
    int64_t due = state_due_ms(request, timer);

    if (request->state == REQUEST_ENDED || request->options.deadline_ms <= 0 || request->options.deadline_ms >= due)
        return due;
    *timer = HTTP_TIMER_TOTAL;
    return request->options.deadline_ms;
}

static void enter(struct http_request *request, enum request_state state)
{
    enum http_timer timer;

    request->state = state;
    timers_set(&request->parts->timers, &request->timer, due_ms(request, &timer));
}

/* --- the end --- */

static bool all_sent(const struct http_request *request)
{
    return request->head_bytes > 0 && request->sent_bytes == request->head_bytes + request->options.body_length;
}

/*
 * Whether a byte of the body's tail can have left this machine. Plain: the bytes that never will are the last ones given. TLS:
 * a record is nothing without its last byte, and from the tail on there is one record a call (fill_limit).
 */
static bool tail_left(const struct http_request *request)
{
    const struct http_request_options *options = &request->options;
    uint64_t before = options->body_length - options->tail_length, handed = request_handed_bytes(request), withheld;
    const struct http_connection *connection = request->connection;

    if (handed <= before || connection == NULL || connection->descriptor < 0)
        return handed > before;
    if (connection->secure && request->given_bytes > request->sent_bytes)
        return false;
    withheld = tcp_withheld(connection->descriptor);
    return connection->secure ? withheld == 0 : withheld < handed - before;
}

static bool is_reusable(const struct http_request *request, enum http_end end)
{
    return end == HTTP_REPLIED && all_sent(request) && !request->extra && http_reply_keeps_connection(&request->reply) &&
           request->connection->descriptor >= 0;
}

static void leave_connection(struct http_request *request, enum http_end end)
{
    struct http_connection *connection = request->connection;

    if (connection == NULL)
        return;
    if (is_reusable(request, end) && connection_watch(connection, false) == POSTAGE_OK)
        pool_give_back(&request->parts->pool, connection);
    else
        pool_close(&request->parts->pool, connection, end != HTTP_REPLIED || !all_sent(request));
}

static void drop_scratch(struct http_request *request)
{
    scratch_give_back(&request->parts->scratches, request->scratch);
    request->scratch = NULL;
}

static void finish(struct http_request *request, enum http_end end, enum http_timer timer)
{
    uint64_t before = request->options.body_length - request->options.tail_length;
    struct http_facts facts;
    bool left;

    /* A refusal that is known is worth more than the timer that ran out while its body trickled in. */
    if (end == HTTP_TIMED_OUT && request->reply.head_complete)
        end = request->reply.fault == NULL ? HTTP_REPLIED : HTTP_MALFORMED;
    left = end == HTTP_REPLIED ? request_handed_bytes(request) > before : tail_left(request);
    request_facts(request, end, timer, left, &facts);
    leave_connection(request, end);
    request->connection = NULL;
    drop_scratch(request);
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

/* The final head of a reply has come. */
static void take_head(struct http_request *request)
{
    struct http_reply *reply = &request->reply;

    request_log(request, "< HTTP %d after %llu of %llu body bytes", reply->status,
                (unsigned long long)request_handed_bytes(request), (unsigned long long)request->options.body_length);
    if (all_sent(request))
        return;
    if (reply->status < 300) {
        reply->fault = "success before the end of the body";
        return;
    }
    drop_scratch(request);
    enter(request, REQUEST_REFUSED);
    connection_watch(request->connection, false);
}

static void take(struct http_request *request, struct slice bytes)
{
    struct http_reply *reply = &request->reply;
    bool had_head = reply->head_complete;

    request->moved_ms = clock_ms();
    if (request->reply_ms < 0)
        request->reply_ms = request->moved_ms;
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

/* How much of the body may be read for now: up to the wait for an early response, or all of it. */
static uint64_t until_early_wait(const struct http_request *request)
{
    const struct http_request_options *options = &request->options;
    bool wanted = options->judged_length > 0 && options->body_length >= LARGE_BODY_BYTES && !request->early_wait_made;

    return wanted ? options->judged_length : options->body_length;
}

/* The tail has a record of its own, unless everything is one: how far a reading may go. */
static uint64_t fill_limit(const struct http_request *request)
{
    const struct http_request_options *options = &request->options;
    uint64_t limit = until_early_wait(request), before = options->body_length - options->tail_length;
    bool one_record = request->head_bytes + options->body_length <= CONNECTION_TLS_RECORD_BYTES;

    if (request->connection->secure && !one_record && request->read_bytes < before && limit > before)
        limit = before;
    return limit;
}

static bool make_scratch(struct http_request *request)
{
    if (request->scratch == NULL)
        request->scratch = scratch_take(&request->parts->scratches);
    if (request->scratch == NULL)
        return false;
    scratch_empty(request->scratch);
    if (request->head_bytes == 0)
        request->head_bytes = request->scratch->to = head_write(&request->head, (char *)request->scratch->bytes);
    return true;
}

/* Reads until the scratch is full. @return POSTAGE_OK, POSTAGE_AGAIN with what there was, or a failure. */
static enum postage_status fill(struct http_request *request)
{
    struct scratch *scratch = request->scratch;
    uint64_t limit = fill_limit(request);
    enum postage_status status = POSTAGE_OK;

    while (status == POSTAGE_OK && scratch->to < scratch->cap && request->read_bytes < limit) {
        uint64_t left = limit - request->read_bytes;
        size_t room = scratch->cap - scratch->to, got = 0;

        if (request->first_byte_ms < 0)
            request->first_byte_ms = clock_ms();
        status = request->options.read(request->options.context, scratch->bytes + scratch->to,
                                       room < left ? room : (size_t)left, &got);
        scratch->to += got;
        request->read_bytes += got;
    }
    if (status == POSTAGE_AGAIN && request->options.read_never_waits)
        return POSTAGE_ERR_SOURCE;
    return status > 0 && status != POSTAGE_AGAIN ? POSTAGE_ERR_LENGTH : status; /* an end: more was promised */
}

static void begin_early_wait(struct http_request *request)
{
    int64_t wait_ms = tcp_round_trip_ms(request->connection->descriptor) + EARLY_WAIT_MS;

    request->early_wait_made = true;
    request->early_wait_end_ms = clock_ms() + (wait_ms < EARLY_WAIT_MAX_MS ? wait_ms : EARLY_WAIT_MAX_MS);
    enter(request, REQUEST_EARLY_WAIT);
}

static void begin_awaiting(struct http_request *request)
{
    request->last_byte_ms = request->moved_ms;
    request->look_ms = request->last_byte_ms + look_period_ms(request);
    request->queued_bytes = UINT64_MAX;
    enter(request, REQUEST_AWAITING);
}

enum next_piece { PIECE_READY, PIECE_NONE, PIECE_ENDED };

static enum next_piece read_piece(struct http_request *request)
{
    enum postage_status status;

    if (!make_scratch(request)) {
        finish_plainly(request, HTTP_NO_MEMORY);
        return PIECE_ENDED;
    }
    status = fill(request);
    if (status < 0) {
        request->read_status = status;
        finish_plainly(request, HTTP_READ_FAILED);
        return PIECE_ENDED;
    }
    if (request->scratch->to > 0)
        return PIECE_READY;
    enter(request, REQUEST_STARVED);
    return PIECE_NONE;
}

/* The scratch has been sent: what comes next. */
static enum next_piece next_piece(struct http_request *request)
{
    enum next_piece next = PIECE_NONE;

    if (all_sent(request))
        begin_awaiting(request);
    else if (request->head_bytes > 0 && request->read_bytes == until_early_wait(request))
        begin_early_wait(request);
    else
        next = read_piece(request);
    if (next == PIECE_NONE)
        drop_scratch(request);
    return next;
}

/* Sends what is in the scratch. @return what the connection said. */
static enum io_result send_piece(struct http_request *request)
{
    struct scratch *scratch = request->scratch;
    size_t length = scratch->to - scratch->from, moved;
    enum io_result result;

    request->given_bytes = request->sent_bytes + (request->connection->secure ? length : 0);
    result = connection_send(request->connection, scratch->bytes + scratch->from, length, &moved);
    scratch->from += moved;
    request->sent_bytes += moved;
    if (moved > 0)
        request->moved_ms = clock_ms();
    return result;
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

static bool has_piece(const struct http_request *request)
{
    return request->scratch != NULL && request->scratch->from < request->scratch->to;
}

/* Sends as much as may be sent in one turn. It may end with that. */
static void pump(struct http_request *request)
{
    enum next_piece next = has_piece(request) ? PIECE_READY : next_piece(request);
    enum io_result result = IO_MOVED;
    uint64_t before = request->sent_bytes;

    for (int i = 0; i < TURN_PIECES && next == PIECE_READY && result == IO_MOVED; i++) {
        result = send_piece(request);
        if (result == IO_MOVED && !has_piece(request))
            next = next_piece(request);
    }
    if (next == PIECE_ENDED)
        return;
    if (result == IO_FAILED) {
        hear_last_words(request);
        return;
    }
    if (connection_watch(request->connection, request->state == REQUEST_SENDING) != POSTAGE_OK) {
        finish_plainly(request, HTTP_NO_MEMORY);
        return;
    }
    if (request->sent_bytes != before)
        tell_moved(request);
}

/* --- events --- */

void request_on_ready(struct http_request *request, bool readable, bool writable)
{
    if (readable && !receive(request))
        return;
    if (writable && request->state == REQUEST_SENDING)
        pump(request);
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
    log_peer(request);
    request->state = REQUEST_SENDING;
    if (request->connection->has_first && !receive(request)) /* it spoke before it was asked */
        return;
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
    request->look_ms = now_ms + look_period_ms(request);
    enter(request, REQUEST_AWAITING);
}

static void on_time(void *owner, int64_t now_ms)
{
    struct http_request *request = owner;
    enum http_timer timer;
    int64_t due = due_ms(request, &timer);

    if (due > now_ms)
        timers_set(&request->parts->timers, &request->timer, due);
    else if (timer != HTTP_TIMER_NONE)
        finish(request, HTTP_TIMED_OUT, timer);
    else if (request->state == REQUEST_AWAITING)
        look_whether_drained(request, now_ms);
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
    request->reply.success_max = options->success_body_max;
    request->reply.refusal_max = options->error_body_max;
    request->started_ms = request->moved_ms = clock_ms();
    request->connected_ms = request->first_byte_ms = request->last_byte_ms = request->drained_ms = request->reply_ms = -1;
}

/* What it will say, checked as far as it goes into the request's head. */
static enum postage_status prepare_head(struct http_request *request, struct postage_error *err)
{
    const struct http_request_options *options = &request->options;
    struct request_head *head = &request->head;
    const char *fault = url_parse(&head->url, slice_of(options->url));
    enum postage_status status;

    if (fault != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "the form's URL %s", fault);
    head->content_type = slice_of(options->content_type);
    head->body_length = options->body_length;
    if (text_find_line_break(head->content_type) != SIZE_MAX)
        return error_set(err, POSTAGE_ERR_INVALID, "the Content-Type of the request has a line break");
    status = proxies_choose(&request->parts->proxies, &head->url, &head->proxy, err);
    if (status != POSTAGE_OK)
        return status;
    if (head_room(head) > HTTP_REQUEST_HEAD_MAX_BYTES)
        return error_set(err, POSTAGE_ERR_INVALID, "the form's URL has %zu bytes, too many for a request's head of %d",
                         strlen(options->url), HTTP_REQUEST_HEAD_MAX_BYTES);
    return POSTAGE_OK;
}

enum { KEY_BYTES = 288 };

/* "https://host:443" in lower case; what goes through a proxy that forwards all goes the same way. */
static struct slice origin_key(const struct request_head *head, char key[KEY_BYTES])
{
    char *at = key;

    if (head->proxy.way == PROXY_FORWARD)
        return SLICE("proxy");
    at = slice_put(at, head->url.https ? SLICE("https://") : SLICE("http://"));
    for (size_t i = 0; i < head->url.host.len && i < 256; i++)
        *at++ = ascii_lower(head->url.host.ptr[i]);
    *at++ = ':';
    at = slice_put(at, head->url.port.len > 0 ? head->url.port : head->url.https ? SLICE("443") : SLICE("80"));
    return (struct slice){ key, (size_t)(at - key) };
}

static enum postage_status open_connection(struct http_request *request, struct slice key, struct postage_error *err)
{
    struct request_parts *parts = request->parts;
    const struct easy_options options = {
        .url = request->options.url,
        .ca_file = parts->ca_file,
        .proxy = request->head.proxy.url,
        .tunnel = request->head.proxy.way == PROXY_TUNNEL,
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
    char key[KEY_BYTES];
    struct slice origin;

    take_options(request, options);
    status = prepare_head(request, err);
    if (status != POSTAGE_OK)
        return status;
    origin = origin_key(&request->head, key);
    request->connection = pool_take(&request->parts->pool, origin);
    if (request->connection == NULL)
        status = open_connection(request, origin, err);
    if (status != POSTAGE_OK)
        return status;
    request->connection->owner = request;
    request->connection->opened = on_opened;
    request->reused = request->connection->used;
    if (request->reused)
        request->connected_ms = request->started_ms;
    enter(request, request->reused ? REQUEST_READY : REQUEST_CONNECTING);
    return POSTAGE_OK;
}
