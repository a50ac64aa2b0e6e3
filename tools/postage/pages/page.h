/*
 * What is made from the tool's tables while it is built: manual pages and completions. They read the rows that the parser
 * and --help read, so that none can say anything else; the tool itself carries no word of this.
 */
#ifndef POSTAGE_PAGES_PAGE_H
#define POSTAGE_PAGES_PAGE_H

#include "command.h"
#include "options.h"

#include <stdio.h>

/* postage(1), and the page of one subcommand. */
void manual_put_tool(FILE *out);
void manual_put_command(FILE *out, const struct command *command);

/* For postage(3): its title, and an entry per status and, from the comment at its top, per public header. `header` is a path.
 */
void manual_put_title(FILE *out);
void manual_put_statuses(FILE *out);
void manual_put_header(FILE *out, const char *header);

/* Whether the command takes the option. */
bool option_is_of(const struct option *option, const struct command *command);

#endif
