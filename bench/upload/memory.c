/*
 * Memory of uploads: the library's own, through its allocator, and libcurl's, through the functions it is started with.
 *
 * Usage: memory size PORT BYTES...   one upload after another, each of so many bytes that come from nowhere
 *        memory flight PORT COUNT    so many uploads of 64 KiB at once: all are held in the middle, looked at, and let go
 *
 * A form is signed for each upload and counted with it.
 */
#include <malloc.h>
#include <stdatomic.h>
#include <sys/resource.h>

#include <curl/curl.h>

#include "objects.h"

enum { FLIGHT_BYTES = 64 * 1024, HELD_AFTER_BYTES = 16 * 1024, FLIGHT_MAX = 4096, SIZES_MAX = 16 };

/* --- libcurl's heap --- */

static size_t curl_live, curl_peak;

static void *count_block(void *block)
{
    curl_live += block != NULL ? malloc_usable_size(block) : 0;
    if (curl_live > curl_peak)
        curl_peak = curl_live;
    return block;
}

static void *curl_take(size_t bytes)
{
    return count_block(malloc(bytes));
}

static void *curl_take_cleared(size_t count, size_t bytes)
{
    return count_block(calloc(count, bytes));
}

static void curl_give(void *block)
{
    curl_live -= block != NULL ? malloc_usable_size(block) : 0;
    free(block);
}

static void *curl_resize(void *block, size_t bytes)
{
    size_t before = block != NULL ? malloc_usable_size(block) : 0;
    void *resized = realloc(block, bytes);

    if (resized != NULL)
        curl_live -= before;
    return resized != NULL ? count_block(resized) : NULL;
}

static char *curl_copy(const char *text)
{
    return count_block(strdup(text));
}

/* --- a source without content, which can be held --- */

struct nowhere {
    struct postage_waker *waker;
    uint64_t left;
    uint64_t hold_at; /* bytes left at which it has nothing to give until it is released */
    bool held;
    size_t *held_count;
};

static enum postage_status nowhere_read(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct nowhere *nowhere = self;
    uint64_t give = nowhere->left > nowhere->hold_at ? nowhere->left - nowhere->hold_at : 0;

    (void)dst; /* whatever the buffer held is as good */
    (void)err;
    *got = 0;
    if (nowhere->left == 0)
        return POSTAGE_END;
    if (give == 0) {
        *nowhere->held_count += nowhere->held ? 0 : 1;
        nowhere->held = true;
        return POSTAGE_AGAIN;
    }
    *got = give < cap ? (size_t)give : cap;
    nowhere->left -= *got;
    return POSTAGE_OK;
}

static void nowhere_set_waker(void *self, struct postage_waker *waker)
{
    ((struct nowhere *)self)->waker = waker;
}

static const struct postage_source_ops nowhere_ops = { .size = sizeof(struct postage_source_ops),
                                                       .read = nowhere_read,
                                                       .set_waker = nowhere_set_waker };

/* --- uploads --- */

struct job {
    struct postage_form *form;
    struct nowhere nowhere;
    struct postage_source source;
};

struct memory {
    const char *port;
    struct postage_counting_allocator *counting;
    const struct postage_allocator *alloc;
    struct postage_client *client;
    size_t stored;
    size_t held;
};

static void on_done(void *context, const struct postage_result *result)
{
    struct memory *memory = context;

    if (result->object_state != POSTAGE_OBJECT_STORED)
        objects_fail(result->error->message);
    memory->stored++;
}

static struct postage_allocation_counters own(const struct memory *memory)
{
    struct postage_allocation_counters seen = POSTAGE_ALLOCATION_COUNTERS_INIT;

    postage_counting_allocator_read(memory->counting, &seen);
    return seen;
}

static void open_client(struct memory *memory, size_t running)
{
    struct postage_client_options options = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;

    if (postage_counting_allocator_new(&memory->counting, NULL) != POSTAGE_OK)
        objects_fail("out of memory");
    memory->alloc = postage_counting_allocator_use(memory->counting);
    options.max_running = running;
    if (postage_client_new(&memory->client, &options, memory->alloc, &err) != POSTAGE_OK)
        objects_fail(err.message);
}

static void submit(struct memory *memory, struct job *job, uint64_t bytes, uint64_t hold_at)
{
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;

    job->form = objects_sign(memory->port, memory->alloc);
    job->nowhere = (struct nowhere){ .left = bytes, .hold_at = hold_at, .held_count = &memory->held };
    job->source = (struct postage_source){ &nowhere_ops, &job->nowhere };
    options.form = job->form;
    options.source = &job->source;
    options.length_given = true;
    options.length = bytes;
    options.digest = POSTAGE_DIGEST_CRC64NVME; /* MD5 of the largest would take minutes */
    options.context = memory;
    options.on_done = on_done;
    if (postage_client_submit(memory->client, &options, NULL, &err) != POSTAGE_OK)
        objects_fail(err.message);
}

static void run(struct memory *memory)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    if (postage_client_run(memory->client, 10000, &err) != POSTAGE_OK)
        objects_fail(err.message);
}

/* --- one after another --- */

static void measure_sizes(struct memory *memory, char **sizes, size_t count)
{
    uint64_t own_peak[SIZES_MAX], curl_peaks[SIZES_MAX], first_blocks = 0, blocks = 0;

    for (size_t i = 0; i < count; i++) {
        struct job job;

        curl_live = curl_peak = 0;
        open_client(memory, 1);
        submit(memory, &job, strtoull(sizes[i], NULL, 10), 0);
        while (postage_client_pending(memory->client) > 0)
            run(memory);
        postage_client_free(memory->client);
        postage_form_free(job.form);
        own_peak[i] = own(memory).peak_bytes;
        curl_peaks[i] = curl_peak;
        blocks = own(memory).total_blocks;
        first_blocks = i == 0 ? blocks : first_blocks;
        postage_counting_allocator_free(memory->counting);
    }
    printf("{\"own_bytes\": %llu, \"growth_bytes\": %lld, \"curl_bytes\": %llu, \"curl_bytes_of_the_largest\": %llu, "
           "\"allocations\": %llu, \"growth_allocations\": %lld}\n",
           (unsigned long long)own_peak[0], (long long)(own_peak[count - 1] - own_peak[0]), (unsigned long long)curl_peaks[0],
           (unsigned long long)curl_peaks[count - 1], (unsigned long long)first_blocks, (long long)(blocks - first_blocks));
}

/* --- many at once --- */

static void measure_flight(struct memory *memory, size_t count)
{
    struct job *jobs = calloc(count, sizeof *jobs);
    uint64_t held_own, held_curl;

    if (jobs == NULL || count < 1 || count > FLIGHT_MAX)
        objects_fail("count");
    open_client(memory, count);
    for (size_t i = 0; i < count; i++)
        submit(memory, &jobs[i], FLIGHT_BYTES, FLIGHT_BYTES - HELD_AFTER_BYTES);
    while (memory->held < count)
        run(memory);
    held_own = own(memory).live_bytes;
    held_curl = curl_live;
    for (size_t i = 0; i < count; i++) {
        jobs[i].nowhere.hold_at = 0;
        jobs[i].nowhere.waker->wake(jobs[i].nowhere.waker);
    }
    while (postage_client_pending(memory->client) > 0)
        run(memory);
    if (memory->stored != count)
        objects_fail("not all were stored");
    postage_client_free(memory->client);
    for (size_t i = 0; i < count; i++)
        postage_form_free(jobs[i].form);
    printf("{\"own_bytes_per_upload\": %.0f, \"own_peak_bytes_per_upload\": %.0f, \"curl_bytes_per_upload\": %.0f}\n",
           (double)held_own / (double)count, (double)own(memory).peak_bytes / (double)count, (double)held_curl / (double)count);
    postage_counting_allocator_free(memory->counting);
    free(jobs);
}

int main(int argc, char **argv)
{
    struct memory memory = { .port = argc > 2 ? argv[2] : "" };
    struct rlimit files;

    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (argc < 4 || argc - 3 > SIZES_MAX)
        objects_fail("usage: size PORT BYTES... | flight PORT COUNT");
    curl_global_init_mem(CURL_GLOBAL_ALL, curl_take, curl_give, curl_resize, curl_copy, curl_take_cleared);
    if (strcmp(argv[1], "flight") == 0)
        measure_flight(&memory, (size_t)strtoul(argv[3], NULL, 10));
    else
        measure_sizes(&memory, argv + 3, (size_t)argc - 3);
    return 0;
}
