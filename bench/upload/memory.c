/*
 * Memory of uploads: the library's own, through its allocator, and that of the whole process, libcurl's and OpenSSL's
 * included. The first has the bytes that were asked for; the second those that each block really has, with the 16 that the
 * counting allocator puts before each of the library's. Neither has pooled scratch.
 *
 * Usage: memory size PORT BYTES...           one upload after another, each of so many bytes that come from nowhere
 *        memory flight PORT COUNT [CA.PEM]   so many uploads of 64 KiB at once: all are held in the middle, looked at, and let
 *                                            go; then twice as many, for what their idle connections take; over TLS with the
 *                                            server's certificate
 *
 * A form is signed for each upload and counted with it.
 */
#include <malloc.h>

#include "held.h"
#include "http/scratch.h"

enum { FLIGHT_MIN = 64, FLIGHT_MAX = 4096, SIZES_MAX = 16, SCRATCH_ROUNDING_BYTES = 8192 };

struct memory {
    char origin[ORIGIN_ROOM];
    const char *ca_file; /* NULL: plain HTTP */
    struct postage_counting_allocator *counting;
    const struct postage_allocator *alloc;
    struct jobs jobs;
};

/* --- pooled scratch: buffers that uploads of one client share, so that they belong to none of them --- */

static struct {
    int64_t count, bytes;
} scratch;

/* By its size: nothing else that the library takes has it. @return how often the block is one */
static int64_t is_scratch(void *block)
{
    size_t bytes = block != NULL ? malloc_usable_size(block) : 0;

    return bytes >= SCRATCH_BYTES && bytes < SCRATCH_BYTES + SCRATCH_ROUNDING_BYTES ? 1 : 0;
}

static void count_scratch(void *block, int64_t times)
{
    times *= is_scratch(block);
    scratch.count += times;
    scratch.bytes += times != 0 ? times * (int64_t)malloc_usable_size(block) : 0;
}

static void *take_block(void *context, size_t bytes)
{
    void *block = malloc(bytes);

    (void)context;
    count_scratch(block, 1);
    return block;
}

static void give_block(void *context, void *block)
{
    (void)context;
    count_scratch(block, -1);
    free(block);
}

/* Scratch does not grow, and nothing grows to be scratch. */
static void *resize_block(void *context, void *block, size_t bytes)
{
    void *resized;

    (void)context;
    if (is_scratch(block) != 0)
        objects_fail("a block of the size of scratch was resized");
    resized = realloc(block, bytes);
    if (is_scratch(resized) != 0)
        objects_fail("a block was resized to the size of scratch");
    return resized;
}

static const struct postage_allocator scratch_telling = POSTAGE_ALLOCATOR_INIT(take_block, resize_block, give_block, NULL);

static int64_t heap_without_scratch(void)
{
    return heap_live_bytes() - scratch.bytes;
}

/* --- a client --- */

static struct postage_allocation_counters own(const struct memory *memory)
{
    struct postage_allocation_counters seen = POSTAGE_ALLOCATION_COUNTERS_INIT;

    postage_counting_allocator_read(memory->counting, &seen);
    return seen;
}

/* The library's own bytes, as they were asked for. */
static int64_t without_scratch(uint64_t own_bytes)
{
    return (int64_t)own_bytes - scratch.count * (int64_t)(sizeof(struct scratch) + SCRATCH_BYTES);
}

static void open_client(struct memory *memory, size_t running)
{
    struct postage_client_options options = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;

    if (postage_counting_allocator_new(&memory->counting, &scratch_telling) != POSTAGE_OK)
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
    int64_t own_peak, heap_peak, scratch;
    uint64_t blocks;
};

static struct size_seen measure_size(struct memory *memory, uint64_t bytes)
{
    int64_t before = heap_live_bytes();
    struct size_seen seen;

    heap_begin_peak();
    open_client(memory, 1);
    upload_one(memory, bytes);
    seen.heap_peak = heap_peak_bytes() - before - scratch.bytes;
    seen.own_peak = without_scratch(own(memory).peak_bytes);
    seen.scratch = scratch.bytes; /* kept until the client is freed: as much as there ever was */
    postage_client_free(memory->jobs.client);
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
           "\"scratch_bytes\": %lld, \"allocations\": %llu, \"growth_allocations\": %lld}\n",
           (long long)first.own_peak, (long long)(last.own_peak - first.own_peak), (long long)first.heap_peak,
           (long long)(last.heap_peak - first.heap_peak), (long long)last.scratch, (unsigned long long)first.blocks,
           (long long)(last.blocks - first.blocks));
}

/* --- many at once --- */

struct flight {
    size_t count;
    struct job *jobs; /* twice as many */
    struct postage_form **forms;
    int64_t one_idle, held, held_own, scratch, all_idle, twice_idle;
};

static void sign_forms(struct memory *memory, struct flight *flight)
{
    flight->jobs = calloc(2 * flight->count, sizeof *flight->jobs);
    flight->forms = calloc(flight->count, sizeof(struct postage_form *));
    if (flight->jobs == NULL || flight->forms == NULL)
        objects_fail("out of memory");
    flight->one_idle = heap_without_scratch(); /* with the two above, which stay */
    for (size_t i = 0; i < flight->count; i++)
        flight->forms[i] = objects_sign(memory->origin, memory->alloc);
}

static void fly(struct memory *memory, struct flight *flight)
{
    upload_one(memory, HELD_BYTES); /* what is taken once */
    sign_forms(memory, flight);
    jobs_hold(&memory->jobs, flight->jobs, flight->count, flight->forms, 1);
    flight->held = heap_without_scratch();
    flight->held_own = without_scratch(own(memory).live_bytes);
    flight->scratch = scratch.bytes;
    jobs_let_go(&memory->jobs, flight->jobs, flight->count);
    for (size_t i = 0; i < flight->count; i++)
        postage_form_free(flight->forms[i]);
    flight->all_idle = heap_without_scratch();
}

/* As many connections again: whatever a client keeps of uploads that have ended, it has kept before. */
static void fly_twice(struct memory *memory, struct flight *flight)
{
    size_t twice = 2 * flight->count;
    struct postage_form *form = objects_sign(memory->origin, memory->alloc);

    memory->jobs.held = 0;
    jobs_hold(&memory->jobs, flight->jobs, twice, &form, 0);
    jobs_let_go(&memory->jobs, flight->jobs, twice);
    postage_form_free(form);
    flight->twice_idle = heap_without_scratch();
    if (memory->jobs.stored != 1 + flight->count + twice)
        objects_fail("not all were stored");
    if (open_connections() != twice)
        objects_fail("not all connections were kept");
}

/* An upload is told with its form and its connection and without the client. */
static void print_flight(const struct flight *flight)
{
    double count = (double)flight->count, connection = (double)(flight->twice_idle - flight->all_idle) / count;

    printf("{\"heap_bytes_per_upload\": %.0f, \"own_bytes_per_upload\": %.0f, \"heap_bytes_per_idle_connection\": %.0f, "
           "\"kept_bytes\": %.0f, \"scratch_bytes\": %lld}\n",
           ((double)(flight->held - flight->one_idle) + connection) / count, (double)flight->held_own / count, connection,
           (double)(flight->all_idle - flight->one_idle) - (count - 1) * connection, (long long)flight->scratch);
}

static void measure_flight(struct memory *memory, size_t count)
{
    struct flight flight = { .count = count };

    if (count < FLIGHT_MIN || count > FLIGHT_MAX)
        objects_fail("a COUNT is 64 to 4096");
    open_client(memory, 2 * count);
    fly(memory, &flight);
    fly_twice(memory, &flight);
    print_flight(&flight);
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
    raise_descriptors((size_t)2 * FLIGHT_MAX);
    memory.ca_file = strcmp(argv[1], "flight") == 0 && argc > 4 ? argv[4] : NULL;
    objects_origin(memory.origin, argv[2], memory.ca_file != NULL);
    if (strcmp(argv[1], "flight") == 0)
        measure_flight(&memory, (size_t)strtoul(argv[3], NULL, 10));
    else
        measure_sizes(&memory, argv + 3, (size_t)argc - 3);
    return 0;
}
