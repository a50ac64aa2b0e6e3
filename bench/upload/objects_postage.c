/*
 * postage's client, as its users drive it: one source and one upload per object, the next one submitted when one is done.
 *
 * verify=none|crc64|crc32c|md5   the digest to compute and compare; crc64 unless given
 * idle=COUNT                     so many connections are open, idle, in the same client, that used them before; among them
 *                                those that the objects go over
 */
#include "held.h"
#include "verify.h"

struct lane {
    struct objects *objects;
    struct postage_client *client;
    struct postage_source source;
    struct postage_upload_options upload;
    char name[24];
    struct timing timing;
};

static void begin(struct lane *lane)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    objects_next_name(lane->objects, lane->name);
    lane->timing.began_ns = objects_now_ns();
    if (postage_source_memory(&lane->source, lane->objects->data, lane->objects->object_bytes, NULL, &err) != POSTAGE_OK ||
        postage_client_submit(lane->client, &lane->upload, NULL, &err) != POSTAGE_OK)
        objects_fail(err.message);
}

static void on_done(void *context, const struct postage_result *result)
{
    struct lane *lane = context;

    if (result->object_state != POSTAGE_OBJECT_STORED)
        objects_fail(result->error->message);
    postage_source_close(&lane->source);
    if (objects_ended(lane->objects, &lane->timing))
        begin(lane);
}

static void lane_init(struct lane *lane, struct objects *objects, struct postage_client *client)
{
    const char *verify = objects_setting(objects, "verify");

    *lane = (struct lane){ .objects = objects, .client = client, .upload = POSTAGE_UPLOAD_OPTIONS_INIT };
    lane->upload.form = objects->form;
    lane->upload.source = &lane->source;
    lane->upload.file_name = lane->name;
    /* A choice, so that a server without digests costs no MD5. */
    verify_by(&lane->upload, verify != NULL ? verify : "crc64");
    lane->upload.context = lane;
    lane->upload.on_done = on_done;
}

static struct postage_client *open_client(const struct objects *objects, size_t connections)
{
    struct postage_client_options options = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_client *client;

    options.max_running = connections;
    options.ca_file = objects->ca_file;
    if (postage_client_new(&client, &options, NULL, &err) != POSTAGE_OK)
        objects_fail(err.message);
    return client;
}

/* As many uploads as connections, all of them in the middle at once, leave as many connections behind. */
static void leave_idle(struct objects *objects, struct postage_client *client, size_t count)
{
    struct jobs jobs = { .client = client };
    struct job *all = calloc(count, sizeof *all);

    if (all == NULL)
        objects_fail("out of memory");
    jobs_hold(&jobs, all, count, &objects->form, 0);
    jobs_let_go(&jobs, all, count);
    free(all);
    if (open_connections() != count)
        objects_fail("not all connections were kept");
    objects->start = cost_now();
}

int main(int argc, char **argv)
{
    static const char *const settings[] = { "ca", "verify", "idle", NULL };
    static struct lane lanes[CONNECTIONS_MAX];
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_client *client;
    struct objects objects;
    const char *idle;
    size_t kept;

    objects_open(&objects, argc, argv, settings);
    idle = objects_setting(&objects, "idle");
    kept = idle != NULL ? (size_t)strtoul(idle, NULL, 10) : 0;
    raise_descriptors(kept + objects.connections);
    client = open_client(&objects, kept > objects.connections ? kept : objects.connections);
    if (kept > 0)
        leave_idle(&objects, client, kept);
    for (size_t i = 0; i < objects.connections; i++) {
        lane_init(&lanes[i], &objects, client);
        begin(&lanes[i]);
    }
    while (postage_client_pending(client) > 0)
        if (postage_client_run(client, -1, &err) != POSTAGE_OK)
            objects_fail(err.message);
    if (kept > 0 && open_connections() != kept)
        objects_fail("the idle connections were not kept to the end");
    postage_client_free(client);
    objects_close(&objects);
    return 0;
}
