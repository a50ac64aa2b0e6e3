/* Forms of the official SDKs, judged: those that a provider takes are accepted, the others refused for what is wrong with them. */
#include "base/calendar.h"
#include "postage/postage.h"
#include "support/vectors.h"

static const char *const files[] = { "s3-fields.json",  "s3-hosts.json",      "s3-key.json",        "s3-metadata.json",
                                     "s3-session.json", "s3-size-type.json",  "s3-time-secret.json", "s3-v2-default.json",
                                     "minio.json",      "oss-v4.json",        "oss-v1.json" };

typedef void check_vector_fn(const cJSON *vector);

static void each_vector(check_vector_fn *check, int expected)
{
    int count = 0;

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        cJSON *vectors = vector_json(files[i]);
        const cJSON *vector;

        cJSON_ArrayForEach(vector, vectors)
        {
            check(vector);
            count++;
        }
        cJSON_Delete(vectors);
    }
    assert_int_equal(count, expected);
}

static bool has_quirk(const cJSON *vector, const char *quirk)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(vector, "output"), "quirks"))
    {
        if (strcmp(item->valuestring, quirk) == 0)
            return true;
    }
    return false;
}

/* A size that the policy allows. */
static uint64_t allowed_bytes(const cJSON *output)
{
    const cJSON *condition;

    cJSON_ArrayForEach(condition, cJSON_GetObjectItemCaseSensitive(output, "conditions"))
    {
        if (strcmp(cJSON_GetArrayItem(condition, 0)->valuestring, "content-length-range") == 0)
            return (uint64_t)cJSON_GetArrayItem(condition, 1)->valuedouble;
    }
    return 70000;
}

static char *form_text(const cJSON *output, const cJSON *fields)
{
    cJSON *json = cJSON_CreateObject();
    char *text;

    cJSON_AddItemReferenceToObject(json, "url", cJSON_GetObjectItemCaseSensitive(output, "url"));
    cJSON_AddItemReferenceToObject(json, "fields", (cJSON *)(uintptr_t)fields);
    text = cJSON_PrintUnformatted(json);
    assert_non_null(text);
    cJSON_Delete(json);
    return text;
}

static struct postage_report *judge(const cJSON *vector, const char *text)
{
    const cJSON *input = cJSON_GetObjectItemCaseSensitive(vector, "input");
    struct postage_check_options options = POSTAGE_CHECK_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_report *report;

    if (strcmp(vector_member(vector, "provider"), "minio") == 0)
        options.provider = &postage_provider_minio;
    options.file_name = "C:\\fakepath\\cat.jpg";
    options.size_given = true;
    options.file_bytes = allowed_bytes(cJSON_GetObjectItemCaseSensitive(vector, "output"));
    assert_true(calendar_read_extended(slice_of(vector_member(input, "now")), &options.now_unix_s));
    assert_ok(postage_check_json(&report, text, strlen(text), &options, NULL, &err), err);
    return report;
}

static void fail_with_report(const cJSON *vector, const struct postage_report *report, const char *why)
{
    char *json;

    assert_int_equal(postage_report_to_json(report, NULL, &json), POSTAGE_OK);
    fail_msg("%s %s: %s", vector_member(vector, "id"), why, json);
}

static bool is_missing(const cJSON *output, const char *name)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(output, "missing_fields"))
    {
        if (slice_equal_ignoring_case(slice_of(item->valuestring), slice_of(name)))
            return true;
    }
    return false;
}

/* Every refusal is about what the vector says is wrong, and there is at least one. */
static void expect_refused(const cJSON *vector, const struct postage_report *report)
{
    const cJSON *output = cJSON_GetObjectItemCaseSensitive(vector, "output");
    const struct postage_finding *finding;

    if (postage_report_accepted(report))
        fail_with_report(vector, report, "is accepted");
    for (size_t i = 0; (finding = postage_report_finding(report, i)) != NULL; i++) {
        bool template = has_quirk(vector, "eq-on-filename-template") && strcmp(finding->field, "key") == 0;
        bool escaping = has_quirk(vector, "values-not-escaped");

        if (finding->effect == POSTAGE_EFFECT_REFUSED && !is_missing(output, finding->field) && !template && !escaping)
            fail_with_report(vector, report, "is refused for something else");
    }
}

static void check_verdict(const cJSON *vector)
{
    const cJSON *output = cJSON_GetObjectItemCaseSensitive(vector, "output");
    bool good = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(output, "missing_fields")) == 0 &&
                !has_quirk(vector, "eq-on-filename-template") && !has_quirk(vector, "values-not-escaped");
    char *text = form_text(output, cJSON_GetObjectItemCaseSensitive(output, "fields"));
    struct postage_report *report = judge(vector, text);

    if (!good)
        expect_refused(vector, report);
    else if (!postage_report_accepted(report))
        fail_with_report(vector, report, "is refused");
    postage_report_free(report);
    cJSON_free(text);
}

static void test_check__sdk_forms_get_the_verdict_of_their_provider(void **state)
{
    (void)state;
    each_vector(check_verdict, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check__sdk_forms_get_the_verdict_of_their_provider),
    };

    return cmocka_run_group_tests_name("form/check_vectors", tests, NULL, NULL);
}
