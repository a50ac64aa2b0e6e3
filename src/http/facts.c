/* From libcurl's result and what our callbacks saw to the facts. */
#include "http/clock.h"
#include "http/request.h"

/* What libcurl's codes mean when no reply head came. Codes that are not here: the connection was lost. */
static const struct {
    CURLcode code;
    enum http_end end;
} code_ends[] = {
    { CURLE_OUT_OF_MEMORY, HTTP_NO_MEMORY },
    { CURLE_URL_MALFORMAT, HTTP_BAD_URL },
    { CURLE_UNSUPPORTED_PROTOCOL, HTTP_BAD_URL }, /* once connected it means "HTTP/0.9 not allowed": see below */
    { CURLE_COULDNT_RESOLVE_HOST, HTTP_NO_NAME },
    { CURLE_COULDNT_RESOLVE_PROXY, HTTP_NO_NAME },
    { CURLE_COULDNT_CONNECT, HTTP_NO_CONNECTION },
    { CURLE_PROXY, HTTP_NO_CONNECTION },
    { CURLE_SSL_CONNECT_ERROR, HTTP_NO_TLS },
    { CURLE_PEER_FAILED_VERIFICATION, HTTP_NO_TLS },
    { CURLE_SSL_CACERT_BADFILE, HTTP_NO_TLS },
    { CURLE_SSL_CERTPROBLEM, HTTP_NO_TLS },
    { CURLE_SSL_CIPHER, HTTP_NO_TLS },
    { CURLE_SSL_ISSUER_ERROR, HTTP_NO_TLS },
    { CURLE_SSL_INVALIDCERTSTATUS, HTTP_NO_TLS },
    { CURLE_SSL_ENGINE_INITFAILED, HTTP_NO_TLS },
    { CURLE_USE_SSL_FAILED, HTTP_NO_TLS },
    { CURLE_WEIRD_SERVER_REPLY, HTTP_MALFORMED },
    { CURLE_OPERATION_TIMEDOUT, HTTP_TIMED_OUT },
};

static enum http_end from_code(const struct http_request *request, CURLcode code)
{
    if (request->replays_refused > 0)
        return HTTP_LOST;
    if (code == CURLE_UNSUPPORTED_PROTOCOL && request->ready)
        return HTTP_MALFORMED;
    for (size_t i = 0; i < sizeof code_ends / sizeof code_ends[0]; i++)
        if (code_ends[i].code == code)
            return code_ends[i].end;
    return request->ready ? HTTP_LOST : HTTP_NO_CONNECTION;
}

static bool ran_out_of_memory(const struct http_reply *reply)
{
    return buf_status(&reply->head) == POSTAGE_ERR_NOMEM || buf_status(&reply->body) == POSTAGE_ERR_NOMEM;
}

static enum http_end end_of(struct http_request *request, CURLcode code, enum http_end stopped)
{
    struct http_reply *reply = &request->reply;

    if (stopped == HTTP_CANCELLED)
        return stopped;
    if (request->read_failed)
        return HTTP_READ_FAILED;
    if (request->out_of_memory || ran_out_of_memory(reply))
        return HTTP_NO_MEMORY;
    if (reply->fault != NULL)
        return HTTP_MALFORMED;
    /* A refusal that is known is worth more than the timer that ran out while its body trickled in. */
    if (reply->head_complete)
        return HTTP_REPLIED;
    if (stopped != HTTP_REPLIED)
        return stopped;
    if (request->reply_begun && from_code(request, code) == HTTP_LOST) {
        reply->fault = reply->status != 0 ? "its head was cut" : "its first line was cut";
        return HTTP_MALFORMED;
    }
    if (code == CURLE_OK) {
        reply->fault = "its head was cut";
        return HTTP_MALFORMED;
    }
    if (from_code(request, code) == HTTP_MALFORMED)
        reply->fault = "not HTTP/1.1";
    return from_code(request, code);
}

static enum http_body_end body_end(const struct http_request *request, CURLcode code, enum http_end stopped)
{
    if (request->reply.body_capped)
        return HTTP_BODY_CAPPED;
    if (code != CURLE_OK || stopped != HTTP_REPLIED)
        return HTTP_BODY_CUT;
    return http_reply_is_framed(&request->reply) ? HTTP_BODY_COMPLETE : HTTP_BODY_TO_CLOSE;
}

static int64_t milliseconds(CURL *easy, CURLINFO info)
{
    curl_off_t us = 0;

    return curl_easy_getinfo(easy, info, &us) == CURLE_OK && us > 0 ? (int64_t)us / 1000 : -1;
}

static enum http_stage stage(const struct http_request *request)
{
    if (request->reply_begun)
        return HTTP_READING_REPLY;
    if (request->last_byte_ms >= 0)
        return HTTP_AWAITING_REPLY;
    if (request->sent_bytes > 0)
        return HTTP_SENDING_BODY;
    if (request->ready)
        return HTTP_SENDING_HEAD;
    if (request->securing)
        return HTTP_SECURING;
    return milliseconds(request->easy, CURLINFO_NAMELOOKUP_TIME_T) >= 0 ? HTTP_CONNECTING : HTTP_RESOLVING;
}

static int64_t since_start(const struct http_request *request, int64_t moment_ms)
{
    return moment_ms >= 0 ? moment_ms - request->started_ms : -1;
}

static int64_t waited_ms(const struct http_request *request, enum http_timer timer)
{
    const struct http_request_options *options = &request->options;
    const int64_t limits[] = {
        [HTTP_TIMER_NONE] = 0,
        [HTTP_TIMER_CONNECT] = options->connect_timeout_ms,
        [HTTP_TIMER_IDLE] = options->idle_timeout_ms,
        [HTTP_TIMER_RESPONSE] = options->response_timeout_ms,
        [HTTP_TIMER_TOTAL] = clock_ms() - request->started_ms,
    };

    return limits[timer];
}

void request_facts(struct http_request *request, CURLcode code, enum http_end stopped, enum http_timer timer,
                   struct http_facts *facts)
{
    long connects = 0, os_errno = 0;
    curl_off_t uploaded = 0;

    /* The piece of work that failed may have sent something first, of which no progress was told any more. */
    if (curl_easy_getinfo(request->easy, CURLINFO_SIZE_UPLOAD_T, &uploaded) == CURLE_OK &&
        (uint64_t)uploaded > request->sent_bytes)
        request->sent_bytes = (uint64_t)uploaded;
    curl_easy_getinfo(request->easy, CURLINFO_NUM_CONNECTS, &connects);
    curl_easy_getinfo(request->easy, CURLINFO_OS_ERRNO, &os_errno);
    /* libcurl's own connect limit stands a little behind ours; on a busy machine it may be the first that is noticed. */
    if (code == CURLE_OPERATION_TIMEDOUT && timer == HTTP_TIMER_NONE && !request->ready)
        timer = HTTP_TIMER_CONNECT;
    *facts = (struct http_facts){
        .end = end_of(request, code, stopped),
        .stage = stage(request),
        .timer = timer,
        .waited_ms = waited_ms(request, timer),
        .body_end = body_end(request, code, stopped),
        .read_status = request->read_status,
        .reply_begun = request->reply_begun,
        .handed_bytes = request->handed_bytes,
        .tail_left = request->handed_bytes > request->options.body_length - request->options.tail_length,
        .replays_refused = request->replays_refused,
        .reused = request->ready && (connects == 0 || request->replays_refused > 0),
        .os_errno = (int)os_errno,
        .detail = request->ready ? "" : request->detail,
        .timings = {
            .resolved_ms = milliseconds(request->easy, CURLINFO_NAMELOOKUP_TIME_T),
            .connected_ms = milliseconds(request->easy, CURLINFO_CONNECT_TIME_T),
            .tls_ms = milliseconds(request->easy, CURLINFO_APPCONNECT_TIME_T),
            .first_byte_sent_ms = since_start(request, request->first_byte_ms),
            .last_byte_sent_ms = since_start(request, request->last_byte_ms),
            .reply_ms = since_start(request, request->reply_ms),
        },
        .reply = &request->reply,
    };
}
