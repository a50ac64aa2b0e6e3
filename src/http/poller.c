#include "http/poller.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#if defined(__linux__) && !defined(POSTAGE_PORTABLE)
#define HAVE_EPOLL 1
#include <sys/epoll.h>
#endif

#include "base/error.h"

static bool is_watched(const struct poller_slot *slot)
{
    return slot->readable || slot->writable;
}

static bool make_room(struct poller *poller, size_t descriptor)
{
    size_t count = descriptor + 64 + descriptor / 2;
    struct poller_slot *slots;

    if (descriptor < poller->slot_count)
        return true;
    slots = mem_alloc(&poller->alloc, count * sizeof *slots);
    if (slots == NULL)
        return false;
    if (poller->slot_count > 0)
        memcpy(slots, poller->slots, poller->slot_count * sizeof *slots);
    mem_free(&poller->alloc, poller->slots);
    poller->slots = slots;
    poller->slot_count = count;
    return true;
}

/* --- the two ways to wait --- */

#ifdef HAVE_EPOLL

static enum postage_status open_waiting(struct poller *poller, struct postage_error *err)
{
    poller->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (poller->epoll < 0)
        return error_set(err, POSTAGE_ERR_SYSTEM, "epoll_create1: %s", strerror(errno));
    return POSTAGE_OK;
}

/* Who closed a descriptor without a word took it out of the set; who opened the same number again is not in it. */
static bool change_set(struct poller *poller, int descriptor, bool known, const struct poller_slot *wanted)
{
    struct epoll_event event = { .data.fd = descriptor };
    bool first;

    event.events = (wanted->readable ? EPOLLIN : 0u) | (wanted->writable ? EPOLLOUT : 0u);
    if (!is_watched(wanted))
        return epoll_ctl(poller->epoll, EPOLL_CTL_DEL, descriptor, &event) == 0 || errno == ENOENT || errno == EBADF;
    first = epoll_ctl(poller->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event) == 0;
    if (first || (errno != ENOENT && errno != EEXIST))
        return first;
    return epoll_ctl(poller->epoll, known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event) == 0;
}

int poller_wait(struct poller *poller, int timeout_ms, struct poller_event events[POLLER_EVENTS])
{
    struct epoll_event ready[POLLER_EVENTS];
    int count = epoll_wait(poller->epoll, ready, POLLER_EVENTS, timeout_ms);

    for (int i = 0; i < count; i++)
        events[i] = (struct poller_event){ ready[i].data.fd, (ready[i].events & ~(uint32_t)EPOLLOUT) != 0,
                                           (ready[i].events & EPOLLOUT) != 0 };
    return count < 0 && errno == EINTR ? 0 : count;
}

#else

static enum postage_status open_waiting(struct poller *poller, struct postage_error *err)
{
    (void)err;
    poller->epoll = -1;
    return POSTAGE_OK;
}

static bool change_set(struct poller *poller, int descriptor, bool known, const struct poller_slot *wanted)
{
    (void)poller, (void)descriptor, (void)known, (void)wanted;
    return true;
}

static size_t list_watched(const struct poller *poller, struct pollfd *list)
{
    size_t count = 0;

    for (size_t i = 0; i < poller->slot_count; i++) {
        const struct poller_slot *slot = &poller->slots[i];

        if (is_watched(slot))
            list[count++] =
                (struct pollfd){ .fd = (int)i,
                                 .events = (short)((slot->readable ? POLLIN : 0) | (slot->writable ? POLLOUT : 0)) };
    }
    return count;
}

static int take_events(const struct pollfd *list, size_t count, struct poller_event events[POLLER_EVENTS])
{
    int taken = 0;

    for (size_t i = 0; i < count && taken < POLLER_EVENTS; i++)
        if (list[i].revents != 0)
            events[taken++] =
                (struct poller_event){ list[i].fd, (list[i].revents & ~POLLOUT) != 0, (list[i].revents & POLLOUT) != 0 };
    return taken;
}

int poller_wait(struct poller *poller, int timeout_ms, struct poller_event events[POLLER_EVENTS])
{
    struct pollfd *list = mem_alloc(&poller->alloc, (poller->watched + 1) * sizeof *list);
    size_t count;
    int ready;

    if (list == NULL) {
        errno = ENOMEM;
        return -1;
    }
    count = list_watched(poller, list);
    ready = poll(list, (nfds_t)count, timeout_ms);
    if (ready > 0)
        ready = take_events(list, count, events);
    mem_free(&poller->alloc, list);
    return ready < 0 && errno == EINTR ? 0 : ready;
}

#endif

/* --- both --- */

enum postage_status poller_open(struct poller *poller, const struct postage_allocator *alloc, struct postage_error *err)
{
    *poller = (struct poller){ .alloc = mem_allocator(alloc) };
    return open_waiting(poller, err);
}

void poller_close(struct poller *poller)
{
    if (poller->epoll >= 0)
        close(poller->epoll);
    mem_free(&poller->alloc, poller->slots);
    *poller = (struct poller){ .alloc = poller->alloc, .epoll = -1 };
}

enum postage_status poller_set(struct poller *poller, int descriptor, bool readable, bool writable, struct watcher *watcher)
{
    struct poller_slot wanted = { readable, writable, watcher }, *slot;
    bool known;

    if (!make_room(poller, (size_t)descriptor))
        return POSTAGE_ERR_NOMEM;
    slot = &poller->slots[descriptor];
    known = is_watched(slot);
    if (known || is_watched(&wanted)) {
        if ((slot->readable != readable || slot->writable != writable) && !change_set(poller, descriptor, known, &wanted))
            return errno == ENOMEM || errno == ENOSPC ? POSTAGE_ERR_NOMEM : POSTAGE_ERR_SYSTEM;
        poller->watched += (size_t)is_watched(&wanted) - (size_t)known;
        if (poller->watch != NULL && (slot->readable != readable || slot->writable != writable))
            poller->watch(poller->context, descriptor, readable, writable);
    }
    *slot = is_watched(&wanted) ? wanted : (struct poller_slot){ 0 };
    return POSTAGE_OK;
}

struct watcher *poller_watcher(const struct poller *poller, int descriptor)
{
    return descriptor >= 0 && (size_t)descriptor < poller->slot_count ? poller->slots[descriptor].watcher : NULL;
}
