#include "help.h"

#include "message.h"
#include "options.h"
#include "output.h"
#include "variables.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELP_COLUMNS = 79, NAME_COLUMNS = 23, TEXT_COLUMN = 2 + NAME_COLUMNS + 2, TOPIC_COLUMNS = 25, SCHEME_COLUMNS = 9 };

/* "-o, --output FORMAT", or "--any N". */
static int spell(char *out, size_t cap, const struct option *option, bool with_letter)
{
    char letter[5] = "";

    if (with_letter && option->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    return snprintf(out, cap, "%s--%s%s%s", letter, option->name, option->argument != NULL ? " " : "",
                    option->argument != NULL ? option->argument : "");
}

/* In the right column, on as many lines as it takes: a list of providers may be long. */
static void put_text(FILE *out, const char *text)
{
    size_t room = HELP_COLUMNS + 1 - TEXT_COLUMN;

    while (strlen(text) > room) {
        size_t length = room;

        while (length > 1 && text[length] != ' ')
            length--;
        fprintf(out, "%.*s\n%*s", (int)length, text, TEXT_COLUMN, "");
        text += length + (text[length] == ' ' ? 1 : 0);
    }
    fprintf(out, "%s\n", text);
}

static void put_option(FILE *out, const struct option *option)
{
    char name[48], help[OPTION_HELP_BYTES];

    spell(name, sizeof name, option, true);
    fprintf(out, "  %-*s  ", NAME_COLUMNS, name);
    put_text(out, option_help(option, help));
}

/* The rules' names alone, wrapped. */
static void put_rule_names(FILE *out, const struct command *command)
{
    int column = 0;

    for (size_t i = 0; i < option_count; i++) {
        char name[48];
        int length = spell(name, sizeof name, &options[i], false);

        if (!option_is_of(&options[i], command) || !option_is_rule(&options[i]))
            continue;
        if (column > 0 && column + 2 + length > HELP_COLUMNS) {
            fputc('\n', out);
            column = 0;
        }
        column += fprintf(out, "  %s", name);
    }
    fputc('\n', out);
}

/* The one option that the page does not list: its readers have found it. */
static bool is_help(const struct option *option)
{
    return option->kind == OPTION_FLAG && option->offset == offsetof(struct arguments, help);
}

static void put_command(FILE *out, const struct command *command)
{
    bool has_rules = command_has_rules(command);
    char about[PROVIDER_TEXT_BYTES];

    fprintf(out, "postage %s%s%s%s: %s\n%s", command->name, command->operands[0] != '\0' ? " " : "", command->operands,
            has_rules ? " [rules]" : "", command->summary, provider_text(about, command->about));
    for (size_t i = 0; i < option_count; i++)
        if (option_is_of(&options[i], command) && !is_help(&options[i]) && (!has_rules || !option_is_rule(&options[i])))
            put_option(out, &options[i]);
    if (has_rules) {
        fputs("rules (explained by: postage help rules)\n", out);
        put_rule_names(out, command);
    }
    fprintf(out, "examples\n%s", command->examples);
}

static void put_rules(FILE *out)
{
    fprintf(out, "%s\n", rules_about);
    for (size_t i = 0; i < option_count; i++)
        if (option_is_rule(&options[i]))
            put_option(out, &options[i]);
    fprintf(out, "examples\n%s", rules_examples);
}

/* The names that most people need, wrapped beside the provider's. */
static void put_common_variables(FILE *out, const struct postage_provider *provider)
{
    int column = fprintf(out, "  %-*s", SCHEME_COLUMNS - 2, postage_provider_name(provider));
    const char *comma = "";
    struct variables variables;

    variables_of(&variables, provider);
    for (size_t i = 0; i < variables.count; i++) {
        const char *name = variables.list[i].name;

        if (!variables.list[i].common)
            continue;
        if (column + 3 + (int)strlen(name) > HELP_COLUMNS) {
            column = fprintf(out, ",\n%*s", SCHEME_COLUMNS, "") - 2;
            comma = "";
        }
        column += fprintf(out, "%s%s", comma, name);
        comma = ", ";
    }
    fputs(variables.count > 0 ? "\n" : "--credentials FILE\n", out);
}

static void put_variables(FILE *out, const struct postage_provider *provider)
{
    struct variables variables;

    variables_of(&variables, provider);
    for (size_t i = 0; i < variables.count; i++)
        fprintf(out, "  %-35s  %s\n", variables.list[i].name, variables.list[i].help);
}

static void put_environment(FILE *out)
{
    const struct postage_provider *provider;

    fprintf(out, "%s\n", environment_about);
    for (size_t i = 0; (provider = postage_provider_at(i)) != NULL; i++)
        put_variables(out, provider);
    put_variables(out, NULL);
}

static void put_exit_codes(FILE *out)
{
    fputs("exit status\n", out);
    for (int code = EXIT_DONE; code <= EXIT_INTERRUPTED; code++)
        if (exit_code_meaning((enum exit_code)code) != NULL)
            fprintf(out, "  %-3d  %s\n", code, exit_code_meaning((enum exit_code)code));
}

static void put_general(FILE *out, const struct command *const *commands, size_t count)
{
    const struct postage_provider *provider;
    char text[PROVIDER_TEXT_BYTES], name[24];

    fprintf(out, "postage: %s\n\n", provider_text(text, tool_summary));
    for (size_t i = 0; i < count; i++)
        fprintf(out, "  postage %-8s %-16s %s\n", commands[i]->name, commands[i]->operands, commands[i]->summary);
    fprintf(out, "\n  %-*s %s\n", TOPIC_COLUMNS, "postage COMMAND --help", "options and examples");
    for (size_t i = 0; i < help_topic_count; i++) {
        snprintf(name, sizeof name, "help %s", help_topics[i].name);
        fprintf(out, "  postage %-*s %s\n", TOPIC_COLUMNS - 8, name, help_topics[i].summary);
    }
    fprintf(out, "  %-*s %s\n\n%s", TOPIC_COLUMNS, "postage --version", "this tool and its libraries", keys_about);
    for (size_t i = 0; (provider = postage_provider_at(i)) != NULL; i++)
        put_common_variables(out, provider);
    put_exit_codes(out);
    fprintf(out, "examples\n%s", tool_examples);
}

const struct help_topic help_topics[] = {
    { "rules", "what a form can allow", put_rules },
    { "environment", "variables that are read", put_environment },
};
const size_t help_topic_count = sizeof help_topics / sizeof help_topics[0];

const struct help_topic *help_find_topic(const char *name)
{
    for (size_t i = 0; i < help_topic_count; i++)
        if (strcmp(help_topics[i].name, name) == 0)
            return &help_topics[i];
    return NULL;
}

/* A page is put together in memory, so that it is written, or fails, as a whole. */
struct page {
    FILE *out; /* NULL: out of memory */
    char *text;
    size_t length;
};

static void page_open(struct page *page)
{
    page->text = NULL;
    page->out = open_memstream(&page->text, &page->length);
}

static enum exit_code page_print(struct page *page)
{
    enum exit_code code;

    if (page->out == NULL)
        return fail_memory();
    code = fclose(page->out) == 0 ? output_write(page->text, page->length, false) : fail_memory();
    free(page->text);
    return code;
}

enum exit_code help_general(const struct command *const *commands, size_t count)
{
    struct page page;

    page_open(&page);
    if (page.out != NULL)
        put_general(page.out, commands, count);
    return page_print(&page);
}

enum exit_code help_command(const struct command *command)
{
    struct page page;

    page_open(&page);
    if (page.out != NULL)
        put_command(page.out, command);
    return page_print(&page);
}

enum exit_code help_topic(const struct help_topic *topic)
{
    struct page page;

    page_open(&page);
    if (page.out != NULL)
        topic->put(page.out);
    return page_print(&page);
}
