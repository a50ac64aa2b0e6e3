/*
 * One stream from a file in the page cache, through the library, with or without a digest to be compared with the store's.
 *
 * Usage: stream PORT FILE none|crc64|crc32c|md5
 */
#include "verify.h"

struct stream {
    struct postage_client *client;
    struct postage_upload_options options;
};

static void on_done(void *context, const struct postage_result *result)
{
    (void)context;
    if (result->object_state != POSTAGE_OBJECT_STORED)
        objects_fail(result->error->message);
}

static void step(void *state)
{
    struct stream *stream = state;
    struct postage_error err = POSTAGE_ERROR_INIT;

    if (stream->options.source->ops->rewind(stream->options.source->self, &err) != POSTAGE_OK ||
        postage_client_submit(stream->client, &stream->options, NULL, &err) != POSTAGE_OK)
        objects_fail(err.message);
    while (postage_client_pending(stream->client) > 0)
        if (postage_client_run(stream->client, -1, &err) != POSTAGE_OK)
            objects_fail(err.message);
}

int main(int argc, char **argv)
{
    struct stream stream = { .options = POSTAGE_UPLOAD_OPTIONS_INIT };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source file;
    struct cost cost;
    char origin[ORIGIN_ROOM];
    uint64_t uploads, bytes = 0;

    if (argc != 4)
        objects_fail("usage: PORT FILE none|crc64|crc32c|md5");
    if (postage_source_file(&file, argv[2], NULL, &err) != POSTAGE_OK ||
        postage_client_new(&stream.client, NULL, NULL, &err) != POSTAGE_OK || file.ops->length(file.self, &bytes) != POSTAGE_OK)
        objects_fail(err.message);
    objects_origin(origin, argv[1], false);
    stream.options.form = objects_sign(origin, NULL);
    stream.options.source = &file;
    stream.options.on_done = on_done;
    verify_by(&stream.options, argv[3]);
    uploads = run_round(step, &stream, 1, &cost);
    printf("{\"gb_per_s\": %.4f, \"cpu_s_per_gb\": %.5f}\n", (double)uploads * (double)bytes / 1e9 / cost.wall_s,
           cost.cpu_s * 1e9 / ((double)uploads * (double)bytes));
    postage_client_free(stream.client);
    postage_form_free((struct postage_form *)stream.options.form);
    postage_source_close(&file);
    return 0;
}
