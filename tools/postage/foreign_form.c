#include "foreign_form.h"

#include "input.h"
#include "media_type.h"
#include "message.h"
#include "postage/policy.h"

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

enum exit_code foreign_form_load(struct postage_form **form, const struct arguments *args)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct input input;
    enum exit_code code = input_load(&input, args->operands[0], FORM_MAX_BYTES);

    *form = NULL;
    if (code != EXIT_DONE)
        return code;
    if (postage_form_from_json(form, input.bytes, input.length, NULL, &err) != POSTAGE_OK)
        code = fail_error_hint("FORM", "{\"url\": …, \"fields\": {…}}, as postage sign and the SDKs print it", &err);
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
