#include "upload/upload.h"

#include <string.h>

#include "base/error.h"
#include "base/saturate.h"
#include "http/clock.h"
#include "upload/verdict.h"
#include "upload/result.h"

enum { PROGRESS_PERIOD_MS = 100, WAITING_PERIOD_MS = 250 };

enum postage_status upload_init(struct upload *upload, struct postage_client *client, const struct postage_allocator *alloc)
{
    upload->client = client;
    atomic_init(&upload->cancelled, false);
    atomic_init(&upload->awake, false);
    return attempt_init(&upload->attempt, alloc);
}

void upload_clear(struct upload *upload)
{
    attempt_clear(&upload->attempt);
}

void upload_reset(struct upload *upload, const struct postage_upload_options *options, uint64_t id)
{
    upload->options = *options;
    upload->id = id;
    upload->attempts = 0;
    upload->attempt.object_bytes_sent = 0; /* of the use before; this one may end before it begins */
    upload->submitted_ms = upload->progress_ms = clock_ms();
    upload->deadline_ms = options->total_timeout_ms > 0 ? saturating_add(upload->submitted_ms, options->total_timeout_ms) : 0;
    upload->in_progress = false;
    atomic_store(&upload->cancelled, false);
    atomic_store(&upload->awake, false);
}

/* --- telling the caller --- */

static void tell_progress(struct upload *upload, bool finished, const struct postage_result *result)
{
    const struct postage_upload_options *options = &upload->options;
    struct postage_progress progress = {
        .object_bytes = finished ? result->object_bytes : attempt_object_bytes(&upload->attempt),
        .object_bytes_sent = finished ? upload->attempt.object_bytes_sent : attempt_object_bytes_sent(&upload->attempt),
        .elapsed_ms = clock_ms() - upload->submitted_ms,
        .finished = finished,
    };
    enum postage_progress_answer answer;

    upload->in_progress = true;
    answer = options->on_progress(options->context, &progress);
    upload->in_progress = false;
    if (answer == POSTAGE_GO_ON || finished)
        return;
    atomic_store(&upload->cancelled, true);
    upload->waker.wake(&upload->waker); /* libcurl may be at work: the client ends it afterwards */
}

static void on_moved(void *context)
{
    struct upload *upload = context;
    int64_t now = clock_ms();

    if (upload->options.on_progress == NULL || upload->in_progress || now - upload->progress_ms < PROGRESS_PERIOD_MS)
        return;
    upload->progress_ms = now;
    tell_progress(upload, false, NULL);
}

int64_t upload_tell_waiting(struct upload *upload, int64_t now_ms)
{
    if (upload->options.on_progress == NULL || upload->attempt.request == NULL)
        return INT64_MAX;
    if (now_ms - upload->progress_ms >= WAITING_PERIOD_MS) {
        upload->progress_ms = now_ms;
        tell_progress(upload, false, NULL);
    }
    return upload->progress_ms + WAITING_PERIOD_MS;
}

static void finish(struct upload *upload, struct result_draft *draft)
{
    const struct postage_source_ops *ops = upload->options.source->ops;

    if (ops->set_waker != NULL)
        ops->set_waker(upload->options.source->self, NULL);
    draft->result.attempts = upload->attempts;
    draft->timings.total_ms = clock_ms() - upload->submitted_ms;
    if (upload->options.on_progress != NULL)
        tell_progress(upload, true, &draft->result);
    if (upload->done != NULL)
        upload->done(upload->done_context, &draft->result);
    upload->ended(upload);
}

static void on_verdict(void *context, struct result_draft *draft)
{
    finish(context, draft);
}

/* --- beginning and ending --- */

bool upload_start(struct upload *upload, struct http_loop *loop, void (*signal)(struct postage_waker *waker))
{
    const struct postage_source *source = upload->options.source;
    struct attempt *attempt = &upload->attempt;
    struct result_draft draft;

    upload->waker = (struct postage_waker)POSTAGE_WAKER_INIT(signal);
    if (source->ops->set_waker != NULL)
        source->ops->set_waker(source->self, &upload->waker);
    attempt->loop = loop;
    attempt->options = &upload->options;
    attempt->cancelled = &upload->cancelled;
    attempt->context = upload;
    attempt->moved = on_moved;
    attempt->done = on_verdict;
    if (attempt_start(attempt, upload->deadline_ms, &draft)) {
        upload->attempts++;
        return true;
    }
    finish(upload, &draft);
    return false;
}

static void end_unsent(struct upload *upload, enum postage_status status, const char *why)
{
    struct postage_error error = POSTAGE_ERROR_INIT;
    struct result_draft draft;

    error_set(&error, status, "%s", why);
    verdict_refusal(&draft, &upload->options, &error);
    finish(upload, &draft);
}

void upload_cancel(struct upload *upload)
{
    if (upload->attempt.request != NULL)
        attempt_stop(&upload->attempt);
    else
        end_unsent(upload, POSTAGE_ERR_CANCELLED, "cancelled before anything was sent");
}

void upload_expire(struct upload *upload)
{
    end_unsent(upload, POSTAGE_ERR_TIMEOUT,
               "the total time limit passed while the upload waited for its turn; nothing was sent");
}
