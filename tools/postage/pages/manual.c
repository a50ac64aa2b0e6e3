/* The pages of section 1: the same rows as --help, with room for more. */
#include "help.h"
#include "page.h"
#include "roff.h"
#include "variables.h"

#include <ctype.h>
#include <string.h>

enum { VARIABLE_COLUMNS = 37, EXIT_COLUMNS = 6 };

static void put_paragraphs(FILE *out, const char *text)
{
    char with_lists[PROVIDER_TEXT_BYTES];

    roff_paragraphs(out, provider_text(with_lists, text));
}

static void put_name(FILE *out, const char *dash, const char *command, const char *summary)
{
    char name[32];

    snprintf(name, sizeof name, "postage%s%s", dash, command);
    roff_title(out, name, 1);
    roff_section(out, "NAME");
    roff_text(out, name);
    fputs(" \\- ", out);
    roff_text(out, summary);
    fputc('\n', out);
}

/* "get", while FORM stands for something else. */
static bool is_typed_as_it_stands(const char *name)
{
    return islower((unsigned char)name[0]) != 0;
}

/* "FORM [FILE]": names slanted, brackets and dots as they are. */
static void put_operands(FILE *out, const char *operands)
{
    char name[24];

    while (*operands != '\0') {
        size_t length = strcspn(operands, " [].|");

        if (length > 0) {
            snprintf(name, sizeof name, "%.*s", (int)length, operands);
            if (is_typed_as_it_stands(name))
                roff_bold(out, name);
            else
                roff_slanted(out, name);
        }
        operands += length;
        if (*operands != '\0')
            fputc(*operands++, out);
    }
}

static void put_usage(FILE *out, const struct command *command)
{
    fprintf(out, "\\fBpostage %s\\fR ", command->name);
    put_operands(out, command->operands);
    fputs(command->operands[0] != '\0' ? " [\\fIoptions\\fR]" : "[\\fIoptions\\fR]", out);
    fputs(command_has_rules(command) ? " [\\fIrules\\fR]\n" : "\n", out);
}

static void put_option(FILE *out, const struct option *option)
{
    char name[40], help[OPTION_HELP_BYTES];

    roff_tag(out);
    if (option->letter != 0) {
        roff_bold(out, (char[3]){ '-', option->letter });
        fputs(", ", out);
    }
    snprintf(name, sizeof name, "--%s", option->name);
    roff_bold(out, name);
    if (option->argument != NULL) {
        fputc(' ', out);
        roff_slanted(out, option->argument);
    }
    fputc('\n', out);
    roff_sentence(out, option_help(option, help));
    if (option->manual != NULL)
        roff_paragraphs(out, option->manual);
}

static void put_options(FILE *out, const struct command *command, bool rules)
{
    for (size_t i = 0; i < option_count; i++)
        if (option_is_of(&options[i], command) && (command_has_rules(command) && option_is_rule(&options[i])) == rules)
            put_option(out, &options[i]);
}

static bool has_number(const struct command *command, enum option_kind kind)
{
    for (size_t i = 0; i < option_count; i++)
        if (option_is_of(&options[i], command) && options[i].kind == kind)
            return true;
    return false;
}

/* How sizes, durations and times are written, in the words of the errors. */
static void put_values(FILE *out, const struct command *command)
{
    static const enum option_kind kinds[] = { OPTION_SIZE, OPTION_DURATION, OPTION_TIME };
    bool first = true;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (!has_number(command, kinds[i]))
            continue;
        if (first)
            roff_section(out, "VALUES");
        first = false;
        fprintf(out, ".TP 10\n%s\n", option_numbers[kinds[i]].noun);
        roff_sentence(out, option_numbers[kinds[i]].allowed);
    }
}

/* A provider's variables, or (NULL) those that do not depend on it, that these commands read. */
static void put_variables(FILE *out, unsigned readers, const struct postage_provider *provider)
{
    struct variables variables;
    bool first = true;

    variables_of(&variables, provider);
    for (size_t i = 0; i < variables.count; i++) {
        if ((variables.list[i].commands & readers) == 0)
            continue;
        if (first && provider != NULL)
            fprintf(out, ".PP\nFor %s://\n.PP\n", postage_provider_name(provider));
        else if (first)
            fputs(".PP\nAlways\n.PP\n", out);
        if (first)
            roff_list(out, VARIABLE_COLUMNS);
        else
            roff_tag(out);
        first = false;
        roff_bold(out, variables.list[i].name);
        fputc('\n', out);
        roff_text(out, variables.list[i].help);
        fputc('\n', out);
    }
    if (!first)
        roff_list_end(out);
}

static void put_environment(FILE *out, unsigned readers)
{
    const struct postage_provider *provider;

    roff_section(out, "ENVIRONMENT");
    roff_paragraphs(out, environment_about);
    for (size_t i = 0; (provider = postage_provider_at(i)) != NULL; i++)
        put_variables(out, readers, provider);
    put_variables(out, readers, NULL);
}

static void put_exit_status(FILE *out)
{
    roff_section(out, "EXIT STATUS");
    roff_list(out, EXIT_COLUMNS);
    for (int code = EXIT_DONE; code <= EXIT_INTERRUPTED; code++) {
        const char *meaning = exit_code_meaning((enum exit_code)code);

        if (meaning == NULL)
            continue;
        if (code != EXIT_DONE)
            roff_tag(out);
        fprintf(out, "%d\n", code);
        roff_text(out, meaning);
        fputc('\n', out);
    }
    roff_list_end(out);
}

static void put_see_also(FILE *out, const struct command *self)
{
    roff_section(out, "SEE ALSO");
    if (self != NULL)
        fputs("\\fBpostage\\fR(1),\n", out);
    for (size_t i = 0; i < command_count; i++)
        if (commands[i] != self)
            fprintf(out, "\\fBpostage\\-%s\\fR(1),\n", commands[i]->name);
    fputs("\\fBpostage\\fR(3)\n", out);
}

void manual_put_command(FILE *out, const struct command *command)
{
    put_name(out, "-", command->name, command->summary);
    roff_section(out, "SYNOPSIS");
    put_usage(out, command);
    roff_section(out, "DESCRIPTION");
    put_paragraphs(out, command->about);
    fputs(".PP\n", out);
    roff_paragraphs(out, command->manual);
    roff_section(out, "OPTIONS");
    put_options(out, command, false);
    if (command_has_rules(command)) {
        roff_section(out, "RULES");
        roff_paragraphs(out, rules_about);
        put_options(out, command, true);
        fputs(".PP\nSome rules together:\n.PP\n", out);
        roff_example(out, rules_examples);
    }
    put_values(out, command);
    put_environment(out, (unsigned)command->bit);
    put_exit_status(out);
    roff_section(out, "EXAMPLES");
    roff_example(out, command->examples);
    put_see_also(out, command);
}

static void put_commands(FILE *out)
{
    roff_section(out, "COMMANDS");
    for (size_t i = 0; i < command_count; i++) {
        roff_tag(out);
        put_usage(out, commands[i]);
        roff_sentence(out, commands[i]->summary);
        fprintf(out, "See \\fBpostage\\-%s\\fR(1).\n", commands[i]->name);
    }
    for (size_t i = 0; i < help_topic_count; i++) {
        roff_tag(out);
        fprintf(out, "\\fBpostage help %s\\fR\n", help_topics[i].name);
        roff_sentence(out, help_topics[i].summary);
    }
    fputs(".TP\n\\fBpostage\\fR [\\fIcommand\\fR] \\fB\\-\\-help\\fR\nThe options in brief, and examples.\n"
          ".TP\n\\fBpostage \\-\\-version\\fR\nThis tool and its libraries.\n"
          ".PP\nOptions may stand anywhere, as \\fB\\-\\-name\\fR \\fIvalue\\fR or \\fB\\-\\-name=\\fR\\fIvalue\\fR; "
          "\\fB\\-\\-\\fR ends them.\n"
          "One that is given twice is an error, unless it is a rule that may be repeated.\n",
          out);
}

void manual_put_tool(FILE *out)
{
    char summary[PROVIDER_TEXT_BYTES];

    put_name(out, "", "", provider_text(summary, tool_summary));
    roff_section(out, "SYNOPSIS");
    fputs("\\fBpostage\\fR \\fIcommand\\fR [\\fIoperands\\fR] [\\fIoptions\\fR]\n", out);
    roff_section(out, "DESCRIPTION");
    put_paragraphs(out, tool_manual);
    put_commands(out);
    put_environment(out, COMMANDS_ALL);
    put_exit_status(out);
    roff_section(out, "EXAMPLES");
    roff_example(out, tool_examples);
    put_see_also(out, NULL);
}
