#include "upload/client.h"

#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "base/options.h"
#include "base/source_contract.h"
#include "http/clock.h"
#include "http/loop.h"
#include "upload/upload.h"

enum { DEFAULT_MAX_RUNNING = 64, MAX_IDLE_UPLOADS = 64 };

struct upload_list {
    struct upload *first, *last;
    size_t count;
};

/*
 * Other threads append to `queued` and set flags in uploads, under the lock, and signal; all the rest is the client's
 * thread's. It alone moves uploads between lists, so it may walk `running` without the lock, and holds it only to change one.
 */
struct postage_client {
    struct postage_allocator alloc;
    struct http_loop *loop;
    size_t max_running;
    pthread_mutex_t lock;
    struct upload_list queued;
    struct upload_list running;
    struct upload_list idle;
    uint64_t last_id;
    bool closing;
    bool inside;             /* the client's thread is in a call: callbacks must not make another */
    pthread_t thread;        /* the one that is; both under the lock, too */
    atomic_bool attention;   /* some upload has a flag set */
    int64_t queue_due_ms;    /* no queued upload's time ends before this */
    int64_t progress_due_ms; /* no running upload's progress is to be told before this */
};

static void append(struct upload_list *list, struct upload *upload)
{
    upload->next = NULL;
    upload->previous = list->last;
    if (list->last != NULL)
        list->last->next = upload;
    else
        list->first = upload;
    list->last = upload;
    list->count++;
}

static void take_out(struct upload_list *list, struct upload *upload)
{
    if (upload->previous != NULL)
        upload->previous->next = upload->next;
    else
        list->first = upload->next;
    if (upload->next != NULL)
        upload->next->previous = upload->previous;
    else
        list->last = upload->previous;
    upload->next = upload->previous = NULL;
    list->count--;
}

static void call_attention(struct postage_client *client)
{
    atomic_store(&client->attention, true);
    http_loop_wake(client->loop);
}

/* --- birth and death --- */

static enum postage_status make_loop(struct postage_client *client, const struct postage_client_options *options,
                                     struct postage_error *err)
{
    struct http_loop_options loop = {
        .ca_file = options->ca_file,
        .proxy = options->proxy,
        .use_environment_proxy = options->use_environment_proxy,
        .always_tunnel = options->proxy_tunnel,
        .max_connections = client->max_running,
        .watch = options->watch,
        .context = options->context,
    };

    if (options->logger != NULL) {
        enum postage_status status = OPTIONS_TAKE(&loop.logger, options->logger, struct postage_logger, level, err);

        if (status != POSTAGE_OK)
            return status;
    }
    return http_loop_new(&client->loop, &loop, &client->alloc, err);
}

enum postage_status postage_client_new(struct postage_client **out, const struct postage_client_options *options,
                                       const struct postage_allocator *alloc, struct postage_error *err)
{
    static const struct postage_client_options defaults = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_allocator own = mem_allocator(alloc);
    struct postage_client_options taken;
    struct postage_client *client;
    enum postage_status status;

    *out = NULL;
    status = OPTIONS_TAKE(&taken, options != NULL ? options : &defaults, struct postage_client_options, context, err);
    if (status != POSTAGE_OK)
        return status;
    client = mem_alloc(&own, sizeof *client);
    if (client == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    client->alloc = own;
    client->max_running = taken.max_running > 0 ? taken.max_running : DEFAULT_MAX_RUNNING;
    client->queue_due_ms = client->progress_due_ms = INT64_MAX;
    atomic_init(&client->attention, false);
    status = make_loop(client, &taken, err);
    if (status == POSTAGE_OK && pthread_mutex_init(&client->lock, NULL) != 0)
        status = error_plain(err, POSTAGE_ERR_SYSTEM);
    if (status != POSTAGE_OK) {
        http_loop_free(client->loop);
        mem_free(&own, client);
        return status;
    }
    *out = client;
    return POSTAGE_OK;
}

static void free_upload(struct postage_client *client, struct upload *upload)
{
    upload_clear(upload);
    mem_wipe_free(&client->alloc, upload, sizeof *upload);
}

/* --- ends of uploads, on the client's thread --- */

static void on_ended(struct upload *upload)
{
    struct postage_client *client = upload->client;
    bool keep;

    pthread_mutex_lock(&client->lock);
    take_out(&client->running, upload);
    keep = client->idle.count < MAX_IDLE_UPLOADS;
    mem_wipe(&upload->options, sizeof upload->options);
    if (keep)
        append(&client->idle, upload);
    pthread_mutex_unlock(&client->lock);
    if (!keep)
        free_upload(client, upload);
}

static void on_wake(struct postage_waker *waker)
{
    struct upload *upload = (struct upload *)(void *)waker;

    atomic_store(&upload->awake, true);
    call_attention(upload->client);
}

static bool is_due(const struct upload *upload, int64_t now_ms)
{
    return upload->deadline_ms > 0 && upload->deadline_ms <= now_ms;
}

/* Moves the first queued upload that is cancelled or too late to `running`, from where it ends; NULL: there is none. */
static struct upload *take_cancelled_or_late(struct postage_client *client)
{
    int64_t now = clock_ms(), due = INT64_MAX;
    struct upload *found = NULL;

    pthread_mutex_lock(&client->lock);
    for (struct upload *upload = client->queued.first; upload != NULL && found == NULL; upload = upload->next) {
        if (atomic_load(&upload->cancelled) || is_due(upload, now))
            found = upload;
        else if (upload->deadline_ms > 0 && upload->deadline_ms < due)
            due = upload->deadline_ms;
    }
    if (found != NULL) {
        take_out(&client->queued, found);
        append(&client->running, found);
    } else {
        client->queue_due_ms = due;
    }
    pthread_mutex_unlock(&client->lock);
    return found;
}

static void end_cancelled_or_late(struct postage_client *client)
{
    struct upload *upload;

    while ((upload = take_cancelled_or_late(client)) != NULL)
        if (atomic_load(&upload->cancelled))
            upload_cancel(upload);
        else
            upload_expire(upload);
}

static struct upload *find_cancelled(struct postage_client *client)
{
    struct upload *upload = client->running.first;

    while (upload != NULL && !atomic_load(&upload->cancelled))
        upload = upload->next;
    return upload;
}

static void act_on_flags(struct postage_client *client)
{
    struct upload *upload;

    while ((upload = find_cancelled(client)) != NULL)
        upload_cancel(upload); /* may call back and change the list: begin again */
    for (upload = client->running.first; upload != NULL; upload = upload->next)
        if (atomic_exchange(&upload->awake, false))
            attempt_resume(&upload->attempt);
}

static struct upload *take_queued(struct postage_client *client)
{
    struct upload *upload = NULL;

    pthread_mutex_lock(&client->lock);
    if (client->running.count < client->max_running && client->queued.first != NULL) {
        upload = client->queued.first;
        take_out(&client->queued, upload);
        append(&client->running, upload);
    }
    pthread_mutex_unlock(&client->lock);
    return upload;
}

static bool queue_is_due(struct postage_client *client)
{
    bool due;

    pthread_mutex_lock(&client->lock);
    due = client->queue_due_ms <= clock_ms();
    pthread_mutex_unlock(&client->lock);
    return due;
}

static void start(struct postage_client *client, struct upload *upload)
{
    int64_t due;

    if (!upload_start(upload, client->loop, on_wake))
        return;
    due = upload_tell_waiting(upload, clock_ms());
    if (due < client->progress_due_ms)
        client->progress_due_ms = due;
}

/* While nothing moves libcurl does not call us; those who want to know, or to stop, still do. */
static void tell_waiting(struct postage_client *client)
{
    int64_t now = client->progress_due_ms < INT64_MAX ? clock_ms() : 0, next = INT64_MAX;

    if (client->progress_due_ms > now)
        return;
    for (struct upload *upload = client->running.first; upload != NULL; upload = upload->next) {
        int64_t due = upload_tell_waiting(upload, now);

        if (due < next)
            next = due;
    }
    client->progress_due_ms = next;
}

/* Does what flags and queue ask for. Callbacks may set new flags and submit more: until nothing is left. */
static void pump(struct postage_client *client)
{
    struct upload *upload;

    do {
        while (atomic_exchange(&client->attention, false) || queue_is_due(client)) {
            end_cancelled_or_late(client);
            act_on_flags(client);
        }
        upload = take_queued(client);
        if (upload != NULL)
            start(client, upload);
    } while (upload != NULL || atomic_load(&client->attention));
}

void postage_client_free(struct postage_client *client)
{
    struct postage_allocator alloc;

    if (client == NULL)
        return;
    pthread_mutex_lock(&client->lock);
    client->closing = true;
    for (struct upload *upload = client->queued.first; upload != NULL; upload = upload->next)
        atomic_store(&upload->cancelled, true);
    for (struct upload *upload = client->running.first; upload != NULL; upload = upload->next)
        atomic_store(&upload->cancelled, true);
    pthread_mutex_unlock(&client->lock);
    atomic_store(&client->attention, true);
    pump(client);
    while (client->idle.first != NULL) {
        struct upload *upload = client->idle.first;

        take_out(&client->idle, upload);
        free_upload(client, upload);
    }
    http_loop_free(client->loop);
    pthread_mutex_destroy(&client->lock);
    alloc = client->alloc;
    mem_free(&alloc, client);
}

/* --- from any thread --- */

static enum postage_status check_limits(const struct postage_upload_options *options, struct postage_error *err)
{
    const struct {
        const char *name;
        int64_t ms;
    } limits[] = {
        { "connect_timeout_ms", options->connect_timeout_ms },
        { "idle_timeout_ms", options->idle_timeout_ms },
        { "response_timeout_ms", options->response_timeout_ms },
        { "total_timeout_ms", options->total_timeout_ms },
    };

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        if (limits[i].ms < 0)
            return error_set(err, POSTAGE_ERR_INVALID, "%s is negative: %lld (0: the default, POSTAGE_NO_LIMIT: none)",
                             limits[i].name, (long long)limits[i].ms);
    return POSTAGE_OK;
}

static enum postage_status check_upload_options(struct postage_upload_options *taken,
                                                const struct postage_upload_options *options, struct postage_error *err)
{
    struct postage_error why = POSTAGE_ERROR_INIT;
    uint64_t length;
    enum postage_status status = OPTIONS_TAKE(taken, options, struct postage_upload_options, on_done, err);

    if (status != POSTAGE_OK)
        return status;
    if (taken->form == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "an upload needs a form");
    status = source_check(taken->source, "an upload", err);
    if (status == POSTAGE_OK)
        status = check_limits(taken, err);
    if (status != POSTAGE_OK || taken->length_given || source_length(taken->source, &length, &why) == POSTAGE_OK)
        return status;
    /* An upload without a length cannot be asked for, whatever the reason. */
    return error_set(err, POSTAGE_ERR_INVALID, "%s", why.message);
}

static struct upload *new_upload(struct postage_client *client)
{
    struct upload *upload;

    pthread_mutex_lock(&client->lock);
    upload = client->idle.first;
    if (upload != NULL)
        take_out(&client->idle, upload);
    pthread_mutex_unlock(&client->lock);
    if (upload != NULL)
        return upload;
    upload = mem_alloc(&client->alloc, sizeof *upload);
    if (upload != NULL && upload_init(upload, client, &client->alloc) != POSTAGE_OK) {
        mem_free(&client->alloc, upload);
        return NULL;
    }
    return upload;
}

/* `from_callback`: out, the client's thread will look at the queue by itself, before it waits again. */
static uint64_t enqueue(struct postage_client *client, struct upload *upload, const struct postage_upload_options *options,
                        bool *from_callback)
{
    uint64_t id = 0;

    pthread_mutex_lock(&client->lock);
    if (!client->closing) {
        id = ++client->last_id;
        upload_reset(upload, options, id);
        append(&client->queued, upload);
        if (upload->deadline_ms > 0 && upload->deadline_ms < client->queue_due_ms)
            client->queue_due_ms = upload->deadline_ms;
    }
    *from_callback = client->inside && pthread_equal(client->thread, pthread_self());
    pthread_mutex_unlock(&client->lock);
    return id;
}

enum postage_status client_submit(struct postage_client *client, const struct postage_upload_options *options,
                                  void (*done)(void *context, const struct postage_result *result), void *done_context,
                                  uint64_t *id, struct postage_error *err)
{
    struct postage_upload_options taken;
    enum postage_status status = check_upload_options(&taken, options, err);
    struct upload *upload;
    bool from_callback;
    uint64_t number;

    if (status != POSTAGE_OK)
        return status;
    upload = new_upload(client);
    if (upload == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    upload->done = done;
    upload->done_context = done_context;
    upload->ended = on_ended;
    number = enqueue(client, upload, &taken, &from_callback);
    if (number == 0) {
        free_upload(client, upload);
        return error_set(err, POSTAGE_ERR_CANCELLED, "the client is being freed");
    }
    if (id != NULL)
        *id = number;
    if (!from_callback)
        http_loop_wake(client->loop);
    return POSTAGE_OK;
}

enum postage_status postage_client_submit(struct postage_client *client, const struct postage_upload_options *options,
                                          uint64_t *id, struct postage_error *err)
{
    struct postage_upload_options taken;
    enum postage_status status = OPTIONS_TAKE(&taken, options, struct postage_upload_options, on_done, err);

    return status != POSTAGE_OK ? status : client_submit(client, options, taken.on_done, taken.context, id, err);
}

static void flag_cancelled(struct upload_list *list, uint64_t id, uint64_t group)
{
    for (struct upload *upload = list->first; upload != NULL; upload = upload->next)
        if (id != 0 ? upload->id == id : upload->options.group == group)
            atomic_store(&upload->cancelled, true);
}

static void cancel(struct postage_client *client, uint64_t id, uint64_t group)
{
    if (id == 0 && group == 0)
        return;
    pthread_mutex_lock(&client->lock);
    flag_cancelled(&client->queued, id, group);
    flag_cancelled(&client->running, id, group);
    pthread_mutex_unlock(&client->lock);
    call_attention(client);
}

void postage_client_cancel(struct postage_client *client, uint64_t id)
{
    cancel(client, id, 0);
}

void postage_client_cancel_group(struct postage_client *client, uint64_t group)
{
    cancel(client, 0, group);
}

size_t postage_client_pending(struct postage_client *client)
{
    size_t count;

    pthread_mutex_lock(&client->lock);
    count = client->queued.count + client->running.count;
    pthread_mutex_unlock(&client->lock);
    return count;
}

/* --- on the client's thread --- */

static void set_inside(struct postage_client *client, bool inside)
{
    pthread_mutex_lock(&client->lock);
    client->inside = inside;
    client->thread = pthread_self();
    pthread_mutex_unlock(&client->lock);
}

static enum postage_status enter(struct postage_client *client, struct postage_error *err)
{
    if (client->inside)
        return error_set(err, POSTAGE_ERR_INVALID, "a callback cannot drive the client that called it");
    set_inside(client, true);
    http_loop_enter(client->loop);
    return POSTAGE_OK;
}

static enum postage_status leave(struct postage_client *client, enum postage_status status, struct postage_error *err)
{
    tell_waiting(client);
    pump(client);
    /* What has just begun leaves at once: nobody has to be asked in between whether something else happened. */
    if (status == POSTAGE_OK && http_loop_timeout_ms(client->loop) == 0) {
        status = http_loop_on_timeout(client->loop, err);
        pump(client);
    }
    http_loop_leave(client->loop);
    set_inside(client, false);
    return status;
}

int64_t postage_client_timeout_ms(struct postage_client *client)
{
    int64_t wait = http_loop_timeout_ms(client->loop), due;

    pthread_mutex_lock(&client->lock);
    due = client->queue_due_ms;
    pthread_mutex_unlock(&client->lock);
    if (client->progress_due_ms < due)
        due = client->progress_due_ms;
    if (due == INT64_MAX)
        return wait;
    due -= clock_ms();
    if (due < 0)
        due = 0;
    return wait < 0 || due < wait ? due : wait;
}

enum postage_status postage_client_run(struct postage_client *client, int64_t timeout_ms, struct postage_error *err)
{
    enum postage_status status;
    int64_t wait;

    if (timeout_ms < -1)
        return error_set(err, POSTAGE_ERR_INVALID, "timeout_ms is negative: %lld (POSTAGE_NO_LIMIT or -1: none)",
                         (long long)timeout_ms);
    status = enter(client, err);
    if (status != POSTAGE_OK)
        return status;
    wait = postage_client_timeout_ms(client);
    if (timeout_ms >= 0 && (wait < 0 || timeout_ms < wait))
        wait = timeout_ms;
    return leave(client, http_loop_run(client->loop, wait, err), err);
}

int postage_client_wake_descriptor(const struct postage_client *client)
{
    return http_loop_wake_descriptor(client->loop);
}

enum postage_status postage_client_on_ready(struct postage_client *client, int descriptor, bool readable, bool writable,
                                            struct postage_error *err)
{
    enum postage_status status = enter(client, err);

    if (status != POSTAGE_OK)
        return status;
    return leave(client, http_loop_on_ready(client->loop, descriptor, readable, writable, err), err);
}

enum postage_status postage_client_on_timeout(struct postage_client *client, struct postage_error *err)
{
    enum postage_status status = enter(client, err);

    return status != POSTAGE_OK ? status : leave(client, http_loop_on_timeout(client->loop, err), err);
}
