/* The one table of options: it drives the parser, the help pages and the errors. */
#ifndef POSTAGE_TOOL_OPTIONS_H
#define POSTAGE_TOOL_OPTIONS_H

#include "command.h"
#include "provider_text.h"
#include "quantity.h"

enum option_kind {
    OPTION_FLAG, /* bool */
    OPTION_TEXT, /* const char *, as are the next two */
    OPTION_FILE,
    OPTION_DIRECTORY,
    OPTION_SIZE, /* struct quantity, as are the next three */
    OPTION_DURATION,
    OPTION_TIME,
    OPTION_CHOICE,
    OPTION_WORDS,     /* struct word_list */
    OPTION_RULE,      /* the argument is the value of `field` */
    OPTION_RULE_NAME, /* the argument is a field's name */
    OPTION_RULE_PAIR  /* the argument is NAME=VALUE */
};

struct option {
    const char *name;     /* without its dashes */
    char letter;          /* 0: none */
    const char *argument; /* what the help calls it; NULL for a flag */
    const char *help;     /* with marks of provider_text.h; ask option_help */
    enum option_kind kind;
    unsigned commands;          /* bits of enum command_bit */
    size_t offset;              /* in struct arguments; unused for rules */
    const char *const *choices; /* NULL-terminated: of an OPTION_CHOICE all, index 0 first; of others what completions offer */
    bool names_provider;        /* its choices are the providers' names */
    bool is_rule;               /* of those that are kept in a member; an OPTION_RULE… is one anyway */
    enum rule_kind rule;
    const char *field;  /* what it is about; NULL: the argument says it, or it is about no field */
    unsigned rule_bits; /* of enum postage_rule: what a provider has to know for it; 0: any rule for `field` will do */
    const char *manual; /* what the manual page says after `help`, or NULL */
};

/* How a size, duration or time is read, and what to say of those allowed. */
struct option_number {
    const char *noun;
    enum quantity_status (*read)(const char *text, uint64_t *number);
    const char *allowed;
};

#define OPTION_HELP_BYTES PROVIDER_TEXT_BYTES

extern const struct option options[];
extern const size_t option_count;
extern const struct option_number option_numbers[OPTION_CHOICE]; /* by kind */

/* Whether the command takes the option. */
bool option_is_of(const struct option *option, const struct command *command);

/* The choices one after the other; NULL: `index` is past the last, or it has none. */
const char *option_choice(const struct option *option, size_t index);

/* What the help says: the text, after the providers that it is for unless it is for all. Returns `out`. */
const char *option_help(const struct option *option, char out[OPTION_HELP_BYTES]);

/* Rules have a help page of their own; a subcommand's page only lists them. */
bool option_is_rule(const struct option *option);

#endif
