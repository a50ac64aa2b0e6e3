#include "sandbox/small_body.h"

#include <stdlib.h>

#include "sandbox/digest.h"
#include "sandbox/refuse.h"

struct small_body {
    struct buf bytes;
    struct slice sha256;
    void (*run)(struct call *call, struct slice body);
};

static const struct slice nothing = { "", 0 };

static void take(struct call *call, const uint8_t *data, size_t len)
{
    struct small_body *body = call->state;

    buf_add(&body->bytes, data, len);
    if (buf_status(&body->bytes) != POSTAGE_OK)
        refuse(call, REFUSAL_BODY_SIZE, nothing);
}

/* 64 hex digits are a digest; anything else ("UNSIGNED-PAYLOAD", nothing) promises nothing. */
static void end(struct call *call)
{
    struct small_body *body = call->state;
    char hex[2 * DIGEST_SHA256_BYTES + 1];

    if (body->sha256.len == 2 * DIGEST_SHA256_BYTES &&
        (!digest_sha256_hex(buf_slice(&body->bytes), hex) || !slice_equal(body->sha256, slice_of(hex))))
        refuse(call, REFUSAL_CONTENT_SHA256, nothing);
    else
        body->run(call, buf_slice(&body->bytes));
}

static void clear(struct call *call)
{
    struct small_body *body = call->state;

    buf_clear(&body->bytes);
    free(body);
}

static const struct handler handler = { take, end, NULL, clear };

void small_body_collect(struct call *call, const struct payload_claim *claim, void (*run)(struct call *call, struct slice body))
{
    struct small_body *body = calloc(1, sizeof *body);

    if (body == NULL) {
        refuse(call, REFUSAL_STORAGE, nothing);
        return;
    }
    buf_init(&body->bytes, NULL, SMALL_BODY_MAX_BYTES);
    body->sha256 = claim->sha256;
    body->run = run;
    call->handler = &handler;
    call->state = body;
}
