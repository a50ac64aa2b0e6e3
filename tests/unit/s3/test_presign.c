/* Presigned URLs: the example of the S3 API reference, and botocore's URLs. */
#include <stdio.h>
#include <stdlib.h>

#include "base/calendar.h"
#include "base/slice.h"
#include "support/forms.h"
#include "support/vectors.h"

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The part before the query; the parameters, sorted, in `parts`. The text is cut up. */
static size_t split(char *url, char **parts, size_t room)
{
    char *query = strchr(url, '?'), *save = NULL;
    size_t count = 0;

    assert_non_null(query);
    *query = '\0';
    for (char *part = strtok_r(query + 1, "&", &save); part != NULL; part = strtok_r(NULL, "&", &save)) {
        assert_true(count < room);
        parts[count++] = part;
    }
    qsort(parts, count, sizeof *parts, compare_texts);
    return count;
}

static void assert_same_url(const char *id, const char *ours, const char *theirs)
{
    char *our_copy = strdup(ours), *their_copy = strdup(theirs), *our_parts[16], *their_parts[16];
    size_t count = split(our_copy, our_parts, 16);

    if (split(their_copy, their_parts, 16) != count || strcmp(our_copy, their_copy) != 0)
        fail_msg("%s: %s, expected %s", id, ours, theirs);
    for (size_t i = 0; i < count; i++)
        if (strcmp(our_parts[i], their_parts[i]) != 0)
            fail_msg("%s: %s, expected %s", id, our_parts[i], their_parts[i]);
    free(our_copy);
    free(their_copy);
}

static void check_vector(const cJSON *vector)
{
    const char *id = vector_member(vector, "id"), *addressing = vector_member(vector, "addressing");
    struct postage_target_options where = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_presign_options options = POSTAGE_PRESIGN_OPTIONS_INIT;
    struct postage_credentials *credentials = forms_credentials(vector_member(vector, "session_token"), 0);
    struct postage_signer *signer = forms_signer(credentials);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_target *target;
    char uri[128], *url;

    where.region = vector_member(vector, "region");
    where.endpoint = vector_member(vector, "endpoint");
    where.public_url = vector_member(vector, "public_url");
    where.addressing = strcmp(addressing, "path") == 0 ? POSTAGE_ADDRESSING_PATH : POSTAGE_ADDRESSING_VIRTUAL;
    snprintf(uri, sizeof uri, "%s://bucket/%s", vector_member(vector, "provider"), vector_member(vector, "key"));
    assert_ok(postage_target_new(&target, uri, &where, NULL, &err), err);
    options.method = vector_member(vector, "method");
    assert_true(calendar_read_basic(slice_of(vector_member(vector, "now")), &options.now_unix_s));
    options.expires_in_s = (int64_t)cJSON_GetObjectItemCaseSensitive(vector, "expires_in")->valuedouble;
    options.content_type = vector_member(vector, "content_type");
    options.content_disposition = vector_member(vector, "content_disposition");
    options.version_id = vector_member(vector, "version_id");
    assert_ok(postage_signer_presign(signer, target, &options, &url, &err), err);
    assert_same_url(id, url, vector_member(vector, "url"));
    postage_text_free(url, NULL);
    postage_target_free(target);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
}

static void test_presign__urls_are_those_of_botocore(void **state)
{
    cJSON *vectors = vector_json("presigned.json");
    const cJSON *vector;
    int count = 0;

    (void)state;
    cJSON_ArrayForEach(vector, vectors)
    {
        check_vector(vector);
        count++;
    }
    assert_int_equal(count, 21);
    cJSON_Delete(vectors);
}

/* S3 API reference, "Authenticating Requests: Using Query Parameters", its example. */
static void test_presign__the_published_example_holds(void **state)
{
    struct postage_target_options where = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_presign_options options = POSTAGE_PRESIGN_OPTIONS_INIT;
    struct postage_credentials *credentials = forms_credentials(NULL, 0);
    struct postage_signer *signer = forms_signer(credentials);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_target *target;
    char *url;

    (void)state;
    where.region = "us-east-1";
    where.public_url = "https://examplebucket.s3.amazonaws.com";
    assert_ok(postage_target_new(&target, "s3://examplebucket/test.txt", &where, NULL, &err), err);
    options.now_unix_s = 1369353600;
    options.expires_in_s = 86400;
    assert_ok(postage_signer_presign(signer, target, &options, &url, &err), err);
    assert_string_equal(url, "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                             "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                             "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                             "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    postage_text_free(url, NULL);
    postage_target_free(target);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
}

static const struct {
    const char *what;
    struct postage_presign_options options;
    enum postage_status status;
    const char *word;
} refused[] = {
    { "size not set", { .key = "k", .now_unix_s = FORMS_NOW, .expires_in_s = 60 }, POSTAGE_ERR_INVALID, "size" },
    { "no time",
      { .size = sizeof(struct postage_presign_options), .key = "k", .now_unix_s = -1, .expires_in_s = 60 },
      POSTAGE_ERR_INVALID,
      "-1" },
    { "a time before all times",
      { .size = sizeof(struct postage_presign_options), .key = "k", .now_unix_s = INT64_MIN, .expires_in_s = 60 },
      POSTAGE_ERR_INVALID,
      "1970" },
    { "no expiry",
      { .size = sizeof(struct postage_presign_options), .key = "k", .now_unix_s = FORMS_NOW },
      POSTAGE_ERR_INVALID,
      "expiry" },
    { "a week and a second",
      { .size = sizeof(struct postage_presign_options), .key = "k", .now_unix_s = FORMS_NOW, .expires_in_s = 604801 },
      POSTAGE_ERR_INVALID,
      "604800" },
    { "no key",
      { .size = sizeof(struct postage_presign_options), .now_unix_s = FORMS_NOW, .expires_in_s = 60 },
      POSTAGE_ERR_INVALID,
      "key" },
    { "a key that is no UTF-8",
      { .size = sizeof(struct postage_presign_options), .key = "\xff", .now_unix_s = FORMS_NOW, .expires_in_s = 60 },
      POSTAGE_ERR_INVALID,
      "UTF-8" },
    { "another method",
      { .size = sizeof(struct postage_presign_options),
        .method = "PUT",
        .key = "k",
        .now_unix_s = FORMS_NOW,
        .expires_in_s = 60 },
      POSTAGE_ERR_INVALID,
      "PUT" },
    { "credentials that have expired",
      { .size = sizeof(struct postage_presign_options), .key = "k", .now_unix_s = FORMS_NOW + 1000, .expires_in_s = 60 },
      POSTAGE_ERR_EXPIRED,
      "credentials" },
};

static void test_presign__refusals(void **state)
{
    struct postage_credentials *credentials = forms_credentials(NULL, FORMS_NOW + 1000);
    struct postage_signer *signer = forms_signer(credentials);
    struct postage_target *target = forms_target("s3://bucket");

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        char *url = (char *)(uintptr_t)1;
        enum postage_status status = postage_signer_presign(signer, target, &refused[i].options, &url, &err);

        if (status != refused[i].status || strstr(err.message, refused[i].word) == NULL)
            fail_msg("%s: %s, \"%s\"", refused[i].what, postage_status_name(status), err.message);
        assert_null(url);
    }
    postage_target_free(target);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
}

static void test_presign__expiry_is_cut_to_that_of_the_credentials(void **state)
{
    struct postage_presign_options options = POSTAGE_PRESIGN_OPTIONS_INIT;
    struct postage_credentials *credentials = forms_credentials("TOKEN", FORMS_NOW + 100);
    struct postage_signer *signer = forms_signer(credentials);
    struct postage_target *target = forms_target("s3://bucket/k");
    struct postage_error err = POSTAGE_ERROR_INIT;
    char *url;

    (void)state;
    options.now_unix_s = FORMS_NOW;
    options.expires_in_s = 3600;
    assert_ok(postage_signer_presign(signer, target, &options, &url, &err), err);
    assert_non_null(strstr(url, "X-Amz-Expires=100&"));
    postage_text_free(url, NULL);
    postage_target_free(target);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_presign__urls_are_those_of_botocore),
        cmocka_unit_test(test_presign__the_published_example_holds),
        cmocka_unit_test(test_presign__refusals),
        cmocka_unit_test(test_presign__expiry_is_cut_to_that_of_the_credentials),
    };

    return cmocka_run_group_tests_name("s3/presign", tests, NULL, NULL);
}
