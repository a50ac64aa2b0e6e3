/* The command line of postage: finds the subcommand, reads its arguments, runs it. */
#include "commands.h"
#include "harden.h"
#include "help.h"
#include "message.h"
#include "output.h"
#include "version.h"

#include <stdio.h>
#include <string.h>

static enum exit_code fail_command(const char *name)
{
    char hint[160] = "";

    for (size_t i = 0; i < command_count; i++) {
        size_t used = strlen(hint);

        snprintf(hint + used, sizeof hint - used, "%s%s", commands[i]->name,
                 i + 1 < command_count ? ", " : "; see postage --help");
    }
    return fail(EXIT_USAGE, hint, "unknown command \"%s\"", name);
}

static enum exit_code check_operands(const struct command *command, const struct arguments *args)
{
    char hint[128];

    snprintf(hint, sizeof hint, "postage %s %s; see postage %s --help", command->name, command->operands, command->name);
    if (args->operand_count < (size_t)command->min_operands)
        return fail(EXIT_USAGE, hint, "%s: too few operands; it takes %s", command->name, command->operands);
    if (command->max_operands >= 0 && args->operand_count > (size_t)command->max_operands)
        return fail(EXIT_USAGE, hint, "%s: \"%s\" is one operand too many", command->name,
                    args->operands[command->max_operands]);
    return EXIT_DONE;
}

static enum exit_code run_command(const struct command *command, int argc, char **argv)
{
    struct arguments args;
    enum exit_code code = arguments_parse(&args, command, commands, command_count, argc, argv);

    if (args.quiet)
        message_be_quiet();
    if (args.verbose)
        message_be_verbose();
    if (code == EXIT_DONE && args.help)
        code = help_command(command);
    else if (code == EXIT_DONE && (code = check_operands(command, &args)) == EXIT_DONE)
        code = command->run(&args);
    arguments_clear(&args);
    return code;
}

static enum exit_code run_help(int argc, char **argv)
{
    const struct help_topic *topic = argc > 0 ? help_find_topic(argv[0]) : NULL;
    const struct command *command = argc > 0 ? command_find(argv[0]) : NULL;

    if (argc == 0)
        return help_general(commands, command_count);
    if (topic != NULL)
        return help_topic(topic);
    return command != NULL ? help_command(command) : fail_command(argv[0]);
}

static enum exit_code run(int argc, char **argv)
{
    const struct command *command;

    if (argc < 2)
        return fail(EXIT_USAGE, "see postage --help", "no command is given");
    if (strcmp(argv[1], "--version") == 0)
        return version_print();
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
        return run_help(argc - 2, argv + 2);
    command = command_find(argv[1]);
    return command != NULL ? run_command(command, argc - 2, argv + 2) : fail_command(argv[1]);
}

int main(int argc, char **argv)
{
    enum exit_code code, closed;

    harden_process();
    message_init();
    code = run(argc, argv);
    closed = output_close();
    return (int)(code != EXIT_DONE ? code : closed);
}
