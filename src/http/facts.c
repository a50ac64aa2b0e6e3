/* What a request knows at its end, put together. */
#include "http/clock.h"
#include "http/request.h"

const char *http_end_text(enum http_end end)
{
    static const char *const texts[HTTP_END_COUNT] = {
        [HTTP_REPLIED] = "replied",
        [HTTP_BAD_URL] = "the URL cannot be used",
        [HTTP_NO_NAME] = "no address for the name",
        [HTTP_NO_CONNECTION] = "no connection",
        [HTTP_PROXY_REFUSED] = "refused by the proxy",
        [HTTP_NO_TLS] = "no TLS",
        [HTTP_LOST] = "connection lost",
        [HTTP_MALFORMED] = "malformed reply",
        [HTTP_TIMED_OUT] = "a limit passed",
        [HTTP_READ_FAILED] = "the source failed",
        [HTTP_CANCELLED] = "cancelled",
        [HTTP_NO_MEMORY] = "out of memory",
    };

    return texts[end];
}

/* What libcurl's codes mean. Codes that are not here: no connection. */
static const struct {
    CURLcode code;
    enum http_end end;
} code_ends[] = {
    { CURLE_OUT_OF_MEMORY, HTTP_NO_MEMORY },
    { CURLE_URL_MALFORMAT, HTTP_BAD_URL },
    { CURLE_UNSUPPORTED_PROTOCOL, HTTP_BAD_URL },
    { CURLE_COULDNT_RESOLVE_HOST, HTTP_NO_NAME },
    { CURLE_COULDNT_RESOLVE_PROXY, HTTP_NO_NAME },
    { CURLE_PROXY, HTTP_PROXY_REFUSED },
    { CURLE_SSL_CONNECT_ERROR, HTTP_NO_TLS },
    { CURLE_PEER_FAILED_VERIFICATION, HTTP_NO_TLS },
    { CURLE_SSL_CACERT_BADFILE, HTTP_NO_TLS },
    { CURLE_SSL_CERTPROBLEM, HTTP_NO_TLS },
    { CURLE_SSL_CIPHER, HTTP_NO_TLS },
    { CURLE_SSL_ISSUER_ERROR, HTTP_NO_TLS },
    { CURLE_SSL_INVALIDCERTSTATUS, HTTP_NO_TLS },
    { CURLE_SSL_ENGINE_INITFAILED, HTTP_NO_TLS },
    { CURLE_USE_SSL_FAILED, HTTP_NO_TLS },
    { CURLE_OPERATION_TIMEDOUT, HTTP_TIMED_OUT }, /* its own limit, a little behind ours */
};

enum http_end http_end_of_code(CURL *easy, CURLcode code, const struct connecting *how, int *proxy_status)
{
    long status = 0;

    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
    *proxy_status = (int)status;
    if (how->tunnel && status >= 300)
        return HTTP_PROXY_REFUSED;
    for (size_t i = 0; i < sizeof code_ends / sizeof code_ends[0]; i++)
        if (code_ends[i].code == code)
            return code_ends[i].end;
    if (how->heard && how->tunnel && status < 200)
        return HTTP_PROXY_REFUSED; /* it was there, and hung up or talked nonsense */
    return how->heard && how->secure ? HTTP_NO_TLS : HTTP_NO_CONNECTION;
}

enum http_end request_end_of_code(struct http_request *request, CURLcode code)
{
    const struct http_connection *connection = request->connection;
    const struct connecting how = { request->head.proxy.way == PROXY_TUNNEL, connection->secure, connection->securing };

    return http_end_of_code(connection->easy, code, &how, &request->proxy_status);
}

static int64_t milliseconds(const struct http_request *request, CURLINFO info)
{
    curl_off_t us = 0;

    if (request->connection == NULL)
        return -1;
    return curl_easy_getinfo(request->connection->easy, info, &us) == CURLE_OK && us > 0 ? (int64_t)us / 1000 : -1;
}

/* The peer that libcurl reads from is the server, and no longer a proxy that is to make the way. */
static bool is_through_tunnel(const struct http_request *request)
{
    long status = 0;

    curl_easy_getinfo(request->connection->easy, CURLINFO_HTTP_CONNECTCODE, &status);
    return request->head.proxy.way != PROXY_TUNNEL || status / 100 == 2;
}

static enum http_stage stage(const struct http_request *request)
{
    if (request->reply.begun)
        return HTTP_READING_REPLY;
    if (request->last_byte_ms >= 0)
        return HTTP_AWAITING_REPLY;
    if (sending_handed_bytes(&request->sending) > 0)
        return HTTP_SENDING_BODY;
    if (request->connected_ms >= 0)
        return HTTP_SENDING_HEAD;
    if (request->connection->securing && is_through_tunnel(request))
        return HTTP_SECURING;
    return milliseconds(request, CURLINFO_NAMELOOKUP_TIME_T) >= 0 ? HTTP_CONNECTING : HTTP_RESOLVING;
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

static struct http_timings timings(const struct http_request *request)
{
    struct http_timings timings = {
        .resolved_ms = 0,
        .connected_ms = 0,
        .tls_ms = request->connection->secure ? 0 : -1,
        .first_byte_sent_ms = since_start(request, request->sending.first_byte_ms),
        .last_byte_sent_ms = since_start(request, request->last_byte_ms),
        .reply_ms = since_start(request, request->reply_ms),
    };

    if (request->reused)
        return timings;
    timings.resolved_ms = milliseconds(request, CURLINFO_NAMELOOKUP_TIME_T);
    timings.connected_ms = milliseconds(request, CURLINFO_CONNECT_TIME_T);
    timings.tls_ms = milliseconds(request, CURLINFO_APPCONNECT_TIME_T);
    return timings;
}

void request_facts(const struct http_request *request, enum http_end end, enum http_timer timer, bool tail_left,
                   struct http_facts *facts)
{
    *facts = (struct http_facts){
        .end = end,
        .stage = stage(request),
        .timer = timer,
        .waited_ms = waited_ms(request, timer),
        .body_end = request->reply.body_end,
        .read_status = request->sending.read_status,
        .reply_begun = request->reply.begun,
        .handed_bytes = sending_handed_bytes(&request->sending),
        .tail_left = tail_left,
        .proxied = request->head.proxy.way == PROXY_FORWARD,
        .proxy_status = request->proxy_status,
        .reused = request->reused,
        .os_errno = request->os_errno,
        .detail = request->connected_ms >= 0 ? "" : request->detail,
        .timings = timings(request),
        .reply = &request->reply,
    };
}
