/* One subcommand: what it is called, what its help and its manual page say, what it does. */
#ifndef POSTAGE_TOOL_COMMAND_H
#define POSTAGE_TOOL_COMMAND_H

#include "arguments.h"

struct command {
    const char *name;
    enum command_bit bit;
    const char *operands; /* for the usage line: "FILE... TARGET"; completions know FILE, FORM, TARGET, and a|b */
    const char *summary;
    const char *about;    /* paragraph of the help page, lines of at most 79 columns */
    const char *manual;   /* what the manual page says below that; an empty line parts paragraphs */
    const char *examples; /* the end of both, two columns in */
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

/* Whether a form's rules can be given to it. */
bool command_has_rules(const struct command *command);

/* What help pages and manual pages say besides the tables; written like the texts of a row. */
extern const char tool_summary[];
extern const char tool_manual[];
extern const char tool_examples[];
extern const char rules_about[];
extern const char rules_examples[];
extern const char keys_about[];
extern const char environment_about[];

#endif
