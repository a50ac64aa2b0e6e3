#include <stdlib.h>
#include <string.h>

#include "sign/credentials.h"
#include "postage/credentials.h"
#include "support/counters.h"
#include "support/failing.h"
#include "support/test.h"

#define SECRET_CANARY "secret-canary-7f3a"
#define TOKEN_CANARY  "token-canary-91c2"

static const uint8_t key[POSTAGE_DERIVED_KEY_BYTES] = "derived-canary-5d10-0123456789a";

struct row {
    const char *name;
    struct postage_credentials_options options;
    const char *word;
};

#define OPTIONS(...)                                                                                                           \
    {                                                                                                                          \
        .size = sizeof(struct postage_credentials_options), __VA_ARGS__                                                        \
    }

static const struct row refused[] = {
    { "nothing", OPTIONS(.access_key_id = NULL), "access_key_id" },
    { "empty id", OPTIONS(.access_key_id = "", .secret_access_key = SECRET_CANARY), "access_key_id" },
    { "id with a line break", OPTIONS(.access_key_id = "AK\nID", .secret_access_key = SECRET_CANARY), "access_key_id" },
    { "id with UTF-8", OPTIONS(.access_key_id = "AK\xc3\xa9", .secret_access_key = SECRET_CANARY), "access_key_id" },
    { "no secret", OPTIONS(.access_key_id = "AKID"), "secret" },
    { "empty secret", OPTIONS(.access_key_id = "AKID", .secret_access_key = ""), "secret" },
    { "secret that is no UTF-8", OPTIONS(.access_key_id = "AKID", .secret_access_key = SECRET_CANARY "\xff"), "secret" },
    { "token with a line break",
      OPTIONS(.access_key_id = "AKID", .secret_access_key = SECRET_CANARY, .session_token = TOKEN_CANARY "\n"),
      "session_token" },
    { "token with UTF-8",
      OPTIONS(.access_key_id = "AKID", .secret_access_key = SECRET_CANARY, .session_token = TOKEN_CANARY "\xc3\xa9"),
      "session_token" },
    { "derived key without day", OPTIONS(.access_key_id = "AKID", .derived_key = key, .derived_region = "us-east-1"), "date" },
    { "derived key without region", OPTIONS(.access_key_id = "AKID", .derived_key = key, .derived_date = "20251121"),
      "region" },
    { "day with hyphens",
      OPTIONS(.access_key_id = "AKID", .derived_key = key, .derived_date = "2025-11-21", .derived_region = "us-east-1"),
      "date" },
    { "day of letters",
      OPTIONS(.access_key_id = "AKID", .derived_key = key, .derived_date = "2025112x", .derived_region = "us-east-1"), "date" },
    { "region that is none",
      OPTIONS(.access_key_id = "AKID", .derived_key = key, .derived_date = "20251121", .derived_region = "us/east"), "region" },
};

static void test_credentials__refusals_name_the_field_and_quote_no_secret(void **state)
{
    int failures = 0;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_credentials *credentials = NULL;
        enum postage_status status = postage_credentials_new(&credentials, &refused[i].options, NULL, &err);

        if (status != POSTAGE_ERR_CREDENTIALS || strstr(err.message, refused[i].word) == NULL) {
            print_error("%s: %s, \"%s\"\n", refused[i].name, postage_status_name(status), err.message);
            failures++;
        }
        assert_null(strstr(err.message, "canary"));
        postage_credentials_free(credentials);
    }
    assert_int_equal(failures, 0);
}

static enum postage_status with_lengths(size_t id, size_t secret, size_t token, struct postage_error *err)
{
    struct postage_credentials_options options = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_credentials *credentials;
    char *texts[3] = { malloc(10000), malloc(10000), malloc(10000) };
    size_t lengths[3] = { id, secret, token };
    enum postage_status status;

    for (int i = 0; i < 3; i++) {
        assert_non_null(texts[i]);
        memset(texts[i], 'a' + i, lengths[i]);
        texts[i][lengths[i]] = '\0';
    }
    options.access_key_id = texts[0];
    options.secret_access_key = texts[1];
    options.session_token = texts[2];
    status = postage_credentials_new(&credentials, &options, NULL, err);
    if (status == POSTAGE_OK)
        assert_string_equal(postage_credentials_access_key_id(credentials), texts[0]);
    for (int i = 0; i < 3; i++)
        free(texts[i]);
    if (status == POSTAGE_OK)
        postage_credentials_free(credentials);
    return status;
}

static void test_credentials__lengths_at_the_edge_and_one_over(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    assert_ok(with_lengths(128, 1024, 8192, &err), err);
    assert_ok(with_lengths(1, 1, 0, &err), err);
    assert_refused(with_lengths(129, 10, 0, &err), POSTAGE_ERR_CREDENTIALS, err, "128");
    assert_refused(with_lengths(20, 1025, 0, &err), POSTAGE_ERR_CREDENTIALS, err, "1024");
    assert_null(strstr(err.message, "bbb"));
    assert_refused(with_lengths(20, 40, 8193, &err), POSTAGE_ERR_CREDENTIALS, err, "8192");
    assert_null(strstr(err.message, "ccc"));
}

static void test_credentials__say_what_they_are(void **state)
{
    struct postage_credentials_options options = OPTIONS(.access_key_id = "AK/ID+x", .secret_access_key = "s\xc3\xa9"
                                                                                                          "cret");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials;

    (void)state;
    assert_ok(postage_credentials_new(&credentials, &options, NULL, &err), err);
    assert_string_equal(postage_credentials_access_key_id(credentials), "AK/ID+x");
    assert_false(postage_credentials_are_temporary(credentials));
    assert_int_equal(postage_credentials_expires_unix_s(credentials), 0);
    postage_credentials_free(credentials);
    options.session_token = "";
    assert_ok(postage_credentials_new(&credentials, &options, NULL, &err), err);
    assert_false(postage_credentials_are_temporary(credentials));
    postage_credentials_free(credentials);
    options.session_token = "token";
    options.expires_unix_s = 1763726400;
    assert_ok(postage_credentials_new(&credentials, &options, NULL, &err), err);
    assert_true(postage_credentials_are_temporary(credentials));
    assert_int_equal(postage_credentials_expires_unix_s(credentials), 1763726400);
    postage_credentials_free(credentials);
    postage_credentials_free(NULL);
}

static void test_credentials__options_without_size_are_refused(void **state)
{
    struct postage_credentials_options options = { .access_key_id = "AKID", .secret_access_key = SECRET_CANARY };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials;

    (void)state;
    assert_refused(postage_credentials_new(&credentials, &options, NULL, &err), POSTAGE_ERR_INVALID, err, "size");
    assert_null(strstr(err.message, "canary"));
}

/* The allocator's blocks are shared with everything else: no secret may be in one. */
struct looking {
    void *blocks[16];
    size_t bytes[16];
    size_t count;
};

static void *look_allocate(void *context, size_t bytes)
{
    struct looking *looking = context;

    assert_true(looking->count < 16);
    looking->bytes[looking->count] = bytes;
    return looking->blocks[looking->count++] = malloc(bytes);
}

static void *look_reallocate(void *context, void *block, size_t bytes)
{
    (void)context;
    return realloc(block, bytes);
}

static void look_release(void *context, void *block)
{
    (void)context;
    free(block);
}

static void test_credentials__secrets_are_in_pages_of_their_own(void **state)
{
    struct postage_credentials_options options =
        OPTIONS(.access_key_id = "AKID", .secret_access_key = SECRET_CANARY, .session_token = TOKEN_CANARY);
    struct looking looking = { .count = 0 };
    const struct postage_allocator alloc = POSTAGE_ALLOCATOR_INIT(look_allocate, look_reallocate, look_release, &looking);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials;

    (void)state;
    assert_ok(postage_credentials_new(&credentials, &options, &alloc, &err), err);
    assert_true(looking.count > 0);
    for (size_t i = 0; i < looking.count; i++)
        for (size_t j = 0; j + 6 <= looking.bytes[i]; j++)
            assert_memory_not_equal((char *)looking.blocks[i] + j, "canary", 6);
    assert_string_equal(credentials->secrets->secret, SECRET_CANARY);
    postage_credentials_free(credentials);
}

static void test_credentials__failed_allocations_leak_nothing(void **state)
{
    struct postage_credentials_options options =
        OPTIONS(.access_key_id = "AKID", .secret_access_key = "s", .session_token = "t");
    struct postage_counting_allocator *counting;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    for (size_t n = 1;; n++) {
        struct failing failing = { .parent = postage_counting_allocator_use(counting), .fail_at = n };
        struct postage_allocator alloc = failing_allocator(&failing);
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_credentials *credentials;
        enum postage_status status = postage_credentials_new(&credentials, &options, &alloc, &err);

        if (status == POSTAGE_OK) {
            assert_true(n > 1);
            postage_credentials_free(credentials);
            break;
        }
        assert_int_equal(status, POSTAGE_ERR_NOMEM);
        assert_null(credentials);
    }
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_credentials__refusals_name_the_field_and_quote_no_secret),
        cmocka_unit_test(test_credentials__lengths_at_the_edge_and_one_over),
        cmocka_unit_test(test_credentials__say_what_they_are),
        cmocka_unit_test(test_credentials__options_without_size_are_refused),
        cmocka_unit_test(test_credentials__secrets_are_in_pages_of_their_own),
        cmocka_unit_test(test_credentials__failed_allocations_leak_nothing),
    };

    return cmocka_run_group_tests_name("sign/credentials", tests, NULL, NULL);
}
