/* What the process does to itself before it does anything else, and how it hears of interruptions. */
#ifndef POSTAGE_TOOL_PROCESS_H
#define POSTAGE_TOOL_PROCESS_H

#include <stdbool.h>

/*
 * Descriptors 0 to 2 are open afterwards, so that no file or socket is mistaken for one of them; no core dump and no debugger
 * gets to see secrets; a closed pipe is an error of write and no signal.
 */
void process_harden(void);

/* From here on the first SIGINT or SIGTERM is only remembered; the second one ends the process as usual. */
void process_catch_interrupts(void);
bool process_was_interrupted(void);

#endif
