/* What the process answers: one table from outcome and object state, one from status. docs/errors.md prints them. */
#ifndef POSTAGE_TOOL_EXIT_CODE_H
#define POSTAGE_TOOL_EXIT_CODE_H

#include "postage/result.h"

#include <stddef.h>

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
    EXIT_UNVERIFIED = 10,
    EXIT_INTERRUPTED = 130
};

/* Those of the headers this was built with; a newer library may have further ones. */
#define EXIT_OUTCOME(number, name, text, status, meaning) +1
enum { EXIT_OUTCOMES = 0 POSTAGE_OUTCOME_MAP(EXIT_OUTCOME) };

/* The codes and what they mean, the worst first: with several files the first one that occurred is the process's. */
struct exit_code_row {
    enum exit_code code;
    const char *meaning;
};
extern const struct exit_code_row exit_code_rows[];
extern const size_t exit_code_count;

/* NULL: the process never ends with this number. */
const char *exit_code_meaning(enum exit_code code);

/* For the result of one upload. */
enum exit_code exit_code_of_result(enum postage_outcome outcome, enum postage_object_state state);

/* For a call of the library that failed before anything was sent. */
enum exit_code exit_code_of_status(enum postage_status status);

/* Of two files' codes the one the process ends with: what needs a person's look the most. */
enum exit_code exit_code_worse(enum exit_code a, enum exit_code b);

#endif
