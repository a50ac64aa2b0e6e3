/* URLs of the official Python SDK: the same parameters, and the same signature although theirs stand in another order. */
#include "base/calendar.h"
#include "postage/postage.h"
#include "support/vectors.h"

static const char *signature_in(const char *url)
{
    const char *at = strstr(url, "x-oss-signature=");

    return at != NULL ? at + strlen("x-oss-signature=") : "";
}

static void check_url(const cJSON *file, const cJSON *row)
{
    struct postage_credentials_options who = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_target_options where = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_presign_options options = POSTAGE_PRESIGN_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials;
    struct postage_signer *signer;
    struct postage_target *target;
    const char *expected = vector_member(row, "url");
    char *url;

    who.access_key_id = vector_member(file, "access_key_id");
    who.secret_access_key = vector_member(file, "secret_access_key");
    who.session_token = vector_member(row, "session_token");
    where.region = vector_member(file, "region");
    options.method = vector_member(row, "method");
    options.key = vector_member(row, "key");
    options.content_type = vector_member(row, "response_content_type");
    options.content_disposition = vector_member(row, "response_content_disposition");
    options.expires_in_s = (int64_t)cJSON_GetObjectItemCaseSensitive(row, "expires_in_s")->valuedouble;
    assert_true(calendar_read_basic(slice_of(vector_member(row, "now")), &options.now_unix_s));
    assert_ok(postage_credentials_new(&credentials, &who, NULL, &err), err);
    assert_ok(postage_signer_new(&signer, credentials, NULL, &err), err);
    assert_ok(postage_target_new(&target, "oss://bucket/", &where, NULL, &err), err);
    assert_ok(postage_signer_presign(signer, target, &options, &url, &err), err);
    assert_int_equal(strlen(url), strlen(expected));
    assert_memory_equal(url, expected, (size_t)(strchr(expected, '?') - expected));
    assert_memory_equal(signature_in(url), signature_in(expected), 64);
    postage_text_free(url, NULL);
    postage_target_free(target);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
}

static void test_presign__urls_are_those_of_the_official_sdk(void **state)
{
    cJSON *file = vector_json("oss-presign.json");
    const cJSON *row;
    int count = 0;

    (void)state;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(file, "urls"))
    {
        check_url(file, row);
        count++;
    }
    assert_int_equal(count, 8);
    cJSON_Delete(file);
}

static void test_presign__v1_has_no_urls(void **state)
{
    struct postage_credentials_options who = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_target_options where = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_presign_options options = POSTAGE_PRESIGN_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials;
    struct postage_signer *signer;
    struct postage_target *target;
    char *url;

    (void)state;
    who.access_key_id = "ak";
    who.secret_access_key = "sk";
    where.region = "cn-hangzhou";
    where.signature = "v1";
    options.key = "a";
    options.now_unix_s = 1;
    options.expires_in_s = 60;
    assert_ok(postage_credentials_new(&credentials, &who, NULL, &err), err);
    assert_ok(postage_signer_new(&signer, credentials, NULL, &err), err);
    assert_ok(postage_target_new(&target, "oss://bucket/", &where, NULL, &err), err);
    assert_refused(postage_signer_presign(signer, target, &options, &url, &err), POSTAGE_ERR_UNSUPPORTED, err, "v4 only");
    assert_null(url);
    postage_target_free(target);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_presign__urls_are_those_of_the_official_sdk),
        cmocka_unit_test(test_presign__v1_has_no_urls),
    };

    return cmocka_run_group_tests_name("oss/presign", tests, NULL, NULL);
}
