/* What the process does to itself before it does anything else. */
#ifndef POSTAGE_TOOL_HARDEN_H
#define POSTAGE_TOOL_HARDEN_H

/*
 * Descriptors 0 to 2 are open afterwards, so that no file or socket is mistaken for one of them; neither a core dump nor a
 * debugger gets to see secrets; writing to a closed pipe is an error and not a signal.
 */
void harden_process(void);

#endif
