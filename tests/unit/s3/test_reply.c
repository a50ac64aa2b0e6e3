/* What S3's answers are taken for. Codes and captured digests: the S3 API reference, recordings of real answers to forms. */
#include "provider/returned_digest.h"
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

static void test_reply__each_refusal_has_its_outcome_and_advice(void **state)
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

static void test_reply__a_store_without_forms_is_named_as_such(void **state)
{
    const struct provider_reply empty = { .http_status = 501 };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct refusal refusal = refusal_read(&postage_provider_s3, &empty, &err);

    (void)state;
    assert_non_null(strstr(refusal.remedy, "does not support form uploads"));
    assert_int_equal(refusal.outcome, POSTAGE_OUTCOME_REJECTED);
    assert_string_equal(err.request_id, "");
}

static void test_reply__a_token_in_the_message_is_not_repeated(void **state)
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

static void test_reply__hostile_answers_fit_one_line(void **state)
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

static void test_reply__a_region_that_is_named_is_told(void **state)
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

/* --- digests --- */

static const struct returned_digest *row_of(enum postage_digest digest)
{
    const struct returned_digest *row = postage_provider_s3.digests;

    while (row->digest != digest)
        row++;
    return row;
}

static bool read_crc(const char *value, const char *type, uint8_t crc[8])
{
    const struct postage_field headers[] = { { "x-amz-checksum-crc64nvme", value }, { "x-amz-checksum-type", type } };
    const struct provider_reply reply = { .http_status = 204, .headers = headers, .header_count = type != NULL ? 2 : 1 };

    return returned_digest_read(row_of(POSTAGE_DIGEST_CRC64NVME), &reply, crc);
}

/* Captured from real answers; the bodies are known, so the digest of this library has to agree. */
static void test_reply__captured_crc64_values_are_those_of_their_bodies(void **state)
{
    static const char *const captured[][2] = {
        { "abcdef", "Pact6XRTYyA=" },
        { "aaaaaaaaaa", "DBqAA21lxVU=" },
        { "manual value to change ETag", "wSCEAfbAYnk=" },
        { "123456789", "rosUhgp5mIg=" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof captured / sizeof captured[0]; i++) {
        uint8_t crc[8];
        uint64_t returned = 0, own = 0;

        assert_true(read_crc(captured[i][1], "FULL_OBJECT", crc));
        for (size_t k = 0; k < 8; k++)
            returned = returned << 8 | crc[k];
        assert_int_equal(postage_crc_update(POSTAGE_DIGEST_CRC64NVME, &own, captured[i][0], strlen(captured[i][0])),
                         POSTAGE_OK);
        assert_true(returned == own);
    }
}

static void test_reply__only_a_whole_objects_crc64_counts(void **state)
{
    const struct provider_reply none = { .http_status = 204 };
    uint8_t crc[8];

    (void)state;
    assert_true(read_crc("rosUhgp5mIg=", NULL, crc));
    assert_false(read_crc("rosUhgp5mIg=", "COMPOSITE", crc));
    assert_false(read_crc("rosUhgp5mIg=-2", NULL, crc));
    assert_false(read_crc("rosUhgp5mI==", NULL, crc));
    assert_false(read_crc("rosUhgp5", NULL, crc));
    assert_false(read_crc("rosUhgp5mIgA", NULL, crc));
    assert_false(read_crc("", NULL, crc));
    assert_false(returned_digest_read(row_of(POSTAGE_DIGEST_CRC64NVME), &none, crc));
}

static const struct {
    const char *what, *etag, *encryption, *customer;
    bool is_md5;
} etags[] = {
    { "plain", "\"e80b5017098950fc58aad83c8c14978e\"", NULL, NULL, true },
    { "without quotes", "e80b5017098950fc58aad83c8c14978e", NULL, NULL, true },
    { "capitals", "\"E80B5017098950FC58AAD83C8C14978E\"", NULL, NULL, true },
    { "SSE-S3", "\"e80b5017098950fc58aad83c8c14978e\"", "AES256", NULL, true },
    { "SSE-KMS", "\"e80b5017098950fc58aad83c8c14978e\"", "aws:kms", NULL, false },
    { "DSSE", "\"e80b5017098950fc58aad83c8c14978e\"", "aws:kms:dsse", NULL, false },
    { "SSE-C", "\"e80b5017098950fc58aad83c8c14978e\"", NULL, "AES256", false },
    { "of parts", "\"e80b5017098950fc58aad83c8c14978e-2\"", NULL, NULL, false },
    { "no hexadecimal", "\"e80b5017098950fc58aad83c8c14978g\"", NULL, NULL, false },
    { "too short", "\"e80b\"", NULL, NULL, false },
    { "a quote alone", "\"", NULL, NULL, false },
    { "empty", "", NULL, NULL, false },
};

static void test_reply__etag_is_an_md5_unless_the_object_is_encrypted_otherwise(void **state)
{
    static const uint8_t expected[16] = { 0xe8, 0x0b, 0x50, 0x17, 0x09, 0x89, 0x50, 0xfc,
                                          0x58, 0xaa, 0xd8, 0x3c, 0x8c, 0x14, 0x97, 0x8e };

    (void)state;
    for (size_t i = 0; i < sizeof etags / sizeof etags[0]; i++) {
        const struct postage_field headers[] = {
            { "etag", etags[i].etag },
            { "x-amz-server-side-encryption", etags[i].encryption != NULL ? etags[i].encryption : "" },
            { "x-amz-server-side-encryption-customer-algorithm", etags[i].customer != NULL ? etags[i].customer : "" },
        };
        const struct provider_reply reply = { .http_status = 204, .headers = headers, .header_count = 3 };
        uint8_t md5[16];

        if (returned_digest_read(row_of(POSTAGE_DIGEST_MD5), &reply, md5) != etags[i].is_md5)
            fail_msg("%s: %s", etags[i].what, etags[i].etag);
        if (etags[i].is_md5)
            assert_memory_equal(md5, expected, sizeof md5);
    }
}

/* MinIO's replies to forms do not say how the object was encrypted (PostPolicyBucketHandler). */
static void test_reply__a_form_that_asks_for_encryption_has_no_md5(void **state)
{
    const struct postage_field headers[] = { { "etag", "\"e80b5017098950fc58aad83c8c14978e\"" } };
    const struct {
        const struct postage_field field;
        bool is_md5;
    } forms[] = {
        { { "X-Amz-Server-Side-Encryption", "aws:kms" }, false },
        { { "x-amz-server-side-encryption-customer-algorithm", "AES256" }, false },
        { { "x-amz-server-side-encryption", "AES256" }, true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const struct provider_reply reply = {
            .http_status = 204, .headers = headers, .header_count = 1, .sent = &forms[i].field, .sent_count = 1
        };
        uint8_t md5[16];

        assert_int_equal(returned_digest_read(row_of(POSTAGE_DIGEST_MD5), &reply, md5), forms[i].is_md5);
    }
}

static void test_reply__etag_may_come_in_the_body(void **state)
{
    const struct postage_field elements[] = { { "Location", "https://a/" },
                                              { "ETag", "\"e80b5017098950fc58aad83c8c14978e\"" } };
    const struct provider_reply reply = { .http_status = 201, .elements = elements, .element_count = 2 };
    uint8_t md5[16];

    (void)state;
    assert_true(returned_digest_read(row_of(POSTAGE_DIGEST_MD5), &reply, md5));
    assert_int_equal(md5[0], 0xe8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reply__each_refusal_has_its_outcome_and_advice),
        cmocka_unit_test(test_reply__a_store_without_forms_is_named_as_such),
        cmocka_unit_test(test_reply__a_token_in_the_message_is_not_repeated),
        cmocka_unit_test(test_reply__hostile_answers_fit_one_line),
        cmocka_unit_test(test_reply__a_region_that_is_named_is_told),
        cmocka_unit_test(test_reply__captured_crc64_values_are_those_of_their_bodies),
        cmocka_unit_test(test_reply__only_a_whole_objects_crc64_counts),
        cmocka_unit_test(test_reply__etag_is_an_md5_unless_the_object_is_encrypted_otherwise),
        cmocka_unit_test(test_reply__a_form_that_asks_for_encryption_has_no_md5),
        cmocka_unit_test(test_reply__etag_may_come_in_the_body),
    };

    return cmocka_run_group_tests_name("s3/reply", tests, NULL, NULL);
}
