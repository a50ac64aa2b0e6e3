/*
 * A source made of functions of the caller's. They are where mistakes are likely, so each answer is held against the contract
 * of source.h: a wrong one becomes a failure with a name instead of a wrong upload or an endless loop.
 */
#include "postage/source.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/source_contract.h"

struct callback_source {
    struct postage_allocator alloc;
    struct postage_callback_source_options options;
    struct postage_source_ops ops; /* its own: which functions exist depends on the options */
    enum postage_status settled;   /* OK, or the END or failure that is repeated until rewind */
    struct postage_error failure;
};

static enum postage_status settle(struct callback_source *callback, enum postage_status status, struct postage_error *err)
{
    callback->settled = status;
    if (status < POSTAGE_OK)
        error_give(err, &callback->failure);
    return status;
}

/* A function that failed without a word still leaves the user a message. */
static void complete_failure(struct postage_error *failure, enum postage_status status, const char *function)
{
    if (failure->code == POSTAGE_OK)
        error_set(failure, status, "callback source: %s failed: %s", function, postage_status_text(status));
    failure->code = status;
}

static enum postage_status callback_read(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct callback_source *callback = self;
    enum postage_status status;
    const char *mistake;

    *got = 0;
    if (callback->settled != POSTAGE_OK)
        return settle(callback, callback->settled, err);
    callback->failure = (struct postage_error)POSTAGE_ERROR_INIT;
    status = callback->options.read(callback->options.context, dst, cap, got, &callback->failure);
    error_reclaim(&callback->failure);
    mistake = source_contract_mistake(status, cap, *got, callback->options.set_waker != NULL);
    if (mistake != NULL) {
        *got = 0;
        error_set(&callback->failure, POSTAGE_ERR_SOURCE, "callback source: read %s (status %d, %s)", mistake, (int)status,
                  postage_status_name(status));
        return settle(callback, POSTAGE_ERR_SOURCE, err);
    }
    if (status == POSTAGE_OK || status == POSTAGE_AGAIN)
        return status;
    *got = 0;
    if (status < POSTAGE_OK)
        complete_failure(&callback->failure, status, "read");
    return settle(callback, status, err);
}

/* After a rewind that failed nobody knows where the source stands, so it stays failed. */
static enum postage_status callback_rewind(void *self, struct postage_error *err)
{
    struct callback_source *callback = self;
    enum postage_status status;

    callback->failure = (struct postage_error)POSTAGE_ERROR_INIT;
    status = callback->options.rewind(callback->options.context, &callback->failure);
    error_reclaim(&callback->failure);
    if (status > POSTAGE_OK) {
        error_set(&callback->failure, POSTAGE_ERR_SOURCE,
                  "callback source: rewind answered neither OK nor a failure (status %d, %s)", (int)status,
                  postage_status_name(status));
        status = POSTAGE_ERR_SOURCE;
    } else if (status < POSTAGE_OK) {
        complete_failure(&callback->failure, status, "rewind");
    }
    return settle(callback, status, err);
}

static enum postage_status callback_length(void *self, uint64_t *bytes)
{
    const struct callback_source *callback = self;

    *bytes = callback->options.length;
    return POSTAGE_OK;
}

static void callback_set_waker(void *self, struct postage_waker *waker)
{
    const struct callback_source *callback = self;

    callback->options.set_waker(callback->options.context, waker);
}

static void callback_close(void *self)
{
    struct callback_source *callback = self;
    struct postage_allocator alloc = callback->alloc;

    if (callback->options.close != NULL)
        callback->options.close(callback->options.context);
    mem_free(&alloc, callback);
}

enum postage_status postage_source_callback(struct postage_source *out, const struct postage_callback_source_options *options,
                                            const struct postage_allocator *alloc, struct postage_error *err)
{
    struct postage_allocator own = mem_allocator(alloc);
    struct postage_callback_source_options chosen;
    struct callback_source *callback;
    enum postage_status status;

    *out = (struct postage_source){ 0 };
    status = OPTIONS_TAKE(&chosen, options, struct postage_callback_source_options, length, err);
    if (status != POSTAGE_OK)
        return status;
    if (chosen.read == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "callback source: options.read is NULL");
    callback = mem_alloc(&own, sizeof *callback);
    if (callback == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    callback->alloc = own;
    callback->options = chosen;
    callback->ops = (struct postage_source_ops){
        .size = sizeof(struct postage_source_ops),
        .read = callback_read,
        .rewind = chosen.rewind != NULL ? callback_rewind : NULL,
        .length = chosen.length_known ? callback_length : NULL,
        .set_waker = chosen.set_waker != NULL ? callback_set_waker : NULL,
        .close = callback_close,
    };
    *out = (struct postage_source){ &callback->ops, callback };
    return POSTAGE_OK;
}
