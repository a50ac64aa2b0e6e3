#include "http/poller.h"

#include <string.h>

void poller_init(struct poller *poller, const struct postage_allocator *alloc)
{
    *poller = (struct poller){ .alloc = mem_allocator(alloc) };
}

void poller_clear(struct poller *poller)
{
    mem_free(&poller->alloc, poller->entries);
    mem_free(&poller->alloc, poller->slots);
    *poller = (struct poller){ .alloc = poller->alloc };
}

static void *grown(struct poller *poller, void *old, size_t old_bytes, size_t bytes)
{
    void *fresh = mem_alloc(&poller->alloc, bytes);

    if (fresh != NULL && old_bytes > 0)
        memcpy(fresh, old, old_bytes);
    if (fresh != NULL)
        mem_free(&poller->alloc, old);
    return fresh;
}

static bool make_room(struct poller *poller, size_t descriptor)
{
    if (descriptor >= poller->slot_count) {
        size_t count = descriptor + 64;
        struct poller_slot *slots = grown(poller, poller->slots, poller->slot_count * sizeof *slots, count * sizeof *slots);

        if (slots == NULL)
            return false;
        poller->slots = slots;
        poller->slot_count = count;
    }
    if (poller->count == poller->cap) {
        size_t cap = poller->cap * 2 + 8;
        struct pollfd *entries = grown(poller, poller->entries, poller->count * sizeof *entries, cap * sizeof *entries);

        if (entries == NULL)
            return false;
        poller->entries = entries;
        poller->cap = cap;
    }
    return true;
}

static void remove_entry(struct poller *poller, size_t descriptor)
{
    size_t place = poller->slots[descriptor].place - 1;
    struct pollfd last = poller->entries[--poller->count];

    poller->entries[place] = last;
    poller->slots[last.fd].place = place + 1;
    poller->slots[descriptor] = (struct poller_slot){ 0 };
}

enum postage_status poller_set(struct poller *poller, int descriptor, bool readable, bool writable, void *owner)
{
    short events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
    size_t index = (size_t)descriptor;
    bool known = index < poller->slot_count && poller->slots[index].place != 0;

    if (events == 0) {
        if (known)
            remove_entry(poller, index);
        return POSTAGE_OK;
    }
    if (!known) {
        if (!make_room(poller, index))
            return POSTAGE_ERR_NOMEM;
        poller->slots[index].place = ++poller->count;
    }
    poller->slots[index].owner = owner;
    poller->entries[poller->slots[index].place - 1] = (struct pollfd){ .fd = descriptor, .events = events };
    return POSTAGE_OK;
}

void *poller_owner(const struct poller *poller, int descriptor)
{
    return (size_t)descriptor < poller->slot_count ? poller->slots[descriptor].owner : NULL;
}

void poller_forget(struct poller *poller, const void *owner)
{
    for (size_t i = 0; i < poller->slot_count; i++)
        if (poller->slots[i].owner == owner)
            poller->slots[i].owner = NULL;
}
