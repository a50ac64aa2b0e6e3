#include "command.h"
#include "input.h"
#include "object_key.h"
#include "message.h"
#include "output.h"
#include "postage/form.h"
#include "policy_options.h"
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POLICY_MAX_BYTES = 64 * 1024 };

static enum postage_status to_curl(const struct postage_form *form, const struct postage_allocator *alloc, char **out)
{
    return postage_form_to_curl(form, NULL, alloc, out);
}

/* By enum output_format; the policy is not a rendering and has no row. */
static enum postage_status (*const renderings[])(const struct postage_form *, const struct postage_allocator *, char **) = {
    [OUTPUT_JSON] = postage_form_to_json,
    [OUTPUT_HTML] = postage_form_to_html,
    [OUTPUT_CURL] = to_curl,
    [OUTPUT_FIELDS] = postage_form_to_lines,
};

/* Byte for byte, so that it can be compared and signed elsewhere; a terminal gets an end of line. */
static enum exit_code print_policy(const struct postage_form *form)
{
    size_t length;
    const char *policy = postage_form_policy(form, &length);

    return output_write(policy, length, isatty(STDOUT_FILENO) != 0);
}

static enum exit_code print_form(const struct postage_form *form, enum output_format format)
{
    enum exit_code code;
    size_t length;
    char *text;

    if (format == OUTPUT_POLICY)
        return print_policy(form);
    if (renderings[format](form, NULL, &text) != POSTAGE_OK)
        return fail_memory();
    length = strlen(text);
    code = output_write(text, length, length == 0 || text[length - 1] != '\n');
    explicit_bzero(text, length);
    postage_text_free(text, NULL);
    return code;
}

static void print_notes(const struct postage_form *form)
{
    const char *text;

    for (size_t i = 0; (text = postage_form_note(form, i)) != NULL; i++)
        note("%s", text);
}

static enum exit_code sign_rules(const struct session *session, const struct arguments *args, struct postage_form **form)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct policy_defaults defaults = { 0 };
    struct postage_policy *policy;
    char *key = object_key_for_form(postage_target_key(session->target));
    enum exit_code code;

    if (key == NULL)
        return fail_memory();
    defaults.key = key;
    if (postage_policy_new(&policy, session->target, NULL, &err) != POSTAGE_OK) {
        free(key);
        return fail_error(NULL, &err);
    }
    code = policy_options_apply(policy, args, &defaults);
    if (code == EXIT_DONE && postage_signer_sign(session->signer, policy, arguments_time(args), form, &err) != POSTAGE_OK)
        code = fail_error(NULL, &err);
    postage_policy_free(policy);
    free(key);
    return code;
}

/* A policy that comes as it is leaves nothing for the rules to say. */
static enum exit_code check_no_rules(const struct arguments *args)
{
    const char *option = args->rule_count > 0          ? args->rules[0].option
                         : args->min_size.text != NULL ? "min-size"
                         : args->max_size.text != NULL ? "max-size"
                         : args->expires.text != NULL  ? "expires"
                                                       : NULL;

    if (option == NULL)
        return EXIT_DONE;
    return fail(EXIT_USAGE, "all rules are in the document; change them there", "--%s cannot be used with --policy", option);
}

/* The document may leave the key open; TARGET's fills it. */
static enum exit_code fill_key(const struct session *session, struct postage_form **form)
{
    const char *fixed = postage_form_value(*form, POSTAGE_KEY);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_field field = { POSTAGE_KEY, postage_target_key(session->target) };
    struct postage_form *filled;

    if (field.value[0] == '\0' || (fixed != NULL && strcmp(fixed, field.value) == 0))
        return EXIT_DONE;
    if (postage_form_fill(&filled, *form, &field, 1, &err) != POSTAGE_OK)
        return fail_error_hint("TARGET", "leave the key out of TARGET to keep the document's", &err);
    postage_form_free(*form);
    *form = filled;
    return EXIT_DONE;
}

static enum exit_code sign_document(const struct session *session, const struct arguments *args, struct postage_form **form)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct input document;
    enum exit_code code = input_load(&document, args->policy_file, POLICY_MAX_BYTES);

    if (code != EXIT_DONE)
        return code;
    if (postage_sign_policy_text(session->signer, session->target, document.bytes, document.length, arguments_time(args), form,
                                 &err) != POSTAGE_OK)
        code = fail_error("--policy", &err);
    else
        code = fill_key(session, form);
    input_clear(&document);
    return code;
}

static enum exit_code run_sign(const struct arguments *args)
{
    struct postage_form *form = NULL;
    struct session session = { 0 };
    enum exit_code code = args->policy_file != NULL ? check_no_rules(args) : EXIT_DONE;

    if (code == EXIT_DONE)
        code = session_open(&session, args, args->operands[0]);
    if (code == EXIT_DONE)
        code = args->policy_file != NULL ? sign_document(&session, args, &form) : sign_rules(&session, args, &form);
    if (code == EXIT_DONE)
        code = print_form(form, (enum output_format)args->output.number);
    if (code == EXIT_DONE)
        print_notes(form);
    postage_form_free(form);
    session_close(&session);
    return code;
}

const struct command command_sign = {
    .name = "sign",
    .bit = COMMAND_SIGN,
    .operands = "TARGET",
    .summary = "print a form that allows one upload",
    .about = "TARGET: {alternatives}://bucket/key; key/ appends the file's name.\n",
    .manual = "The key of TARGET is a rule like any other: dir/photo.jpg allows exactly this key,\n"
              "dir/ allows dir/${filename}, the name of the uploader's file after the prefix, and\n"
              "dir/a-${filename} the same with the prefix dir/a-.\n"
              "\n"
              "What the form leaves open (no size limit, any type, any key) is noted on stderr;\n"
              "silence means that nothing is left open.\n",
    .examples = "  postage sign s3://photos/in/ --max-size 10MiB --type-prefix image/\n"
                "  postage sign minio://box/a.pdf --expires 1h --type application/pdf -o curl\n"
                "  postage sign s3://photos/ --policy policy.json --at 2026-11-21T12:00:00Z\n",
    .min_operands = 1,
    .max_operands = 1,
    .run = run_sign,
};
