/* What the process answers: one table from outcome and object state, one from status. docs/exit-codes.md prints both. */
#ifndef POSTAGE_TOOL_EXIT_CODE_H
#define POSTAGE_TOOL_EXIT_CODE_H

#include "postage/result.h"

#include <stdio.h>

enum exit_code {
    EXIT_DONE = 0,
    EXIT_USAGE = 2,
    EXIT_REFUSED = 3,
    EXIT_CREDENTIALS = 4,
    EXIT_NETWORK = 5,
    EXIT_UNKNOWN = 6,
    EXIT_DIGEST = 7,
    EXIT_SOURCE = 8,
    EXIT_INTERNAL = 9,
    EXIT_INTERRUPTED = 130
};

/* For the result of one upload. */
enum exit_code exit_code_of_result(enum postage_outcome outcome, enum postage_object_state state);

/* For a call of the library that failed before anything was sent. */
enum exit_code exit_code_of_status(enum postage_status status);

/* Of two files' codes the one the process ends with: what needs a person's look the most. */
enum exit_code exit_code_worse(enum exit_code a, enum exit_code b);

/* All tables as markdown, as they stand in docs/exit-codes.md. */
void exit_code_print_tables(FILE *out);

#endif
