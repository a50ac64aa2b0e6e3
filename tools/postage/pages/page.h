/*
 * What is made from the tool's tables while it is built: manual pages and completions. They read the rows that the parser
 * and --help read, so that none can say anything else; the tool itself carries no word of this.
 */
#ifndef POSTAGE_PAGES_PAGE_H
#define POSTAGE_PAGES_PAGE_H

#include "commands.h"
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

/* What the templates complete.* leave open. */
void bash_put_commands(FILE *out);
void bash_put_values(FILE *out);
void bash_put_names(FILE *out);
void bash_put_schemes(FILE *out);
void zsh_put_commands(FILE *out);
void zsh_put_names(FILE *out);
void zsh_put_schemes(FILE *out);
void fish_put_all(FILE *out);

/* Whether an earlier row has the same name: rows of one name differ in their text and their subcommands alone. */
bool option_is_repeated(const struct option *option);

/* What stands for an operand or follows an option. */
enum value_kind { VALUE_ANY, VALUE_FILE, VALUE_DIRECTORY, VALUE_TARGET, VALUE_FILE_OR_TARGET, VALUE_CHOICE };

enum value_kind option_value(const struct option *option);

enum { OPERANDS_MAX = 4 };

struct operand {
    enum value_kind kind;
    char name[24];    /* "FILE", or "get|head" */
    char choices[24]; /* "get head" */
};

struct operands {
    struct operand list[OPERANDS_MAX];
    size_t count;
    bool repeat; /* the first one describes all, however many there are */
};

/* Reads the usage line's "FORM [FILE]". */
struct operands operands_of(const struct command *command);

/* An option's choices, and what TARGET can begin with, parted by blanks. */
void put_choices(FILE *out, const struct option *option);
void put_schemes(FILE *out);

#endif
