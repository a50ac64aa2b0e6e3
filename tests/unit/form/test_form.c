/* Forms as their users see them: accessors, reading, filling in, printing. */
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "support/open_rules.h"
#include "support/counters.h"
#include "support/rows.h"
#include "support/failing.h"
#include "support/forms.h"

#define SIGNED_FIELDS                                                                                                          \
    "\"key\":\"k\",\"x-amz-credential\":\"AKID/20251121/us-east-1/s3/aws4_request\",\"x-amz-signature\":\"00\""

/* {"expiration":"2030-01-01T00:00:00Z","conditions":[{"bucket":"b"},["starts-with","$key",""]]} */
#define SMALL_POLICY                                                                                                           \
    "eyJleHBpcmF0aW9uIjoiMjAzMC0wMS0wMVQwMDowMDowMFoiLCJjb25kaXRpb25zIjpbeyJidWNrZXQiOiJiIn0sWyJzdGFydHMtd2l0aCIsIiRrZXkiLCIi" \
    "XV19"

static struct postage_policy *new_policy(const char *uri)
{
    struct postage_target *target = forms_target(uri);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_policy *policy;

    assert_ok(postage_policy_new(&policy, target, NULL, &err), err);
    assert_ok(postage_policy_expires_in(policy, 900, &err), err);
    postage_target_free(target);
    return policy;
}

/* Key, type and size decided; metadata "note" open; "kind" suggested. */
static struct postage_form *new_form(void)
{
    struct postage_policy *policy = new_policy("s3://bucket");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;

    assert_ok(postage_policy_key(policy, "in/a", &err), err);
    assert_ok(postage_policy_exact(policy, POSTAGE_CONTENT_TYPE, "image/png", &err), err);
    assert_ok(postage_policy_starts_with(policy, "x-amz-meta-note", "n-", NULL, &err), err);
    assert_ok(postage_policy_any(policy, "x-amz-meta-kind", "raw", &err), err);
    assert_ok(postage_policy_size_range(policy, 1, 100, &err), err);
    form = forms_sign(policy, NULL);
    postage_policy_free(policy);
    return form;
}

static void test_form__says_what_it_is(void **state)
{
    static const char *const order[] = {
        "key",        "bucket",         "Content-Type", "x-amz-meta-kind", "policy", "x-amz-algorithm", "x-amz-credential",
        "x-amz-date", "x-amz-signature"
    };
    struct postage_form *form = new_form();
    const struct postage_field *fields;
    const struct postage_open_rule *open;
    uint64_t min_bytes, max_bytes;
    size_t count;

    (void)state;
    assert_string_equal(postage_form_url(form), "https://bucket.s3.us-east-1.amazonaws.com/");
    assert_ptr_equal(postage_form_provider(form), &postage_provider_s3);
    fields = postage_form_fields(form, &count);
    assert_int_equal(count, sizeof order / sizeof order[0]);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(fields[i].name, order[i]);
    assert_string_equal(postage_form_value(form, "CONTENT-type"), "image/png");
    assert_null(postage_form_value(form, "file"));
    assert_null(postage_form_value(form, "x-amz-meta-note"));
    assert_int_equal(postage_form_expires_unix_s(form), FORMS_NOW + 900);
    assert_false(postage_form_expiry_was_clamped(form));
    assert_true(postage_form_size_range(form, &min_bytes, &max_bytes));
    assert_int_equal(min_bytes, 1);
    assert_int_equal(max_bytes, 100);
    open = open_rules_of(form, &count);
    assert_int_equal(count, 2);
    assert_string_equal(open[0].name, "x-amz-meta-note");
    assert_int_equal(open[0].rule, POSTAGE_RULE_STARTS_WITH);
    assert_string_equal(open[0].text, "n-");
    assert_false(open[0].has_value);
    assert_string_equal(open[1].name, "x-amz-meta-kind");
    assert_int_equal(open[1].rule, POSTAGE_RULE_ANY);
    assert_string_equal(open[1].text, "");
    assert_true(open[1].has_value);
    postage_form_free(form);
    postage_form_free(NULL);
}

static bool has_note(const struct postage_form *form, const char *words)
{
    for (size_t i = 0; postage_form_note(form, i) != NULL; i++)
        if (strstr(postage_form_note(form, i), words) != NULL)
            return true;
    return false;
}

static void test_form__notes_are_silent_when_nothing_is_open(void **state)
{
    struct postage_policy *policy = new_policy("s3://bucket");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;

    (void)state;
    assert_ok(postage_policy_key_template(policy, "in/${filename}", &err), err);
    form = forms_sign(policy, NULL);
    assert_true(has_note(form, "no size limit"));
    assert_true(has_note(form, "content type"));
    postage_form_free(form);
    assert_ok(postage_policy_exact(policy, POSTAGE_CONTENT_TYPE, "image/png", &err), err);
    assert_ok(postage_policy_size_range(policy, 0, 10, &err), err);
    form = forms_sign(policy, NULL);
    assert_null(postage_form_note(form, 0));
    assert_null(postage_form_note(form, SIZE_MAX));
    postage_form_free(form);
    postage_policy_free(policy);
}

static void test_form__a_lower_end_alone_is_no_size_limit(void **state)
{
    const uint64_t ceiling = postage_provider_s3.capabilities->limits.max_object_bytes;
    struct postage_policy *policy = new_policy("s3://bucket");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;

    (void)state;
    assert_ok(postage_policy_key(policy, "k", &err), err);
    assert_ok(postage_policy_exact(policy, POSTAGE_CONTENT_TYPE, "image/png", &err), err);
    assert_ok(postage_policy_size_range(policy, 10, ceiling, &err), err);
    form = forms_sign(policy, NULL);
    assert_true(has_note(form, "no size limit"));
    postage_form_free(form);
    postage_policy_free(policy);
}

static void test_form__notes_name_what_is_wide_open(void **state)
{
    struct postage_policy *policy = new_policy("minio://bucket");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;

    (void)state;
    assert_ok(postage_policy_key_prefix(policy, "", NULL, &err), err);
    assert_ok(postage_policy_any(policy, POSTAGE_CONTENT_TYPE, NULL, &err), err);
    assert_ok(postage_policy_any(policy, POSTAGE_ACL, NULL, &err), err);
    assert_ok(postage_policy_starts_with(policy, POSTAGE_SUCCESS_REDIRECT, "", NULL, &err), err);
    assert_ok(postage_policy_exact(policy, "foo", "bar", &err), err);
    assert_ok(postage_policy_size_range(policy, 0, 0, &err), err);
    form = forms_sign(policy, NULL);
    assert_true(has_note(form, "any key"));
    assert_true(has_note(form, "any content type"));
    assert_true(has_note(form, "any acl"));
    assert_true(has_note(form, "any redirect"));
    assert_true(has_note(form, "\"foo\""));   /* MinIO does not compare it */
    assert_true(has_note(form, "ends at 0")); /* nor a range that ends at 0 */
    postage_form_free(form);
    postage_policy_free(policy);
}

static void test_form__expiry_is_cut_to_that_of_the_credentials(void **state)
{
    struct postage_policy *policy = new_policy("s3://bucket");
    struct postage_credentials *credentials = forms_credentials("TOKEN", FORMS_NOW + 60);
    struct postage_signer *signer = forms_signer(credentials);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;
    size_t length;

    (void)state;
    assert_ok(postage_policy_key(policy, "k", &err), err);
    assert_ok(postage_signer_sign(signer, policy, FORMS_NOW, &form, &err), err);
    assert_true(postage_form_expiry_was_clamped(form));
    assert_int_equal(postage_form_expires_unix_s(form), FORMS_NOW + 60);
    assert_non_null(strstr(postage_form_policy(form, &length), "2025-11-21T12:01:00.000Z"));
    assert_true(has_note(form, "credentials"));
    assert_string_equal(postage_form_value(form, "x-amz-security-token"), "TOKEN");
    postage_form_free(form);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
    postage_policy_free(policy);
}

/* --- reading --- */

static void test_form__reads_the_json_of_each_sdk(void **state)
{
    static const char *const documents[] = {
        "{\"url\":\"https://b.example/\",\"fields\":{" SIGNED_FIELDS ",\"policy\":\"" SMALL_POLICY "\"}}",
        "{\"fields\":{" SIGNED_FIELDS ",\"policy\":\"" SMALL_POLICY "\"},\"url\":\"https://b.example/\"}",
        "{\"URL\":\"https://b.example/\",\"Values\":{" SIGNED_FIELDS ",\"policy\":\"" SMALL_POLICY "\"}}",
        "{\"postURL\":\"https://b.example/\",\"formData\":{" SIGNED_FIELDS ",\"policy\":\"" SMALL_POLICY "\"}}",
        "{\"url\":\"https://b.example/\",\"fields\":[[\"key\",\"k\"],[\"policy\",\"" SMALL_POLICY "\"]]}",
        " {\"url\":\"https:\\/\\/b.example\\/\",\"fields\":{\"Key\":\"k\",\"Policy\":\"" SMALL_POLICY "\"},\"extra\":1}\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_form *form;
        const struct postage_open_rule *open;
        size_t count;

        assert_ok(postage_form_from_json(&form, documents[i], strlen(documents[i]), NULL, &err), err);
        assert_string_equal(postage_form_url(form), "https://b.example/");
        assert_string_equal(postage_form_value(form, "key"), "k");
        assert_int_equal(postage_form_expires_unix_s(form), 1893456000);
        open = open_rules_of(form, &count);
        assert_int_equal(count, 1);
        assert_string_equal(open[0].name, "key");
        assert_true(open[0].has_value);
        assert_true(strcmp(postage_provider_name(postage_form_provider(form)), "s3") == 0);
        postage_form_free(form);
    }
}

static const struct {
    const char *what, *json;
    enum postage_status status;
    const char *word;
} unreadable[] = {
    { "nothing", "", POSTAGE_ERR_SYNTAX, "form" },
    { "a list", "[]", POSTAGE_ERR_SYNTAX, "object" },
    { "two urls", "{\"url\":\"http://b/\",\"postURL\":\"http://c/\",\"fields\":{}}", POSTAGE_ERR_SYNTAX, "postURL" },
    { "url of another kind", "{\"url\":5,\"fields\":{}}", POSTAGE_ERR_INVALID, "url" },
    { "url of another scheme", "{\"url\":\"ftp://b/\",\"fields\":{}}", POSTAGE_ERR_INVALID, "http" },
    { "url with a line break", "{\"url\":\"http://b/\\r\\nX\",\"fields\":{}}", POSTAGE_ERR_INVALID, "url" },
    { "url with user", "{\"url\":\"http://a@b/\",\"fields\":{}}", POSTAGE_ERR_INVALID, "url" },
    { "no fields", "{\"url\":\"http://b/\"}", POSTAGE_ERR_SYNTAX, "fields" },
    { "fields of another kind", "{\"url\":\"http://b/\",\"fields\":\"key=a\"}", POSTAGE_ERR_SYNTAX, "fields" },
    { "a number as value", "{\"url\":\"http://b/\",\"fields\":{\"success_action_status\":201}}", POSTAGE_ERR_SYNTAX,
      "success_action_status" },
    { "null as value", "{\"url\":\"http://b/\",\"fields\":{\"key\":null}}", POSTAGE_ERR_SYNTAX, "key" },
    { "a pair of three", "{\"url\":\"http://b/\",\"fields\":[[\"a\",\"b\",\"c\"]]}", POSTAGE_ERR_SYNTAX, "pair" },
    { "a pair that is a text", "{\"url\":\"http://b/\",\"fields\":[\"ab\"]}", POSTAGE_ERR_SYNTAX, "pair" },
    { "duplicate member", "{\"url\":\"http://b/\",\"fields\":{\"key\":\"a\",\"key\":\"b\"}}", POSTAGE_ERR_SYNTAX, "key" },
    { "duplicate that differs in case", "{\"url\":\"http://b/\",\"fields\":{\"key\":\"a\",\"KEY\":\"b\"}}", POSTAGE_ERR_INVALID,
      "KEY" },
    { "duplicate pair", "{\"url\":\"http://b/\",\"fields\":[[\"key\",\"a\"],[\"key\",\"b\"]]}", POSTAGE_ERR_INVALID, "key" },
    { "escaped NUL", "{\"url\":\"http://b/\",\"fields\":{\"key\":\"a\\u0000b\"}}", POSTAGE_ERR_SYNTAX, "byte" },
    { "empty name", "{\"url\":\"http://b/\",\"fields\":{\"\":\"b\"}}", POSTAGE_ERR_INVALID, "name" },
    { "name with a line break", "{\"url\":\"http://b/\",\"fields\":{\"a\\nb\":\"b\"}}", POSTAGE_ERR_INVALID, "name" },
    { "a file field", "{\"url\":\"http://b/\",\"fields\":{\"File\":\"b\"}}", POSTAGE_ERR_INVALID, "file" },
    { "something behind it", "{\"url\":\"http://b/\",\"fields\":{}} {}", POSTAGE_ERR_SYNTAX, "byte" },
    { "policy that is not base64", "{\"url\":\"http://b/\",\"fields\":{\"policy\":\"!!!!\"}}", POSTAGE_ERR_SYNTAX, "base64" },
    { "policy that is not JSON", "{\"url\":\"http://b/\",\"fields\":{\"policy\":\"AAAA\"}}", POSTAGE_ERR_SYNTAX, "policy" },
};

static void test_form__refuses_what_it_cannot_read_in_one_way(void **state)
{
    int failures = 0;

    (void)state;
    for (size_t i = 0; i < sizeof unreadable / sizeof unreadable[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_form *form = (void *)(uintptr_t)1;
        enum postage_status status = postage_form_from_json(&form, unreadable[i].json, strlen(unreadable[i].json), NULL, &err);

        if (status != unreadable[i].status || strstr(err.message, unreadable[i].word) == NULL) {
            print_error("%s: %s, \"%s\"\n", unreadable[i].what, postage_status_name(status), err.message);
            failures++;
        }
        assert_null(form);
    }
    assert_int_equal(failures, 0);
}

static void test_form__a_megabyte_is_the_limit(void **state)
{
    size_t length = 1024 * 1024 + 1;
    char *json = malloc(length);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;

    (void)state;
    assert_non_null(json);
    memset(json, ' ', length);
    memcpy(json, "{\"url\":\"http://b/\",\"fields\":{\"key\":\"k\"}}", 40);
    assert_refused(postage_form_from_json(&form, json, length, NULL, &err), POSTAGE_ERR_LIMIT, err, "1048576");
    assert_ok(postage_form_from_json(&form, json, length - 1, NULL, &err), err);
    assert_int_equal(postage_form_expires_unix_s(form), 0); /* no policy: an anonymous form */
    postage_form_free(form);
    free(json);
}

static void assert_same_form(const struct postage_form *a, const struct postage_form *b)
{
    size_t a_count, b_count;
    const struct postage_field *a_fields = postage_form_fields(a, &a_count), *b_fields = postage_form_fields(b, &b_count);

    assert_string_equal(postage_form_url(a), postage_form_url(b));
    assert_int_equal(a_count, b_count);
    for (size_t i = 0; i < a_count; i++) {
        assert_string_equal(a_fields[i].name, b_fields[i].name);
        assert_string_equal(a_fields[i].value, b_fields[i].value);
    }
    assert_int_equal(postage_form_expires_unix_s(a), postage_form_expires_unix_s(b));
    open_rules_of(a, &a_count);
    open_rules_of(b, &b_count);
    assert_int_equal(a_count, b_count);
    for (size_t i = 0; i < a_count; i++) {
        const struct postage_open_rule *x = open_rules_of(a, &a_count) + i;
        const struct postage_open_rule *y = open_rules_of(b, &b_count) + i;

        assert_string_equal(x->name, y->name);
        assert_string_equal(x->text, y->text);
        assert_int_equal(x->rule, y->rule);
        assert_int_equal(x->has_value, y->has_value);
    }
}

static void test_form__json_comes_back_as_it_was(void **state)
{
    struct postage_form *form = new_form(), *back;
    struct postage_error err = POSTAGE_ERROR_INIT;
    char *json, *again;

    (void)state;
    assert_int_equal(postage_form_to_json(form, NULL, &json), POSTAGE_OK);
    assert_null(strchr(json, '\n'));
    assert_ok(postage_form_from_json(&back, json, strlen(json), NULL, &err), err);
    assert_same_form(form, back);
    assert_int_equal(postage_form_to_json(back, NULL, &again), POSTAGE_OK);
    assert_string_equal(json, again);
    postage_text_free(json, NULL);
    postage_text_free(again, NULL);
    postage_form_free(form);
    postage_form_free(back);
}

/* --- filling in --- */

static void test_form__fill_obeys_the_rules(void **state)
{
    static const struct {
        const char *name, *value, *word;
    } rows[] = {
        { "x-amz-meta-note", "x", "n-" },
        { "x-amz-meta-other", "x", "no condition" },
        { "key", "in/b", "key" },
        { "Content-Type", "text/html", "Content-Type" },
        { "policy", "AAAA", "policy" },
        { "X-Amz-Signature", "00", "signed" },
        { "x-amz-security-token", "t", "signed" },
        { "bucket", "other", "signed" },
        { "file", "x", "file" },
        { "x-amz-meta-kind", "a\r\nb", "line break" },
        { "x-amz-meta-kind", "\xff", "UTF-8" },
        { "x-ignore-\n", "a", "line break" },
        { "", "a", "name" },
        { NULL, "a", "name" },
        { "x-amz-meta-note", NULL, "value" },
    };
    struct postage_form *form = new_form();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct postage_field field = { rows[i].name, rows[i].value };
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_form *filled;

        assert_refused(postage_form_fill(&filled, form, &field, 1, &err), POSTAGE_ERR_INVALID, err, rows[i].word);
        assert_null(filled);
    }
    postage_form_free(form);
}

static void test_form__fill_makes_a_new_form(void **state)
{
    const struct postage_field fields[] = {
        { "X-Amz-Meta-Note", "n-1" }, { "x-amz-meta-kind", "cooked" }, { "x-ignore-a", "b" }, { "key", "in/a" }
    };
    struct postage_form *form = new_form(), *filled;
    struct postage_error err = POSTAGE_ERROR_INIT;
    const struct postage_open_rule *open;
    size_t before, after, open_count;

    (void)state;
    assert_ok(postage_form_fill(&filled, form, fields, 4, &err), err);
    postage_form_fields(form, &before);
    postage_form_fields(filled, &after);
    assert_int_equal(after, before + 2);
    assert_string_equal(postage_form_value(form, "x-amz-meta-kind"), "raw");
    assert_null(postage_form_value(form, "x-amz-meta-note"));
    assert_string_equal(postage_form_value(filled, "x-amz-meta-kind"), "cooked");
    assert_string_equal(postage_form_value(filled, "x-amz-meta-note"), "n-1");
    assert_string_equal(postage_form_value(filled, "x-amz-signature"), postage_form_value(form, "x-amz-signature"));
    open = open_rules_of(filled, &open_count);
    for (size_t i = 0; i < open_count; i++)
        assert_true(open[i].has_value);
    postage_form_free(form);
    assert_string_equal(postage_form_url(filled), "https://bucket.s3.us-east-1.amazonaws.com/");
    postage_form_free(filled);
}

/* --- printing --- */

static const char hostile[] = "$(touch /tmp/x) `id` ${HOME} !! a;b,c@d<e>f|g&h*i?j[k]{l}~#%^ \\ \\n \"q\" 'r' \t \xc3\xa9 -- =";

static struct postage_form *hostile_form(void)
{
    struct postage_policy *policy = new_policy("minio://bucket");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;

    assert_ok(postage_policy_key(policy, hostile, &err), err);
    assert_ok(postage_policy_metadata(policy, "a", "@/etc/passwd", &err), err);
    assert_ok(postage_policy_metadata(policy, "b", "</etc/passwd;type=text/html", &err), err);
    assert_ok(postage_policy_metadata(policy, "c", "'", &err), err);
    assert_ok(postage_policy_metadata(policy, "d", "", &err), err);
    assert_ok(postage_policy_metadata(policy, "e", "-o", &err), err);
    assert_ok(postage_policy_any(policy, "x-amz-meta-open", NULL, &err), err);
    form = forms_sign(policy, NULL);
    postage_policy_free(policy);
    return form;
}

/* Runs the text with /bin/sh where `curl` prints its arguments, each ended by 0x01. */
static char *run_with_fake_curl(const char *command, size_t *length)
{
    static const char fake[] = "curl() { for a do printf '%s\\001' \"$a\"; done; }\n";
    char path[] = "/tmp/postage-test-XXXXXX", run[64];
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w"), *pipe;
    char *output = malloc(65536);

    assert_non_null(file);
    assert_non_null(output);
    fprintf(file, "%s%s", fake, command);
    fclose(file);
    snprintf(run, sizeof run, "/bin/sh %s", path);
    pipe = popen(run, "r");
    assert_non_null(pipe);
    *length = fread(output, 1, 65535, pipe);
    output[*length] = '\0';
    assert_int_equal(pclose(pipe), 0);
    remove(path);
    return output;
}

static void assert_argument(const char **at, const char *expected)
{
    size_t length = strlen(expected);

    if (strncmp(*at, expected, length) != 0 || (*at)[length] != '\001')
        fail_msg("expected \"%s\" at \"%.100s\"", expected, *at);
    *at += length + 1;
}

static void test_form__curl_line_survives_the_shell(void **state)
{
    static const char file[] = "my $(file) \"quoted\" 'q' a;b,c\\d.jpg";
    struct postage_form *form = hostile_form();
    const struct postage_field *fields;
    char *command, *output, expected[8192];
    const char *at;
    size_t count, length;

    (void)state;
    assert_int_equal(postage_form_to_curl(form, file, NULL, &command), POSTAGE_OK);
    output = run_with_fake_curl(command, &length);
    at = strstr(output, "--form-string");
    assert_non_null(at);
    fields = postage_form_fields(form, &count);
    for (size_t i = 0; i < count; i++) {
        snprintf(expected, sizeof expected, "%s=%s", fields[i].name, fields[i].value);
        assert_argument(&at, "--form-string");
        assert_argument(&at, expected);
    }
    assert_argument(&at, "--form-string");
    assert_argument(&at, "x-amz-meta-open=FILL-IN");
    assert_argument(&at, "--form");
    assert_argument(&at, "file=@\"my $(file) \\\"quoted\\\" 'q' a;b,c\\\\d.jpg\"");
    assert_argument(&at, "http://127.0.0.1:9000/bucket");
    assert_int_equal(at - output, length);
    postage_text_free(command, NULL);
    free(output);
    postage_form_free(form);
}

static void test_form__curl_line_without_a_file_says_so(void **state)
{
    struct postage_form *form = new_form();
    char *command;

    (void)state;
    assert_int_equal(postage_form_to_curl(form, NULL, NULL, &command), POSTAGE_OK);
    assert_non_null(strstr(command, "FILE"));
    assert_non_null(strstr(command, "FILL-IN"));
    postage_text_free(command, NULL);
    postage_form_free(form);
}

static void test_form__hostile_values_come_back_from_json(void **state)
{
    struct postage_form *form = hostile_form(), *back;
    struct postage_error err = POSTAGE_ERROR_INIT;
    char *json;

    (void)state;
    assert_int_equal(postage_form_to_json(form, NULL, &json), POSTAGE_OK);
    assert_ok(postage_form_from_json(&back, json, strlen(json), NULL, &err), err);
    assert_same_form(form, back);
    postage_text_free(json, NULL);
    postage_form_free(form);
    postage_form_free(back);
}

static void test_form__html_escapes_values_and_ends_with_the_file(void **state)
{
    struct postage_policy *policy = new_policy("minio://bucket");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;
    const char *file;
    char *html;

    (void)state;
    assert_ok(postage_policy_key(policy, "\"><script>alert('1')</script>&amp;", &err), err);
    assert_ok(postage_policy_starts_with(policy, "x-amz-meta-open", "a<b", NULL, &err), err);
    form = forms_sign(policy, NULL);
    assert_int_equal(postage_form_to_html(form, NULL, &html), POSTAGE_OK);
    assert_null(strstr(html, "<script"));
    assert_non_null(strstr(html, "value=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;\""));
    assert_non_null(strstr(html, "method=\"post\""));
    assert_non_null(strstr(html, "enctype=\"multipart/form-data\""));
    assert_non_null(strstr(html, "name=\"x-amz-meta-open\" value=\"a&lt;b\""));
    file = strstr(html, "type=\"file\"");
    assert_non_null(file);
    assert_null(strstr(file + 1, "<input"));
    assert_null(strstr(strstr(file, "<button"), "name="));
    postage_text_free(html, NULL);
    postage_form_free(form);
    postage_policy_free(policy);
}

static void test_form__lines(void **state)
{
    struct postage_form *form = new_form();
    char *lines;

    (void)state;
    assert_int_equal(postage_form_to_lines(form, NULL, &lines), POSTAGE_OK);
    assert_int_equal(strncmp(lines, "key=in/a\nbucket=bucket\nContent-Type=image/png\n", 46), 0);
    postage_text_free(lines, NULL);
    postage_form_free(form);
}

/* --- memory --- */

static enum postage_status read_fill_and_print(const char *json, const struct postage_allocator *alloc,
                                               struct postage_error *err)
{
    const struct postage_field field = { "x-amz-meta-note", "n-1" };
    enum postage_status (*const print[])(const struct postage_form *, const struct postage_allocator *,
                                         char **) = { postage_form_to_json, postage_form_to_html, postage_form_to_lines };
    struct postage_form *form = NULL, *filled = NULL;
    enum postage_status status = postage_form_from_json(&form, json, strlen(json), alloc, err);
    char *text = NULL;

    if (status == POSTAGE_OK)
        status = postage_form_fill(&filled, form, &field, 1, err);
    for (size_t i = 0; status == POSTAGE_OK && i < 3; i++) {
        status = print[i](filled, alloc, &text);
        postage_text_free(text, alloc);
    }
    if (status == POSTAGE_OK) {
        status = postage_form_to_curl(form, "a\"b", alloc, &text);
        postage_text_free(text, alloc);
    }
    postage_form_free(filled);
    postage_form_free(form);
    return status;
}

static void test_form__failed_allocations_leak_nothing(void **state)
{
    struct postage_form *form = new_form();
    struct postage_counting_allocator *counting;
    enum postage_status status;
    size_t n = 0;
    char *json;

    (void)state;
    assert_int_equal(postage_form_to_json(form, NULL, &json), POSTAGE_OK);
    postage_form_free(form);
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    do {
        struct failing failing = { .parent = postage_counting_allocator_use(counting), .fail_at = ++n };
        struct postage_allocator alloc = failing_allocator(&failing);
        struct postage_error err = POSTAGE_ERROR_INIT;

        status = read_fill_and_print(json, &alloc, &err);
        assert_int_equal(status, failing.calls >= failing.fail_at ? POSTAGE_ERR_NOMEM : POSTAGE_OK);
        assert_int_equal(counters_of(counting).live_blocks, 0);
    } while (status != POSTAGE_OK);
    assert_true(n > 10);
    postage_text_free(json, NULL);
    postage_counting_allocator_free(counting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form__says_what_it_is),
        cmocka_unit_test(test_form__notes_are_silent_when_nothing_is_open),
        cmocka_unit_test(test_form__a_lower_end_alone_is_no_size_limit),
        cmocka_unit_test(test_form__notes_name_what_is_wide_open),
        cmocka_unit_test(test_form__expiry_is_cut_to_that_of_the_credentials),
        cmocka_unit_test(test_form__reads_the_json_of_each_sdk),
        cmocka_unit_test(test_form__refuses_what_it_cannot_read_in_one_way),
        cmocka_unit_test(test_form__a_megabyte_is_the_limit),
        cmocka_unit_test(test_form__json_comes_back_as_it_was),
        cmocka_unit_test(test_form__fill_obeys_the_rules),
        cmocka_unit_test(test_form__fill_makes_a_new_form),
        cmocka_unit_test(test_form__curl_line_survives_the_shell),
        cmocka_unit_test(test_form__curl_line_without_a_file_says_so),
        cmocka_unit_test(test_form__hostile_values_come_back_from_json),
        cmocka_unit_test(test_form__html_escapes_values_and_ends_with_the_file),
        cmocka_unit_test(test_form__lines),
        cmocka_unit_test(test_form__failed_allocations_leak_nothing),
    };

    return cmocka_run_group_tests_name("form/form", tests, NULL, NULL);
}
