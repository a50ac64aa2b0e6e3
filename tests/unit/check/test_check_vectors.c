/* Forms of the official SDKs, judged: those that a provider takes are accepted, the others refused for what is wrong with them.
 */
#include "base/calendar.h"
#include "base/slice.h"
#include "support/rows.h"
#include "postage/postage.h"
#include "support/vectors.h"

static const char *const files[] = { "s3-fields.json",  "s3-hosts.json",     "s3-key.json",         "s3-metadata.json",
                                     "s3-session.json", "s3-size-type.json", "s3-time-secret.json", "s3-v2-default.json",
                                     "minio.json",      "oss-v4.json",       "oss-v1.json" };

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

static bool is_good(const cJSON *vector)
{
    return cJSON_GetArraySize(
               cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(vector, "output"), "missing_fields")) == 0 &&
           !has_quirk(vector, "eq-on-filename-template") && !has_quirk(vector, "values-not-escaped");
}

static void check_verdict(const cJSON *vector)
{
    const cJSON *output = cJSON_GetObjectItemCaseSensitive(vector, "output");
    bool good = is_good(vector);
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
    vector_each(files, sizeof files / sizeof files[0], check_verdict, 100);
}

/* --- the same forms, spoiled in one place --- */

static bool is_oss(const cJSON *vector)
{
    return strncmp(vector_member(vector, "provider"), "oss", 3) == 0;
}

static bool is_minio(const cJSON *vector)
{
    return strcmp(vector_member(vector, "provider"), "minio") == 0;
}

/* The operator of the condition on a field, the strictest if there are several; NULL: none names it. */
static const char *operator_on(const cJSON *vector, const char *name)
{
    const cJSON *output = cJSON_GetObjectItemCaseSensitive(vector, "output"), *condition;
    const char *found = NULL;

    cJSON_ArrayForEach(condition, cJSON_GetObjectItemCaseSensitive(output, "conditions"))
    {
        const char *operator_name = cJSON_GetArrayItem(condition, 0)->valuestring;
        const cJSON *field = cJSON_GetArrayItem(condition, 1);

        if (cJSON_IsString(field) && slice_equal_ignoring_case(slice_of(field->valuestring), slice_of(name)) &&
            (found == NULL || strcmp(operator_name, "eq") == 0))
            found = operator_name;
    }
    return found;
}

static bool ends(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);

    return length >= tail && slice_equal_ignoring_case(slice_of(name + length - tail), slice_of(end));
}

static bool is_named(const char *name, const char *other)
{
    return slice_equal_ignoring_case(slice_of(name), slice_of(other));
}

enum { ACCEPTED = -1 };

/* What it has to be when the field is not there. */
static int id_without(const cJSON *vector, const char *name)
{
    bool keyed = !ends(vector_member(vector, "provider"), "-v2") && !ends(vector_member(vector, "provider"), "-v1");

    if (is_named(name, "key"))
        return POSTAGE_FINDING_KEY_MISSING;
    if (is_named(name, "policy") || ends(name, "signature") || ends(name, "AccessKeyId") || ends(name, "-credential"))
        return POSTAGE_FINDING_SIGNATURE_MISSING;
    if (keyed && !is_minio(vector) &&
        (is_named(name, "x-amz-algorithm") || is_named(name, "x-oss-signature-version") || ends(name, "-date")))
        return POSTAGE_FINDING_SIGNATURE_MISSING;
    if (is_named(name, "bucket") || operator_on(vector, name) == NULL)
        return ACCEPTED;
    if (is_minio(vector) && strcmp(operator_on(vector, name), "eq") != 0)
        return ACCEPTED;
    return POSTAGE_FINDING_FIELD_MISSING;
}

/* And when an x stands behind its value. */
static int id_changed(const cJSON *vector, const char *name)
{
    const char *operator_name = operator_on(vector, name);

    if (is_named(name, "policy"))
        return POSTAGE_FINDING_POLICY_MALFORMED;
    if (ends(name, "signature") || ends(name, "-credential"))
        return POSTAGE_FINDING_SIGNATURE_MALFORMED;
    if (!is_minio(vector) && (is_named(name, "x-amz-algorithm") || is_named(name, "x-oss-signature-version")))
        return POSTAGE_FINDING_SIGNATURE_MALFORMED;
    if (is_named(name, "bucket"))
        return is_minio(vector) ? ACCEPTED : POSTAGE_FINDING_CONDITION_FAILED;
    if (operator_name == NULL || strcmp(operator_name, "starts-with") == 0 || strcmp(operator_name, "not-in") == 0)
        return ACCEPTED;
    return POSTAGE_FINDING_CONDITION_FAILED;
}

static void expect(const cJSON *vector, cJSON *fields, int id, const char *what, const char *name)
{
    char *text = form_text(cJSON_GetObjectItemCaseSensitive(vector, "output"), fields);
    struct postage_report *report = judge(vector, text);
    const struct postage_finding *first = postage_report_first(report);
    char why[160];

    snprintf(why, sizeof why, "with %s %s, expected %s,", what, name,
             id == ACCEPTED ? "acceptance" : postage_finding_name((enum postage_finding_id)id));
    if ((first == NULL) != (id == ACCEPTED) || (first != NULL && (int)first->id != id))
        fail_with_report(vector, report, why);
    postage_report_free(report);
    cJSON_free(text);
    cJSON_Delete(fields);
}

static void spoil_field(const cJSON *vector, int index)
{
    const cJSON *fields = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(vector, "output"), "fields");
    const char *name = cJSON_GetArrayItem(cJSON_GetArrayItem(fields, index), 0)->valuestring;
    const char *value = cJSON_GetArrayItem(cJSON_GetArrayItem(fields, index), 1)->valuestring;
    cJSON *without = cJSON_Duplicate(fields, true), *changed = cJSON_Duplicate(fields, true);
    /* A list of values where one is replaced changes in the middle: some fields must keep a value that is known. */
    bool listed = ends(name, "acl") || ends(name, "storage-class") || ends(name, "forbid-overwrite");
    size_t length = strlen(value);
    char *longer = malloc(length + 2);

    assert_non_null(longer);
    memcpy(longer, value, length);
    memcpy(longer + length, "x", 2);
    cJSON_DeleteItemFromArray(without, index);
    expect(vector, without, id_without(vector, name), "without", name);
    cJSON_ReplaceItemInArray(cJSON_GetArrayItem(changed, index), 1, cJSON_CreateString(longer));
    if (listed && id_changed(vector, name) == ACCEPTED)
        expect(vector, changed, POSTAGE_FINDING_VALUE_INVALID, "another", name);
    else
        expect(vector, changed, id_changed(vector, name), "another", name);
    free(longer);
}

static void check_spoiled(const cJSON *vector)
{
    const cJSON *fields = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(vector, "output"), "fields");
    cJSON *more = cJSON_Duplicate(fields, true), *pair = cJSON_CreateArray();

    cJSON_AddItemToArray(pair, cJSON_CreateString("submit"));
    cJSON_AddItemToArray(pair, cJSON_CreateString("Upload"));
    cJSON_AddItemToArray(more, pair);
    if (!is_good(vector)) {
        cJSON_Delete(more);
        return;
    }
    expect(vector, more, is_oss(vector) ? ACCEPTED : (int)POSTAGE_FINDING_EXTRA_FIELD, "more", "submit");
    for (int i = 0; i < cJSON_GetArraySize(fields); i++)
        spoil_field(vector, i);
}

static void test_check__one_spoiled_field_is_found_for_what_it_is(void **state)
{
    (void)state;
    vector_each(files, sizeof files / sizeof files[0], check_spoiled, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check__sdk_forms_get_the_verdict_of_their_provider),
        cmocka_unit_test(test_check__one_spoiled_field_is_found_for_what_it_is),
    };

    return cmocka_run_group_tests_name("check/check_vectors", tests, NULL, NULL);
}
