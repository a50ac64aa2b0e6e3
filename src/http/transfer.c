#include "http/transfer.h"

#include "base/error.h"
#include "base/saturate.h"
#include "http/clock.h"
#include "http/message.h"
#include "http/request.h"

enum transfer_state {
    TRANSFER_CONNECTING,
    TRANSFER_MOVING,
    TRANSFER_STOPPED, /* `take` answered AGAIN */
};

struct http_transfer {
    struct engine_user user; /* first: what libcurl calls leads back here */
    struct request_parts *parts;
    struct timer timer;
    enum transfer_state state;
    struct http_transfer_options options;
    struct proxy_choice proxy;
    bool secure;
    bool is_head;
    CURL *easy;
    struct curl_slist *lines;
    struct http_reply reply;
    char *window; /* what is to be taken stands between `from` and `to`; NULL: there is no taker */
    size_t from, to;
    bool held; /* libcurl has a piece for which the window had no room */
    bool over; /* libcurl is through, with `code` */
    CURLcode code;
    curl_off_t sent_bytes;
    int64_t started_ms;
    int64_t moved_ms;
    char detail[CURL_ERROR_SIZE];
};

/* --- limits --- */

/* Something to be done by us, as soon as nobody of libcurl's is on the stack. */
static bool has_work(const struct http_transfer *transfer)
{
    return transfer->state != TRANSFER_STOPPED && (transfer->over || transfer->held || transfer->from < transfer->to);
}

/* HTTP_TIMER_NONE: no limit, but there is work. */
static int64_t due_ms(const struct http_transfer *transfer, enum http_timer *timer)
{
    const struct http_transfer_options *options = &transfer->options;
    int64_t due = INT64_MAX;

    *timer = HTTP_TIMER_NONE;
    if (has_work(transfer))
        return transfer->moved_ms;
    if (transfer->state == TRANSFER_CONNECTING)
        *timer = HTTP_TIMER_CONNECT, due = saturating_add(transfer->started_ms, options->connect_timeout_ms);
    else if (transfer->state == TRANSFER_MOVING)
        *timer = HTTP_TIMER_IDLE, due = saturating_add(transfer->moved_ms, options->idle_timeout_ms);
    if (options->deadline_ms <= 0 || options->deadline_ms >= due)
        return due;
    *timer = HTTP_TIMER_TOTAL;
    return options->deadline_ms;
}

static void set_timer(struct http_transfer *transfer)
{
    enum http_timer timer;

    timers_set(&transfer->parts->timers, &transfer->timer, due_ms(transfer, &timer));
}

static void note_move(struct http_transfer *transfer)
{
    transfer->moved_ms = clock_ms();
    set_timer(transfer);
}

/* --- the end --- */

static void free_transfer(struct http_transfer *transfer)
{
    struct request_parts *parts = transfer->parts;
    struct postage_allocator alloc = parts->alloc;

    timers_set(&parts->timers, &transfer->timer, INT64_MAX);
    engine_enter(&parts->engine);
    engine_guard(&parts->engine);
    engine_remove(&parts->engine, transfer->easy, &transfer->user);
    curl_easy_cleanup(transfer->easy);
    engine_leave(&parts->engine);
    message_clear_lines(transfer->lines);
    http_reply_clear(&transfer->reply);
    mem_wipe_free(&alloc, transfer->window, HTTP_TRANSFER_WINDOW_BYTES);
    mem_wipe_free(&alloc, transfer, sizeof *transfer);
    parts->owner_count--;
}

static enum http_stage stage(const struct http_transfer *transfer)
{
    curl_off_t resolved_us = 0;

    if (transfer->reply.begun)
        return HTTP_READING_REPLY;
    if (transfer->state != TRANSFER_CONNECTING)
        return HTTP_AWAITING_REPLY;
    curl_easy_getinfo(transfer->easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved_us);
    return resolved_us > 0 ? HTTP_CONNECTING : HTTP_RESOLVING;
}

static int64_t waited_ms(const struct http_transfer *transfer, enum http_timer timer)
{
    return timer == HTTP_TIMER_NONE ? 0 : clock_ms() - (timer == HTTP_TIMER_IDLE ? transfer->moved_ms : transfer->started_ms);
}

static void finish(struct http_transfer *transfer, struct http_facts facts)
{
    bool told = facts.end == HTTP_REPLIED || transfer->reply.fault != NULL;
    long os_errno = 0;

    if (transfer->code != CURLE_OK)
        curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &os_errno);
    facts.stage = stage(transfer);
    facts.waited_ms = waited_ms(transfer, facts.timer);
    facts.body_end = transfer->reply.body_end;
    facts.reply_begun = transfer->reply.begun;
    facts.proxied = transfer->proxy.way == PROXY_FORWARD;
    facts.os_errno = (int)os_errno;
    facts.detail = told || facts.end == HTTP_READ_FAILED ? "" : transfer->detail;
    facts.timings = (struct http_timings){ -1, -1, -1, -1, -1, -1 };
    facts.reply = &transfer->reply;
    timers_set(&transfer->parts->timers, &transfer->timer, INT64_MAX);
    transfer->options.done(transfer->options.context, &facts);
    free_transfer(transfer);
}

/* How a body ended of which libcurl says that it is whole; one without a length or chunks may have been cut all the same. */
static enum http_body_end whole_body_end(const struct http_transfer *transfer)
{
    const struct http_reply *reply = &transfer->reply;

    if (transfer->is_head || reply->body_end == HTTP_BODY_COMPLETE || reply->has_length || reply->chunked)
        return HTTP_BODY_COMPLETE;
    return HTTP_BODY_TO_CLOSE;
}

static enum http_end end_of_code(struct http_transfer *transfer, int *proxy_status)
{
    const struct connecting how = { transfer->proxy.way == PROXY_TUNNEL, transfer->secure, false };
    struct http_reply *reply = &transfer->reply;

    if (http_reply_ran_out_of_memory(reply) || transfer->code == CURLE_OUT_OF_MEMORY)
        return HTTP_NO_MEMORY;
    if (transfer->state == TRANSFER_CONNECTING && !reply->begun)
        return http_end_of_code(transfer->easy, transfer->code, &how, proxy_status);
    if (!reply->head_complete)
        http_reply_end(reply, true); /* libcurl takes a cut head for a reply */
    if (reply->fault != NULL)
        return HTTP_MALFORMED;
    if (!reply->head_complete) /* what libcurl says of replies that do not begin as one */
        return transfer->code == CURLE_UNSUPPORTED_PROTOCOL || transfer->code == CURLE_WEIRD_SERVER_REPLY ? HTTP_MALFORMED
                                                                                                          : HTTP_LOST;
    if (reply->body_end != HTTP_BODY_CAPPED)
        reply->body_end = transfer->code == CURLE_OK ? whole_body_end(transfer) : HTTP_BODY_CUT;
    return HTTP_REPLIED;
}

static void conclude(struct http_transfer *transfer)
{
    struct http_facts facts = { 0 };

    facts.end = end_of_code(transfer, &facts.proxy_status);
    facts.timer = facts.end == HTTP_TIMED_OUT ? HTTP_TIMER_CONNECT : HTTP_TIMER_NONE;
    finish(transfer, facts);
}

/* --- what libcurl calls --- */

static void on_ended(struct engine_user *user, CURLcode code)
{
    struct http_transfer *transfer = (struct http_transfer *)(void *)user;

    transfer->over = true;
    transfer->code = code;
    if (transfer->from == transfer->to)
        conclude(transfer);
    else
        set_timer(transfer);
}

static int on_connected(void *context, char *address, char *local, int port, int local_port)
{
    struct http_transfer *transfer = context;

    (void)address, (void)local, (void)port, (void)local_port;
    transfer->state = TRANSFER_MOVING;
    note_move(transfer);
    return CURL_PREREQFUNC_OK;
}

static int on_progress(void *context, curl_off_t all_received, curl_off_t received, curl_off_t all_sent, curl_off_t sent)
{
    struct http_transfer *transfer = context;

    (void)all_received, (void)received, (void)all_sent;
    if (sent == transfer->sent_bytes)
        return 0;
    transfer->sent_bytes = sent;
    note_move(transfer);
    return 0;
}

static size_t on_line(char *bytes, size_t size, size_t count, void *context)
{
    struct http_transfer *transfer = context;
    struct slice line = { bytes, size * count };

    note_move(transfer);
    if (!transfer->reply.head_complete) /* trailers change nothing, and are not kept */
        http_reply_take(&transfer->reply, line);
    return transfer->reply.fault == NULL ? line.len : 0;
}

/* Into the window, if there is room for all of it. */
static size_t offer(struct http_transfer *transfer, struct slice bytes)
{
    if (bytes.len > HTTP_TRANSFER_WINDOW_BYTES - transfer->to) {
        memmove(transfer->window, transfer->window + transfer->from, transfer->to -= transfer->from);
        transfer->from = 0;
    }
    if (bytes.len > HTTP_TRANSFER_WINDOW_BYTES - transfer->to) {
        transfer->held = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    slice_put(transfer->window + transfer->to, bytes);
    transfer->to += bytes.len;
    return bytes.len;
}

static size_t keep(struct http_transfer *transfer, struct slice bytes)
{
    struct http_reply *reply = &transfer->reply;

    if (bytes.len > transfer->options.reply_body_max - reply->body.len)
        reply->body_end = HTTP_BODY_CAPPED;
    if (reply->body_end == HTTP_BODY_CAPPED)
        bytes.len = transfer->options.reply_body_max - reply->body.len;
    buf_add_slice(&reply->body, bytes);
    return reply->body_end != HTTP_BODY_CAPPED && buf_status(&reply->body) == POSTAGE_OK ? bytes.len : 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct http_transfer *transfer = context;
    struct slice piece = { bytes, size * count };
    size_t used = transfer->window != NULL ? offer(transfer, piece) : keep(transfer, piece);

    if (used != CURL_WRITEFUNC_PAUSE)
        transfer->reply.body_bytes += used;
    note_move(transfer);
    return used;
}

/* --- events --- */

/* @return false: it ended. */
static bool deliver(struct http_transfer *transfer)
{
    struct slice bytes = { transfer->window + transfer->from, transfer->to - transfer->from };
    size_t taken = 0;
    enum postage_status status = transfer->options.take(transfer->options.context, &transfer->reply, bytes, &taken);

    if (status != POSTAGE_OK && status != POSTAGE_AGAIN) {
        finish(transfer, (struct http_facts){ .end = HTTP_READ_FAILED, .read_status = status });
        return false;
    }
    transfer->from += status == POSTAGE_OK || taken > bytes.len ? bytes.len : taken;
    if (status == POSTAGE_AGAIN)
        transfer->state = TRANSFER_STOPPED;
    transfer->moved_ms = clock_ms();
    return true;
}

/* libcurl may go on: it hands over at once what it has held. */
static void release(struct http_transfer *transfer)
{
    struct engine *engine = &transfer->parts->engine;
    CURLcode code;

    transfer->held = false;
    engine_enter(engine);
    engine_guard(engine);
    code = curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
    engine_leave(engine);
    if (code == CURLE_OK)
        return;
    transfer->over = true;
    transfer->code = code;
}

static void work(struct http_transfer *transfer)
{
    if (transfer->from < transfer->to && !deliver(transfer))
        return;
    if (transfer->state != TRANSFER_STOPPED && transfer->over) {
        conclude(transfer);
        return;
    }
    if (transfer->state != TRANSFER_STOPPED && transfer->held)
        release(transfer);
    set_timer(transfer);
}

static void on_time(void *owner, int64_t now_ms)
{
    struct http_transfer *transfer = owner;
    enum http_timer timer;
    int64_t due = due_ms(transfer, &timer);

    if (due > now_ms)
        timers_set(&transfer->parts->timers, &transfer->timer, due);
    else if (timer == HTTP_TIMER_NONE)
        work(transfer);
    else
        finish(transfer, (struct http_facts){ .end = HTTP_TIMED_OUT, .timer = timer });
}

void transfer_stop(struct http_transfer *transfer)
{
    finish(transfer, (struct http_facts){ .end = HTTP_CANCELLED });
}

void transfer_resume(struct http_transfer *transfer)
{
    if (transfer->state != TRANSFER_STOPPED)
        return;
    transfer->state = TRANSFER_MOVING;
    note_move(transfer);
}

/* --- beginning --- */

#define SET(option, value) ((code == CURLE_OK) ? (void)(code = curl_easy_setopt(transfer->easy, (option), (value))) : (void)0)

static CURLcode set_callbacks(struct http_transfer *transfer)
{
    CURLcode code = CURLE_OK;

    SET(CURLOPT_PREREQFUNCTION, on_connected);
    SET(CURLOPT_PREREQDATA, transfer);
    SET(CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(CURLOPT_XFERINFODATA, transfer);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_HEADERFUNCTION, on_line);
    SET(CURLOPT_HEADERDATA, transfer);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, transfer);
    return code;
}

static enum postage_status begin(struct http_transfer *transfer, const struct http_transfer_options *options,
                                 struct postage_error *err)
{
    struct request_parts *parts = transfer->parts;
    const struct easy_options easy = {
        .url = options->url,
        .ca_file = parts->ca_file,
        .proxy = transfer->proxy.url,
        .tunnel = transfer->proxy.way == PROXY_TUNNEL,
        .timeout_ms = options->connect_timeout_ms,
        .detail = transfer->detail,
    };
    CURLcode code;

    transfer->easy = curl_easy_init();
    if (options->take != NULL)
        transfer->window = mem_alloc(&parts->alloc, HTTP_TRANSFER_WINDOW_BYTES);
    if (transfer->easy == NULL || (options->take != NULL && transfer->window == NULL))
        return error_plain(err, POSTAGE_ERR_NOMEM);
    code = easy_set(transfer->easy, &easy);
    if (code == CURLE_OK)
        code = message_set(transfer->easy, options, &transfer->lines);
    if (code == CURLE_OK)
        code = set_callbacks(transfer);
    if (code != CURLE_OK && code != CURLE_OUT_OF_MEMORY)
        return error_set(err, POSTAGE_ERR_SYSTEM, "libcurl refused an option: %s", curl_easy_strerror(code));
    if (code == CURLE_OUT_OF_MEMORY || engine_add(&parts->engine, transfer->easy, &transfer->user) != POSTAGE_OK)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    return POSTAGE_OK;
}

static enum postage_status check(const struct http_transfer_options *options, struct url *url, struct postage_error *err)
{
    const char *fault = url_parse(url, slice_of(options->url));

    if (fault != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "the URL %s", fault);
    return message_check(options, err);
}

enum postage_status transfer_start(struct http_transfer **out, struct request_parts *parts,
                                   const struct http_transfer_options *options, struct postage_error *err)
{
    struct http_transfer *transfer = NULL;
    struct url url;
    enum postage_status status = check(options, &url, err);

    *out = NULL;
    if (status != POSTAGE_OK)
        return status;
    if (timers_reserve(&parts->timers, parts->owner_count + 1) == POSTAGE_OK)
        transfer = mem_alloc(&parts->alloc, sizeof *transfer);
    if (transfer == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    parts->owner_count++;
    transfer->user.ended = on_ended;
    transfer->parts = parts;
    transfer->timer = (struct timer){ .owner = transfer, .expired = on_time };
    transfer->options = *options;
    transfer->secure = url.https;
    transfer->is_head = message_is_head(options);
    transfer->started_ms = transfer->moved_ms = clock_ms();
    http_reply_init(&transfer->reply, &parts->alloc);
    status = proxies_choose(&parts->proxies, &url, &transfer->proxy, err);
    if (status == POSTAGE_OK)
        status = begin(transfer, options, err);
    if (status != POSTAGE_OK) {
        free_transfer(transfer);
        return status;
    }
    set_timer(transfer);
    *out = transfer;
    return POSTAGE_OK;
}
