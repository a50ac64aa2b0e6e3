#include "harden.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

/* The leak checker looks at its own process as a debugger would: builds with sanitizers stay dumpable. */
#if defined(__SANITIZE_ADDRESS__)
#define UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif

#if defined(__linux__) && !defined(UNDER_SANITIZER)
#include <sys/prctl.h>
#define HAVE_DUMPABLE 1
#endif

/* Opened the wrong way round: using a descriptor that the caller had closed still fails. */
static void open_standard_descriptors(void)
{
    static const int modes[] = { O_WRONLY, O_RDONLY, O_RDWR };

    for (int i = 0; i < 3; i++)
        if (fcntl(i, F_GETFD) < 0 && open("/dev/null", modes[i]) != i)
            _exit(9);
}

void harden_process(void)
{
    struct rlimit none = { 0, 0 };
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    open_standard_descriptors();
    setrlimit(RLIMIT_CORE, &none);
#ifdef HAVE_DUMPABLE
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
}
