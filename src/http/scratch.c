#include "http/scratch.h"

#include <string.h>

/*
 * A form stands at the beginning of a request, and is overwritten each time. Of what comes behind it a next user sees nothing
 * either, since only what was put in is sent; overwriting that as well costs a tenth of an upload of 100 KiB.
 */
enum { FORM_BYTES = 16 * 1024 };

void scratches_init(struct scratches *scratches, const struct postage_allocator *alloc)
{
    *scratches = (struct scratches){ .alloc = mem_allocator(alloc) };
}

void scratches_clear(struct scratches *scratches)
{
    while (scratches->free != NULL) {
        struct scratch *scratch = scratches->free;

        scratches->free = scratch->next;
        mem_wipe_free(&scratches->alloc, scratch, sizeof *scratch + scratch->used);
    }
    scratches->large_count = 0;
}

static struct scratch *new_scratch(struct scratches *scratches, size_t cap)
{
    struct scratch *scratch = mem_alloc(&scratches->alloc, sizeof *scratch + cap);

    if (scratch != NULL)
        scratch->cap = cap;
    return scratch;
}

struct scratch *scratch_take(struct scratches *scratches)
{
    struct scratch *scratch = scratches->free;

    if (scratch != NULL) {
        scratches->free = scratch->next;
        return scratch;
    }
    if (scratches->large_count < SCRATCH_BUDGET_BYTES / SCRATCH_BYTES)
        scratch = new_scratch(scratches, SCRATCH_BYTES);
    if (scratch == NULL)
        return new_scratch(scratches, SCRATCH_SMALL_BYTES);
    scratches->large_count++;
    return scratch;
}

void scratch_empty(struct scratch *scratch)
{
    if (scratch->to > scratch->used)
        scratch->used = scratch->to;
    scratch->from = scratch->to = 0;
}

void scratch_give_back(struct scratches *scratches, struct scratch *scratch)
{
    if (scratch == NULL)
        return;
    if (scratch->cap < SCRATCH_BYTES) {
        mem_wipe_free(&scratches->alloc, scratch, sizeof *scratch + scratch->cap);
        return;
    }
    scratch_empty(scratch);
    memset(scratch->bytes, 0,
           scratch->used < FORM_BYTES ? scratch->used : FORM_BYTES); /* it stays reachable: nothing is left out */
    scratch->next = scratches->free;
    scratches->free = scratch;
}
