#include "postage/check.h"

#include "command.h"
#include "file_kind.h"
#include "foreign_form.h"
#include "input.h"
#include "object_key.h"
#include "message.h"
#include "output.h"
#include "postage/policy.h"
#include "provider_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* --- what is asked --- */

static enum exit_code find_provider(const struct arguments *args, struct postage_check_options *options)
{
    char hint[PROVIDER_TEXT_BYTES];

    if (args->provider == NULL)
        return EXIT_DONE;
    options->provider = postage_provider_find(args->provider);
    return options->provider != NULL ? EXIT_DONE
                                     : fail(EXIT_USAGE, provider_text(hint, "it is one of {names}"),
                                            "--provider: \"%s\" is not a provider", args->provider);
}

/* The file itself, or --as and --size in its place. */
static enum exit_code look_at_file(const struct arguments *args, struct postage_check_options *options)
{
    const char *file = args->operand_count > 1 ? args->operands[1] : NULL;
    struct stat info;

    if (file != NULL && (args->as != NULL || args->size.text != NULL))
        return fail(EXIT_USAGE, NULL, "%s describes a file that does not exist, but FILE is given: %s",
                    args->as != NULL ? "--as" : "--size", file);
    options->file_name = file != NULL       ? object_key_base_name(file)
                         : args->as != NULL ? args->as
                                            : "file"; /* as uploads send it */
    options->size_given = file != NULL || args->size.text != NULL;
    options->file_bytes = args->size.number;
    if (file == NULL)
        return EXIT_DONE;
    if (stat(file, &info) != 0)
        return fail(EXIT_SOURCE, NULL, "%s: %s", file, input_reason());
    options->file_bytes = (uint64_t)info.st_size;
    return file_kind_check(&info, file, "for a file that does not exist, give --as and --size", EXIT_SOURCE);
}

/* `fields` holds as many as there are rules. */
static void take_fields(const struct arguments *args, struct postage_check_options *options, struct postage_field *fields)
{
    for (size_t i = 0; i < args->rule_count; i++)
        fields[options->field_count++] = (struct postage_field){ args->rules[i].name, args->rules[i].value };
    options->fields = fields;
    options->content_type = args->type;
}

static bool is_given(const struct postage_check_options *options, const char *name)
{
    if (options->content_type != NULL && strcasecmp(name, POSTAGE_CONTENT_TYPE) == 0)
        return true;
    for (size_t i = 0; i < options->field_count; i++)
        if (strcasecmp(options->fields[i].name, name) == 0)
            return true;
    return false;
}

/* With a file at hand the question is what `postage post` would meet, which fills in what is obvious. */
static void fill_as_post_does(const struct postage_form *form, const char *file, struct postage_check_options *options,
                              struct postage_field *fields)
{
    const struct postage_open_rule *rule;

    for (size_t i = 0; (rule = postage_form_open_rule(form, i)) != NULL; i++) {
        const char *value = foreign_form_obvious_value(rule, file);

        if (!rule->has_value && value != NULL && !is_given(options, rule->name))
            fields[options->field_count++] = (struct postage_field){ rule->name, value };
    }
}

/* --- the answer --- */

static void print_finding(FILE *out, const struct postage_finding *finding, bool first)
{
    fprintf(out, "%s %-9s  %s: %s\n", first ? ">" : " ", postage_effect_name(finding->effect),
            postage_finding_name(finding->id), finding->message);
}

static void print_report(FILE *out, const struct postage_report *report)
{
    const struct postage_finding *first = postage_report_first(report), *finding;
    const struct postage_provider *provider = postage_report_provider(report);
    const char *name = provider != NULL ? postage_provider_name(provider) : "any provider";

    if (first == NULL)
        fprintf(out, "accepted by the rules of %s\n", name);
    else if (first->http_status != 0)
        fprintf(out, "refused by the rules of %s: HTTP %d %s\n", name, first->http_status, first->provider_code);
    else
        fprintf(out, "refused by the rules of %s\n", name);
    for (size_t i = 0; (finding = postage_report_finding(report, i)) != NULL; i++)
        print_finding(out, finding, finding == first);
}

static enum exit_code print_lines(const struct postage_report *report)
{
    enum exit_code code;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    if (out == NULL)
        return fail_memory();
    print_report(out, report);
    code = fclose(out) == 0 ? output_write(text, length, false) : fail_memory();
    free(text);
    return code;
}

static enum exit_code print_json(const struct postage_report *report)
{
    enum exit_code code;
    char *text;

    if (postage_report_to_json(report, NULL, &text) != POSTAGE_OK)
        return fail_memory();
    code = output_write(text, strlen(text), true);
    postage_text_free(text, NULL);
    return code;
}

static enum exit_code print_answer(const struct arguments *args, const struct postage_report *report)
{
    enum exit_code code = args->json ? print_json(report) : print_lines(report);

    if (code != EXIT_DONE)
        return code;
    return postage_report_accepted(report) ? EXIT_DONE : EXIT_REFUSED;
}

/* --- both --- */

/* A form that can be read is judged as it is sent; one that cannot is judged for that. */
static enum exit_code make_report(const struct arguments *args, const struct input *input,
                                  struct postage_check_options *options, struct postage_report **report)
{
    struct postage_error err = POSTAGE_ERROR_INIT, ignored = POSTAGE_ERROR_INIT;
    struct postage_form *form = NULL, *moved = NULL;
    struct postage_field *fields;
    enum postage_status status;
    size_t open_count = 0;

    if (postage_form_from_json(&form, input->bytes, input->length, NULL, &ignored) == POSTAGE_OK)
        open_count = foreign_form_open_count(form);
    fields = calloc(args->rule_count + open_count + 1, sizeof *fields);
    if (fields == NULL) {
        postage_form_free(form);
        return fail_memory();
    }
    take_fields(args, options, fields);
    if (form != NULL && args->operand_count > 1)
        fill_as_post_does(form, args->operands[1], options, fields);
    status = form != NULL && args->url != NULL ? postage_form_with_url(&moved, form, args->url, &err) : POSTAGE_OK;
    if (status == POSTAGE_OK && form != NULL)
        status = postage_check(report, moved != NULL ? moved : form, options, NULL, &err);
    else if (status == POSTAGE_OK)
        status = postage_check_json(report, input->bytes, input->length, options, NULL, &err);
    postage_form_free(moved);
    postage_form_free(form);
    free(fields);
    return status == POSTAGE_OK ? EXIT_DONE : fail_error("check", &err);
}

static enum exit_code run_check(const struct arguments *args)
{
    struct postage_check_options options = POSTAGE_CHECK_OPTIONS_INIT;
    struct postage_report *report = NULL;
    struct input input = { 0 };
    enum exit_code code = find_provider(args, &options);

    options.now_unix_s = arguments_time(args);
    if (code == EXIT_DONE)
        code = look_at_file(args, &options);
    if (code == EXIT_DONE)
        code = input_load(&input, args->operands[0], FORM_MAX_BYTES);
    if (code == EXIT_DONE) {
        code = make_report(args, &input, &options, &report);
        input_clear(&input);
    }
    if (code == EXIT_DONE)
        code = print_answer(args, report);
    postage_report_free(report);
    return code;
}

const struct command command_check = {
    .name = "check",
    .bit = COMMAND_CHECK,
    .operands = "FORM [FILE]",
    .summary = "what the provider would answer, offline",
    .about = "FORM is as for post. FILE is not read, only its name and size count; --as,\n"
             "--type and --size describe one that does not exist. Nothing is sent.\n"
             "Exit status 0: accepted; 3: refused, the first reason marked with >.\n",
    .manual = "FORM is the JSON that postage sign prints, or boto3, or another SDK; - is stdin.\n"
              "\n"
              "Every rule of the form is judged as its provider would judge it, without network\n"
              "and without keys, and each has a line in the report. What post would fill in counts\n"
              "as filled in.\n",
    .examples = "  postage check form.json photo.jpg\n"
                "  postage check form.json --as photo.jpg --type image/jpeg --size 3MB --json\n"
                "  postage check form.json --provider minio --at 2026-11-22T08:00:00Z\n",
    .min_operands = 1,
    .max_operands = 2,
    .run = run_check,
};
