/*
 * Prints random policies as JSON lines, {"document": base64, "intent": [condition, ...]}, for a reader in another language.
 * Intents are printed by cJSON, not by the writer under test. Arguments: how many, seed.
 */
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "support/forms.h"
#include "support/intent.h"

static const char *operator_name(enum postage_rule rule)
{
    switch (rule) {
    case POSTAGE_RULE_EXACT:
        return "eq";
    case POSTAGE_RULE_ONE_OF:
        return "in";
    case POSTAGE_RULE_NONE_OF:
        return "not-in";
    default:
        return "starts-with";
    }
}

/* ["range", "1", "10"], ["eq", name, value], ["in", name, value, value, ...] */
static cJSON *condition_json(const struct intent_condition *condition)
{
    cJSON *json = cJSON_CreateArray();
    char number[24];

    if (condition->is_range) {
        cJSON_AddItemToArray(json, cJSON_CreateString("range"));
        snprintf(number, sizeof number, "%llu", (unsigned long long)condition->min_bytes);
        cJSON_AddItemToArray(json, cJSON_CreateString(number));
        snprintf(number, sizeof number, "%llu", (unsigned long long)condition->max_bytes);
        cJSON_AddItemToArray(json, cJSON_CreateString(number));
        return json;
    }
    cJSON_AddItemToArray(json, cJSON_CreateString(operator_name(condition->rule)));
    cJSON_AddItemToArray(json, cJSON_CreateString(condition->name));
    for (size_t i = 0; i < condition->value_count; i++)
        cJSON_AddItemToArray(json, cJSON_CreateString(condition->values[i]));
    if (condition->rule == POSTAGE_RULE_ANY)
        cJSON_AddItemToArray(json, cJSON_CreateString(""));
    return json;
}

static void print_line(const struct intent *intent, const struct postage_form *form)
{
    cJSON *line = cJSON_CreateObject(), *conditions = cJSON_AddArrayToObject(line, "intent");
    char *text;

    for (size_t i = 0; i < intent->count; i++)
        cJSON_AddItemToArray(conditions, condition_json(&intent->conditions[i]));
    cJSON_AddStringToObject(line, "document", postage_form_value(form, "policy"));
    text = cJSON_PrintUnformatted(line);
    puts(text);
    free(text);
    cJSON_Delete(line);
}

/* False: the policy is over a limit as a whole, which random ones may be. */
static bool write_one(struct intent_bytes *bytes, struct postage_signer *signer, const struct postage_target *target)
{
    struct postage_form *form;
    struct intent intent;
    bool written = false;

    intent_build(bytes, target, &intent);
    if (postage_signer_sign(signer, intent.policy, FORMS_NOW, &form, NULL) == POSTAGE_OK) {
        print_line(&intent, form);
        postage_form_free(form);
        written = true;
    }
    postage_policy_free(intent.policy);
    return written;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1000;
    struct intent_bytes bytes = { .seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1 };
    struct postage_credentials *credentials = forms_credentials(NULL, 0);
    struct postage_signer *signer = forms_signer(credentials);
    struct postage_target *targets[] = { forms_target("s3://bucket"), forms_target("minio://bucket"),
                                         forms_target("oss://bucket") };

    for (int i = 0; i < count;)
        i += write_one(&bytes, signer, targets[i % 3]);
    postage_target_free(targets[0]);
    postage_target_free(targets[1]);
    postage_target_free(targets[2]);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
    return 0;
}
