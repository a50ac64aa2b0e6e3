/*
 * Memory of uploads: the library's own, through its allocator, and that of the whole process, libcurl's and OpenSSL's
 * included. The first has the bytes that were asked for; the second those that each block really has, with the 16 that the
 * counting allocator puts before each of the library's.
 *
 * Usage: memory size PORT BYTES...           one upload after another, each of so many bytes that come from nowhere
 *        memory flight PORT COUNT [CA.PEM]   so many uploads of 64 KiB at once: all are held in the middle, looked at, let go,
 *                                            and their idle connections looked at; over TLS with the server's certificate
 *
 * A form is signed for each upload and counted with it.
 */
#include "held.h"

enum { FLIGHT_MAX = 4096, SIZES_MAX = 16 };

struct memory {
    char origin[ORIGIN_ROOM];
    const char *ca_file; /* NULL: plain HTTP */
    struct postage_counting_allocator *counting;
    const struct postage_allocator *alloc;
    struct jobs jobs;
};

static struct postage_allocation_counters own(const struct memory *memory)
{
    struct postage_allocation_counters seen = POSTAGE_ALLOCATION_COUNTERS_INIT;

    postage_counting_allocator_read(memory->counting, &seen);
    return seen;
}

/* Buffers that uploads of one client share and that are not counted for each of them. It has none. */
static int64_t pooled_scratch_bytes(const struct postage_client *client)
{
    (void)client;
    return 0;
}

static int64_t heap_without_scratch(const struct memory *memory)
{
    return heap_live_bytes() - pooled_scratch_bytes(memory->jobs.client);
}

static void open_client(struct memory *memory, size_t running)
{
    struct postage_client_options options = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;

    if (postage_counting_allocator_new(&memory->counting, NULL) != POSTAGE_OK)
        objects_fail("out of memory");
    memory->alloc = postage_counting_allocator_use(memory->counting);
    memory->jobs = (struct jobs){ 0 };
    options.max_running = running;
    options.ca_file = memory->ca_file;
    if (postage_client_new(&memory->jobs.client, &options, memory->alloc, &err) != POSTAGE_OK)
        objects_fail(err.message);
}

/* One upload that nothing holds. */
static void upload_one(struct memory *memory, uint64_t bytes)
{
    struct postage_form *form = objects_sign(memory->origin, memory->alloc);
    struct job job;

    jobs_submit(&memory->jobs, &job, form, bytes, 0);
    while (postage_client_pending(memory->jobs.client) > 0)
        jobs_run(&memory->jobs);
    postage_form_free(form);
}

/* --- one after another --- */

struct size_seen {
    int64_t own_peak, heap_peak;
    uint64_t blocks;
};

static struct size_seen measure_size(struct memory *memory, uint64_t bytes)
{
    int64_t before = heap_live_bytes();
    struct size_seen seen;

    heap_begin_peak();
    open_client(memory, 1);
    upload_one(memory, bytes);
    seen.heap_peak = heap_peak_bytes() - before - pooled_scratch_bytes(memory->jobs.client);
    postage_client_free(memory->jobs.client);
    seen.own_peak = (int64_t)own(memory).peak_bytes;
    seen.blocks = own(memory).total_blocks;
    postage_counting_allocator_free(memory->counting);
    return seen;
}

static void measure_sizes(struct memory *memory, char **sizes, size_t count)
{
    struct size_seen first, last;

    measure_size(memory, strtoull(sizes[0], NULL, 10)); /* what libcurl and OpenSSL take once and keep */
    first = last = measure_size(memory, strtoull(sizes[0], NULL, 10));
    for (size_t i = 1; i < count; i++)
        last = measure_size(memory, strtoull(sizes[i], NULL, 10));
    printf("{\"own_bytes\": %lld, \"growth_bytes\": %lld, \"heap_bytes\": %lld, \"heap_growth_bytes\": %lld, "
           "\"allocations\": %llu, \"growth_allocations\": %lld}\n",
           (long long)first.own_peak, (long long)(last.own_peak - first.own_peak), (long long)first.heap_peak,
           (long long)(last.heap_peak - first.heap_peak), (unsigned long long)first.blocks,
           (long long)(last.blocks - first.blocks));
}

/* --- many at once --- */

struct flight {
    size_t count;
    struct job *jobs;
    struct postage_form **forms;
    int64_t one_idle, held, held_own, all_idle;
};

static void sign_forms(struct memory *memory, struct flight *flight)
{
    flight->jobs = calloc(flight->count, sizeof *flight->jobs);
    flight->forms = calloc(flight->count, sizeof(struct postage_form *));
    if (flight->jobs == NULL || flight->forms == NULL)
        objects_fail("out of memory");
    flight->one_idle = heap_without_scratch(memory); /* with the two above, which stay */
    for (size_t i = 0; i < flight->count; i++)
        flight->forms[i] = objects_sign(memory->origin, memory->alloc);
}

static void fly(struct memory *memory, struct flight *flight)
{
    open_client(memory, flight->count);
    upload_one(memory, HELD_BYTES);
    sign_forms(memory, flight);
    jobs_hold(&memory->jobs, flight->jobs, flight->count, flight->forms, 1);
    flight->held = heap_without_scratch(memory);
    flight->held_own = (int64_t)own(memory).live_bytes;
    jobs_let_go(&memory->jobs, flight->jobs, flight->count);
    for (size_t i = 0; i < flight->count; i++)
        postage_form_free(flight->forms[i]);
    flight->all_idle = heap_without_scratch(memory);
    if (memory->jobs.stored != flight->count + 1)
        objects_fail("not all were stored");
    if (open_connections() != flight->count)
        objects_fail("not all connections were kept");
}

/*
 * A connection is what one more idle one costs. An upload is what it takes beyond the client, with its connection: the first
 * upload has paid for whatever is taken once.
 */
static void measure_flight(struct memory *memory, size_t count)
{
    struct flight flight = { .count = count };
    double connection, upload;

    if (count < 2 || count > FLIGHT_MAX)
        objects_fail("count");
    fly(memory, &flight);
    connection = (double)(flight.all_idle - flight.one_idle) / (double)(count - 1);
    upload = ((double)(flight.held - flight.one_idle) + connection) / (double)count;
    printf("{\"heap_bytes_per_upload\": %.0f, \"own_bytes_per_upload\": %.0f, \"own_peak_bytes_per_upload\": %.0f, "
           "\"heap_bytes_per_idle_connection\": %.0f}\n",
           upload, (double)flight.held_own / (double)count, (double)own(memory).peak_bytes / (double)count, connection);
    postage_client_free(memory->jobs.client);
    postage_counting_allocator_free(memory->counting);
    free(flight.jobs);
    free(flight.forms);
}

int main(int argc, char **argv)
{
    struct memory memory = { 0 };

    heap_weigh();
    if (!heap_sees_libraries())
        objects_fail("the heap of libraries is not counted");
    if (argc < 4 || argc - 3 > SIZES_MAX)
        objects_fail("usage: size PORT BYTES... | flight PORT COUNT [CA.PEM]");
    raise_descriptors(FLIGHT_MAX);
    memory.ca_file = strcmp(argv[1], "flight") == 0 && argc > 4 ? argv[4] : NULL;
    objects_origin(memory.origin, argv[2], memory.ca_file != NULL);
    if (strcmp(argv[1], "flight") == 0)
        measure_flight(&memory, (size_t)strtoul(argv[3], NULL, 10));
    else
        measure_sizes(&memory, argv + 3, (size_t)argc - 3);
    return 0;
}
