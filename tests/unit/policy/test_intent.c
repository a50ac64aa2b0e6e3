/* Thousands of policies from hostile pieces: what was signed, read back by two readers, is what was meant. */
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "support/forms.h"
#include "support/intent.h"

enum { POLICIES = 3000, OWN_CONDITIONS = 4 };

/* cJSON alone, as somebody would use it who has never seen our reader. */
static size_t count_with_cjson(const char *document, size_t length, const struct intent *intent)
{
    cJSON *json = cJSON_ParseWithLength(document, length);
    const cJSON *condition;
    size_t found = 0;

    assert_non_null(json);
    cJSON_ArrayForEach(condition, cJSON_GetObjectItemCaseSensitive(json, "conditions"))
    {
        const cJSON *name = cJSON_IsObject(condition) ? condition->child : cJSON_GetArrayItem(condition, 1);
        const char *text = cJSON_IsObject(condition) ? name->string : cJSON_GetStringValue(name);

        for (size_t i = 0; text != NULL && i < intent->count; i++)
            if (!intent->conditions[i].is_range && strcmp(text + !cJSON_IsObject(condition), intent->conditions[i].name) == 0) {
                found++;
                break;
            }
    }
    found += (size_t)cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "conditions")) << 16;
    cJSON_Delete(json);
    return found;
}

static void check_form(const struct intent *intent, const struct postage_form *form)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct policy_document document;
    struct arena arena;
    size_t length, named = 0;
    const char *text = postage_form_policy(form, &length);

    for (size_t i = 0; i < intent->count; i++)
        named += !intent->conditions[i].is_range;
    assert_int_equal(count_with_cjson(text, length, intent), named | (intent->count + OWN_CONDITIONS) << 16);
    arena_init(&arena, NULL, 4096);
    assert_ok(policy_document_read(&document, &arena, (struct slice){ text, length }, &err), err);
    if (!intent_matches(intent, &document, OWN_CONDITIONS))
        fail_msg("not what was meant: %.*s", (int)length, text);
    arena_clear(&arena);
}

static void check_round_trip(const struct postage_form *form)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *back;
    char *json, *again;

    assert_int_equal(postage_form_to_json(form, NULL, &json), POSTAGE_OK);
    assert_ok(postage_form_from_json(&back, json, strlen(json), NULL, &err), err);
    assert_int_equal(postage_form_to_json(back, NULL, &again), POSTAGE_OK);
    assert_string_equal(json, again);
    postage_text_free(json, NULL);
    postage_text_free(again, NULL);
    postage_form_free(back);
}

static void check_policies(const struct postage_target *target, uint64_t seed)
{
    struct intent_bytes bytes = { .seed = seed };
    struct postage_credentials *credentials = forms_credentials(NULL, 0);
    struct postage_signer *signer = forms_signer(credentials);
    size_t conditions = 0;

    for (int i = 0; i < POLICIES; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_form *form;
        struct intent intent;

        intent_build(&bytes, target, &intent);
        assert_ok(postage_signer_sign(signer, intent.policy, FORMS_NOW, &form, &err), err);
        check_form(&intent, form);
        check_round_trip(form);
        conditions += intent.count;
        postage_form_free(form);
        postage_policy_free(intent.policy);
    }
    assert_true(conditions > 2 * POLICIES); /* the builder took enough for this to mean something */
    postage_signer_free(signer);
    postage_credentials_free(credentials);
}

static void test_intent__s3(void **state)
{
    struct postage_target *target = forms_target("s3://bucket");

    (void)state;
    check_policies(target, 1);
    postage_target_free(target);
}

static void test_intent__minio(void **state)
{
    struct postage_target *target = forms_target("minio://bucket");

    (void)state;
    check_policies(target, 2);
    postage_target_free(target);
}

static void test_intent__oss_with_its_lists(void **state)
{
    struct postage_target *target = forms_target("oss://bucket");

    (void)state;
    check_policies(target, 3);
    postage_target_free(target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intent__s3),
        cmocka_unit_test(test_intent__minio),
        cmocka_unit_test(test_intent__oss_with_its_lists),
    };

    return cmocka_run_group_tests_name("policy/intent", tests, NULL, NULL);
}
