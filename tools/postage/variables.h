/* The variables that the tool reads, with what the help and the manual pages say of each. */
#ifndef POSTAGE_TOOL_VARIABLES_H
#define POSTAGE_TOOL_VARIABLES_H

#include "arguments.h"
#include "postage/provider.h"

/* Room for any name or text below, with its NUL. */
enum { VARIABLE_TEXT_BYTES = 80, VARIABLES_MAX = 32 };

struct variable {
    char name[VARIABLE_TEXT_BYTES];
    char help[VARIABLE_TEXT_BYTES];
    unsigned commands; /* bits of enum command_bit: those that read it */
    bool common;       /* most people need no others: the general help names these alone */
};

/* A provider's own variables in the order in which they are looked for; NULL: those that do not depend on TARGET. */
struct variables {
    struct variable list[VARIABLES_MAX];
    size_t count;
};

void variables_of(struct variables *out, const struct postage_provider *provider);

#endif
