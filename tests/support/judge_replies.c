/* Judges replies by src/http/reply.c, for tests/integration/replies.py. */
#include "http/reply.h"
#include "support/replies.h"

enum { BODY_MAX = 1 << 20 };

static void judge(struct slice bytes)
{
    static const char *const ends[] = { "cut", "complete", "close", "capped" }; /* by enum http_body_end */
    struct http_reply reply;
    struct buf headers;
    size_t used, at = 0;

    http_reply_init(&reply, NULL);
    http_reply_begin(&reply, BODY_MAX, BODY_MAX);
    buf_init(&headers, NULL, BODY_MAX);
    used = http_reply_take(&reply, bytes);
    http_reply_end(&reply, true);
    for (size_t i = 0; i < reply.header_count; i++) {
        const char *name, *value;

        http_reply_next_header(&reply, &at, &name, &value);
        buf_printf(&headers, "%s:%s\n", name, value);
    }
    if (reply.fault != NULL)
        printf("refused\t%s\n", reply.fault);
    else
        replies_print(ends[reply.body_end], reply.status, used, http_reply_keeps_connection(&reply), &reply.body, &headers);
    buf_clear(&headers);
    http_reply_clear(&reply);
}

int main(void)
{
    return replies_judge_all(judge);
}
