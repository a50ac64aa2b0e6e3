/* One upload at a time: what goes over the wire, what sources and digests do to it, what never leaves the machine. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/failing.h"
#include "support/uploading.h"

#include "postage/upload.h"

/* clang-format off */
#define STEPS(...) (const struct server_step[]){ __VA_ARGS__, { SERVER_END, NULL, 0 } }
#define REPLY(text) { SERVER_REPLY, (text), 0 }
/* clang-format on */

/* Posts `source` to a server that runs `script`; the caller frees the result. */
static struct postage_result *post(const struct server_step *script, struct postage_source *source, enum postage_verify verify,
                                   const struct postage_allocator *alloc, char **received, size_t *received_length)
{
    struct server *server = server_start(&script, 1);
    struct postage_form *form = form_for(server_url(server), "");
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_result *result;

    options.skip_check = true; /* the form is a stand-in */

    options.form = form;
    options.source = source;
    options.verify = verify;
    ignore_status(postage_upload(&result, &options, NULL, alloc, &err));
    if (received != NULL)
        *received = server_received(server, received_length);
    postage_form_free(form);
    server_stop(server);
    return result;
}

static struct postage_result *post_text(const struct server_step *script, const char *text, enum postage_verify verify)
{
    struct postage_source source;
    struct postage_result *result;

    assert_int_equal(postage_source_memory(&source, text, strlen(text), NULL, NULL), POSTAGE_OK);
    result = post(script, &source, verify, NULL, NULL, NULL);
    assert_non_null(result);
    postage_source_close(&source);
    return result;
}

/* --- the wire --- */

static void test_attempt__sends_one_plain_post_of_exact_length(void **state)
{
    const char text[] = "the bytes of the file";
    struct postage_source source;
    struct postage_result *result;
    size_t length;
    char *received, *body, expected[64];

    (void)state;
    setenv("http_proxy", "http://127.0.0.1:1/", 1);
    setenv("all_proxy", "http://127.0.0.1:1/", 1);
    assert_int_equal(postage_source_memory(&source, text, strlen(text), NULL, NULL), POSTAGE_OK);
    result = post(STEPS(REPLY(NO_CONTENT)), &source, POSTAGE_VERIFY_AUTO, NULL, &received, &length);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    assert_string_equal(postage_outcome_name(result->outcome), "ok");
    body = strstr(received, "\r\n\r\n") + 4;
    snprintf(expected, sizeof expected, "\r\nContent-Length: %llu\r\n", (unsigned long long)result->body_bytes);
    assert_int_equal(length - (size_t)(body - received), result->body_bytes);
    assert_int_equal(strncmp(received, "POST /bucket HTTP/1.1\r\n", 23), 0);
    assert_non_null(strstr(received, expected));
    assert_non_null(strstr(body, "name=\"key\"\r\n\r\ndir/photo.jpg\r\n"));
    assert_non_null(strstr(body, text));
    body[-1] = '\0';
    assert_null(strstr(received, "Expect"));
    assert_null(strstr(received, "Accept-Encoding"));
    assert_null(strstr(received, "Transfer-Encoding"));
    assert_null(strstr(received, "Upgrade"));
    assert_null(strstr(received, "Cookie"));
    assert_null(strstr(received, "Authorization"));
    free(received);
    postage_result_free(result);
    postage_source_close(&source);
}

static void test_attempt__keeps_what_the_provider_said(void **state)
{
    struct postage_result *result = post_text(
        STEPS(REPLY(
            "HTTP/1.1 201 Created\r\nETag: \"25f9e794323b453885f5181f1b624d0b\"\r\nx-amz-request-id: REQ1\r\n"
            "x-amz-id-2: HOST1\r\nx-amz-version-id: V1\r\nLocation: http://b/dir%2Fphoto.jpg\r\nContent-Length: 56\r\n\r\n"
            "<PostResponse><Key>dir/photo-2.jpg</Key></PostResponse>\n")),
        "123456789", POSTAGE_VERIFY_AUTO);

    (void)state;
    assert_string_equal(postage_object_state_name(result->object_state), "stored");
    assert_int_equal(result->http_status, 201);
    assert_string_equal(result->etag, "25f9e794323b453885f5181f1b624d0b");
    assert_string_equal(result->request_id, "REQ1");
    assert_string_equal(result->host_id, "HOST1");
    assert_string_equal(result->version_id, "V1");
    assert_string_equal(result->location, "http://b/dir%2Fphoto.jpg");
    assert_string_equal(result->key, "dir/photo-2.jpg");
    assert_int_equal(result->error->code, POSTAGE_OK);
    assert_string_equal(result->error->message, "");
    assert_true(result->timings->connected_ms >= 0 && result->timings->reply_ms >= 0 && result->timings->total_ms >= 0);
    assert_int_equal(result->timings->tls_ms, -1);
    postage_result_free(result);
}

/* --- digests: base64 rosUhgp5mIg= is the CRC-64/NVME of "123456789" --- */

#define WITH(headers) STEPS(REPLY("HTTP/1.1 204 No Content\r\n" STORE_MARK headers "\r\n"))
#define RIGHT_CRC     "x-amz-checksum-crc64nvme: rosUhgp5mIg=\r\n"
#define WRONG_CRC     "x-amz-checksum-crc64nvme: rosUhgp5mIk=\r\n"
#define RIGHT_MD5     "ETag: \"25f9e794323b453885f5181f1b624d0b\"\r\n"
#define WRONG_MD5     "ETag: \"25f9e794323b453885f5181f1b624d0c\"\r\n"

static const struct {
    const char *name;
    const struct server_step *script;
    enum postage_verify verify;
    enum postage_outcome outcome;
    enum postage_object_state state;
    enum postage_digest verified;
} digests[] = {
    { "right CRC", WITH(RIGHT_CRC), POSTAGE_VERIFY_AUTO, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED, POSTAGE_DIGEST_CRC64NVME },
    { "wrong CRC", WITH(WRONG_CRC), POSTAGE_VERIFY_AUTO, POSTAGE_OUTCOME_DIGEST_MISMATCH, POSTAGE_OBJECT_UNKNOWN,
      POSTAGE_DIGEST_NONE },
    { "wrong CRC, required", WITH(WRONG_CRC), POSTAGE_VERIFY_REQUIRED, POSTAGE_OUTCOME_DIGEST_MISMATCH, POSTAGE_OBJECT_UNKNOWN,
      POSTAGE_DIGEST_NONE },
    { "wrong CRC, not wanted", WITH(WRONG_CRC), POSTAGE_VERIFY_NONE, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED,
      POSTAGE_DIGEST_NONE },
    { "right MD5", WITH(RIGHT_MD5), POSTAGE_VERIFY_AUTO, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED, POSTAGE_DIGEST_MD5 },
    { "right MD5, required", WITH(RIGHT_MD5), POSTAGE_VERIFY_REQUIRED, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED,
      POSTAGE_DIGEST_MD5 },
    { "wrong MD5", WITH(WRONG_MD5), POSTAGE_VERIFY_AUTO, POSTAGE_OUTCOME_DIGEST_MISMATCH, POSTAGE_OBJECT_UNKNOWN,
      POSTAGE_DIGEST_NONE },
    { "right CRC beside an ETag that is not an MD5", WITH(RIGHT_CRC WRONG_MD5), POSTAGE_VERIFY_AUTO, POSTAGE_OUTCOME_OK,
      POSTAGE_OBJECT_STORED, POSTAGE_DIGEST_CRC64NVME },
    { "wrong ETag, under KMS", WITH(WRONG_MD5 "x-amz-server-side-encryption: aws:kms\r\n"), POSTAGE_VERIFY_AUTO,
      POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED, POSTAGE_DIGEST_NONE },
    { "wrong ETag, under KMS, required", WITH(WRONG_MD5 "x-amz-server-side-encryption: aws:kms\r\n"), POSTAGE_VERIFY_REQUIRED,
      POSTAGE_OUTCOME_UNVERIFIED, POSTAGE_OBJECT_STORED, POSTAGE_DIGEST_NONE },
    { "no digest", WITH(""), POSTAGE_VERIFY_AUTO, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED, POSTAGE_DIGEST_NONE },
    { "no digest, required", WITH(""), POSTAGE_VERIFY_REQUIRED, POSTAGE_OUTCOME_UNVERIFIED, POSTAGE_OBJECT_STORED,
      POSTAGE_DIGEST_NONE },
    { "a refusal, required", STEPS(REPLY("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")), POSTAGE_VERIFY_REQUIRED,
      POSTAGE_OUTCOME_REJECTED, POSTAGE_OBJECT_NOT_STORED, POSTAGE_DIGEST_NONE },
};

static void test_attempt__a_digest_that_differs_is_never_success(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++) {
        struct postage_result *result = post_text(digests[i].script, "123456789", digests[i].verify);

        if (result->outcome != digests[i].outcome || result->object_state != digests[i].state ||
            result->verified != digests[i].verified)
            fail_msg("%s: %s, %s: %s", digests[i].name, postage_outcome_name(result->outcome),
                     postage_object_state_name(result->object_state), result->error->message);
        assert_int_equal(result->error->code, postage_outcome_status(digests[i].outcome));
        postage_result_free(result);
    }
}

/* --- sources --- */

/* Gives `good` bytes, then answers `then`. */
struct faulty {
    uint64_t good;
    enum postage_status then;
};

static enum postage_status faulty_read(void *context, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct faulty *faulty = context;

    *got = 0;
    if (faulty->good == 0) {
        if (err != NULL && faulty->then < 0)
            *err = (struct postage_error){ .code = faulty->then, .message = "disk on fire" };
        return faulty->then;
    }
    *got = cap < faulty->good ? cap : (size_t)faulty->good;
    memset(dst, 'x', *got);
    faulty->good -= *got;
    return POSTAGE_OK;
}

static const struct {
    const char *name;
    uint64_t declared;
    struct faulty faulty;
    enum postage_outcome outcome;
    const char *words;
} faults[] = {
    { "first read fails", 100000, { 0, POSTAGE_ERR_SOURCE }, POSTAGE_OUTCOME_SOURCE_IO, "disk on fire" },
    { "read fails in the middle", 1000000, { 400000, POSTAGE_ERR_SOURCE }, POSTAGE_OUTCOME_SOURCE_IO, "disk on fire" },
    { "shorter than declared", 1000000, { 400000, POSTAGE_END }, POSTAGE_OUTCOME_SOURCE_CHANGED, "1000000" },
    { "empty instead", 10, { 0, POSTAGE_END }, POSTAGE_OUTCOME_SOURCE_CHANGED, "10" },
    { "longer than declared", 1000000, { 1000001, POSTAGE_END }, POSTAGE_OUTCOME_SOURCE_CHANGED, "1000000" },
    { "something instead of nothing", 0, { 1, POSTAGE_END }, POSTAGE_OUTCOME_SOURCE_CHANGED, "0" },
    { "changed", 1000000, { 1000000, POSTAGE_ERR_CHANGED }, POSTAGE_OUTCOME_SOURCE_CHANGED, "disk on fire" },
};

static void test_attempt__a_source_that_lies_ends_the_upload_unstored(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct postage_callback_source_options callback = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
        struct faulty faulty = faults[i].faulty;
        struct postage_source source;
        struct postage_result *result;
        size_t length;
        char *received, *body;

        callback.context = &faulty;
        callback.read = faulty_read;
        callback.length_known = true;
        callback.length = faults[i].declared;
        assert_int_equal(postage_source_callback(&source, &callback, NULL, NULL), POSTAGE_OK);
        result = post(STEPS(REPLY(NO_CONTENT)), &source, POSTAGE_VERIFY_AUTO, NULL, &received, &length);
        if (result->outcome != faults[i].outcome || result->object_state != POSTAGE_OBJECT_NOT_STORED ||
            strstr(result->error->message, faults[i].words) == NULL || strstr(result->error->message, "handed over") == NULL)
            fail_msg("%s: %s, %s: %s", faults[i].name, postage_outcome_name(result->outcome),
                     postage_object_state_name(result->object_state), result->error->message);
        body = strstr(received, "\r\n\r\n");
        assert_true(result->body_bytes_sent < result->body_bytes);
        assert_true(body == NULL || length - (size_t)(body + 4 - received) <= result->body_bytes_sent);
        assert_int_equal(result->error->retry, POSTAGE_RETRY_NEVER);
        free(received);
        postage_result_free(result);
        postage_source_close(&source);
    }
}

static void test_attempt__a_file_that_shrinks_is_told_at_once(void **state)
{
    char path[] = "/tmp/postage-test-XXXXXX";
    int descriptor = mkstemp(path);
    struct postage_source source;
    struct postage_result *result;

    (void)state;
    assert_true(descriptor >= 0);
    assert_int_equal(ftruncate(descriptor, 8000000), 0);
    assert_int_equal(postage_source_file(&source, path, NULL, NULL), POSTAGE_OK);
    assert_int_equal(ftruncate(descriptor, 3000000), 0);
    result = post(STEPS(REPLY(NO_CONTENT)), &source, POSTAGE_VERIFY_AUTO, NULL, NULL, NULL);
    assert_string_equal(postage_outcome_name(result->outcome), "source_changed");
    assert_string_equal(postage_object_state_name(result->object_state), "not_stored");
    assert_true(result->timings->total_ms < 2000);
    postage_result_free(result);
    postage_source_close(&source);
    close(descriptor);
    unlink(path);
}

/* --- before anything is sent --- */

static void test_attempt__an_expired_form_is_not_posted(void **state)
{
    /* {"expiration":"2020-01-01T00:00:00.000Z","conditions":[]} */
    static const char json[] = "{\"url\":\"http://127.0.0.1:1/b\",\"fields\":{\"key\":\"k\",\"policy\":"
                               "\"eyJleHBpcmF0aW9uIjoiMjAyMC0wMS0wMVQwMDowMDowMC4wMDBaIiwiY29uZGl0aW9ucyI6W119\"}}";
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    struct postage_result *result;
    struct postage_form *form;

    (void)state;
    assert_ok(postage_form_from_json(&form, json, strlen(json), NULL, &err), err);
    assert_int_equal(postage_source_memory(&source, "x", 1, NULL, NULL), POSTAGE_OK);
    options.form = form;
    options.source = &source;
    assert_refused(postage_upload(&result, &options, NULL, NULL, &err), POSTAGE_ERR_EXPIRED, err, "2020-01-01T00:00:00");
    assert_string_equal(postage_outcome_name(result->outcome), "form_expired");
    assert_string_equal(postage_object_state_name(result->object_state), "not_stored");
    assert_int_equal(result->error->retry, POSTAGE_RETRY_NEW_FORM);
    assert_int_equal(result->attempts, 0);
    postage_result_free(result);
    postage_source_close(&source);
    postage_form_free(form);
}

static const struct {
    const char *name;
    const char *url;
    enum postage_outcome outcome;
    const char *words;
} unreachable[] = {
    { "nobody listens", "http://127.0.0.1:1/bucket", POSTAGE_OUTCOME_CONNECT,
      "while connecting: Connection refused (errno 111); Failed" },
    { "nobody listens, IPv6", "http://[::1]:1/bucket", POSTAGE_OUTCOME_CONNECT, "no connection" },
    { "no such host", "http://nowhere.invalid/bucket", POSTAGE_OUTCOME_RESOLVE, "nowhere.invalid" },
};

static void test_attempt__what_was_never_connected_is_not_stored(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof unreachable / sizeof unreachable[0]; i++) {
        struct postage_form *form = form_for(unreachable[i].url, "");
        struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_source source;
        struct postage_result *result;

        assert_int_equal(postage_source_memory(&source, "x", 1, NULL, NULL), POSTAGE_OK);
        options.skip_check = true; /* the form is a stand-in */
        options.form = form;
        options.source = &source;
        assert_refused(postage_upload(&result, &options, NULL, NULL, &err), POSTAGE_ERR_NETWORK, err, unreachable[i].words);
        if (result->outcome != unreachable[i].outcome)
            fail_msg("%s: %s: %s", unreachable[i].name, postage_outcome_name(result->outcome), err.message);
        assert_int_equal(result->object_state, POSTAGE_OBJECT_NOT_STORED);
        assert_int_equal(result->body_bytes_sent, 0);
        assert_int_equal(result->error->retry, POSTAGE_RETRY_SAME_FORM);
        assert_no_canary(err.message);
        postage_result_free(result);
        postage_source_close(&source);
        postage_form_free(form);
    }
}

static void test_attempt__tls_that_does_not_come_about_is_its_own_outcome(void **state)
{
    static const struct server_step junk[] = { { SERVER_SEND, "220 not TLS\r\n", 0 },
                                               { SERVER_HOLD, NULL, 0 },
                                               { SERVER_END, NULL, 0 } };
    static const struct server_step hold[] = { { SERVER_HOLD, NULL, 0 }, { SERVER_END, NULL, 0 } };
    const struct server_step *const scripts[] = { junk, hold };
    struct server *server = server_start(scripts, 2);

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_source source;
        struct postage_result *result;
        struct postage_form *form;
        char url[64];

        snprintf(url, sizeof url, "https://127.0.0.1:%d/bucket", server_port(server));
        form = form_for(url, "");
        assert_int_equal(postage_source_memory(&source, "x", 1, NULL, NULL), POSTAGE_OK);
        options.skip_check = true; /* the form is a stand-in */
        options.form = form;
        options.source = &source;
        options.connect_timeout_ms = 1000; /* the first handshake reads all certificates */
        assert_refused(postage_upload(&result, &options, NULL, NULL, &err), POSTAGE_ERR_NETWORK, err, "TLS");
        assert_string_equal(postage_outcome_name(result->outcome), "tls");
        assert_int_equal(result->object_state, POSTAGE_OBJECT_NOT_STORED);
        assert_true(i == 0 || strstr(err.message, "the connect limit passed after 1000 ms") != NULL);
        postage_result_free(result);
        postage_source_close(&source);
        postage_form_free(form);
    }
    server_stop(server);
}

/* --- memory --- */

static enum postage_status post_with(void *context, const struct postage_allocator *alloc, struct postage_error *err)
{
    const struct server_step *script = context;
    struct postage_source source;
    struct postage_result *result;

    assert_int_equal(postage_source_memory(&source, "abc", 3, NULL, NULL), POSTAGE_OK);
    result = post(script, &source, POSTAGE_VERIFY_AUTO, alloc, NULL, NULL);
    err->code = result != NULL ? postage_outcome_status(result->outcome) : POSTAGE_ERR_NOMEM;
    if (err->code != POSTAGE_OK && result != NULL)
        assert_int_not_equal(result->object_state, POSTAGE_OBJECT_STORED);
    postage_result_free(result);
    postage_source_close(&source);
    return err->code;
}

static void test_attempt__any_allocation_may_fail_and_nothing_leaks_or_lies(void **state)
{
    const struct server_step script[] = { { SERVER_REPLY,
                                            "HTTP/1.1 201 C\r\nETag: \"x\"\r\nContent-Length: "
                                            "71\r\n\r\n<PostResponse><Bucket>b</Bucket><Key>dir/photo.jpg</Key></PostResponse>",
                                            0 },
                                          { SERVER_END, NULL, 0 } };

    (void)state;
    assert_true(fail_each_allocation(post_with, (void *)(uintptr_t)script, FAILING_MAY_BE_SURVIVED) >= 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attempt__sends_one_plain_post_of_exact_length),
        cmocka_unit_test(test_attempt__keeps_what_the_provider_said),
        cmocka_unit_test(test_attempt__a_digest_that_differs_is_never_success),
        cmocka_unit_test(test_attempt__a_source_that_lies_ends_the_upload_unstored),
        cmocka_unit_test(test_attempt__a_file_that_shrinks_is_told_at_once),
        cmocka_unit_test(test_attempt__an_expired_form_is_not_posted),
        cmocka_unit_test(test_attempt__what_was_never_connected_is_not_stored),
        cmocka_unit_test(test_attempt__tls_that_does_not_come_about_is_its_own_outcome),
        cmocka_unit_test(test_attempt__any_allocation_may_fail_and_nothing_leaks_or_lies),
    };

    return cmocka_run_group_tests_name("upload/attempt", tests, NULL, NULL);
}
