#include "batch.h"

#include "object_key.h"
#include "media_type.h"
#include "message.h"
#include "interrupt.h"
#include "result_line.h"
#include "session.h"
#include "stdin_source.h"

#include <stdlib.h>
#include <string.h>

enum { TURN_MS = 100, BATCH_GROUP = 1 };

static struct result_line line_of(const struct transfer *transfer)
{
    return (struct result_line){
        .json = transfer->batch->args->json, .place = transfer->batch->place, .file = transfer->file, .key = transfer->key
    };
}

static void count_end(struct batch *batch, enum exit_code code)
{
    batch->worst = exit_code_worse(batch->worst, code);
    if (code == EXIT_INTERNAL) /* no memory, or nobody to read the results: going on would lose more of them */
        batch->stopped = true;
    batch->progress.finished_files++;
}

/* A failure before anything was sent; why was said already. */
static void end_unsent(struct transfer *transfer, enum exit_code code)
{
    static const struct {
        enum exit_code code;
        enum postage_outcome outcome;
    } outcomes[] = {
        { EXIT_USAGE, POSTAGE_OUTCOME_USAGE },
        { EXIT_REFUSED, POSTAGE_OUTCOME_REJECTED },
        { EXIT_CREDENTIALS, POSTAGE_OUTCOME_FORM_EXPIRED },
        { EXIT_SOURCE, POSTAGE_OUTCOME_SOURCE_IO },
        { EXIT_INTERNAL, POSTAGE_OUTCOME_OUT_OF_MEMORY },
    };
    struct result_line line = line_of(transfer);
    enum exit_code printed = EXIT_DONE;

    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
        if (outcomes[i].code == code)
            printed = result_line_print_unsent(&line, outcomes[i].outcome, message_last_error());
    if (code != EXIT_SOURCE) /* the next file would fail alike */
        transfer->batch->stopped = true;
    count_end(transfer->batch, exit_code_worse(code, printed));
}

static enum postage_progress_answer on_progress(void *context, const struct postage_progress *progress)
{
    struct transfer *transfer = context;
    struct batch *batch = transfer->batch;

    batch->progress.sent_bytes += progress->object_bytes_sent - transfer->bytes_sent;
    transfer->bytes_sent = progress->object_bytes_sent;
    return POSTAGE_GO_ON;
}

static void on_done(void *context, const struct postage_result *result)
{
    struct transfer *transfer = context;
    struct result_line line = line_of(transfer);

    progress_clear(&transfer->batch->progress);
    count_end(transfer->batch, result_line_print(&line, result));
    transfer->ended = true;
}

static void release(struct transfer *transfer)
{
    postage_form_free(transfer->form);
    postage_source_close(&transfer->source);
    transfer->form = NULL;
}

static enum exit_code open_source(struct transfer *transfer, uint64_t *bytes)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    *bytes = transfer->batch->args->size.number;
    if (strcmp(transfer->file, "-") == 0)
        return stdin_source_open(&transfer->source, *bytes);
    if (postage_source_file(&transfer->source, transfer->file, NULL, &err) != POSTAGE_OK)
        return fail_error(strstr(err.message, transfer->file) == NULL ? transfer->file : NULL, &err);
    if (transfer->source.ops->length(transfer->source.self, bytes) != POSTAGE_OK)
        return fail(EXIT_SOURCE, NULL, "%s: the length cannot be determined", transfer->file);
    return EXIT_DONE;
}

/* What --verify's words mean, in the order of options.c: whether, and the digests of which the provider has one. */
static const struct {
    enum postage_verify verify;
    enum postage_digest digests[2];
} verifications[] = {
    { POSTAGE_VERIFY_AUTO, { POSTAGE_DIGEST_NONE, POSTAGE_DIGEST_NONE } },
    { POSTAGE_VERIFY_REQUIRED, { POSTAGE_DIGEST_NONE, POSTAGE_DIGEST_NONE } },
    { POSTAGE_VERIFY_NONE, { POSTAGE_DIGEST_NONE, POSTAGE_DIGEST_NONE } },
    { POSTAGE_VERIFY_AUTO, { POSTAGE_DIGEST_CRC64NVME, POSTAGE_DIGEST_CRC64XZ } },
    { POSTAGE_VERIFY_AUTO, { POSTAGE_DIGEST_CRC32C, POSTAGE_DIGEST_NONE } },
    { POSTAGE_VERIFY_AUTO, { POSTAGE_DIGEST_MD5, POSTAGE_DIGEST_NONE } },
    { POSTAGE_VERIFY_REQUIRED, { POSTAGE_DIGEST_CRC64NVME, POSTAGE_DIGEST_CRC64XZ } },
    { POSTAGE_VERIFY_REQUIRED, { POSTAGE_DIGEST_CRC32C, POSTAGE_DIGEST_NONE } },
    { POSTAGE_VERIFY_REQUIRED, { POSTAGE_DIGEST_MD5, POSTAGE_DIGEST_NONE } },
};

static void choose_verification(struct postage_upload_options *options, uint64_t how)
{
    unsigned returned = postage_provider_digests(postage_form_provider(options->form));
    const enum postage_digest *digests = verifications[how].digests;
    bool second = digests[1] != POSTAGE_DIGEST_NONE && (returned & POSTAGE_DIGEST_BIT(digests[1])) != 0;

    options->verify = verifications[how].verify;
    options->digest = digests[second ? 1 : 0];
}

static enum exit_code submit(struct transfer *transfer)
{
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    bool is_stdin = strcmp(transfer->file, "-") == 0;

    options.form = transfer->form;
    options.source = &transfer->source;
    options.file_name = is_stdin ? NULL : object_key_base_name(transfer->file);
    options.file_content_type = postage_form_value(transfer->form, "content-type");
    if (options.file_content_type == NULL)
        options.file_content_type = media_type_of(transfer->file);
    choose_verification(&options, transfer->batch->args->verify.number);
    options.skip_check = transfer->batch->args->no_check;
    options.group = BATCH_GROUP;
    options.context = transfer;
    options.on_progress = on_progress;
    options.on_done = on_done;
    if (postage_client_submit(transfer->batch->client, &options, NULL, &err) != POSTAGE_OK)
        return fail_error(transfer->file, &err);
    return EXIT_DONE;
}

static void start(struct batch *batch, struct transfer *transfer)
{
    uint64_t bytes;
    enum exit_code code = open_source(transfer, &bytes);

    if (code == EXIT_DONE)
        code = batch->make_form(batch->context, transfer, bytes, &transfer->form);
    if (code == EXIT_DONE)
        code = submit(transfer);
    if (code == EXIT_DONE) {
        batch->running[batch->running_count++] = transfer;
        return;
    }
    release(transfer);
    end_unsent(transfer, code);
}

static void release_ended(struct batch *batch)
{
    size_t kept = 0;

    for (size_t i = 0; i < batch->running_count; i++) {
        if (batch->running[i]->ended)
            release(batch->running[i]);
        else
            batch->running[kept++] = batch->running[i];
    }
    batch->running_count = kept;
}

static void check_interrupts(struct batch *batch)
{
    if (!interrupt_was_caught() || batch->cancelled)
        return;
    batch->cancelled = batch->stopped = true;
    batch->worst = exit_code_worse(batch->worst, EXIT_INTERRUPTED);
    postage_client_cancel_group(batch->client, BATCH_GROUP);
}

static void run_turns(struct batch *batch)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    while (batch->running_count > 0 || (batch->next < batch->count && !batch->stopped)) {
        check_interrupts(batch);
        while (batch->running_count < BATCH_MAX_RUNNING && batch->next < batch->count && !batch->stopped)
            start(batch, &batch->transfers[batch->next++]);
        if (batch->running_count > 0 && postage_client_run(batch->client, TURN_MS, &err) != POSTAGE_OK) {
            batch->worst = exit_code_worse(batch->worst, fail_error(NULL, &err));
            break;
        }
        release_ended(batch);
        progress_draw(&batch->progress);
    }
    progress_clear(&batch->progress);
}

/* What was never started has its line in the JSON as well, and people read how many there are. */
static void print_rest(struct batch *batch)
{
    size_t rest = batch->count - batch->next;

    for (; batch->next < batch->count; batch->next++) {
        struct result_line line = line_of(&batch->transfers[batch->next]);
        const char *reason = batch->cancelled ? "interrupted before it was started" : "not started: an earlier file failed";

        if (result_line_print_unsent(&line, POSTAGE_OUTCOME_CANCELLED, reason) != EXIT_DONE)
            break;
    }
    if (rest > 0)
        fail(batch->worst, NULL, "%zu of %zu files were not started", rest, batch->count);
}

static enum exit_code make_client(struct batch *batch)
{
    const struct postage_logger logger = message_logger();
    struct postage_client_options options = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;

    options.max_running = BATCH_MAX_RUNNING;
    options.ca_file = session_ca_file(batch->args);
    options.proxy = batch->args->proxy;
    options.use_environment_proxy = batch->args->environment_proxy;
    options.proxy_tunnel = batch->args->proxy_tunnel;
    options.logger = &logger;
    if (postage_client_new(&batch->client, &options, NULL, &err) != POSTAGE_OK)
        return fail_error(NULL, &err);
    return EXIT_DONE;
}

enum exit_code batch_run(struct batch *batch)
{
    bool bar = !batch->args->quiet && !batch->args->verbose;
    uint64_t total = 0;
    enum exit_code code = make_client(batch);

    if (code != EXIT_DONE)
        return code;
    for (size_t i = 0; i < batch->count; i++) {
        batch->transfers[i].batch = batch;
        total += batch->transfers[i].bytes;
    }
    progress_init(&batch->progress, bar, batch->count, total);
    message_on_line(progress_clear, &batch->progress);
    interrupt_catch();
    run_turns(batch);
    postage_client_free(batch->client); /* cancels what a failing client left behind */
    release_ended(batch);
    print_rest(batch);
    message_on_line(NULL, NULL);
    return batch->worst;
}
