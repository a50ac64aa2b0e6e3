/* Help pages, made from the tables of options, variables and exit codes and the rows of subcommands. They are results: stdout.
 */
#ifndef POSTAGE_TOOL_HELP_H
#define POSTAGE_TOOL_HELP_H

#include "command.h"

#include <stdio.h>

/* A page about something else than a subcommand: postage help NAME. */
struct help_topic {
    const char *name;
    const char *summary;
    void (*put)(FILE *out);
};

extern const struct help_topic help_topics[];
extern const size_t help_topic_count;

/* NULL: there is none of this name. */
const struct help_topic *help_find_topic(const char *name);

enum exit_code help_general(const struct command *const *commands, size_t count);
enum exit_code help_command(const struct command *command);
enum exit_code help_topic(const struct help_topic *topic);

#endif
