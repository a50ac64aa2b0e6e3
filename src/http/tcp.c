#include "http/tcp.h"

#include <stddef.h>
#include <sys/socket.h>

#if defined(__linux__) && !defined(POSTAGE_PORTABLE)
#include <linux/filter.h>
#include <linux/sockios.h>
#include <linux/tcp.h> /* and not <netinet/tcp.h>, whose tcp_info ends before the window */
#include <netinet/in.h>
#include <sys/ioctl.h>

enum { CLOSED = 7 }; /* TCP_CLOSE of the kernel's states */

static bool get_info(int descriptor, struct tcp_info *info)
{
    socklen_t length = sizeof *info;

    *info = (struct tcp_info){ .tcpi_snd_wnd = UINT32_MAX }; /* an older kernel writes less */
    return getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, info, &length) == 0;
}

int64_t tcp_round_trip_ms(int descriptor)
{
    struct tcp_info info;

    return get_info(descriptor, &info) ? (int64_t)info.tcpi_rtt / 1000 : 0;
}

bool tcp_queued(int descriptor, uint64_t *bytes)
{
    int queued = 0;

    if (ioctl(descriptor, SIOCOUTQ, &queued) != 0 || queued < 0)
        return false;
    *bytes = (uint64_t)queued;
    return true;
}

/* The peer's acknowledgements are not heard any more, so that the window they opened cannot move. */
static bool stop_listening(int descriptor)
{
    struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
    struct sock_fprog program = { 1, &drop };

    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

/*
 * A reset connection sends nothing more: what it had not sent is known. A living one may, until it is closed, but never beyond
 * the window's end (RFC 9293 3.8.6), which stands still once nothing is heard.
 */
uint64_t tcp_withheld(int descriptor)
{
    struct tcp_info info;
    uint64_t queued;
    int unsent = 0;

    if (!get_info(descriptor, &info))
        return 0;
    if (info.tcpi_state != CLOSED && stop_listening(descriptor) && get_info(descriptor, &info) && info.tcpi_state != CLOSED)
        return tcp_queued(descriptor, &queued) && queued > info.tcpi_snd_wnd ? queued - info.tcpi_snd_wnd : 0;
    if (info.tcpi_state != CLOSED || ioctl(descriptor, SIOCOUTQNSD, &unsent) != 0 || unsent < 0)
        return 0;
    return (uint64_t)unsent;
}

#else

int64_t tcp_round_trip_ms(int descriptor)
{
    (void)descriptor;
    return 0;
}

bool tcp_queued(int descriptor, uint64_t *bytes)
{
    (void)descriptor;
    *bytes = 0;
    return false;
}

uint64_t tcp_withheld(int descriptor)
{
    (void)descriptor;
    return 0;
}

#endif

void tcp_abort(int descriptor)
{
    struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}
