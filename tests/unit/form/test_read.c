/* The JSON of each SDK, as it is printed: where to post, which key, whose form. Most files were cut from the SDKs' own vectors.
 */
#include "support/open_rules.h"
#include "support/counters.h"
#include "support/rows.h"
#include "postage/postage.h"
#include "support/failing.h"
#include "support/vectors.h"

static const struct shape {
    const char *file;
    const char *provider;
    const char *signature;
    const char *url;
    const char *key; /* NULL: the SDK leaves it to the caller */
} shapes[] = {
    { "forms/boto3.json", "s3", "v4", "https://examplebucket.s3.amazonaws.com/", "photos/2026/cat.jpg" },
    { "forms/boto3-v2.json", "s3", "v2", "https://examplebucket.s3.amazonaws.com/", "photos/2026/cat.jpg" },
    { "forms/aws-sdk-js.json", "s3", "v4", "https://examplebucket.s3.eu-west-1.amazonaws.com/", "uploads/user1/${filename}" },
    { "forms/aws-sdk-go.json", "s3", "v4", "https://examplebucket.s3.us-east-1.amazonaws.com", "photos/2026/cat.jpg" },
    { "forms/minio-js.json", "s3", "v4", "http://127.0.0.1:9000/examplebucket", "photos/2026/cat.jpg" },
    { "forms/minio-py.json", "s3", "v4", "", NULL },
    { "forms/minio-java.json", "s3", "v4", "", "photos/2026/cat.jpg" },
    { "forms/ali-oss.json", "oss", "v1", "https://example-bucket.oss-cn-hangzhou.aliyuncs.com", "user/eric/photo.jpg" },
    { "forms/oss-server-v1.json", "oss", "v1", "https://example-bucket.oss-cn-hangzhou.aliyuncs.com", "photos/${filename}" },
    { "forms/oss-server-v4.json", "oss", "v4", "https://example-bucket.oss-cn-hangzhou.aliyuncs.com", "photos/${filename}" },
};

static void test_form_read__each_sdks_json_is_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_form *form;
        const char *key;
        size_t length;
        char *text = vector_text(shapes[i].file, &length);

        assert_ok(postage_form_from_json(&form, text, length, NULL, &err), err);
        key = postage_form_value(form, "key");
        if (strcmp(postage_provider_name(postage_form_provider(form)), shapes[i].provider) != 0 ||
            strcmp(postage_form_signature_name(form), shapes[i].signature) != 0 ||
            strcmp(postage_form_url(form), shapes[i].url) != 0 || (key == NULL) != (shapes[i].key == NULL) ||
            (key != NULL && strcmp(key, shapes[i].key) != 0))
            fail_msg("%s: %s %s %s %s", shapes[i].file, postage_provider_name(postage_form_provider(form)),
                     postage_form_signature_name(form), postage_form_url(form), key != NULL ? key : "no key");
        assert_int_not_equal(postage_form_expires_unix_s(form), 0);
        postage_form_free(form);
        free(text);
    }
}

static struct postage_form *read_text(const char *text)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;

    assert_ok(postage_form_from_json(&form, text, strlen(text), NULL, &err), err);
    return form;
}

static void test_form_read__names_of_the_application_servers_become_the_fields(void **state)
{
    static const char *const texts[] = {
        "{\"accessid\": \"A\", \"policy\": \"eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yMVQxMzowMDowMFoiLCJjb25kaXRpb25zIjpbXX0=\", "
        "\"signature\": \"c2k=\"}",
        "{\"accessKeyId\": \"A\", \"policy\": \"eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yMVQxMzowMDowMFoiLCJjb25kaXRpb25zIjpbXX0=\", "
        "\"Signature\": \"c2k=\"}",
        "{\"OSSAccessKeyId\": \"A\", \"policy\": \"eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yMVQxMzowMDowMFoiLCJjb25kaXRpb25zIjpbXX0=\", "
        "\"signature\": \"c2k=\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct postage_form *form = read_text(texts[i]);

        assert_string_equal(postage_form_value(form, "OSSAccessKeyId"), "A");
        assert_string_equal(postage_form_value(form, "Signature"), "c2k=");
        assert_ptr_equal(postage_form_provider(form), &postage_provider_oss);
        postage_form_free(form);
    }
}

static void test_form_read__a_key_made_from_dir_is_said(void **state)
{
    struct postage_form *form = read_text("{\"key\": \"a\", \"dir\": \"b/\"}");

    (void)state;
    assert_string_equal(postage_form_value(form, "key"), "a");
    assert_null(postage_form_note(form, 0));
    postage_form_free(form);
    form = read_text(
        "{\"policy\": \"eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yMVQxMzowMDowMFoiLCJjb25kaXRpb25zIjpbXX0=\", \"dir\": \"b/\"}");
    assert_string_equal(postage_form_value(form, "key"), "b/${filename}");
    assert_non_null(strstr(postage_form_note(form, 0), "dir"));
    postage_form_free(form);
}

/* minio (npm) 8 prints http://::1:9000/box. */
static void test_form_read__ipv6_addresses_get_their_brackets_back(void **state)
{
    static const char *const urls[][2] = {
        { "http://::1:9000/box", "http://[::1]:9000/box" },
        { "https://fe80::1:9000/box", "https://[fe80::1]:9000/box" },
        { "http://[::1]:9000/box", "http://[::1]:9000/box" },
        { "http://127.0.0.1:9000/box", "http://127.0.0.1:9000/box" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        char text[128];
        struct postage_form *form;

        snprintf(text, sizeof text, "{\"postURL\": \"%s\", \"formData\": {\"key\": \"k\"}}", urls[i][0]);
        form = read_text(text);
        assert_string_equal(postage_form_url(form), urls[i][1]);
        postage_form_free(form);
    }
}

static const struct {
    const char *name;
    const char *text;
} without_url[] = {
    { "missing", "{\"fields\": {\"key\": \"k\"}}" },
    { "null", "{\"url\": null, \"fields\": {\"key\": \"k\"}}" },
    { "empty", "{\"url\": \"\", \"fields\": {\"key\": \"k\"}}" },
    { "flat", "{\"key\": \"k\"}" },
};

static void test_form_read__a_url_may_be_added_later(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof without_url / sizeof without_url[0]; i++) {
        struct postage_form *form = read_text(without_url[i].text), *whole;
        struct postage_error err = POSTAGE_ERROR_INIT;
        char *json;

        if (postage_form_url(form)[0] != '\0')
            fail_msg("%s: %s", without_url[i].name, postage_form_url(form));
        assert_int_equal(postage_form_to_json(form, NULL, &json), POSTAGE_OK);
        assert_string_equal(json, "{\"url\": null, \"fields\": {\"key\": \"k\"}}");
        postage_text_free(json, NULL);
        assert_refused(postage_form_with_url(&whole, form, "no url", &err), POSTAGE_ERR_INVALID, err, "no url");
        assert_refused(postage_form_with_url(&whole, form, NULL, &err), POSTAGE_ERR_INVALID, err, "URL");
        assert_ok(postage_form_with_url(&whole, form, "http://a.example/box", &err), err);
        assert_string_equal(postage_form_url(whole), "http://a.example/box");
        assert_string_equal(postage_form_value(whole, "KEY"), "k");
        postage_form_free(whole);
        postage_form_free(form);
    }
}

static void test_form_read__a_form_with_another_url_keeps_its_rules(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form, *moved;
    size_t length, ours, theirs;
    char *text = vector_text("forms/aws-sdk-js.json", &length);

    (void)state;
    assert_ok(postage_form_from_json(&form, text, length, NULL, &err), err);
    assert_ok(postage_form_with_url(&moved, form, "https://proxy.example/up", &err), err);
    assert_int_equal(postage_form_expires_unix_s(moved), postage_form_expires_unix_s(form));
    assert_string_equal(postage_form_signature_name(moved), "v4");
    (void)open_rules_of(form, &ours);
    (void)open_rules_of(moved, &theirs);
    assert_int_equal(ours, theirs);
    postage_form_free(moved);
    postage_form_free(form);
    free(text);
}

static void test_form_read__each_failing_allocation_leaks_nothing(void **state)
{
    size_t length;
    char *text = vector_text("forms/oss-server-v4.json", &length);
    enum postage_status status = POSTAGE_ERR_NOMEM;

    (void)state;
    for (size_t n = 1; status != POSTAGE_OK; n++) {
        struct postage_counting_allocator *counting;
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_form *form = NULL, *moved = NULL;
        struct failing failing = { .fail_at = n };
        struct postage_allocator alloc = failing_allocator(&failing);

        assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
        failing.parent = postage_counting_allocator_use(counting);
        status = postage_form_from_json(&form, text, length, &alloc, &err);
        if (status == POSTAGE_OK)
            status = postage_form_with_url(&moved, form, "http://::1:9000/box", &err);
        if (status != POSTAGE_OK)
            assert_int_equal(status, POSTAGE_ERR_NOMEM);
        postage_form_free(moved);
        postage_form_free(form);
        assert_int_equal(counters_of(counting).live_blocks, 0);
        postage_counting_allocator_free(counting);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form_read__each_sdks_json_is_understood),
        cmocka_unit_test(test_form_read__names_of_the_application_servers_become_the_fields),
        cmocka_unit_test(test_form_read__a_key_made_from_dir_is_said),
        cmocka_unit_test(test_form_read__ipv6_addresses_get_their_brackets_back),
        cmocka_unit_test(test_form_read__a_url_may_be_added_later),
        cmocka_unit_test(test_form_read__a_form_with_another_url_keeps_its_rules),
        cmocka_unit_test(test_form_read__each_failing_allocation_leaks_nothing),
    };

    return cmocka_run_group_tests_name("form/read", tests, NULL, NULL);
}
