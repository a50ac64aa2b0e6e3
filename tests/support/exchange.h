/* One form's request in a loop of src/http, without a client above it, and the facts of its end. */
#ifndef POSTAGE_TESTS_SUPPORT_EXCHANGE_H
#define POSTAGE_TESTS_SUPPORT_EXCHANGE_H

#include "http/loop.h"
#include "support/client_bench.h"

struct exchange {
    struct http_loop *loop;
    struct http_request *request;
    struct http_request_options options;
    uint64_t read; /* of the body, which is all 'b' */
    unsigned done;
    struct http_facts facts; /* without what it pointed to */
    int status;
    char detail[HTTP_DETAIL_BYTES];
};

static inline enum postage_status exchange_read(void *context, uint8_t *dst, size_t cap, size_t *got)
{
    struct exchange *exchange = context;
    uint64_t left = exchange->options.body_length - exchange->read;

    *got = cap < left ? cap : (size_t)left;
    memset(dst, 'b', *got);
    exchange->read += *got;
    return *got > 0 ? POSTAGE_OK : POSTAGE_END;
}

static inline void exchange_done(void *context, const struct http_facts *facts)
{
    struct exchange *exchange = context;

    exchange->done++;
    exchange->facts = *facts;
    exchange->status = facts->reply->status;
    snprintf(exchange->detail, sizeof exchange->detail, "%s",
             facts->reply->fault != NULL ? facts->reply->fault : facts->detail);
    exchange->facts.reply = NULL;
    exchange->facts.detail = exchange->detail;
}

static inline struct http_loop *exchange_loop(const struct http_loop_options *options)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct http_loop *loop;

    assert_ok(http_loop_new(&loop, options, NULL, &err), err);
    return loop;
}

static inline void exchange_init(struct exchange *exchange, struct http_loop *loop, const char *url, uint64_t body_length)
{
    *exchange = (struct exchange){ .loop = loop };
    exchange->options = (struct http_request_options){
        .url = url,
        .content_type = "text/plain",
        .body_length = body_length,
        .tail_length = body_length < 10 ? body_length : 10,
        .error_body_max = 65536,
        .success_body_max = 65536,
        .connect_timeout_ms = 20000,
        .idle_timeout_ms = 20000,
        .response_timeout_ms = 20000,
        .context = exchange,
        .read = exchange_read,
        .done = exchange_done,
    };
}

static inline void exchange_begin(struct exchange *exchange)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    assert_ok(http_loop_start(exchange->loop, &exchange->options, &exchange->request, &err), err);
}

static inline void exchange_finish(struct exchange *exchange)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    int64_t limit = now_ms() + 30000;

    while (exchange->done == 0) {
        assert_true(now_ms() < limit);
        assert_ok(http_loop_run(exchange->loop, 100, &err), err);
    }
}

/* Begins, waits, and expects a whole reply with this status. */
static inline void exchange_expect(struct exchange *exchange, int status)
{
    exchange_begin(exchange);
    exchange_finish(exchange);
    if (exchange->facts.end != HTTP_REPLIED || exchange->status != status)
        fail_msg("%s, HTTP %d: %s", http_end_text(exchange->facts.end), exchange->status, exchange->detail);
}

#endif
