#include "sandbox/call.h"

#include <unistd.h>

#include "base/text.h"
#include "sandbox/refuse.h"

enum { BODY_MAX_BYTES = 16 << 20, HEADERS_MAX_BYTES = 512 * 1024 };

static const struct slice nothing = { "", 0 };

void call_open(struct call *call, struct setup *setup, bool tls)
{
    struct request request = call->request;
    uint8_t id[8] = { 0 };

    *call = (struct call){ .setup = setup, .tls = tls, .request = request, .dialect = dialect_at(0) };
    arena_init(&call->arena, NULL, 8192);
    buf_init(&call->answer.headers, NULL, HEADERS_MAX_BYTES);
    buf_init(&call->answer.body, NULL, BODY_MAX_BYTES);
    call->answer.file = -1;
    call->bucket_name = call->key = nothing;
    random_pool_take(setup->random, id, sizeof id);
    text_hex(id, sizeof id, call->id);
    for (char *c = call->id; *c != '\0'; c++)
        *c = *c >= 'a' ? (char)(*c - 'a' + 'A') : *c;
}

void call_body(struct call *call, const uint8_t *data, size_t len)
{
    call->received += len;
    if (!call_is_answered(call) && call->handler != NULL && call->handler->body != NULL)
        call->handler->body(call, data, len);
}

void call_end(struct call *call)
{
    if (call->handler != NULL && call->handler->end != NULL)
        call->handler->end(call);
    if (!call_is_answered(call))
        refuse(call, REFUSAL_STORAGE, nothing);
}

void call_abort(struct call *call)
{
    if (call->handler != NULL && call->handler->abort != NULL)
        call->handler->abort(call);
}

void call_clear(struct call *call)
{
    if (call->handler != NULL && call->handler->clear != NULL)
        call->handler->clear(call);
    call->handler = NULL;
    if (call->bucket != NULL)
        call->bucket->users--;
    call->bucket = NULL;
    if (call->answer.file >= 0)
        close(call->answer.file);
    call->answer.file = -1;
    buf_clear(&call->answer.headers);
    buf_clear(&call->answer.body);
    arena_clear(&call->arena);
}
