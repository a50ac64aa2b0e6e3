/* postage's client, as its users drive it: one source and one upload per object, the next one submitted when one is done. */
#include "objects.h"

#include <curl/curl.h>

struct lane {
    struct objects *objects;
    struct postage_client *client;
    struct postage_source source;
    struct postage_upload_options upload;
    char name[24];
    int64_t began_ns;
};

static void begin(struct lane *lane)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    objects_next_name(lane->objects, lane->name);
    lane->began_ns = objects_now_ns();
    if (postage_source_memory(&lane->source, lane->objects->data, lane->objects->object_bytes, &objects_allocator, &err) !=
            POSTAGE_OK ||
        postage_client_submit(lane->client, &lane->upload, NULL, &err) != POSTAGE_OK)
        objects_fail(err.message);
}

static void on_done(void *context, const struct postage_result *result)
{
    struct lane *lane = context;

    if (result->object_state != POSTAGE_OBJECT_STORED)
        objects_fail(result->error->message);
    postage_source_close(&lane->source);
    if (objects_ended(lane->objects, lane->began_ns))
        begin(lane);
}

static void lane_init(struct lane *lane, struct objects *objects, struct postage_client *client)
{
    *lane = (struct lane){ .objects = objects, .client = client, .upload = POSTAGE_UPLOAD_OPTIONS_INIT };
    lane->upload.form = objects->form;
    lane->upload.source = &lane->source;
    lane->upload.file_name = lane->name;
    lane->upload.digest = POSTAGE_DIGEST_CRC64NVME; /* a choice, so that a server without digests costs no MD5 */
    lane->upload.context = lane;
    lane->upload.on_done = on_done;
}

int main(int argc, char **argv)
{
    static struct lane lanes[CONNECTIONS_MAX];
    struct postage_client_options options = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_client *client;
    struct objects objects;

    objects_open(&objects, argc, argv);
    curl_global_init_mem(CURL_GLOBAL_ALL, objects_malloc, free, objects_realloc, objects_strdup, objects_calloc);
    options.max_running = objects.connections;
    if (postage_client_new(&client, &options, &objects_allocator, &err) != POSTAGE_OK)
        objects_fail(err.message);
    for (size_t i = 0; i < objects.connections; i++) {
        lane_init(&lanes[i], &objects, client);
        begin(&lanes[i]);
    }
    while (postage_client_pending(client) > 0)
        if (postage_client_run(client, -1, &err) != POSTAGE_OK)
            objects_fail(err.message);
    postage_client_free(client);
    objects_close(&objects);
    return 0;
}
