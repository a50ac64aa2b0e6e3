#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t interrupted;

static void remember(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

void interrupt_catch(void)
{
    struct sigaction catch = { .sa_handler = remember, .sa_flags = (int)SA_RESETHAND };

    sigemptyset(&catch.sa_mask);
    sigaction(SIGINT, &catch, NULL);
    sigaction(SIGTERM, &catch, NULL);
}

bool interrupt_was_caught(void)
{
    return interrupted != 0;
}
