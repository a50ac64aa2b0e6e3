/* What a report says, what it must not say, and that it is made without leaks. */
#include "support/check_spec.h"
#include "support/failing.h"

static void test_report__a_finding_says_where_and_what(void **state)
{
    const struct spec wrong = { .conditions = "{\"x-amz-meta-who\": \"Ann \\\"A\\\"\"}", .fields = "x-amz-meta-who=Bob" };
    struct postage_report *report = judge(&wrong, S3);
    const struct postage_finding *finding = postage_report_first(report);

    (void)state;
    assert_int_equal(finding->condition, 6); /* key, bucket, three of the signature */
    assert_string_equal(finding->rule, "[\"eq\", \"$x-amz-meta-who\", \"Ann \\\"A\\\"\"]");
    assert_string_equal(finding->field, "x-amz-meta-who");
    assert_string_equal(finding->seen, "Bob");
    assert_string_equal(finding->wanted, "Ann \"A\"");
    assert_int_equal(finding->http_status, 403);
    assert_string_equal(finding->provider_code, "AccessDenied");
    assert_non_null(strstr(finding->message, "condition 6"));
    postage_report_free(report);
}

/* Tokens, signatures and policies are in no report, whichever way they are wrong. */
static void test_report__secrets_stay_out_of_reports(void **state)
{
    const struct spec wrong = { .fields = "x-amz-security-token=SECRETSEEN\nx-amz-signature=SECRETSIGNATURE",
                                .conditions = "{\"x-amz-security-token\": \"SECRETWANTED\"}",
                                .extra = "x-amz-security-token=SECRETAGAIN" };
    struct postage_report *report = judge(&wrong, S3);
    char *json;

    (void)state;
    assert_int_equal(postage_report_to_json(report, NULL, &json), POSTAGE_OK);
    assert_non_null(strstr(json, "(hidden)"));
    assert_null(strstr(json, "SECRET"));
    postage_text_free(json, NULL);
    postage_report_free(report);
}

static const struct unreadable {
    const char *name;
    const char *json;
    enum postage_finding_id id;
    const char *words;
} unreadable[] = {
    { "no JSON", "{\"url\":", POSTAGE_FINDING_FORM_MALFORMED, "byte 7" },
    { "no form", "{\"a\": 1}", POSTAGE_FINDING_FORM_MALFORMED, "fields" },
    { "a bad address", "{\"url\": \"ftp://a/\", \"fields\": {}}", POSTAGE_FINDING_FORM_MALFORMED, "url" },
    { "twice the key", "{\"fields\": {\"key\": \"a\", \"Key\": \"b\"}}", POSTAGE_FINDING_DUPLICATE_FIELD, "Key" },
    { "no base64", "{\"fields\": {\"policy\": \"eyJh!ICI=\"}}", POSTAGE_FINDING_POLICY_MALFORMED, "byte 4" },
    { "base64 without padding", "{\"fields\": {\"policy\": \"eyJhI\"}}", POSTAGE_FINDING_POLICY_MALFORMED, "byte 5 of 5" },
    { "a policy that is no JSON", "{\"fields\": {\"policy\": \"e30=\"}}", POSTAGE_FINDING_POLICY_MALFORMED, "expiration" },
    /* {"expiration":"2026-11-21T13:00:00Z","conditions":[{"a":"b"},{"c":"d","e":"f"}]} */
    { "an object of two",
      "{\"fields\": {\"policy\": "
      "\"eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yMVQxMzowMDowMFoiLCJjb25kaXRpb25zIjpbeyJhIjoiYiJ9LHsiYyI6ImQiLCJlIjoiZiJ9XX0=\"}}",
      POSTAGE_FINDING_POLICY_MALFORMED, "condition 2" },
};

static void test_report__a_form_that_cannot_be_read_is_a_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof unreadable / sizeof unreadable[0]; i++) {
        struct postage_check_options options = POSTAGE_CHECK_OPTIONS_INIT;
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_report *report;
        const struct postage_finding *first;

        options.provider = &postage_provider_s3;
        assert_ok(postage_check_json(&report, unreadable[i].json, strlen(unreadable[i].json), &options, NULL, &err), err);
        first = postage_report_first(report);
        assert_non_null(first);
        if (first->id != unreadable[i].id || strstr(first->message, unreadable[i].words) == NULL)
            fail_msg("%s: %s: %s", unreadable[i].name, postage_finding_name(first->id), first->message);
        postage_report_free(report);
    }
}

static void test_report__options_that_cannot_be_meant_are_refused(void **state)
{
    static const struct postage_field nameless = { "", "a" }, valueless = { "a", NULL }, policy = { "Policy", "a" },
                                      file = { "file", "a" };
    const struct postage_field *const bad[] = { &nameless, &valueless, &policy, &file };
    const struct spec ordinary = { 0 };
    char *text = form_of(&ordinary, S3);
    struct postage_check_options options = { 0 };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_report *report;

    (void)state;
    assert_refused(postage_check_json(&report, text, strlen(text), &options, NULL, &err), POSTAGE_ERR_INVALID, err, "INIT");
    options = (struct postage_check_options)POSTAGE_CHECK_OPTIONS_INIT;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        options.fields = bad[i];
        options.field_count = 1;
        assert_refused(postage_check_json(&report, text, strlen(text), &options, NULL, &err), POSTAGE_ERR_INVALID, err,
                       "field");
        assert_null(report);
    }
    cJSON_free(text);
}

struct checking {
    const char *text;
    const struct postage_check_options *options;
};

static enum postage_status check_and_print(void *context, const struct postage_allocator *alloc, struct postage_error *err)
{
    const struct checking *checking = context;
    struct postage_report *report;
    enum postage_status status =
        postage_check_json(&report, checking->text, strlen(checking->text), checking->options, alloc, err);
    char *json = NULL;

    assert_made(status, report);
    if (status == POSTAGE_OK) {
        status = err->code = postage_report_to_json(report, alloc, &json);
        assert_made(status, json);
    }
    postage_text_free(json, alloc);
    postage_report_free(report);
    return status;
}

static void test_report__each_failing_allocation_leaks_nothing(void **state)
{
    const struct spec wrong = { .conditions = "{\"acl\": \"private\"}, [\"content-length-range\", 1, 2]",
                                .fields = "key=up/${filename}\nx-amz-meta-a=${filename}",
                                .extra = "acl=a\nacl=b\nsubmit=1",
                                .at = 7200 };
    char *text = form_of(&wrong, S3);
    static struct fields extra;
    const struct postage_check_options options = options_of(&wrong, S3, &extra);
    struct checking checking = { text, &options };

    (void)state;
    assert_true(fail_each_allocation(check_and_print, &checking, FAILING_IS_TOLD) >= 3);
    cJSON_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report__a_finding_says_where_and_what),
        cmocka_unit_test(test_report__secrets_stay_out_of_reports),
        cmocka_unit_test(test_report__a_form_that_cannot_be_read_is_a_verdict),
        cmocka_unit_test(test_report__options_that_cannot_be_meant_are_refused),
        cmocka_unit_test(test_report__each_failing_allocation_leaks_nothing),
    };

    return cmocka_run_group_tests_name("check/report", tests, NULL, NULL);
}
