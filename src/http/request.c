#include "http/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/saturate.h"
#include "base/text.h"
#include "http/clock.h"

enum {
    SMALL_BUFFER_BYTES = 64 * 1024,
    LARGE_BUFFER_BYTES = 256 * 1024,
    LARGE_BODY_BYTES = 8 * 1024 * 1024,
    REPLY_BUFFER_BYTES = 4 * 1024, /* heads have some hundred bytes, refusals a thousand */
    JOINED_MAX_BYTES = 16 * 1024,
    EXPECTED_BYTES = 1024 * 1024,
    EARLY_WAIT_MS = 5, /* on top of the round trip: the server's time to look at the form */
    EARLY_WAIT_MAX_MS = 250,
};

void request_log(const struct http_request *request, const char *format, ...)
{
    const struct postage_logger *logger = &request->settings->logger;
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

/* --- what libcurl calls --- */

/* Reads into `dst`, 1 to `cap` bytes. An end is a failure: more was promised. @return POSTAGE_OK, AGAIN or a failure. */
static enum postage_status read_some(struct http_request *request, uint8_t *dst, size_t cap, size_t *got)
{
    enum postage_status status;

    *got = 0;
    if (request->first_byte_ms < 0)
        request->first_byte_ms = clock_ms();
    status = request->options.read(request->options.context, dst, cap, got);
    if (status == POSTAGE_OK || status == POSTAGE_AGAIN)
        return status;
    request->read_failed = true;
    return request->read_status = status < 0 ? status : POSTAGE_ERR_LENGTH;
}

/* Of the connection, as the system measures it; 0: not known. */
static int64_t round_trip_ms(const struct http_request *request)
{
#ifdef __linux__
    struct tcp_info info = { 0 };
    socklen_t length = sizeof info;

    if (getsockopt(request->descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) == 0)
        return (int64_t)info.tcpi_rtt / 1000;
#else
    (void)request;
#endif
    return 0;
}

/* What callbacks may not do while libcurl is at work, the loop does afterwards. */
static void note_change(struct http_request *request)
{
    if (request->is_changed)
        return;
    request->is_changed = true;
    request->next_changed = *request->changed;
    *request->changed = request;
}

static void begin_early_wait(struct http_request *request)
{
    int64_t wait_ms = round_trip_ms(request) + EARLY_WAIT_MS;

    request->early_wait_made = request->paused = true;
    note_change(request);
    request->early_wait_end_ms = clock_ms() + (wait_ms < EARLY_WAIT_MAX_MS ? wait_ms : EARLY_WAIT_MAX_MS);
}

/* How much of the body may be sent before the wait for an early response, or all of it. */
static uint64_t until_early_wait(const struct http_request *request)
{
    const struct http_request_options *options = &request->options;
    bool wanted = options->judged_length > 0 && options->body_length >= LARGE_BODY_BYTES && !request->early_wait_made;

    return wanted ? options->judged_length : options->body_length;
}

static size_t on_read(char *dst, size_t size, size_t count, void *context)
{
    struct http_request *request = context;
    uint64_t left = until_early_wait(request) - request->handed_bytes;
    size_t cap = size * count, got;
    enum postage_status status;

    if (request->handed_bytes == request->options.body_length)
        return 0;
    if (left == 0) {
        begin_early_wait(request);
        return CURL_READFUNC_PAUSE;
    }
    status = read_some(request, (uint8_t *)dst, cap < left ? cap : (size_t)left, &got);
    if (status == POSTAGE_AGAIN) {
        request->paused = true;
        return CURL_READFUNC_PAUSE;
    }
    if (status != POSTAGE_OK)
        return CURL_READFUNC_ABORT;
    request->handed_bytes += got;
    return got;
}

static bool read_all(struct http_request *request, uint8_t *dst, size_t length)
{
    while (length > 0) {
        size_t got;

        if (read_some(request, dst, length, &got) != POSTAGE_OK)
            return false;
        dst += got;
        length -= got;
    }
    return true;
}

/*
 * A short body leaves in one piece with the head: one system call and one train of packets instead of two. libcurl joins what
 * it is given as a whole and has less than 64 KiB (lib/http.c, MAX_INITIAL_POST_SIZE). It makes a copy, as it may send the last
 * of it much later.
 */
static bool join_body(struct http_request *request)
{
    uint8_t bytes[JOINED_MAX_BYTES];
    size_t length = (size_t)request->options.body_length;
    bool read = read_all(request, bytes, length), copied;

    copied = read && curl_easy_setopt(request->easy, CURLOPT_COPYPOSTFIELDS, (const char *)bytes) == CURLE_OK;
    mem_wipe(bytes, length);
    request->out_of_memory = read && !copied;
    request->handed_bytes = copied ? length : 0;
    return copied;
}

/*
 * Called exactly when libcurl wants to send the form a second time by itself: on a reused connection that died without a byte
 * of a reply, after which the server may well have stored the object (lib/transfer.c, Curl_retry_request).
 */
static int on_seek(void *context, curl_off_t offset, int origin)
{
    struct http_request *request = context;

    (void)offset;
    (void)origin;
    request->replays_refused++;
    return CURL_SEEKFUNC_FAIL;
}

/*
 * Connected, nothing sent yet. A second call for one request is the same replay by another door: libcurl does not rewind when
 * the socket took none of the body, though it may already have taken a piece of it from us, which would then be missing.
 */
static int on_ready(void *context, char *peer, char *local, int peer_port, int local_port)
{
    struct http_request *request = context;

    (void)local;
    (void)local_port;
    if (request->ready) {
        request->replays_refused++;
        return CURL_PREREQFUNC_ABORT;
    }
    request->ready = true;
    note_change(request);
    request->moved_ms = clock_ms();
    request_log(request, "connected to %s port %d; POST, body of %llu bytes", peer, peer_port,
                (unsigned long long)request->options.body_length);
    if (!request->options.read_never_waits || request->options.body_length > JOINED_MAX_BYTES)
        return CURL_PREREQFUNC_OK;
    return join_body(request) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static bool is_early_success(const struct http_request *request)
{
    const struct http_reply *reply = &request->reply;

    return reply->head_complete && reply->status < 300 && request->handed_bytes < request->options.body_length;
}

static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    struct http_request *request = context;
    struct slice bytes = { line, size * count };
    bool was_complete = request->reply.head_complete;

    request->reply_begun = true;
    if (request->reply_ms < 0)
        request->reply_ms = clock_ms();
    if (!http_reply_line(&request->reply, bytes))
        return 0;
    if (!request->reply.head_complete || was_complete)
        return bytes.len;
    note_change(request);
    request_log(request, "< HTTP %d after %llu of %llu body bytes", request->reply.status,
                (unsigned long long)request->handed_bytes, (unsigned long long)request->options.body_length);
    if (is_early_success(request)) {
        request->reply.fault = "success before the end of the body";
        return 0;
    }
    /* libcurl stops sending at a refusal, but a paused transfer notices only when it goes on. */
    request->resume_wanted = request->paused;
    return bytes.len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct http_request *request = context;
    const struct http_request_options *options = &request->options;
    size_t cap = request->reply.status < 300 ? options->success_body_max : options->error_body_max;

    return http_reply_bytes(&request->reply, (struct slice){ bytes, size * count }, cap) ? size * count : 0;
}

static int on_moved(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
    struct http_request *request = context;
    uint64_t moved = (uint64_t)up + (uint64_t)down + request->reply.head_bytes + request->handed_bytes;

    (void)down_total;
    (void)up_total;
    if (moved == request->moved_bytes)
        return 0;
    request->moved_bytes = moved;
    request->moved_ms = clock_ms();
    request->sent_bytes = (uint64_t)up;
    if (request->last_byte_ms < 0 && request->sent_bytes >= request->options.body_length && request->ready) {
        request->last_byte_ms = request->moved_ms;
        note_change(request);
    }
    if (request->options.moved != NULL)
        request->options.moved(request->options.context);
    return 0;
}

/*
 * libcurl tells the end of a TCP connect only when TLS is through as well. But it waits for a connect to become writable, and
 * reads only from a peer that is there.
 */
void request_note_interest(struct http_request *request, curl_socket_t descriptor, int what)
{
    curl_off_t resolved_us = 0;

    request->descriptor = what == CURL_POLL_REMOVE ? CURL_SOCKET_BAD : descriptor;
    if (request->ready || (what != CURL_POLL_IN && what != CURL_POLL_INOUT))
        return;
    curl_easy_getinfo(request->easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved_us);
    request->securing = resolved_us > 0; /* before that it is the resolver's own descriptor */
}

void request_look_ahead(struct http_request *request, curl_socket_t descriptor)
{
    char byte;

    if (request->descriptor != descriptor || !request->ready || request->reply_begun ||
        !slice_starts_with_ignoring_case(slice_of(request->options.url), SLICE("http:")))
        return;
    request->reply_begun = recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

/* --- setting up --- */

/* One option after another, stopping at the first that libcurl does not take. */
#define SET(option, value) ((code == CURLE_OK) ? (void)(code = curl_easy_setopt(request->easy, (option), (value))) : (void)0)

static CURLcode set_fixed_options(struct http_request *request)
{
    const struct http_settings *settings = request->settings;
    CURLcode code = CURLE_OK;

    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_REDIR_PROTOCOLS_STR, "https"); /* never used; libcurl takes no empty list */
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_HTTP09_ALLOWED, 0L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    if (settings->ca_file != NULL)
        SET(CURLOPT_CAINFO, settings->ca_file);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (settings->proxy != NULL || !settings->use_environment_proxy)
        SET(CURLOPT_PROXY, settings->proxy != NULL ? settings->proxy : "");
    if (settings->proxy != NULL)
        SET(CURLOPT_NOPROXY, "");
    else if (!settings->use_environment_proxy)
        SET(CURLOPT_NOPROXY, "*");
    /* A resolver that hangs must not hold the loop: its thread is left behind instead of joined (measured: 6 s against 0.5). */
    SET(CURLOPT_QUICK_EXIT, 1L);
    SET(CURLOPT_MAXLIFETIME_CONN, 600L);
    SET(CURLOPT_BUFFERSIZE, (long)REPLY_BUFFER_BYTES);
    return code;
}

static CURLcode set_headers(struct http_request *request)
{
    CURLcode code = CURLE_OK;

    request->headers[0] = (struct curl_slist){ request->content_type, &request->headers[1] };
    request->headers[1] = (struct curl_slist){ (char *)"User-Agent: postage/" POSTAGE_VERSION_STRING, &request->headers[2] };
    /* No Expect: servers that never answer 100 cost a second each, and the policy is in the body anyway. */
    request->headers[2] = (struct curl_slist){ (char *)"Expect:", NULL };
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_HTTPHEADER, request->headers);
    return code;
}

static CURLcode set_callbacks(struct http_request *request)
{
    CURLcode code = CURLE_OK;

    SET(CURLOPT_PRIVATE, request);
    _Static_assert(sizeof request->detail >= CURL_ERROR_SIZE, "libcurl writes so many bytes");
    SET(CURLOPT_ERRORBUFFER, request->detail);
    SET(CURLOPT_READFUNCTION, on_read);
    SET(CURLOPT_READDATA, request);
    SET(CURLOPT_SEEKFUNCTION, on_seek);
    SET(CURLOPT_SEEKDATA, request);
    SET(CURLOPT_PREREQFUNCTION, on_ready);
    SET(CURLOPT_PREREQDATA, request);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, request);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, request);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, on_moved);
    SET(CURLOPT_XFERINFODATA, request);
    return code;
}

static CURLcode set_request(struct http_request *request)
{
    const struct http_request_options *options = &request->options;
    long buffer = options->body_length < LARGE_BODY_BYTES ? SMALL_BUFFER_BYTES : LARGE_BUFFER_BYTES;
    CURLcode code = CURLE_OK;

    snprintf(request->content_type, sizeof request->content_type, "Content-Type: %s", options->content_type);
    SET(CURLOPT_URL, options->url);
    /* libcurl asks "Expect: 100-continue" from a megabyte on (EXPECT_100_THRESHOLD); below, refusing it costs and changes
     * nothing. */
    request->headers[1].next = options->body_length < EXPECTED_BYTES ? NULL : &request->headers[2];
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)options->body_length);
    SET(CURLOPT_UPLOAD_BUFFERSIZE, buffer);
    /* Ours ends first; libcurl's is what it divides among the addresses of a host. 0 would be its default of 300 seconds. */
    SET(CURLOPT_CONNECTTIMEOUT_MS,
        options->connect_timeout_ms < INT32_MAX - 100 ? (long)options->connect_timeout_ms + 100L : (long)INT32_MAX);
    return code;
}

#undef SET

static void begin(struct http_request *request)
{
    request->detail[0] = '\0';
    request->read_status = POSTAGE_OK;
    request->handed_bytes = request->sent_bytes = request->moved_bytes = 0;
    request->replays_refused = 0;
    request->out_of_memory = false;
    request->early_wait_made = false;
    request->early_wait_end_ms = 0;
    request->descriptor = CURL_SOCKET_BAD;
    request->reply_begun = false;
    request->paused = request->ready = request->securing = request->resume_wanted = request->read_failed = false;
    request->started_ms = request->moved_ms = clock_ms();
    request->first_byte_ms = request->last_byte_ms = request->reply_ms = -1;
}

static enum postage_status options_status(CURLcode code, struct postage_error *err)
{
    if (code == CURLE_OUT_OF_MEMORY)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    if (code != CURLE_OK)
        return error_set(err, POSTAGE_ERR_SYSTEM, "libcurl refused an option: %s", curl_easy_strerror(code));
    return POSTAGE_OK;
}

enum postage_status request_init(struct http_request *request, const struct http_settings *settings,
                                 struct http_request **changed, struct postage_error *err)
{
    CURLcode code;

    request->settings = settings;
    request->changed = changed;
    request->easy = curl_easy_init();
    if (request->easy == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    code = set_fixed_options(request);
    if (code == CURLE_OK)
        code = set_callbacks(request);
    if (code == CURLE_OK)
        code = set_headers(request);
    return options_status(code, err);
}

enum postage_status request_prepare(struct http_request *request, const struct http_request_options *options,
                                    struct postage_error *err)
{
    request->options = *options;
    begin(request);
    if (strlen(options->content_type) + sizeof "Content-Type: " > sizeof request->content_type)
        return error_set(err, POSTAGE_ERR_INVALID, "the Content-Type of the request is too long");
    /* A URL goes into the request line: RFC 9112 3.2. */
    if (text_find_line_break(slice_of(options->url)) != SIZE_MAX)
        return error_set(err, POSTAGE_ERR_INVALID, "the URL has a line break");
    return options_status(set_request(request), err);
}

void request_reset(struct http_request *request)
{
    curl_easy_setopt(request->easy, CURLOPT_POSTFIELDS, NULL); /* frees its copy of the body */
    http_reply_reset(&request->reply);
    mem_wipe(request->content_type, sizeof request->content_type);
    mem_wipe(request->detail, sizeof request->detail);
    mem_wipe(&request->options, sizeof request->options);
}

/* --- timers --- */

static int64_t own_timer(const struct http_request *request, enum http_timer *timer)
{
    const struct http_request_options *options = &request->options;
    bool refused = request->reply.head_complete;

    if (!request->ready) {
        *timer = HTTP_TIMER_CONNECT;
        return saturating_add(request->started_ms, options->connect_timeout_ms);
    }
    if (request->last_byte_ms >= 0 || refused) {
        *timer = HTTP_TIMER_RESPONSE;
        return saturating_add(request->last_byte_ms >= 0 ? request->last_byte_ms : request->reply_ms,
                              options->response_timeout_ms);
    }
    if (request->early_wait_end_ms > 0) {
        *timer = HTTP_TIMER_NONE;
        return request->early_wait_end_ms;
    }
    *timer = HTTP_TIMER_IDLE;
    return request->paused ? INT64_MAX : saturating_add(request->moved_ms, options->idle_timeout_ms);
}

int64_t request_due_ms(const struct http_request *request, enum http_timer *timer)
{
    int64_t due = own_timer(request, timer);

    if (request->options.deadline_ms > 0 && request->options.deadline_ms < due) {
        *timer = HTTP_TIMER_TOTAL;
        return request->options.deadline_ms;
    }
    return due;
}
