/*
 * Fuzzes the reader of replies: any bytes, cut in any way, must mean the same, within the limits.
 *
 * The first byte of an input chooses: bit 0, small caps of the body; bit 1, the connection is reset, not closed; bit 2, only 80
 * bytes of header lines are left. The rest is what the peer sends. The cuts follow from its own bytes.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "http/reply.h"

#define CHECK(condition)                                                                                                       \
    do {                                                                                                                       \
        if (!(condition)) {                                                                                                    \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                    \
            abort();                                                                                                           \
        }                                                                                                                      \
    } while (0)

enum { SMALL_SUCCESS = 4, SMALL_REFUSAL = 8, LARGE = 1 << 20, LEFT_OF_HEAD = 80 };

struct run {
    struct http_reply reply;
    size_t used; /* of the input */
    size_t success_max;
    size_t refusal_max;
};

/* --- what always holds --- */

static void check_headers(const struct http_reply *reply)
{
    size_t at = 0;

    for (size_t i = 0; i < reply->header_count; i++) {
        const char *name, *value;

        http_reply_next_header(reply, &at, &name, &value);
        CHECK(at <= reply->head.len);
        CHECK(text_is_token(slice_of(name)));
        for (const char *c = name; *c != '\0'; c++)
            CHECK(*c == ascii_lower(*c));
        CHECK(strpbrk(value, "\r\n") == NULL);
        CHECK(strlen(text_trim(slice_of(value)).ptr) == strlen(value));
        CHECK(http_reply_header(reply, name) <= value);
    }
    CHECK(reply->fault != NULL || at == reply->head.len);
}

static void check_limits(const struct run *run)
{
    const struct http_reply *reply = &run->reply;

    CHECK(reply->head_bytes <= HTTP_HEAD_MAX_BYTES);
    CHECK(reply->fault != NULL || reply->interim <= HTTP_INTERIM_MAX);
    CHECK(reply->partial.len <= HTTP_HEAD_MAX_BYTES);
    CHECK(reply->body.len <= (reply->status < 300 ? run->success_max : run->refusal_max));
    CHECK(reply->body.len <= reply->body_bytes);
    CHECK(!reply->has_length || reply->chunked || reply->body_bytes <= reply->length);
    CHECK(!http_reply_ran_out_of_memory(reply));
}

static void check_end(const struct http_reply *reply)
{
    CHECK(reply->body_end == HTTP_BODY_CUT || (reply->fault == NULL && reply->head_complete && http_reply_is_over(reply)));
    CHECK(!reply->head_complete || (reply->status >= 200 && reply->status <= 999));
    CHECK((reply->body_end == HTTP_BODY_CAPPED) == (reply->body_bytes > reply->body.len));
    CHECK(reply->body_end != HTTP_BODY_TO_CLOSE || (!reply->has_length && !reply->chunked && reply->ends_connection));
    if (reply->body_end == HTTP_BODY_COMPLETE && reply->has_length && reply->status != 204 && reply->status != 304)
        CHECK(reply->body.len == reply->length);
    if (http_reply_keeps_connection(reply))
        CHECK(reply->body_end == HTTP_BODY_COMPLETE &&
              (reply->status == 204 || reply->status == 304 || reply->has_length || reply->chunked));
}

/* --- one way of reading --- */

/* `cut` 0: one piece; 1: byte by byte; else: lengths drawn from a generator that begins with `cut`. */
static size_t piece_length(uint32_t *cut, size_t left)
{
    size_t len;

    if (*cut <= 1)
        return *cut == 0 ? left : 1;
    *cut = *cut * 1664525 + 1013904223;
    if (*cut <= 1)
        *cut = 2;
    len = 1 + (*cut >> 24) % 40;
    return len < left ? len : left;
}

/* From a block of its own, so that a look beyond it is found. */
static void take_piece(struct run *run, const uint8_t *bytes, size_t len)
{
    char *copy = malloc(len);
    bool was_over = http_reply_is_over(&run->reply);
    size_t body = run->reply.body.len, head = run->reply.head.len, used;

    CHECK(copy != NULL);
    memcpy(copy, bytes, len);
    used = http_reply_take(&run->reply, (struct slice){ copy, len });
    free(copy);
    CHECK(used <= len);
    CHECK(used == len || http_reply_is_over(&run->reply));
    CHECK(!was_over || (used == 0 && run->reply.body.len == body && run->reply.head.len == head));
    check_limits(run);
    run->used += used;
}

static void begin(struct run *run, uint8_t choice)
{
    run->used = 0;
    run->success_max = (choice & 1) != 0 ? SMALL_SUCCESS : LARGE;
    run->refusal_max = (choice & 1) != 0 ? SMALL_REFUSAL : LARGE;
    http_reply_begin(&run->reply, run->success_max, run->refusal_max);
    if ((choice & 4) != 0) /* as if interim replies had filled it */
        run->reply.head_bytes = HTTP_HEAD_MAX_BYTES - LEFT_OF_HEAD;
}

static void run_cut(struct run *run, const uint8_t *bytes, size_t len, uint8_t choice, uint32_t cut)
{
    begin(run, choice);
    for (size_t at = 0, step; at < len; at += step) {
        step = piece_length(&cut, len - at);
        take_piece(run, bytes + at, step);
    }
    http_reply_end(&run->reply, (choice & 2) == 0);
    CHECK(http_reply_is_over(&run->reply) || !run->reply.begun);
    check_headers(&run->reply);
    check_end(&run->reply);
}

/* --- the same in all ways --- */

static void check_same_bytes(const struct buf *a, const struct buf *b)
{
    CHECK(a->len == b->len && memcmp(buf_text(a), buf_text(b), a->len) == 0);
}

/* What was taken in vain depends on the cuts: bytes beyond a cap, or of a line that is refused. */
static void check_same(const struct run *a, const struct run *b)
{
    CHECK(a->reply.fault == b->reply.fault); /* texts are constants */
    CHECK(a->reply.status == b->reply.status);
    CHECK(a->reply.body_end == b->reply.body_end);
    CHECK(a->reply.begun == b->reply.begun && a->reply.head_complete == b->reply.head_complete);
    CHECK(a->reply.interim == b->reply.interim && a->reply.header_count == b->reply.header_count);
    CHECK(http_reply_keeps_connection(&a->reply) == http_reply_keeps_connection(&b->reply));
    check_same_bytes(&a->reply.head, &b->reply.head);
    check_same_bytes(&a->reply.body, &b->reply.body);
    CHECK(a->used == b->used || a->reply.fault != NULL || a->reply.body_end == HTTP_BODY_CAPPED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint32_t cuts[] = { 1, (uint32_t)size + 2, 0x5EED + (size > 0 ? data[size / 2] : 0u) };
    struct run whole, cut; /* `cut` is used again, as a connection does */

    if (size == 0)
        return 0;
    http_reply_init(&whole.reply, NULL);
    http_reply_init(&cut.reply, NULL);
    run_cut(&whole, data + 1, size - 1, data[0], 0);
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        run_cut(&cut, data + 1, size - 1, data[0], cuts[i]);
        check_same(&whole, &cut);
    }
    http_reply_clear(&whole.reply);
    http_reply_clear(&cut.reply);
    return 0;
}
