/* One subcommand: what it is called, what its help says, what it does. */
#ifndef POSTAGE_TOOL_COMMAND_H
#define POSTAGE_TOOL_COMMAND_H

#include "arguments.h"

struct command {
    const char *name;
    enum command_bit bit;
    const char *operands; /* for the usage line: "FILE... TARGET" */
    const char *summary;
    const char *about;    /* paragraph of the help page, lines of at most 79 columns */
    const char *examples; /* the end of the help page */
    int min_operands;
    int max_operands; /* -1: any number */
    enum exit_code (*run)(const struct arguments *args);
};

/* One row per subcommand, each in the file of its name. */
extern const struct command command_sign;
extern const struct command command_upload;
extern const struct command command_post;
extern const struct command command_check;
extern const struct command command_presign;
extern const struct command command_sandbox; /* where postage::sandbox is built */

#endif
