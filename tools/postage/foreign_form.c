#include "foreign_form.h"

#include "input.h"
#include "media_type.h"
#include "message.h"
#include "postage/policy.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static enum exit_code use_url(struct postage_form **form, const char *url)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *moved;

    if (url == NULL)
        return EXIT_DONE;
    if (postage_form_with_url(&moved, *form, url, &err) != POSTAGE_OK)
        return fail_error("--url", &err);
    postage_form_free(*form);
    *form = moved;
    return EXIT_DONE;
}

/* The library cannot name the file, so it says "form" in its place. */
static enum exit_code fail_form(const char *path, const struct postage_error *err)
{
    static const char subject[] = "form: ";
    struct postage_error named = *err;

    if (strncmp(err->message, subject, sizeof subject - 1) == 0)
        snprintf(named.message, sizeof named.message, "%s", err->message + sizeof subject - 1);
    return fail_error_hint(strcmp(path, "-") == 0 ? "stdin" : path,
                           "a form is {\"url\": …, \"fields\": {…}}, as postage sign and the SDKs print it", &named);
}

enum exit_code foreign_form_load(struct postage_form **form, const struct arguments *args)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct input input;
    enum exit_code code = input_load(&input, args->operands[0], FORM_MAX_BYTES);

    *form = NULL;
    if (code != EXIT_DONE)
        return code;
    if (postage_form_from_json(form, input.bytes, input.length, NULL, &err) != POSTAGE_OK)
        code = fail_form(args->operands[0], &err);
    input_clear(&input);
    return code == EXIT_DONE ? use_url(form, args->url) : code;
}

const char *foreign_form_obvious_value(const struct postage_open_rule *rule, const char *file)
{
    const char *type = media_type_of(file);

    if (rule->rule == POSTAGE_RULE_EXACT)
        return rule->text;
    if (strcasecmp(rule->name, POSTAGE_CONTENT_TYPE) == 0 && strncmp(type, rule->text, strlen(rule->text)) == 0)
        return type;
    return NULL;
}

size_t foreign_form_open_count(const struct postage_form *form)
{
    size_t count = 0;

    while (postage_form_open_rule(form, count) != NULL)
        count++;
    return count;
}
