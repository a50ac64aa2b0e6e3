#include "upload/attempt.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "upload/verdict.h"
#include "upload/precheck.h"
#include "upload/trace.h"
#include "upload/verify.h"

enum {
    CONNECT_TIMEOUT_MS = 5000,
    IDLE_TIMEOUT_MS = 30000,
    RESPONSE_TIMEOUT_MS = 60000,
};

enum postage_status attempt_init(struct attempt *attempt, const struct postage_allocator *alloc)
{
    attempt->alloc = *alloc;
    return postage_body_new(&attempt->body, alloc);
}

void attempt_clear(struct attempt *attempt)
{
    postage_body_free(attempt->body);
    attempt->body = NULL;
}

/* --- what the request calls --- */

static enum postage_status on_read(void *context, uint8_t *dst, size_t cap, size_t *got)
{
    struct attempt *attempt = context;
    enum postage_status status;

    if (atomic_load(attempt->cancelled))
        status = error_plain(&attempt->source_error, POSTAGE_ERR_CANCELLED);
    else
        status = postage_body_read(attempt->body, dst, cap, got, &attempt->source_error);
    attempt->waiting = status == POSTAGE_AGAIN;
    if (status < 0)
        attempt->source_status = status;
    return status;
}

static void on_moved(void *context)
{
    struct attempt *attempt = context;

    attempt->moved(attempt->context);
}

static void on_done(void *context, const struct http_facts *facts)
{
    struct attempt *attempt = context;
    struct verdict verdict;

    attempt->request = NULL;
    verdict_attempt(&verdict, attempt, facts);
    trace_reply(http_loop_logger(attempt->loop), postage_form_provider(attempt->options->form), &verdict.pairs.reply);
    attempt->object_bytes_sent = attempt_object_bytes_sent(attempt);
    postage_body_close(attempt->body);
    attempt->done(attempt->context, &verdict.draft);
    verdict_clear(&verdict);
}

/* --- starting and stopping --- */

static enum postage_status open_body(struct attempt *attempt, struct postage_error *err)
{
    const struct postage_upload_options *options = attempt->options;
    struct postage_body_options body = POSTAGE_BODY_OPTIONS_INIT;
    enum postage_status status;

    body.fields = postage_form_fields(options->form, &body.field_count);
    body.file_name = options->file_name;
    body.file_content_type = options->file_content_type;
    body.source = options->source;
    body.length_given = options->length_given;
    body.length = options->length;
    body.digests = attempt->digests;
    status = postage_body_open(attempt->body, &body, err);
    if (status == POSTAGE_OK)
        attempt->object_bytes = postage_body_length(attempt->body) - postage_body_head_length(attempt->body) -
                                postage_body_close_length(attempt->body);
    return status;
}

static int64_t or_default(int64_t value, int64_t fallback)
{
    return value > 0 ? value : fallback;
}

static enum postage_status start_request(struct attempt *attempt, int64_t deadline_ms, struct postage_error *err)
{
    const struct postage_upload_options *options = attempt->options;
    struct http_request_options request = {
        .url = postage_form_url(options->form),
        .content_type = postage_body_content_type(attempt->body),
        .body_length = postage_body_length(attempt->body),
        .judged_length = postage_body_head_length(attempt->body),
        .tail_length = postage_body_close_length(attempt->body),
        .error_body_max = REFUSAL_BODY_MAX_KIB * 1024,
        .success_body_max = SUCCESS_BODY_MAX_MIB * 1024 * 1024,
        .connect_timeout_ms = or_default(options->connect_timeout_ms, CONNECT_TIMEOUT_MS),
        .idle_timeout_ms = or_default(options->idle_timeout_ms, IDLE_TIMEOUT_MS),
        .response_timeout_ms = or_default(options->response_timeout_ms, RESPONSE_TIMEOUT_MS),
        .deadline_ms = deadline_ms,
        .context = attempt,
        .read_never_waits = options->source->ops->set_waker == NULL,
        .read = on_read,
        .moved = on_moved,
        .done = on_done,
    };

    trace_form(http_loop_logger(attempt->loop), options, attempt->object_bytes);
    return http_loop_start(attempt->loop, &request, &attempt->request, err);
}

bool attempt_start(struct attempt *attempt, int64_t deadline_ms, struct result_draft *draft)
{
    struct postage_error error = POSTAGE_ERROR_INIT;
    enum postage_status status;

    attempt->waiting = false;
    attempt->object_bytes = attempt->object_bytes_sent = 0;
    attempt->source_status = POSTAGE_OK;
    attempt->source_error = (struct postage_error)POSTAGE_ERROR_INIT;
    status = verify_choose(&attempt->digests, attempt->options, &error);
    if (status == POSTAGE_OK)
        status = open_body(attempt, &error); /* tells the size */
    if (status == POSTAGE_OK)
        status = precheck(attempt->options, attempt->object_bytes, (int64_t)time(NULL), &attempt->alloc, &error);
    if (status == POSTAGE_OK)
        status = start_request(attempt, deadline_ms, &error);
    if (status == POSTAGE_OK)
        return true;
    verdict_refusal(draft, attempt->options, &error);
    postage_body_close(attempt->body);
    return false;
}

void attempt_stop(struct attempt *attempt)
{
    http_loop_stop(attempt->loop, attempt->request);
}

void attempt_resume(struct attempt *attempt)
{
    if (attempt->request == NULL || !attempt->waiting)
        return;
    attempt->waiting = false;
    http_loop_resume(attempt->loop, attempt->request);
}

uint64_t attempt_object_bytes_sent(const struct attempt *attempt)
{
    uint64_t position = postage_body_position(attempt->body), head = postage_body_head_length(attempt->body);
    uint64_t sent = position > head ? position - head : 0, all = attempt->object_bytes;

    return sent < all ? sent : all;
}
