#include "sandbox/small_body.h"

#include <stdlib.h>

#include "sandbox/answer.h"
#include "sandbox/digest.h"

struct small_body {
    struct buf bytes;
    struct slice sha256;
    void (*run)(struct exchange *exchange, struct slice body);
};

static const struct slice nothing = { "", 0 };

static void take(struct exchange *exchange, const uint8_t *data, size_t len)
{
    struct small_body *body = exchange->state;

    buf_add(&body->bytes, data, len);
    if (buf_status(&body->bytes) != POSTAGE_OK)
        refuse(exchange, RULE_BODY_SIZE, nothing);
}

/* 64 hex digits are a digest; anything else ("UNSIGNED-PAYLOAD", nothing) promises nothing. */
static void end(struct exchange *exchange)
{
    struct small_body *body = exchange->state;
    char hex[2 * DIGEST_SHA256_BYTES + 1];

    if (body->sha256.len == 2 * DIGEST_SHA256_BYTES &&
        (!digest_sha256_hex(buf_slice(&body->bytes), hex) || !slice_equal(body->sha256, slice_of(hex))))
        refuse(exchange, RULE_CONTENT_SHA256, nothing);
    else
        body->run(exchange, buf_slice(&body->bytes));
}

static void clear(struct exchange *exchange)
{
    struct small_body *body = exchange->state;

    buf_clear(&body->bytes);
    free(body);
}

static const struct handler handler = { take, end, NULL, clear };

void small_body_collect(struct exchange *exchange, const struct payload_claim *claim,
                        void (*run)(struct exchange *exchange, struct slice body))
{
    struct small_body *body = calloc(1, sizeof *body);

    if (body == NULL) {
        refuse(exchange, RULE_STORAGE, nothing);
        return;
    }
    buf_init(&body->bytes, NULL, SMALL_BODY_MAX_BYTES);
    body->sha256 = claim->sha256;
    body->run = run;
    exchange->handler = &handler;
    exchange->state = body;
}
