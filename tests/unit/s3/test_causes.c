/* What S3's answers are taken for. Codes: the S3 API reference, recordings of real answers to forms. */
#include "support/rows.h"
#include "support/forms.h"

static const struct {
    int http_status;
    const char *code, *message;
    enum postage_outcome outcome;
    enum postage_retry retry;
} answers[] = {
    { 301, "PermanentRedirect", "use another endpoint", POSTAGE_OUTCOME_REDIRECT_REFUSED, POSTAGE_RETRY_NEVER },
    { 307, "TemporaryRedirect", "", POSTAGE_OUTCOME_REDIRECT_REFUSED, POSTAGE_RETRY_NEVER },
    { 400, "InvalidArgument", "the region 'us-east-1' is wrong", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON.", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 400, "MalformedPOSTRequest", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 400, "EntityTooLarge", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 400, "EntityTooSmall", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 400, "MaxPostPreDataLengthExceeded", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 400, "InvalidDigest", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 400, "BadDigest", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_SAME_FORM },
    { 400, "IncompleteBody", "", POSTAGE_OUTCOME_NET_DURING_BODY, POSTAGE_RETRY_SAME_FORM },
    { 400, "RequestTimeout", "", POSTAGE_OUTCOME_NET_DURING_BODY, POSTAGE_RETRY_SAME_FORM },
    { 400, "ExpiredToken", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { 400, "InvalidToken", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { 400, "TokenRefreshRequired", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM },
    { 400, "IllegalLocationConstraintException", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 403, "AccessDenied", "Access Denied", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 403, "AccessDenied", "Invalid according to Policy: Policy expired.", POSTAGE_OUTCOME_FORM_EXPIRED,
      POSTAGE_RETRY_NEW_FORM },
    { 403, "AccessDenied", "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$acl\", \"private\"]",
      POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 403, "SignatureDoesNotMatch", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 403, "InvalidAccessKeyId", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 403, "PostPolicyInvalidKeyName", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 404, "NoSuchBucket", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 405, "MethodNotAllowed", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 409, "OperationAborted", "", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { 409, "ConditionalRequestConflict", "", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { 411, "MissingContentLength", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 412, "PreconditionFailed", "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 429, "", "", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { 500, "InternalError", "", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { 501, "NotImplemented", "A header you provided implies", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER },
    { 502, "", "", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { 503, "SlowDown", "", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM },
    { 503, "ServiceUnavailable", "", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
    { 504, "", "", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM },
};

static enum postage_outcome read_error(int http_status, const char *code, const char *message, struct postage_error *err)
{
    const struct postage_field elements[] = { { "Code", code }, { "Message", message }, { "RequestId", "element-id" } };
    const struct postage_field headers[] = { { "content-type", "application/xml" }, { "x-amz-request-id", "header-id" } };
    const struct provider_reply reply = {
        .http_status = http_status, .headers = headers, .header_count = 2, .elements = elements, .element_count = 3
    };

    return refusal_read(&postage_provider_s3, &reply, err).outcome;
}

static void test_causes__each_refusal_has_its_outcome_and_advice(void **state)
{
    int failures = 0;

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        enum postage_outcome outcome = read_error(answers[i].http_status, answers[i].code, answers[i].message, &err);

        if (outcome != answers[i].outcome || err.retry != answers[i].retry) {
            print_error("%d %s: outcome %d, retry %d\n", answers[i].http_status, answers[i].code, (int)outcome, (int)err.retry);
            failures++;
        }
        assert_int_equal(err.http_status, answers[i].http_status);
        assert_string_equal(err.provider_code, answers[i].code);
        assert_string_equal(err.request_id, "header-id");
        assert_true(err.code < 0);
        assert_non_null(strstr(err.message, answers[i].code));
    }
    assert_int_equal(failures, 0);
}

static void test_causes__a_store_without_forms_is_named_as_such(void **state)
{
    const struct postage_field code = { "Code", "NotImplemented" };
    const struct provider_reply bare = { .http_status = 501, .elements = &code, .element_count = 1 };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct refusal refusal = refusal_read(&postage_provider_s3, &bare, &err);

    (void)state;
    assert_non_null(strstr(refusal.remedy, "does not support form uploads"));
    assert_int_equal(refusal.outcome, POSTAGE_OUTCOME_REJECTED);
    assert_string_equal(err.request_id, "");
}

/* What to do depends on what the store says, not on its code alone. */
static const struct {
    int http_status;
    const char *code, *message, *remedy;
} remedies[] = {
    { 501, "NotImplemented", "A header you provided implies functionality that is not implemented.", "leave out" },
    { 501, "NotImplemented", "Server side encryption specified but KMS is not configured", "key server" },
    { 403, "AccessDenied", "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$acl\", \"\"]",
      "that the message names" },
    { 403, "AccessDenied", "Access Denied", "may not write" },
    { 403, "AccessDenied", "Invalid according to Policy: Policy expired.", "sign a new form" },
    { 301, "PermanentRedirect", "use another endpoint", "endpoint that the store names" },
    { 501, "", "", NULL },
};

static void test_causes__advice_goes_by_the_stores_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof remedies / sizeof remedies[0]; i++) {
        const struct postage_field elements[] = { { "Code", remedies[i].code }, { "Message", remedies[i].message } };
        const struct provider_reply reply = { .http_status = remedies[i].http_status,
                                              .elements = elements,
                                              .element_count = remedies[i].code[0] != '\0' ? 2 : 0 };
        struct postage_error err = POSTAGE_ERROR_INIT;
        const char *remedy = refusal_read(&postage_provider_s3, &reply, &err).remedy;

        if ((remedy == NULL) != (remedies[i].remedy == NULL) || (remedy != NULL && strstr(remedy, remedies[i].remedy) == NULL))
            fail_msg("%s, %s: %s", remedies[i].code, remedies[i].message, remedy != NULL ? remedy : "nothing");
    }
}

static void test_causes__a_redirect_names_everything_that_helps(void **state)
{
    const struct postage_field elements[] = { { "Code", "PermanentRedirect" },
                                              { "Message", "m" },
                                              { "Bucket", "photos" },
                                              { "Endpoint", "photos.s3.eu-west-1.amazonaws.com" } };
    const struct postage_field header = { "x-amz-bucket-region", "eu-west-1" };
    const struct provider_reply reply = {
        .http_status = 301, .elements = elements, .element_count = 4, .headers = &header, .header_count = 1
    };
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    refusal_read(&postage_provider_s3, &reply, &err);
    assert_string_equal(err.message,
                        "PermanentRedirect; the bucket photos is at photos.s3.eu-west-1.amazonaws.com, in the region "
                        "eu-west-1: m");
}

static void test_causes__a_token_in_the_message_is_not_repeated(void **state)
{
    static const char *const messages[] = {
        "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$x-amz-security-token\", \"canary\"]",
        "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$X-Amz-Security-Token\", \"canary\"]",
        "Policy Condition failed: {\"X-AMZ-SECURITY-TOKEN\": \"canary\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;

        read_error(403, "AccessDenied", messages[i], &err);
        assert_null(strstr(err.message, "canary"));
        assert_non_null(strstr(err.message, "AccessDenied"));
    }
}

static void test_causes__hostile_answers_fit_one_line(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    char endless[2000];

    (void)state;
    memset(endless, 'E', sizeof endless);
    endless[sizeof endless - 1] = '\0';
    read_error(400, endless, endless, &err);
    assert_int_equal(strlen(err.provider_code), sizeof err.provider_code - 1);
    read_error(400, "A\nB", "a\r\n\x1b[2J", &err);
    assert_string_equal(err.provider_code, "A?B");
    assert_null(strpbrk(err.message, "\r\n\x1b"));
}

static void test_causes__a_region_that_is_named_is_told(void **state)
{
    const struct postage_field elements[] = { { "Code", "AuthorizationHeaderMalformed" },
                                              { "Message", "m" },
                                              { "Region", "eu-west-1" } };
    const struct provider_reply reply = { .http_status = 400, .elements = elements, .element_count = 3 };
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    refusal_read(&postage_provider_s3, &reply, &err);
    assert_non_null(strstr(err.message, "eu-west-1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_causes__each_refusal_has_its_outcome_and_advice),
        cmocka_unit_test(test_causes__a_store_without_forms_is_named_as_such),
        cmocka_unit_test(test_causes__advice_goes_by_the_stores_words),
        cmocka_unit_test(test_causes__a_redirect_names_everything_that_helps),
        cmocka_unit_test(test_causes__a_token_in_the_message_is_not_repeated),
        cmocka_unit_test(test_causes__hostile_answers_fit_one_line),
        cmocka_unit_test(test_causes__a_region_that_is_named_is_told),
    };

    return cmocka_run_group_tests_name("s3/causes", tests, NULL, NULL);
}
