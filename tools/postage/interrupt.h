/* How the process learns of interruptions. */
#ifndef POSTAGE_TOOL_INTERRUPT_H
#define POSTAGE_TOOL_INTERRUPT_H

#include <stdbool.h>

/* From here on the first SIGINT or SIGTERM is only remembered; the second one ends the process as usual. */
void interrupt_catch(void);
bool interrupt_was_caught(void);

#endif
