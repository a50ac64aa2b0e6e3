#include "help.h"

#include "message.h"
#include "options.h"
#include "output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELP_COLUMNS = 79, NAME_COLUMNS = 23 };

const struct command *const commands[] = {
    &command_sign,    &command_upload, &command_post, &command_check, &command_presign,
#ifdef POSTAGE_HAVE_SANDBOX
    &command_sandbox,
#endif
};
const size_t command_count = sizeof commands / sizeof commands[0];

/* "-o, --output FORMAT", or "--any N". */
static int spell(char *out, size_t cap, const struct option *option, bool with_letter)
{
    char letter[5] = "";

    if (with_letter && option->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    return snprintf(out, cap, "%s--%s%s%s", letter, option->name, option->argument != NULL ? " " : "",
                    option->argument != NULL ? option->argument : "");
}

static void put_option(FILE *out, const struct option *option)
{
    char name[48];

    spell(name, sizeof name, option, true);
    fprintf(out, "  %-*s  %s\n", NAME_COLUMNS, name, option->help);
}

/* The rules' names alone, wrapped. */
static void put_rule_names(FILE *out, enum command_bit command)
{
    int column = 0;

    for (size_t i = 0; i < option_count; i++) {
        char name[48];
        int length = spell(name, sizeof name, &options[i], false);

        if ((options[i].commands & command) == 0 || !option_is_rule(&options[i]))
            continue;
        if (column > 0 && column + 2 + length > HELP_COLUMNS) {
            fputc('\n', out);
            column = 0;
        }
        column += fprintf(out, "  %s", name);
    }
    fputc('\n', out);
}

static void put_command(FILE *out, const struct command *command)
{
    bool has_rules = (command->bit & (COMMAND_SIGN | COMMAND_UPLOAD)) != 0;

    fprintf(out, "postage %s%s%s%s: %s\n%s", command->name, command->operands[0] != '\0' ? " " : "", command->operands,
            has_rules ? " [rules]" : "", command->summary, command->about);
    for (size_t i = 0; i < option_count; i++)
        if ((options[i].commands & command->bit) != 0 && options[i].letter != 'h' &&
            (!has_rules || !option_is_rule(&options[i])))
            put_option(out, &options[i]);
    if (has_rules) {
        fputs("rules (explained by: postage help rules)\n", out);
        put_rule_names(out, command->bit);
    }
    fprintf(out, "examples\n%s", command->examples);
}

static void put_rules(FILE *out)
{
    fputs("Rules say what a form allows. Each makes a field of the form and the condition\n"
          "that guards it; what no rule mentions cannot be sent.\n\n",
          out);
    for (size_t i = 0; i < option_count; i++)
        if (option_is_rule(&options[i]))
            put_option(out, &options[i]);
    fputs("examples\n"
          "  --max-size 10MiB --type-prefix image/  the uploader picks the type\n"
          "  --type image/png --type-prefix image/  the same, image/png is suggested\n"
          "  --meta user=42 --field x-amz-meta-note=hi --any x-amz-meta-note\n"
          "  --starts-with key=users/42/            any key below users/42/\n",
          out);
}

static void put_general(FILE *out)
{
    fputs("postage: presigned-POST uploads for S3, MinIO and OSS\n\n", out);
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "  postage %-8s %-16s %s\n", commands[i]->name, commands[i]->operands, commands[i]->summary);
    fputs("\n"
          "  postage COMMAND --help   options and examples\n"
          "  postage help rules       what a form can allow\n"
          "  postage --version        this tool and its libraries\n\n"
          "Keys come from the environment or --credentials FILE, never from flags:\n"
          "  s3     AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN;\n"
          "         AWS_REGION, AWS_ENDPOINT_URL_S3\n"
          "  minio  MINIO_ACCESS_KEY, MINIO_SECRET_KEY, MINIO_ENDPOINT; or MC_HOST_<alias>\n"
          "  oss    OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET, OSS_SESSION_TOKEN, OSS_REGION\n\n"
          "examples\n"
          "  postage sign s3://photos/in/ --max-size 10MiB --type-prefix image/\n"
          "  postage upload photo.jpg minio://photos/ --endpoint http://127.0.0.1:9000\n",
          out);
}

/* A page is put together in memory, so that it is written, or fails, as a whole. */
static enum exit_code print_page(void (*put)(FILE *out, const void *what), const void *what)
{
    enum exit_code code;
    size_t length = 0;
    char *page = NULL;
    FILE *out = open_memstream(&page, &length);

    if (out == NULL)
        return fail_memory();
    put(out, what);
    if (fclose(out) != 0) {
        free(page);
        return fail_memory();
    }
    code = output_write(page, length, false);
    free(page);
    return code;
}

static void put_command_page(FILE *out, const void *what)
{
    put_command(out, what);
}

static void put_rules_page(FILE *out, const void *what)
{
    (void)what;
    put_rules(out);
}

static void put_general_page(FILE *out, const void *what)
{
    (void)what;
    put_general(out);
}

enum exit_code help_general(void)
{
    return print_page(put_general_page, NULL);
}

enum exit_code help_command(const struct command *command)
{
    return print_page(put_command_page, command);
}

enum exit_code help_rules(void)
{
    return print_page(put_rules_page, NULL);
}
