#include "http/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#if defined(__linux__) && !defined(POSTAGE_PORTABLE)
#define HAVE_EVENTFD 1
#include <sys/eventfd.h>
#endif

#include "base/error.h"

#ifdef HAVE_EVENTFD

static int open_ends(struct wake *wake)
{
    wake->read_end = wake->write_end = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return wake->read_end;
}

#else

static int open_ends(struct wake *wake)
{
    int ends[2];

    if (pipe(ends) != 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    wake->read_end = ends[0];
    wake->write_end = ends[1];
    return 0;
}

#endif

enum postage_status wake_open(struct wake *wake, struct postage_error *err)
{
    wake->read_end = wake->write_end = -1;
    atomic_init(&wake->signalled, false);
    if (open_ends(wake) < 0)
        return error_set(err, POSTAGE_ERR_SYSTEM, "cannot make a descriptor to wake the client with: %s", strerror(errno));
    return POSTAGE_OK;
}

void wake_close(struct wake *wake)
{
    if (wake->read_end >= 0)
        close(wake->read_end);
    if (wake->write_end >= 0 && wake->write_end != wake->read_end)
        close(wake->write_end);
    wake->read_end = wake->write_end = -1;
}

void wake_signal(struct wake *wake)
{
    const uint64_t one = 1;
    int saved = errno;
    ssize_t wrote = 0;

    if (!atomic_exchange(&wake->signalled, true))
        do
            wrote = write(wake->write_end, &one, sizeof one);
        while (wrote < 0 && errno == EINTR);
    errno = saved;
}

void wake_drain(struct wake *wake)
{
    uint64_t count[8];
    ssize_t got;

    do
        got = read(wake->read_end, count, sizeof count);
    while (got < 0 && errno == EINTR);
    /* Only now: a signal that still sees true set its state before this line, and the caller looks after it. */
    atomic_store(&wake->signalled, false);
}
