/*
 * Where a piece of a request is put together before it is sent. A large buffer each for as many requests as the budget allows,
 * a small one for each beyond; a request holds one only while it has bytes that its connection has not taken.
 */
#ifndef POSTAGE_HTTP_SCRATCH_H
#define POSTAGE_HTTP_SCRATCH_H

#include "base/mem.h"

enum {
    SCRATCH_BYTES = 256 * 1024,      /* as fast as larger ones (docs/http.md) */
    SCRATCH_SMALL_BYTES = 16 * 1024, /* without a free large one */
    SCRATCH_BUDGET_BYTES = 8 * 1024 * 1024
};

struct scratch {
    struct scratch *next; /* among the free ones */
    size_t cap;
    size_t from; /* what is to be sent stands from here */
    size_t to;   /* to here */
    size_t used; /* bytes of the storage that anything ever stood in */
    uint8_t bytes[];
};

struct scratches {
    struct postage_allocator alloc;
    struct scratch *free; /* large ones */
    size_t large_count;   /* free or not */
};

void scratches_init(struct scratches *scratches, const struct postage_allocator *alloc);
void scratches_clear(struct scratches *scratches); /* every one was given back */

struct scratch *scratch_take(struct scratches *scratches); /* empty; NULL: out of memory */

/* Forgets what stood in it, to be filled again. */
void scratch_empty(struct scratch *scratch);

/* The form that stood in it is overwritten; the rest is when all are cleared. NULL is fine. */
void scratch_give_back(struct scratches *scratches, struct scratch *scratch);

#endif
