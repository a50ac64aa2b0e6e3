#include "policy_options.h"

#include "message.h"
#include "object_key.h"
#include "postage/provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LIST_MAX = 64 };

/* Metadata and tags have names of their own kind: they are never fields here. */
static bool is_about(const struct rule *rule, const char *name)
{
    return rule->kind < RULE_METADATA && strcasecmp(rule->name, name) == 0;
}

bool policy_options_mention(const struct arguments *args, const char *name)
{
    for (size_t i = 0; i < args->rule_count; i++)
        if (is_about(&args->rules[i], name))
            return true;
    return false;
}

/* All that was said about one field. */
struct field_rules {
    const struct rule *value;  /* NULL: none */
    const struct rule *prefix; /* the first of them; NULL: none */
    const struct rule *any;    /* NULL: none */
    const struct rule *list;   /* --one-of or --none-of; NULL: none */
};

static enum exit_code gather(const struct arguments *args, const char *name, struct field_rules *out)
{
    *out = (struct field_rules){ 0 };
    for (size_t i = 0; i < args->rule_count; i++) {
        const struct rule *rule = &args->rules[i];

        if (!is_about(rule, name))
            continue;
        if (rule->kind == RULE_VALUE && out->value != NULL)
            return fail(EXIT_USAGE, NULL, "--%s: the value of %s is given twice", rule->option, name);
        if (rule->kind == RULE_VALUE)
            out->value = rule;
        else if (rule->kind == RULE_ANY)
            out->any = rule;
        else if (rule->kind == RULE_ONE_OF || rule->kind == RULE_NONE_OF)
            out->list = rule;
        else if (out->prefix == NULL)
            out->prefix = rule;
    }
    return EXIT_DONE;
}

static enum exit_code check_status(enum postage_status status, const char *option, const struct postage_error *err)
{
    char what[64];

    if (status == POSTAGE_OK)
        return EXIT_DONE;
    snprintf(what, sizeof what, "--%s", option);
    return fail_error(what, err);
}

/* The prefixes after the first one: all of them have to hold. */
static enum exit_code narrow(struct postage_policy *policy, const struct arguments *args, const struct rule *first)
{
    const struct rule *end = args->rules + args->rule_count;
    struct postage_error err = POSTAGE_ERROR_INIT;
    enum exit_code code = EXIT_DONE;

    for (const struct rule *rule = first + 1; rule < end && code == EXIT_DONE; rule++)
        if (rule->kind == RULE_PREFIX && is_about(rule, first->name))
            code = check_status(postage_policy_narrow(policy, rule->name, rule->value, &err), rule->option, &err);
    return code;
}

/* "a,b" as two values; a comma cannot be part of one. */
static enum exit_code apply_list(struct postage_policy *policy, const struct rule *rule, const char *value)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    const char *values[LIST_MAX];
    char *copy = strdup(rule->value), *rest = NULL, *item;
    enum postage_status status;
    size_t count = 0;

    if (copy == NULL)
        return fail_memory();
    item = strtok_r(copy, ",", &rest);
    for (; item != NULL && count < LIST_MAX; item = strtok_r(NULL, ",", &rest))
        values[count++] = item;
    if (item != NULL) { /* cut short, the list would mean something else */
        free(copy);
        return fail(EXIT_USAGE, NULL, "--%s: more than %d values for %s", rule->option, LIST_MAX, rule->name);
    }
    status = rule->kind == RULE_ONE_OF ? postage_policy_one_of(policy, rule->name, values, count, value, &err)
                                       : postage_policy_none_of(policy, rule->name, values, count, value, &err);
    free(copy);
    return check_status(status, rule->option, &err);
}

static enum exit_code apply_field(struct postage_policy *policy, const struct arguments *args, const char *name,
                                  const char *fallback)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct field_rules rules;
    enum exit_code code = gather(args, name, &rules);
    const char *value = rules.value != NULL ? rules.value->value : fallback;

    if (code != EXIT_DONE)
        return code;
    if (rules.prefix != NULL && value != NULL && strncmp(value, rules.prefix->value, strlen(rules.prefix->value)) != 0)
        return fail(EXIT_USAGE, NULL, "--%s: the value \"%s\" of %s does not begin with \"%s\"", rules.prefix->option, value,
                    name, rules.prefix->value);
    if (rules.prefix != NULL) {
        code = check_status(postage_policy_starts_with(policy, name, rules.prefix->value, value, &err), rules.prefix->option,
                            &err);
        return code == EXIT_DONE ? narrow(policy, args, rules.prefix) : code;
    }
    if (rules.any != NULL)
        return check_status(postage_policy_any(policy, name, value, &err), rules.any->option, &err);
    if (rules.list != NULL)
        return apply_list(policy, rules.list, value);
    return check_status(postage_policy_exact(policy, name, value, &err), rules.value != NULL ? rules.value->option : "type",
                        &err);
}

/* --starts-with key=P and --any key turn TARGET's exact key into a suggestion under a rule. */
static enum exit_code apply_open_key(struct postage_policy *policy, const struct arguments *args, const char *key,
                                     const struct field_rules *rules)
{
    const char *prefix = rules->prefix != NULL ? rules->prefix->value : "";
    const char *option = rules->prefix != NULL ? rules->prefix->option : rules->any->option;
    const char *value =
        strcmp(key, OBJECT_KEY_FILENAME) == 0 && prefix[0] != '\0' ? NULL : key; /* TARGET names no key: left open */
    struct postage_error err = POSTAGE_ERROR_INIT;
    enum exit_code code;

    if (value != NULL && strncmp(value, prefix, strlen(prefix)) != 0)
        return fail(EXIT_USAGE, "leave the key out of TARGET to let the uploader choose it",
                    "--%s: TARGET's key \"%s\" does not begin with \"%s\"", option, value, prefix);
    code = check_status(postage_policy_key_prefix(policy, prefix, value, &err), option, &err);
    return code == EXIT_DONE && rules->prefix != NULL ? narrow(policy, args, rules->prefix) : code;
}

static enum exit_code apply_key(struct postage_policy *policy, const struct arguments *args, const char *key)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct field_rules rules;
    enum exit_code code = gather(args, POSTAGE_KEY, &rules);
    enum postage_status status;

    if (code != EXIT_DONE)
        return code;
    if (rules.value != NULL)
        return fail(EXIT_USAGE, "write it after the bucket", "--%s: the key is part of TARGET", rules.value->option);
    if (rules.prefix != NULL || rules.any != NULL)
        return apply_open_key(policy, args, key, &rules);
    status =
        object_key_is_template(key) ? postage_policy_key_template(policy, key, &err) : postage_policy_key(policy, key, &err);
    return status == POSTAGE_OK ? EXIT_DONE : fail_error("TARGET", &err);
}

static enum exit_code apply_rule(struct postage_policy *policy, const struct arguments *args, size_t index,
                                 const struct policy_defaults *defaults)
{
    const struct rule *rule = &args->rules[index];
    struct postage_error err = POSTAGE_ERROR_INIT;

    if (rule->kind == RULE_METADATA)
        return check_status(postage_policy_metadata(policy, rule->name, rule->value, &err), rule->option, &err);
    if (rule->kind == RULE_TAG)
        return check_status(postage_policy_tag(policy, rule->name, rule->value, &err), rule->option, &err);
    for (size_t i = 0; i < index; i++)
        if (is_about(&args->rules[i], rule->name))
            return EXIT_DONE; /* said together with the first mention */
    if (strcasecmp(rule->name, POSTAGE_KEY) == 0)
        return EXIT_DONE;
    return apply_field(policy, args, rule->name,
                       strcasecmp(rule->name, POSTAGE_CONTENT_TYPE) == 0 ? defaults->content_type : NULL);
}

static enum exit_code apply_size(struct postage_policy *policy, const struct arguments *args,
                                 const struct policy_defaults *defaults)
{
    uint64_t ceiling = postage_provider_limit(postage_policy_provider(policy), POSTAGE_LIMIT_OBJECT_BYTES);
    bool given = args->min_size.text != NULL || args->max_size.text != NULL;
    uint64_t min = args->min_size.number, max = args->max_size.number;
    struct postage_error err = POSTAGE_ERROR_INIT;
    const char *what = args->max_size.text != NULL ? "--max-size" : args->min_size.text != NULL ? "--min-size" : NULL;

    if (!given && !defaults->has_file)
        return EXIT_DONE;
    if (!given)
        min = max = defaults->file_bytes;
    else if (args->max_size.text == NULL)
        max = ceiling > 0 ? ceiling : INT64_MAX;
    if (postage_policy_size_range(policy, min, max, &err) != POSTAGE_OK)
        return fail_error(what, &err);
    return EXIT_DONE;
}

/* The rules that are a word without an argument. Pinning comes last: it leaves alone what is there. */
static enum exit_code apply_switches(struct postage_policy *policy, const struct arguments *args)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    enum exit_code code = EXIT_DONE;

    if (args->forbid_overwrite)
        code = check_status(postage_policy_exact(policy, POSTAGE_FORBID_OVERWRITE, "true", &err), "forbid-overwrite", &err);
    if (code == EXIT_DONE && args->any_size)
        code = check_status(postage_policy_leave_open(policy, POSTAGE_SIZE, &err), "any-size", &err);
    if (code == EXIT_DONE && args->any_type)
        code = check_status(postage_policy_leave_open(policy, POSTAGE_CONTENT_TYPE, &err), "any-type", &err);
    if (code == EXIT_DONE && args->pin_unlisted)
        code = check_status(postage_policy_pin_unlisted(policy, &err), "pin-unlisted", &err);
    return code;
}

enum exit_code policy_options_apply(struct postage_policy *policy, const struct arguments *args,
                                    const struct policy_defaults *defaults)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    enum exit_code code = apply_key(policy, args, defaults->key);

    if (code == EXIT_DONE && defaults->content_type != NULL && !policy_options_mention(args, POSTAGE_CONTENT_TYPE))
        code = apply_field(policy, args, POSTAGE_CONTENT_TYPE, defaults->content_type);
    for (size_t i = 0; i < args->rule_count && code == EXIT_DONE; i++)
        code = apply_rule(policy, args, i, defaults);
    if (code == EXIT_DONE)
        code = apply_size(policy, args, defaults);
    if (code == EXIT_DONE)
        code = apply_switches(policy, args);
    if (code == EXIT_DONE && postage_policy_expires_in(policy, arguments_expiry(args), &err) != POSTAGE_OK)
        code = fail_error("--expires", &err);
    return code;
}
