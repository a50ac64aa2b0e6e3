#include "http/timers.h"

#include <string.h>

void timers_init(struct timers *timers, const struct postage_allocator *alloc)
{
    *timers = (struct timers){ .alloc = mem_allocator(alloc) };
}

void timers_clear(struct timers *timers)
{
    mem_free(&timers->alloc, timers->heap);
    *timers = (struct timers){ .alloc = timers->alloc };
}

enum postage_status timers_reserve(struct timers *timers, size_t count)
{
    size_t cap = count + count / 2 + 8;
    struct timer **heap;

    if (count <= timers->cap)
        return POSTAGE_OK;
    heap = mem_alloc(&timers->alloc, cap * sizeof(struct timer *));
    if (heap == NULL)
        return POSTAGE_ERR_NOMEM;
    if (timers->count > 0)
        memcpy(heap, timers->heap, timers->count * sizeof(struct timer *));
    mem_free(&timers->alloc, timers->heap);
    timers->heap = heap;
    timers->cap = cap;
    return POSTAGE_OK;
}

static void put(struct timers *timers, size_t index, struct timer *timer)
{
    timers->heap[index] = timer;
    timer->place = index + 1;
}

/* Moves `timer`, for which the place at `index` is free, up as far as it comes before its parents. */
static size_t rise(struct timers *timers, size_t index, const struct timer *timer)
{
    while (index > 0 && timer->due_ms < timers->heap[(index - 1) / 2]->due_ms) {
        put(timers, index, timers->heap[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    return index;
}

static size_t sink(struct timers *timers, size_t index, const struct timer *timer)
{
    for (;;) {
        size_t child = 2 * index + 1;

        if (child + 1 < timers->count && timers->heap[child + 1]->due_ms < timers->heap[child]->due_ms)
            child++;
        if (child >= timers->count || timers->heap[child]->due_ms >= timer->due_ms)
            return index;
        put(timers, index, timers->heap[child]);
        index = child;
    }
}

static void place(struct timers *timers, size_t index, struct timer *timer)
{
    size_t risen = rise(timers, index, timer);

    put(timers, risen != index ? risen : sink(timers, index, timer), timer);
}

static void take_out(struct timers *timers, struct timer *timer)
{
    size_t index = timer->place - 1;
    struct timer *last = timers->heap[--timers->count];

    timer->place = 0;
    if (last != timer)
        place(timers, index, last);
}

void timers_set(struct timers *timers, struct timer *timer, int64_t due_ms)
{
    if (timer->place != 0 && timer->due_ms == due_ms)
        return;
    if (due_ms == INT64_MAX) {
        if (timer->place != 0)
            take_out(timers, timer);
        return;
    }
    timer->due_ms = due_ms;
    place(timers, timer->place != 0 ? timer->place - 1 : timers->count++, timer);
}

struct timer *timers_first(const struct timers *timers)
{
    return timers->count > 0 ? timers->heap[0] : NULL;
}
