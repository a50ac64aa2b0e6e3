/* The public face: started, asked, stopped. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "postage/sandbox.h"

static size_t ignore(char *data, size_t size, size_t count, void *context)
{
    (void)data;
    (void)context;
    return size * count;
}

static long status_of(const char *endpoint)
{
    CURL *curl = curl_easy_init();
    long status = 0;

    curl_easy_setopt(curl, CURLOPT_URL, endpoint);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 10L);
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    return status;
}

static void test_sandbox__runs_in_a_thread_of_its_own(void **state)
{
    struct postage_sandbox_options options = POSTAGE_SANDBOX_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_sandbox *sandboxes[3];

    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_ok(postage_sandbox_start(&sandboxes[i], &options, &err), err);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(status_of(postage_sandbox_endpoint(sandboxes[i], 0)), 403);
        assert_null(postage_sandbox_endpoint(sandboxes[i], 1));
        assert_null(postage_sandbox_certificate(sandboxes[i]));
        postage_sandbox_stop(sandboxes[i]);
    }
}

static void test_sandbox__refuses_what_it_cannot_use(void **state)
{
    static const struct postage_sandbox_bucket bad_name = { .name = "../x" },
                                               bad_dialect = { .name = "box", .dialect = "azure" };
    static const struct postage_sandbox_key no_secret = { .access_key_id = "a" };
    static const char *const bad_address[] = { "localhost:1" };
    struct postage_sandbox_options options = POSTAGE_SANDBOX_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_sandbox *sandbox;

    (void)state;
    options.bucket_count = 1;
    options.buckets = &bad_name;
    assert_refused(postage_sandbox_new(&sandbox, &options, &err), POSTAGE_ERR_INVALID, err, "../x");
    options.buckets = &bad_dialect;
    assert_refused(postage_sandbox_new(&sandbox, &options, &err), POSTAGE_ERR_INVALID, err, "s3, minio, oss");
    options.bucket_count = 0;
    options.key_count = 1;
    options.keys = &no_secret;
    assert_refused(postage_sandbox_new(&sandbox, &options, &err), POSTAGE_ERR_INVALID, err, "secret");
    options.key_count = 0;
    options.listen_count = 1;
    options.listen = bad_address;
    assert_refused(postage_sandbox_new(&sandbox, &options, &err), POSTAGE_ERR_INVALID, err, "localhost:1");
    err.size = 0; /* not initialised: nothing is written there, and nothing is believed of it */
    err.code = POSTAGE_OK;
    assert_int_equal(postage_sandbox_new(&sandbox, &options, &err), POSTAGE_ERR_INVALID);
    err = (struct postage_error)POSTAGE_ERROR_INIT;
    options.listen_count = 0;
    options.directory = "/proc/nowhere";
    assert_refused(postage_sandbox_new(&sandbox, &options, &err), POSTAGE_ERR_SYSTEM, err, "/proc/nowhere");
    options.size = 0;
    assert_refused(postage_sandbox_new(&sandbox, &options, &err), POSTAGE_ERR_INVALID, err, "INIT");
    assert_null(sandbox);
    postage_sandbox_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sandbox__runs_in_a_thread_of_its_own),
        cmocka_unit_test(test_sandbox__refuses_what_it_cannot_use),
    };

    curl_global_init(CURL_GLOBAL_DEFAULT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
