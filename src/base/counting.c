/* The counting allocator: one header in front of each block remembers its size. */
#include "base/mem.h"
#include "base/options.h"

#include <stdatomic.h>
#include <string.h>

struct postage_counting_allocator {
    struct postage_allocator face; /* what users are given */
    struct postage_allocator parent;
    atomic_uint_fast64_t live_blocks;
    atomic_uint_fast64_t live_bytes;
    atomic_uint_fast64_t peak_bytes;
    atomic_uint_fast64_t total_blocks;
};

union header {
    size_t bytes;
    max_align_t alignment;
};

static void count_in(struct postage_counting_allocator *counting, size_t bytes)
{
    uint_fast64_t live = atomic_fetch_add(&counting->live_bytes, bytes) + bytes;
    uint_fast64_t peak = atomic_load(&counting->peak_bytes);

    atomic_fetch_add(&counting->live_blocks, 1);
    atomic_fetch_add(&counting->total_blocks, 1);
    while (live > peak && !atomic_compare_exchange_weak(&counting->peak_bytes, &peak, live)) {
    }
}

static void count_out(struct postage_counting_allocator *counting, size_t bytes)
{
    atomic_fetch_sub(&counting->live_bytes, bytes);
    atomic_fetch_sub(&counting->live_blocks, 1);
}

static void *counting_reallocate(void *context, void *block, size_t bytes)
{
    struct postage_counting_allocator *counting = context;
    union header *old = block != NULL ? (union header *)block - 1 : NULL;
    size_t old_bytes = old != NULL ? old->bytes : 0;
    union header *fresh;

    if (bytes > SIZE_MAX - sizeof(union header))
        return NULL;
    fresh = counting->parent.reallocate(counting->parent.context, old, sizeof(union header) + bytes);
    if (fresh == NULL)
        return NULL;
    if (old != NULL)
        count_out(counting, old_bytes);
    fresh->bytes = bytes;
    count_in(counting, bytes);
    return fresh + 1;
}

static void *counting_allocate(void *context, size_t bytes)
{
    struct postage_counting_allocator *counting = context;
    union header *fresh;

    if (bytes > SIZE_MAX - sizeof(union header))
        return NULL;
    fresh = counting->parent.allocate(counting->parent.context, sizeof(union header) + bytes);
    if (fresh == NULL)
        return NULL;
    fresh->bytes = bytes;
    count_in(counting, bytes);
    return fresh + 1;
}

static void counting_release(void *context, void *block)
{
    struct postage_counting_allocator *counting = context;
    union header *header;

    if (block == NULL)
        return;
    header = (union header *)block - 1;
    count_out(counting, header->bytes);
    counting->parent.release(counting->parent.context, header);
}

enum postage_status postage_counting_allocator_new(struct postage_counting_allocator **out,
                                                   const struct postage_allocator *parent)
{
    struct postage_allocator own = mem_allocator(parent);
    struct postage_counting_allocator *counting = mem_alloc(&own, sizeof *counting);

    *out = counting;
    if (counting == NULL)
        return POSTAGE_ERR_NOMEM;
    counting->parent = own;
    counting->face =
        (struct postage_allocator)POSTAGE_ALLOCATOR_INIT(counting_allocate, counting_reallocate, counting_release, counting);
    return POSTAGE_OK;
}

void postage_counting_allocator_free(struct postage_counting_allocator *counting)
{
    struct postage_allocator own;

    if (counting == NULL)
        return;
    own = counting->parent;
    mem_free(&own, counting);
}

const struct postage_allocator *postage_counting_allocator_use(const struct postage_counting_allocator *counting)
{
    return &counting->face;
}

void postage_counting_allocator_read(const struct postage_counting_allocator *counting, struct postage_allocation_counters *out)
{
    const struct postage_allocation_counters seen = {
        .size = out->size,
        .live_blocks = atomic_load(&counting->live_blocks),
        .live_bytes = atomic_load(&counting->live_bytes),
        .peak_bytes = atomic_load(&counting->peak_bytes),
        .total_blocks = atomic_load(&counting->total_blocks),
    };

    if (out->size >= OPTIONS_SIZE(struct postage_allocation_counters, total_blocks))
        memcpy(out, &seen, out->size < sizeof seen ? out->size : sizeof seen);
}
