/* When a request is to be looked at again: which limit runs in which state, and from when. docs/http.md says it in words. */
#include "base/saturate.h"
#include "http/request.h"

enum { LOOK_MAX_MS = 250, LOOK_MIN_MS = 5 };

int64_t request_look_period_ms(int64_t limit_ms)
{
    int64_t period = limit_ms / 8;

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
        if (request->look_ms < saturating_add(request->moved_ms, options->idle_timeout_ms))
            return request->look_ms;
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

int64_t request_due_ms(const struct http_request *request, enum http_timer *timer)
{
    int64_t due = state_due_ms(request, timer);

    if (request->state == REQUEST_ENDED || request->options.deadline_ms <= 0 || request->options.deadline_ms >= due)
        return due;
    *timer = HTTP_TIMER_TOTAL;
    return request->options.deadline_ms;
}
