#include <string.h>

#include "oss/oss.h"
#include "provider/refusal.h"
#include "support/test.h"

static struct provider_reply reply_with(int status, const struct postage_field *headers, size_t header_count,
                                        const struct postage_field *elements, size_t element_count)
{
    return (struct provider_reply){ .http_status = status,
                                    .headers = headers,
                                    .header_count = header_count,
                                    .elements = elements,
                                    .element_count = element_count };
}

static void test_causes__a_refusal_shows_code_message_and_ec(void **state)
{
    const struct postage_field headers[] = { { "x-oss-request-id", "5F3A" } };
    const struct postage_field elements[] = { { "Code", "AccessDenied" },
                                              { "Message", "Invalid according to Policy: Policy Condition failed" },
                                              { "EC", "0006-00000227" } };
    struct provider_reply reply = reply_with(403, headers, 1, elements, 3);
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    assert_int_equal(refusal_read(&postage_provider_oss, &reply, &err).outcome, POSTAGE_OUTCOME_REJECTED);
    assert_string_equal(err.provider_code, "AccessDenied");
    assert_string_equal(err.request_id, "5F3A");
    assert_non_null(strstr(err.message, "(EC 0006-00000227)"));
    assert_int_equal(err.retry, POSTAGE_RETRY_NEVER);
}

static void test_causes__outcomes_follow_the_code(void **state)
{
    static const struct {
        int status;
        const char *code;
        const char *message;
        enum postage_outcome outcome;
        enum postage_retry retry;
        const char *word;
    } rows[] = {
        { 203, "CallbackFailed", "Error status : 502.", POSTAGE_OUTCOME_CALLBACK_FAILED, POSTAGE_RETRY_NEVER, "502" },
        { 403, "AccessDenied", "Invalid according to Policy: Policy expired.", POSTAGE_OUTCOME_FORM_EXPIRED,
          POSTAGE_RETRY_NEW_FORM, "expired" },
        { 403, "AccessDenied", "Condition failed: [\"eq\", \"$x-oss-security-token\", \"CANARY\"]", POSTAGE_OUTCOME_REJECTED,
          POSTAGE_RETRY_NEVER, "session token" },
        { 503, "TotalQpsLimitExceeded", "", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM, "no message" },
        { 500, "InternalError", "", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM, "InternalError" },
        { 400, "PublicEndpointForbidden", "no", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER, "no" },
        { 400, "CallbackFailed", "not the status of it", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER, "status" },
        { 403, "SecurityTokenExpired", "late", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEW_FORM, "late" },
        { 409, "FileAlreadyExists", "there", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER, "there" },
        { 302, "", "", POSTAGE_OUTCOME_REDIRECT_REFUSED, POSTAGE_RETRY_NEVER, "the reply has no error code and no message" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct postage_field elements[] = { { "Code", rows[i].code }, { "Message", rows[i].message } };
        struct provider_reply reply = reply_with(rows[i].status, NULL, 0, elements, 2);
        struct postage_error err = POSTAGE_ERROR_INIT;

        if (refusal_read(&postage_provider_oss, &reply, &err).outcome != rows[i].outcome || err.retry != rows[i].retry)
            fail_msg("row %zu: %s", i, err.message);
        if (strstr(err.message, rows[i].word) == NULL || strstr(err.message, "CANARY") != NULL)
            fail_msg("row %zu: message is \"%s\"", i, err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_causes__a_refusal_shows_code_message_and_ec),
        cmocka_unit_test(test_causes__outcomes_follow_the_code),
    };

    return cmocka_run_group_tests_name("oss/causes", tests, NULL, NULL);
}
