/* The body of complete.fish: a line for each row. */
#include "help.h"
#include "page.h"

static void put_quoted(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

static void put_value(FILE *out, enum value_kind kind)
{
    static const char *const arguments[] = {
        [VALUE_ANY] = " -x", [VALUE_FILE] = " -r -F",        [VALUE_DIRECTORY] = " -x -a '(__fish_complete_directories)'",
        [VALUE_TARGET] = "", [VALUE_FILE_OR_TARGET] = " -F",
    };

    fputs(arguments[kind], out);
    if (kind != VALUE_TARGET && kind != VALUE_FILE_OR_TARGET)
        return;
    fputs(" -a '", out);
    put_schemes(out);
    fputc('\'', out);
}

static void put_option(FILE *out, const struct option *option)
{
    char help[OPTION_HELP_BYTES];

    fputs("complete -c postage -n '__postage_command_is", out);
    for (size_t i = 0; i < command_count; i++)
        if (option_is_of(option, commands[i]))
            fprintf(out, " %s", commands[i]->name);
    fprintf(out, "' -l %s", option->name);
    if (option->letter != 0)
        fprintf(out, " -s %c", option->letter);
    if (option_value(option) == VALUE_CHOICE) {
        fputs(" -x -a '", out);
        put_choices(out, option);
        fputc('\'', out);
    } else if (option->argument != NULL) {
        put_value(out, option_value(option));
    }
    fputs(" -d ", out);
    put_quoted(out, option_help(option, help));
    fputc('\n', out);
}

/* Choices come first and are offered until one is there; then what follows them is. */
static void put_operands(FILE *out, const struct command *command)
{
    struct operands operands = operands_of(command);
    const char *choices = operands.count > 0 && operands.list[0].kind == VALUE_CHOICE ? operands.list[0].choices : NULL;
    size_t used = operands.repeat ? 1 : operands.count;

    for (size_t i = 0; i < used; i++) {
        const struct operand *operand = &operands.list[i];

        if (i > 0 && operand->kind == operands.list[i - 1].kind)
            continue;
        fprintf(out, "complete -c postage -n '__postage_command_is %s", command->name);
        if (choices != NULL)
            fprintf(out, "; and %s__fish_seen_subcommand_from %s", i == 0 ? "not " : "", choices);
        fputc('\'', out);
        if (operand->kind == VALUE_CHOICE)
            fprintf(out, " -a '%s'", operand->choices);
        else if (operand->kind == VALUE_FILE)
            fputs(" -F", out);
        else
            put_value(out, operand->kind);
        fputc('\n', out);
    }
}

static void put_name(FILE *out, const char *condition, const char *name, const char *summary)
{
    fprintf(out, "complete -c postage -n %s -a %s -d ", condition, name);
    put_quoted(out, summary);
    fputc('\n', out);
}

void fish_put_all(FILE *out)
{
    for (size_t i = 0; i < command_count; i++) {
        put_name(out, "__postage_has_no_command", commands[i]->name, commands[i]->summary);
        put_name(out, "__postage_wants_topic", commands[i]->name, commands[i]->summary);
        put_operands(out, commands[i]);
    }
    for (size_t i = 0; i < help_topic_count; i++)
        put_name(out, "__postage_wants_topic", help_topics[i].name, help_topics[i].summary);
    for (size_t i = 0; i < option_count; i++)
        put_option(out, &options[i]);
}
