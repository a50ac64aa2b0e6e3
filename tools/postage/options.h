/* The one table of options: it drives the parser, the help pages and the errors. */
#ifndef POSTAGE_TOOL_OPTIONS_H
#define POSTAGE_TOOL_OPTIONS_H

#include "arguments.h"
#include "value.h"

enum option_kind {
    OPTION_FLAG, /* bool */
    OPTION_TEXT, /* const char * */
    OPTION_SIZE, /* struct quantity, as are the next ones */
    OPTION_DURATION,
    OPTION_TIME,
    OPTION_CHOICE,
    OPTION_ITEM,      /* one more of a list, kept among the rules */
    OPTION_RULE,      /* the argument is the value of `field` */
    OPTION_RULE_NAME, /* the argument is a field's name */
    OPTION_RULE_PAIR  /* the argument is NAME=VALUE */
};

struct option {
    const char *name;     /* without its dashes */
    char letter;          /* 0: none */
    const char *argument; /* what the help calls it; NULL for a flag. Completions know FILE and DIR */
    const char *help;
    enum option_kind kind;
    unsigned commands;          /* bits of enum command_bit */
    size_t offset;              /* in struct arguments; unused for rules */
    const char *const *choices; /* NULL-terminated: of an OPTION_CHOICE all, index 0 first; of others what completions offer */
    enum rule_kind rule;
    const char *field;  /* what an OPTION_RULE is about */
    const char *manual; /* what the manual page says behind `help`, or NULL */
};

/* How a size, duration or time is read, and what to say of those allowed. */
struct option_number {
    const char *noun;
    enum value_status (*read)(const char *text, uint64_t *number);
    const char *allowed;
};

extern const struct option options[];
extern const size_t option_count;
extern const struct option_number option_numbers[OPTION_CHOICE]; /* by kind */

/* Rules have a help page of their own; a subcommand's page only lists them. */
bool option_is_rule(const struct option *option);

#endif
