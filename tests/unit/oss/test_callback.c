#include <string.h>

#include "postage/policy.h"
#include "support/forms.h"

static enum postage_status add(const char *uri, const struct postage_callback_options *options, char *value, size_t cap,
                               struct postage_error *err)
{
    struct postage_target *target = forms_target(uri);
    struct postage_policy *policy;
    enum postage_status status;

    assert_ok(postage_policy_new(&policy, target, NULL, err), *err);
    status = postage_policy_callback(policy, options, err);
    if (status == POSTAGE_OK) {
        struct postage_form *form;

        assert_ok(postage_policy_key(policy, "k", err), *err);
        assert_ok(postage_policy_leave_open(policy, POSTAGE_SIZE, err), *err);
        assert_ok(postage_policy_leave_open(policy, POSTAGE_CONTENT_TYPE, err), *err);
        assert_ok(postage_policy_exact(policy, "x:my_var", "42", err), *err);
        assert_ok(postage_policy_expires_in(policy, 60, err), *err);
        form = forms_sign(policy, NULL);
        assert_true(strlen(postage_form_value(form, "callback")) < cap);
        strcpy(value, postage_form_value(form, "callback"));
        assert_string_equal(postage_form_value(form, "x:my_var"), "42");
        postage_form_free(form);
    }
    postage_policy_free(policy);
    postage_target_free(target);
    return status;
}

/* The text that OSS's Java SDK makes of the same parts (CallbackHelperTest). */
static void test_callback__is_written_as_the_official_sdk_does(void **state)
{
    struct postage_callback_options options = POSTAGE_CALLBACK_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    char value[2048];

    (void)state;
    options.url = "http://oss-demo.aliyuncs.com:23450";
    options.host = "oss-cn-hangzhou.aliyuncs.com";
    options.body = "bucket=${bucket}&object=${object}&my_var=${x:my_var}";
    assert_ok(add("oss://bucket", &options, value, sizeof value, &err), err);
    assert_string_equal(
        value, "eyJjYWxsYmFja1VybCI6Imh0dHA6Ly9vc3MtZGVtby5hbGl5dW5jcy5jb206MjM0NTAiLCJjYWxsYmFja0hvc3QiOiJvc3MtY24taGFuZ3po"
               "b3UuYWxpeXVuY3MuY29tIiwiY2FsbGJhY2tCb2R5IjoiYnVja2V0PSR7YnVja2V0fSZvYmplY3Q9JHtvYmplY3R9Jm15X3Zhcj0ke3g6bXlf"
               "dmFyfSIsImNhbGxiYWNrQm9keVR5cGUiOiJhcHBsaWNhdGlvbi94LXd3dy1mb3JtLXVybGVuY29kZWQiLCJjYWxsYmFja1NOSSI6ZmFsc2V9");
}

static void test_callback__refusals_say_why(void **state)
{
    static const struct {
        const char *uri, *url, *body;
        enum postage_status status;
        const char *word;
    } rows[] = {
        { "oss://bucket", NULL, "a", POSTAGE_ERR_INVALID, "URL is missing" },
        { "oss://bucket", "ftp://h/", "a", POSTAGE_ERR_INVALID, "http://" },
        { "oss://bucket", "http://[::1]/", "a", POSTAGE_ERR_INVALID, "IPv6" },
        { "oss://bucket", "http://a;http://b;http://c;http://d;http://e;http://f", "a", POSTAGE_ERR_LIMIT, "5 URLs" },
        { "oss://bucket", "http://a;", "a", POSTAGE_ERR_INVALID, "http://" },
        { "oss://bucket", "http://h/", "", POSTAGE_ERR_INVALID, "body is missing" },
        { "oss://bucket", "http://h/", "a=$ {size}", POSTAGE_ERR_INVALID, "at byte 2" },
        { "oss://bucket", "http://h/", "\xff", POSTAGE_ERR_INVALID, "UTF-8" },
        { "s3://bucket", "http://h/", "a", POSTAGE_ERR_UNSUPPORTED, "notifications" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_callback_options options = POSTAGE_CALLBACK_OPTIONS_INIT;
        struct postage_error err = POSTAGE_ERROR_INIT;
        char value[2048];

        options.url = rows[i].url;
        options.body = rows[i].body;
        assert_refused(add(rows[i].uri, &options, value, sizeof value, &err), rows[i].status, err, rows[i].word);
    }
}

static void test_callback__five_kilobytes_are_the_limit(void **state)
{
    struct postage_callback_options options = POSTAGE_CALLBACK_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    char body[4096], value[6000];

    (void)state;
    memset(body, 'b', sizeof body);
    body[sizeof body - 1] = '\0';
    options.url = "https://h.example/";
    options.body = body;
    options.json = options.sni = true;
    assert_refused(add("oss://bucket", &options, value, sizeof value, &err), POSTAGE_ERR_LIMIT, err, "5120");
    body[3600] = '\0';
    assert_ok(add("oss://bucket", &options, value, sizeof value, &err), err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_callback__is_written_as_the_official_sdk_does),
        cmocka_unit_test(test_callback__refusals_say_why),
        cmocka_unit_test(test_callback__five_kilobytes_are_the_limit),
    };

    return cmocka_run_group_tests_name("oss/callback", tests, NULL, NULL);
}
