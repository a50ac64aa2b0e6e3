/* The tables of complete.zsh: what _arguments(zshcompsys) wants to know of each subcommand. */
#include "help.h"
#include "page.h"

#include <string.h>

/* Inside '…' of the shell, where _arguments and _describe give a meaning to `special`. */
static void put_quoted(FILE *out, const char *text, const char *special)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs("'\\'", out);
        else if (*text == '\\' || strchr(special, *text) != NULL)
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void put_action(FILE *out, enum value_kind kind)
{
    static const char *const actions[] = {
        [VALUE_ANY] = "",
        [VALUE_FILE] = "_files",
        [VALUE_DIRECTORY] = "_path_files -/",
        [VALUE_TARGET] = "_postage_target",
        [VALUE_FILE_OR_TARGET] = "_postage_file_or_target",
    };

    fputs(actions[kind], out);
}

static void put_quoted_choices(FILE *out, const struct option *option)
{
    const char *choice;

    fputc('(', out);
    for (size_t i = 0; (choice = option_choice(option, i)) != NULL; i++) {
        fputs(i > 0 ? " " : "", out);
        put_quoted(out, choice, ":() ");
    }
    fputc(')', out);
}

/* '(-o --output)'{-o+,--output=}'[what to print]:FORMAT:(json html)' */
static void put_option(FILE *out, const struct option *option)
{
    bool valued = option->argument != NULL;
    char help[OPTION_HELP_BYTES];
    bool may_repeat = option->kind == OPTION_WORDS || option->kind == OPTION_RULE_NAME || option->kind == OPTION_RULE_PAIR;

    if (option->letter != 0)
        fprintf(out, "'(-%c --%s)'{-%c%s,--%s%s}'", option->letter, option->name, option->letter, valued ? "+" : "",
                option->name, valued ? "=" : "");
    else
        fprintf(out, "'%s--%s%s", may_repeat ? "*" : "", option->name, valued ? "=" : "");
    fputc('[', out);
    put_quoted(out, option_help(option, help), "[]:");
    fputc(']', out);
    if (valued) {
        fputc(':', out);
        put_quoted(out, option->argument, ":");
        fputc(':', out);
    }
    if (option_value(option) == VALUE_CHOICE)
        put_quoted_choices(out, option);
    else
        put_action(out, option_value(option));
    fputc('\'', out);
}

static void put_operands(FILE *out, const struct command *command)
{
    struct operands operands = operands_of(command);

    if (operands.repeat) {
        fprintf(out, " \\\n            '*:%s:", command->operands);
        put_action(out, operands.list[0].kind);
        fputc('\'', out);
        return;
    }
    for (size_t i = 0; i < operands.count; i++) {
        fprintf(out, " \\\n            '%zu:%s:", i + 1, operands.list[i].name);
        if (operands.list[i].kind == VALUE_CHOICE)
            fprintf(out, "(%s)", operands.list[i].choices);
        else
            put_action(out, operands.list[i].kind);
        fputc('\'', out);
    }
}

void zsh_put_commands(FILE *out)
{
    for (size_t i = 0; i < command_count; i++) {
        fprintf(out, "    %s)\n        _arguments -s -S :", commands[i]->name);
        for (size_t n = 0; n < option_count; n++)
            if (option_is_of(&options[n], commands[i])) {
                fputs(" \\\n            ", out);
                put_option(out, &options[n]);
            }
        put_operands(out, commands[i]);
        fputs("\n        ;;\n", out);
    }
}

static void put_name(FILE *out, const char *name, const char *summary)
{
    fprintf(out, "        '%s:", name);
    put_quoted(out, summary, "");
    fputs("'\n", out);
}

void zsh_put_names(FILE *out)
{
    fputs("    commands=(\n", out);
    for (size_t i = 0; i < command_count; i++)
        put_name(out, commands[i]->name, commands[i]->summary);
    fputs("    )\n    topics=(\n", out);
    for (size_t i = 0; i < help_topic_count; i++)
        put_name(out, help_topics[i].name, help_topics[i].summary);
    fputs("    )\n", out);
}

void zsh_put_schemes(FILE *out)
{
    fputs("    compadd \"$@\" -S '' -- ", out);
    put_schemes(out);
    fputc('\n', out);
}
