/* The blocking call: a client of its own for one upload. */
#include "base/error.h"
#include "upload/client.h"
#include "upload/result.h"

struct waiting {
    struct postage_result *result;
    bool done;
};

static void on_done(void *context, const struct postage_result *result)
{
    struct waiting *waiting = context;

    result_fill(waiting->result, result);
    waiting->done = true;
}

static enum postage_status wait_for_it(struct postage_client *client, const struct postage_upload_options *options,
                                       struct waiting *waiting, struct postage_error *err)
{
    enum postage_status status = client_submit(client, options, on_done, waiting, NULL, err);

    while (status == POSTAGE_OK && !waiting->done)
        status = postage_client_run(client, -1, err);
    return status;
}

enum postage_status postage_upload(struct postage_result **out, const struct postage_upload_options *options,
                                   const struct postage_client_options *client_options, const struct postage_allocator *alloc,
                                   struct postage_error *err)
{
    struct waiting waiting = { 0 };
    struct postage_client *client = NULL;
    enum postage_status status = result_new(&waiting.result, alloc);

    *out = NULL;
    if (status != POSTAGE_OK)
        return error_plain(err, status);
    status = postage_client_new(&client, client_options, alloc, err);
    if (status == POSTAGE_OK)
        status = wait_for_it(client, options, &waiting, err);
    postage_client_free(client); /* cancels what a failing system left unfinished, which fills the result too */
    if (!waiting.done) {
        postage_result_free(waiting.result);
        return status;
    }
    *out = waiting.result;
    status = postage_outcome_status(waiting.result->outcome);
    return status == POSTAGE_OK ? status : error_give(err, waiting.result->error);
}
