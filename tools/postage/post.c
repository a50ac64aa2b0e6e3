#include "command.h"
#include "credential_search.h"
#include "foreign_form.h"
#include "object_key.h"
#include "url_safety.h"
#include "message.h"
#include "postage/form.h"
#include "postage/policy.h"
#include "result_line.h"
#include "batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* Hands the one form over; the batch frees it. */
static enum exit_code take_form(void *context, const struct transfer *transfer, uint64_t bytes, struct postage_form **form)
{
    struct postage_form **kept = context;

    (void)transfer;
    (void)bytes;
    *form = *kept;
    *kept = NULL;
    return EXIT_DONE;
}

static bool already_filled(const struct postage_field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(fields[i].name, name) == 0)
            return true;
    return false;
}

static enum exit_code fill_open_rules(const struct postage_form *form, const char *file, struct postage_field *fields,
                                      size_t *count)
{
    const struct postage_open_rule *rule;

    for (size_t i = 0; (rule = postage_form_open_rule(form, i)) != NULL; i++) {
        const char *value;

        if (rule->has_value || already_filled(fields, *count, rule->name))
            continue;
        value = foreign_form_obvious_value(rule, file);
        if (value != NULL && rule->rule == POSTAGE_RULE_EXACT)
            note("the form lacks %s; the only value that its rule allows is sent", rule->name);
        if (value != NULL)
            fields[(*count)++] = (struct postage_field){ rule->name, value };
        else if (strcasecmp(rule->name, POSTAGE_KEY) == 0)
            return fail(EXIT_USAGE, "choose one with --field key=…", "the form leaves the key open; it must begin with \"%s\"",
                        rule->text);
        else
            note("the form leaves %s open, and nothing is sent for it; --field %s=… does", rule->name, rule->name);
    }
    return EXIT_DONE;
}

static enum exit_code fill_form(struct postage_form **form, const struct arguments *args, const char *file)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *filled = NULL;
    struct postage_field *fields;
    size_t open_count, count = 0;
    enum exit_code code;

    open_count = foreign_form_open_count(*form);
    fields = calloc(args->rule_count + open_count + 1, sizeof *fields);
    if (fields == NULL)
        return fail_memory();
    for (size_t i = 0; i < args->rule_count; i++)
        fields[count++] = (struct postage_field){ args->rules[i].name, args->rules[i].value };
    code = fill_open_rules(*form, file, fields, &count);
    if (code == EXIT_DONE && count > 0 && postage_form_fill(&filled, *form, fields, count, &err) != POSTAGE_OK)
        code = err.code == POSTAGE_ERR_INVALID ? fail(EXIT_REFUSED, NULL, "--field: %s", err.message)
                                               : fail_error("--field", &err);
    free(fields);
    if (filled != NULL) {
        postage_form_free(*form);
        *form = filled;
    }
    return code;
}

static enum exit_code check_file(const struct arguments *args, const char *file)
{
    if (strcmp(file, "-") != 0 && args->size.text != NULL)
        return fail(EXIT_USAGE, NULL, "--size is for stdin; %s has a size of its own", file);
    if (strcmp(file, "-") != 0)
        return EXIT_DONE;
    if (strcmp(args->operands[0], "-") == 0)
        return fail(EXIT_USAGE, NULL, "FORM and FILE cannot both be stdin");
    if (args->size.text == NULL)
        return fail(EXIT_USAGE, "give --size N: stores need the length beforehand", "FILE is -, and --size is missing");
    return EXIT_DONE;
}

/* The URL that keys are appended to in result lines. Free it; NULL: out of memory. */
static char *place_of(const char *url)
{
    size_t length = strlen(url);
    char *place = malloc(length + 2);

    if (place == NULL)
        return NULL;
    memcpy(place, url, length + 1);
    if (length > 0 && url[length - 1] != '/')
        memcpy(place + length, "/", 2);
    return place;
}

static enum exit_code send_form(struct postage_form **form, const struct arguments *args, const char *file)
{
    struct transfer transfer = { .file = file, .bytes = args->size.number };
    struct batch batch = { .args = args, .transfers = &transfer, .count = 1, .make_form = take_form, .context = form };
    const char *key = postage_form_value(*form, POSTAGE_KEY);
    char *place = place_of(postage_form_url(*form));
    enum exit_code code;
    struct stat info;

    if (stat(file, &info) == 0 && S_ISREG(info.st_mode))
        transfer.bytes = (uint64_t)info.st_size;
    if (key != NULL) /* for the reports: stdin is sent under the name "file" */
        transfer.key = object_key_is_template(key)
                           ? object_key_for_file(key, strcmp(file, "-") == 0 ? "file" : object_key_base_name(file))
                           : strdup(key);
    batch.place = place;
    code = place != NULL ? batch_run(&batch) : fail_memory();
    free(transfer.key);
    free(place);
    return code;
}

static enum exit_code run_post(const struct arguments *args)
{
    struct postage_form *form = NULL;
    const char *file = args->operands[1];
    enum exit_code code = check_file(args, file);

    credential_search_wipe(); /* the form is all it needs */
    if (code == EXIT_DONE)
        code = foreign_form_load(&form, args);
    if (code == EXIT_DONE) {
        code = fill_form(&form, args, file);
        if (code == EXIT_REFUSED && args->json)
            result_line_print_unsent(&(struct result_line){ .json = true, .place = "", .file = file }, POSTAGE_OUTCOME_REJECTED,
                                     message_last_error());
    }
    if (code == EXIT_DONE) {
        if (url_is_exposed(postage_form_url(form)))
            warn_plain_http(postage_form_url(form));
        code = send_form(&form, args, file);
    }
    postage_form_free(form);
    return code;
}

const struct command command_post = {
    .name = "post",
    .bit = COMMAND_POST,
    .operands = "FORM FILE",
    .summary = "upload with a form made elsewhere",
    .about = "FORM is the JSON that postage sign prints, or boto3, or another SDK; - is stdin.\n"
             "--field fills in what it leaves open. FILE may be - with --size.\n",
    .manual = "Values that a rule fixes anyway are filled in, and so is a content type that follows\n"
              "from the extension of FILE, where the form allows it. No keys are needed.\n"
              "\n"
              "The form is judged before the first byte: what its provider would refuse is not\n"
              "sent, unless --no-check says so. --json prints the same as that of upload.\n",
    .examples = "  postage post form.json photo.jpg\n"
                "  postage sign minio://box/in/ --type-prefix image/ | postage post - photo.jpg\n"
                "  postage post form.json notes.txt --field key=in/notes.txt\n",
    .min_operands = 2,
    .max_operands = 2,
    .run = run_post,
};
