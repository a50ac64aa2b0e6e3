/* Help pages, made from the table of options and the rows of the subcommands. On stdout: they were asked for. */
#ifndef POSTAGE_TOOL_HELP_H
#define POSTAGE_TOOL_HELP_H

#include "command.h"

extern const struct command *const commands[];
extern const size_t command_count;

enum exit_code help_general(void);
enum exit_code help_command(const struct command *command);
enum exit_code help_rules(void);

#endif
