#include "arguments.h"

#include "command.h"
#include "message.h"
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { DEFAULT_EXPIRY_S = 15 * 60, SUGGEST_MAX_DISTANCE = 3 };

/* What is being read. */
struct parser {
    struct arguments *args;
    const struct command *command;
    const struct command *const *others;
    size_t other_count;
    char **argv;
    int argc;
    int at; /* word being looked at */
};

static bool word_is_name(const char *word, size_t length, const char *name)
{
    return strlen(name) == length && strncmp(word, name, length) == 0;
}

static unsigned minimum(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, for suggestions; names longer than the row are far from everything. */
static unsigned distance(const char *a, size_t length, const char *b)
{
    unsigned row[32];
    size_t width = strlen(b);

    if (width + 1 > sizeof row / sizeof row[0])
        return UINT32_MAX;
    for (unsigned j = 0; j <= width; j++)
        row[j] = j;
    for (size_t i = 0; i < length; i++) {
        unsigned diagonal = row[0];

        row[0] = (unsigned)i + 1;
        for (size_t j = 1; j <= width; j++) {
            unsigned above = row[j];

            row[j] = minimum(minimum(above, row[j - 1]) + 1, diagonal + (a[i] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[width];
}

static const struct option *nearest(const struct parser *parser, const char *word, size_t length)
{
    const struct option *best = NULL;
    unsigned best_distance = SUGGEST_MAX_DISTANCE + 1;

    for (size_t i = 0; i < option_count; i++) {
        unsigned found = distance(word, length, options[i].name);

        if (option_is_of(&options[i], parser->command) && found < best_distance && found < length) {
            best = &options[i];
            best_distance = found;
        }
    }
    return best;
}

static bool sounds_secret(const char *word, size_t length)
{
    static const char *const parts[] = { "secret", "token", "password", "access-key", "access_key" };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        for (size_t at = 0; at + strlen(parts[i]) <= length; at++)
            if (strncasecmp(word + at, parts[i], strlen(parts[i])) == 0)
                return true;
    return false;
}

/* Writes the names of the other commands that have such an option; false: none has. */
static bool list_owners(const struct parser *parser, const char *word, size_t length, char *hint, size_t cap)
{
    size_t used = (size_t)snprintf(hint, cap, "it is an option of");
    unsigned owners = 0, listed = 0;

    for (size_t i = 0; i < option_count; i++)
        if (word_is_name(word, length, options[i].name))
            owners |= (unsigned)options[i].commands;
    for (size_t i = 0; i < parser->other_count; i++)
        if ((owners & (unsigned)parser->others[i]->bit) != 0 && used < cap)
            used += (size_t)snprintf(hint + used, cap - used, "%s %s", listed++ > 0 ? "," : "", parser->others[i]->name);
    return listed > 0;
}

/* Quotes the name alone: what comes after a '=' may be a secret. */
static enum exit_code fail_unknown_option(const struct parser *parser, const char *word, size_t length)
{
    const struct option *other = nearest(parser, word, length);
    char hint[160];

    if (sounds_secret(word, length))
        return fail(EXIT_USAGE, "set the variables that \"postage help environment\" lists, or give --credentials FILE",
                    "unknown option --%.*s: secrets are never taken from the command line", (int)length, word);
    if (list_owners(parser, word, length, hint, sizeof hint))
        return fail(EXIT_USAGE, hint, "unknown option --%.*s", (int)length, word);
    if (other == NULL)
        return fail(EXIT_USAGE, "the options are listed by --help", "unknown option --%.*s", (int)length, word);
    snprintf(hint, sizeof hint, "did you mean --%s?", other->name);
    return fail(EXIT_USAGE, hint, "unknown option --%.*s", (int)length, word);
}

static const struct option *find_long(const struct parser *parser, const char *word, size_t length)
{
    for (size_t i = 0; i < option_count; i++)
        if (option_is_of(&options[i], parser->command) && word_is_name(word, length, options[i].name))
            return &options[i];
    return NULL;
}

static const struct option *find_letter(const struct parser *parser, char letter)
{
    for (size_t i = 0; i < option_count; i++)
        if (option_is_of(&options[i], parser->command) && options[i].letter == letter && letter != 0)
            return &options[i];
    return NULL;
}

static enum exit_code store_choice(const struct option *option, const char *value, uint64_t *index)
{
    char allowed[128] = "";

    for (*index = 0; option->choices[*index] != NULL; (*index)++) {
        size_t used = strlen(allowed);

        if (strcmp(option->choices[*index], value) == 0)
            return EXIT_DONE;
        snprintf(allowed + used, sizeof allowed - used, "%s%s", used > 0 ? ", " : "", option->choices[*index]);
    }
    return fail(EXIT_USAGE, NULL, "--%s: \"%s\" is not one of %s", option->name, value, allowed);
}

static enum exit_code store_quantity(const struct parser *parser, const struct option *option, char *value)
{
    struct quantity *quantity = (struct quantity *)(void *)((char *)parser->args + option->offset);
    enum quantity_status status;

    if (quantity->text != NULL)
        return fail(EXIT_USAGE, NULL, "--%s is given twice: %s and %s", option->name, quantity->text, value);
    quantity->text = value;
    if (option->kind == OPTION_CHOICE)
        return store_choice(option, value, &quantity->number);
    status = option_numbers[option->kind].read(value, &quantity->number);
    if (status == QUANTITY_OK)
        return EXIT_DONE;
    if (status == QUANTITY_TOO_LARGE)
        return fail(EXIT_USAGE, option_numbers[option->kind].allowed, "--%s: %s is too large", option->name, value);
    return fail(EXIT_USAGE, option_numbers[option->kind].allowed, "--%s: \"%s\" is not a %s", option->name, value,
                option_numbers[option->kind].noun);
}

static enum exit_code store_text(const struct parser *parser, const struct option *option, char *value)
{
    const char **text = (const char **)(void *)((char *)parser->args + option->offset);

    if (*text != NULL)
        return fail(EXIT_USAGE, NULL, "--%s is given twice", option->name);
    if (value[0] == '\0')
        return fail(EXIT_USAGE, NULL, "--%s: the value is empty", option->name);
    *text = value;
    return EXIT_DONE;
}

static enum exit_code store_rule(const struct parser *parser, const struct option *option, char *value)
{
    struct rule *rule = &parser->args->rules[parser->args->rule_count];
    char *equals = strchr(value, '=');

    *rule = (struct rule){ .kind = option->rule, .option = option->name, .name = option->field, .value = value };
    if (option->kind == OPTION_RULE_NAME) {
        if (equals != NULL)
            return fail(EXIT_USAGE, "for a value, add --field N=V", "--%s: \"%s\" is not the name of a field", option->name,
                        value);
        rule->name = value;
        rule->value = "";
    } else if (option->kind == OPTION_RULE_PAIR) {
        if (equals == NULL)
            return fail(EXIT_USAGE, NULL, "--%s: \"%s\" has no '='; %s is expected", option->name, value, option->argument);
        *equals = '\0';
        rule->name = value;
        rule->value = equals + 1;
    }
    if (rule->name[0] == '\0')
        return fail(EXIT_USAGE, NULL, "--%s: the name is empty", option->name);
    parser->args->rule_count++;
    return EXIT_DONE;
}

static enum exit_code store_word(const struct parser *parser, const struct option *option, char *value)
{
    struct word_list *list = (struct word_list *)(void *)((char *)parser->args + option->offset);

    if (value[0] == '\0')
        return fail(EXIT_USAGE, NULL, "--%s: the value is empty", option->name);
    list->words[list->count++] = value;
    return EXIT_DONE;
}

static enum exit_code store_flag(const struct parser *parser, const struct option *option, char *value)
{
    (void)value;
    *((bool *)(void *)((char *)parser->args + option->offset)) = true;
    return EXIT_DONE;
}

static enum exit_code store(const struct parser *parser, const struct option *option, char *value)
{
    static enum exit_code (*const stores[])(const struct parser *, const struct option *, char *) = {
        [OPTION_FLAG] = store_flag,      [OPTION_TEXT] = store_text,       [OPTION_FILE] = store_text,
        [OPTION_DIRECTORY] = store_text, [OPTION_SIZE] = store_quantity,   [OPTION_DURATION] = store_quantity,
        [OPTION_TIME] = store_quantity,  [OPTION_CHOICE] = store_quantity, [OPTION_WORDS] = store_word,
        [OPTION_RULE] = store_rule,      [OPTION_RULE_NAME] = store_rule,  [OPTION_RULE_PAIR] = store_rule,
    };

    return stores[option->kind](parser, option, value);
}

/* The value of an option that takes one: after the '=', or the next word unless that is an option itself. */
static enum exit_code take_value(struct parser *parser, const struct option *option, char *attached, char **value)
{
    char help[OPTION_HELP_BYTES];

    *value = attached;
    if (option->argument == NULL) {
        if (attached != NULL)
            return fail(EXIT_USAGE, NULL, "--%s takes no value", option->name);
        return EXIT_DONE;
    }
    if (attached != NULL)
        return EXIT_DONE;
    if (parser->at + 1 >= parser->argc)
        return fail(EXIT_USAGE, option_help(option, help), "--%s needs a value: %s", option->name, option->argument);
    *value = parser->argv[++parser->at];
    if (strncmp(*value, "--", 2) == 0)
        return fail(EXIT_USAGE, "write a value that begins with -- after a '='", "--%s needs a value: %s; an option follows",
                    option->name, option->argument);
    return EXIT_DONE;
}

static enum exit_code read_option(struct parser *parser, const struct option *option, char *attached)
{
    char *value;
    enum exit_code code = take_value(parser, option, attached, &value);

    return code == EXIT_DONE ? store(parser, option, value) : code;
}

static enum exit_code read_long(struct parser *parser, char *word)
{
    size_t length = strcspn(word, "=");
    const struct option *option = find_long(parser, word, length);

    if (option == NULL)
        return fail_unknown_option(parser, word, length);
    return read_option(parser, option, word[length] == '=' ? word + length + 1 : NULL);
}

/* `-ofields` and `-o fields`, `-qv` for flags. */
static enum exit_code read_letters(struct parser *parser, char *word)
{
    for (; *word != '\0'; word++) {
        const struct option *option = find_letter(parser, *word);
        enum exit_code code;

        if (option == NULL)
            return fail(EXIT_USAGE, "the options are listed by --help", "unknown option -%c", *word);
        if (option->argument != NULL)
            return read_option(parser, option, word[1] != '\0' ? word + 1 : NULL);
        code = read_option(parser, option, NULL);
        if (code != EXIT_DONE)
            return code;
    }
    return EXIT_DONE;
}

static enum exit_code read_words(struct parser *parser)
{
    struct arguments *args = parser->args;
    enum exit_code code = EXIT_DONE;
    bool ended = false;

    for (parser->at = 0; parser->at < parser->argc && code == EXIT_DONE; parser->at++) {
        char *word = parser->argv[parser->at];

        if (ended || word[0] != '-' || word[1] == '\0')
            args->operands[args->operand_count++] = word;
        else if (strcmp(word, "--") == 0)
            ended = true;
        else
            code = word[1] == '-' ? read_long(parser, word + 2) : read_letters(parser, word + 1);
    }
    return code;
}

enum exit_code arguments_parse(struct arguments *args, const struct command *command, const struct command *const *others,
                               size_t count, int argc, char **argv)
{
    struct parser parser = {
        .args = args, .command = command, .others = others, .other_count = count, .argc = argc, .argv = argv
    };
    size_t room = argc > 0 ? (size_t)argc : 1;

    *args = (struct arguments){ 0 };
    args->operands = calloc(room, sizeof *args->operands);
    args->rules = calloc(room, sizeof *args->rules);
    args->buckets.words = calloc(room, sizeof *args->buckets.words);
    args->listens.words = calloc(room, sizeof *args->listens.words);
    if (args->operands == NULL || args->rules == NULL || args->buckets.words == NULL || args->listens.words == NULL)
        return fail_memory();
    return read_words(&parser);
}

void arguments_clear(struct arguments *args)
{
    free(args->operands);
    free(args->rules);
    free(args->buckets.words);
    free(args->listens.words);
    *args = (struct arguments){ 0 };
}

int64_t arguments_time(const struct arguments *args)
{
    return args->at.text != NULL ? (int64_t)args->at.number : (int64_t)time(NULL);
}

int64_t arguments_expiry(const struct arguments *args)
{
    return args->expires.text != NULL ? (int64_t)args->expires.number : DEFAULT_EXPIRY_S;
}
