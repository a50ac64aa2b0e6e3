/* All subcommands. Only the programs' main files know this table; what they call is handed what it needs of it. */
#ifndef POSTAGE_TOOL_COMMANDS_H
#define POSTAGE_TOOL_COMMANDS_H

#include "command.h"

/* Those that are built, in the order of the help. */
extern const struct command *const commands[];
extern const size_t command_count;

/* NULL: there is none of this name. */
const struct command *command_find(const char *name);

#endif
