#include "page.h"

#include <string.h>

bool option_is_repeated(const struct option *option)
{
    for (const struct option *earlier = options; earlier < option; earlier++)
        if (strcmp(earlier->name, option->name) == 0)
            return true;
    return false;
}

enum value_kind option_value(const struct option *option)
{
    if (option_choice(option, 0) != NULL)
        return VALUE_CHOICE;
    return option->kind == OPTION_FILE ? VALUE_FILE : option->kind == OPTION_DIRECTORY ? VALUE_DIRECTORY : VALUE_ANY;
}

static void read_operand(struct operand *operand, const char *word, size_t length)
{
    snprintf(operand->name, sizeof operand->name, "%.*s", (int)length, word);
    if (strchr(operand->name, '|') != NULL) {
        operand->kind = VALUE_CHOICE;
        memcpy(operand->choices, operand->name, sizeof operand->choices);
        for (char *bar = operand->choices; (bar = strchr(bar, '|')) != NULL;)
            *bar = ' ';
        return;
    }
    operand->kind = strcmp(operand->name, "TARGET") == 0 ? VALUE_TARGET : VALUE_FILE;
}

struct operands operands_of(const struct command *command)
{
    struct operands operands = { .count = 0 };
    const char *word = command->operands;

    while (*(word += strspn(word, " []")) != '\0' && operands.count < OPERANDS_MAX) {
        size_t length = strcspn(word, " ].");

        read_operand(&operands.list[operands.count++], word, length);
        operands.repeat = operands.repeat || strncmp(word + length, "...", 3) == 0;
        word += length + strspn(word + length, ".");
    }
    /* "FILE... TARGET": how many files there will be is not known while they are typed */
    if (operands.repeat && operands.count > 1)
        operands.list[0].kind = VALUE_FILE_OR_TARGET;
    return operands;
}

void put_choices(FILE *out, const struct option *option)
{
    const char *choice;

    for (size_t i = 0; (choice = option_choice(option, i)) != NULL; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", choice);
}

void put_schemes(FILE *out)
{
    char text[PROVIDER_TEXT_BYTES];

    fputs(provider_text(text, "{schemes}"), out);
}
