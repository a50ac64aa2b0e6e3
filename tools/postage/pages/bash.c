/* The tables of complete.bash, as arms of its case statements. */
#include "help.h"
#include "page.h"

static void put_value(FILE *out, enum value_kind kind)
{
    static const char *const words[] = {
        [VALUE_ANY] = "-",
        [VALUE_FILE] = "-file",
        [VALUE_DIRECTORY] = "-directory",
        [VALUE_TARGET] = "-target",
        [VALUE_FILE_OR_TARGET] = "-file-or-target",
    };

    fputs(words[kind], out);
}

static void put_options(FILE *out, const struct command *command, bool valued)
{
    for (size_t i = 0; i < option_count; i++) {
        if (!option_is_of(&options[i], command) || (options[i].argument != NULL) != valued)
            continue;
        if (options[i].letter != 0)
            fprintf(out, " -%c", options[i].letter);
        fprintf(out, " --%s", options[i].name);
    }
}

void bash_put_commands(FILE *out)
{
    for (size_t i = 0; i < command_count; i++) {
        struct operands operands = operands_of(commands[i]);

        fprintf(out, "    %s)\n        flags='", commands[i]->name);
        put_options(out, commands[i], false);
        fputs(" '\n        valued='", out);
        put_options(out, commands[i], true);
        fputs(" '\n        operands=(", out);
        for (size_t n = 0; n < (operands.repeat ? 1 : operands.count); n++) {
            fputs(n > 0 ? " '" : "'", out);
            if (operands.list[n].kind == VALUE_CHOICE)
                fputs(operands.list[n].choices, out);
            else
                put_value(out, operands.list[n].kind);
            fputc('\'', out);
        }
        fprintf(out, ")\n        repeat=%s\n        ;;\n", operands.repeat ? "yes" : "");
    }
}

void bash_put_values(FILE *out)
{
    for (size_t i = 0; i < option_count; i++) {
        if (option_value(&options[i]) == VALUE_ANY || option_is_repeated(&options[i]))
            continue;
        fputs("    ", out);
        if (options[i].letter != 0)
            fprintf(out, "-%c | ", options[i].letter);
        fprintf(out, "--%s) kind='", options[i].name);
        if (option_value(&options[i]) == VALUE_CHOICE)
            put_choices(out, &options[i]);
        else
            put_value(out, option_value(&options[i]));
        fputs("' ;;\n", out);
    }
}

void bash_put_names(FILE *out)
{
    fputs("    commands='", out);
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "%s ", commands[i]->name);
    fputs("'\n    topics='", out);
    for (size_t i = 0; i < help_topic_count; i++)
        fprintf(out, "%s ", help_topics[i].name);
    fputs("'\n", out);
}

void bash_put_schemes(FILE *out)
{
    fputs("_postage_schemes='", out);
    put_schemes(out);
    fputs("'\n", out);
}
