/* A transfer in a loop of src/http, and what became of it. */
#ifndef POSTAGE_TESTS_SUPPORT_TRANSFERRING_H
#define POSTAGE_TESTS_SUPPORT_TRANSFERRING_H

#include <arpa/inet.h>
#include <unistd.h>

#include "http/loop.h"
#include "support/client_bench.h"

enum { KEPT_MAX = 4096, NEVER_MS = 60000 };

/* One transfer, and what became of it. */
struct seen {
    struct http_loop *loop;
    struct http_transfer *transfer; /* NULL: over */
    struct http_transfer_options options;
    char url[256];
    unsigned done;
    enum http_end end;
    enum http_timer timer;
    enum http_body_end body_end;
    enum postage_status read_status;
    int status;
    int64_t ended_ms;
    char type[64]; /* the header content-type */
    char detail[256];
    char body[KEPT_MAX + 1];
    size_t body_length;
};

static inline void on_transfer_done(void *context, const struct http_facts *facts)
{
    struct seen *seen = context;
    const char *type = http_reply_header(facts->reply, "content-type");
    struct slice body = buf_slice(&facts->reply->body);

    seen->done++;
    seen->transfer = NULL;
    seen->end = facts->end;
    seen->timer = facts->timer;
    seen->body_end = facts->body_end;
    seen->read_status = facts->read_status;
    seen->status = facts->reply->status;
    seen->ended_ms = now_ms();
    snprintf(seen->type, sizeof seen->type, "%s", type != NULL ? type : "");
    snprintf(seen->detail, sizeof seen->detail, "%s", facts->reply->fault != NULL ? facts->reply->fault : facts->detail);
    if (seen->options.take == NULL && body.len <= KEPT_MAX)
        memcpy(seen->body, body.ptr, seen->body_length = body.len);
}

static inline enum postage_status take_all(void *context, const struct http_reply *reply, struct slice bytes, size_t *taken)
{
    struct seen *seen = context;

    (void)taken;
    assert_true(reply->head_complete);
    assert_true(bytes.len > 0);
    if (seen->body_length + bytes.len > KEPT_MAX)
        return POSTAGE_ERR_LIMIT;
    memcpy(seen->body + seen->body_length, bytes.ptr, bytes.len);
    seen->body_length += bytes.len;
    return POSTAGE_OK;
}

static inline struct http_loop *new_loop(const struct postage_allocator *alloc)
{
    static const struct http_loop_options options = { .max_connections = 4 };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct http_loop *loop;

    assert_ok(http_loop_new(&loop, &options, alloc, &err), err);
    return loop;
}

static inline void seen_init(struct seen *seen, struct http_loop *loop, const char *url)
{
    *seen = (struct seen){ .loop = loop };
    snprintf(seen->url, sizeof seen->url, "%s", url);
    seen->options = (struct http_transfer_options){
        .url = seen->url,
        .method = "GET",
        .reply_body_max = KEPT_MAX,
        .connect_timeout_ms = NEVER_MS,
        .idle_timeout_ms = NEVER_MS,
        .context = seen,
        .done = on_transfer_done,
    };
}

static inline void seen_begin(struct seen *seen)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    assert_ok(http_loop_transfer_start(seen->loop, &seen->options, &seen->transfer, &err), err);
}

static inline void turn(struct http_loop *loop)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    assert_ok(http_loop_run(loop, 100, &err), err);
}

static inline void seen_finish(struct seen *seen)
{
    int64_t limit = now_ms() + 20000;

    while (seen->done == 0) {
        assert_true(now_ms() < limit);
        turn(seen->loop);
    }
    assert_int_equal(seen->done, 1);
}

/* A listener whose connections are made by the system and answered by nobody: TLS never comes about. */
static inline int listen_silently(char *url, size_t cap)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    snprintf(url, cap, "https://127.0.0.1:%d/", ntohs(address.sin_port));
    return listener;
}

#endif
