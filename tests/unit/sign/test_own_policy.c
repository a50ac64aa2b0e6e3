/* A policy that refused a call is never signed, whether or not anybody looked at that call's status. */
#include <stdio.h>

#include "policy/policy.h"
#include "support/counters.h"
#include "support/failing.h"
#include "support/forms.h"

/* --- each builder call, refused --- */

typedef enum postage_status builder_call(struct postage_policy *policy, struct postage_error *err);

static enum postage_status size_over_the_limit(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_size_range(policy, 1, UINT64_MAX, err);
}

static enum postage_status size_that_is_empty(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_size_range(policy, 2, 1, err);
}

static enum postage_status exact_without_name(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_exact(policy, NULL, "v", err);
}

static enum postage_status exact_without_value(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_exact(policy, POSTAGE_CONTENT_TYPE, NULL, err);
}

static enum postage_status prefix_without_prefix(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_starts_with(policy, POSTAGE_CONTENT_TYPE, NULL, NULL, err);
}

static enum postage_status any_without_name(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_any(policy, NULL, NULL, err);
}

static enum postage_status any_of_a_field_that_is_not_there(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_any(policy, POSTAGE_TAGS, NULL, err);
}

static enum postage_status one_of_without_list(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_one_of(policy, POSTAGE_CACHE_CONTROL, NULL, 1, NULL, err);
}

static enum postage_status none_of_an_empty_list(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_none_of(policy, POSTAGE_CACHE_CONTROL, NULL, 0, NULL, err);
}

static enum postage_status narrow_of_nothing(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_narrow(policy, POSTAGE_CACHE_CONTROL, "a", err);
}

static enum postage_status narrow_without_name(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_narrow(policy, NULL, "a", err);
}

static enum postage_status narrow_without_prefix(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_narrow(policy, POSTAGE_KEY, NULL, err);
}

static enum postage_status metadata_without_name(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_metadata(policy, NULL, "v", err);
}

static enum postage_status metadata_without_value(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_metadata(policy, "a", NULL, err);
}

static enum postage_status metadata_with_line_break(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_metadata(policy, "a", "b\nc", err);
}

static enum postage_status tag_without_key(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_tag(policy, NULL, "v", err);
}

static enum postage_status tag_without_value(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_tag(policy, "a", NULL, err);
}

static enum postage_status callback_without_options(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_callback(policy, NULL, err);
}

static enum postage_status callback_without_size(struct postage_policy *policy, struct postage_error *err)
{
    struct postage_callback_options options = { 0 };

    return postage_policy_callback(policy, &options, err);
}

static enum postage_status callback_without_url(struct postage_policy *policy, struct postage_error *err)
{
    struct postage_callback_options options = POSTAGE_CALLBACK_OPTIONS_INIT;

    return postage_policy_callback(policy, &options, err);
}

static enum postage_status second_key(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_key(policy, "b", err);
}

static enum postage_status key_without_text(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_key(policy, NULL, err);
}

static enum postage_status key_prefix_without_text(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_key_prefix(policy, NULL, NULL, err);
}

static enum postage_status template_without_text(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_key_template(policy, NULL, err);
}

static enum postage_status template_without_filename(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_key_template(policy, "a", err);
}

static enum postage_status left_open_without_name(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_leave_open(policy, NULL, err);
}

static enum postage_status left_open_by_a_wrong_name(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_leave_open(policy, "acl", err);
}

static enum postage_status pins_over_the_fields(struct postage_policy *policy, struct postage_error *err)
{
    char name[16];

    for (int i = 0; policy->field_count < POLICY_FIELDS_MAX; i++) {
        snprintf(name, sizeof name, "x:n%d", i);
        assert_ok(postage_policy_exact(policy, name, "v", err), *err);
    }
    return postage_policy_pin_unlisted(policy, err);
}

static enum postage_status expires_in_nothing(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_expires_in(policy, 0, err);
}

static enum postage_status expires_at_the_beginning(struct postage_policy *policy, struct postage_error *err)
{
    return postage_policy_expires_at(policy, 0, err);
}

#define REFUSED(call, status)                                                                                                  \
    {                                                                                                                          \
#call, call, status                                                                                                    \
    }
static const struct {
    const char *what;
    builder_call *call;
    enum postage_status status;
} refused_calls[] = {
    REFUSED(size_over_the_limit, POSTAGE_ERR_LIMIT),
    REFUSED(size_that_is_empty, POSTAGE_ERR_INVALID),
    REFUSED(exact_without_name, POSTAGE_ERR_INVALID),
    REFUSED(exact_without_value, POSTAGE_ERR_INVALID),
    REFUSED(prefix_without_prefix, POSTAGE_ERR_INVALID),
    REFUSED(any_without_name, POSTAGE_ERR_INVALID),
    REFUSED(any_of_a_field_that_is_not_there, POSTAGE_ERR_UNSUPPORTED),
    REFUSED(one_of_without_list, POSTAGE_ERR_INVALID),
    REFUSED(none_of_an_empty_list, POSTAGE_ERR_INVALID),
    REFUSED(narrow_of_nothing, POSTAGE_ERR_INVALID),
    REFUSED(narrow_without_name, POSTAGE_ERR_INVALID),
    REFUSED(narrow_without_prefix, POSTAGE_ERR_INVALID),
    REFUSED(metadata_without_name, POSTAGE_ERR_INVALID),
    REFUSED(metadata_without_value, POSTAGE_ERR_INVALID),
    REFUSED(metadata_with_line_break, POSTAGE_ERR_INVALID),
    REFUSED(tag_without_key, POSTAGE_ERR_UNSUPPORTED), /* OSS has no tags */
    REFUSED(tag_without_value, POSTAGE_ERR_UNSUPPORTED),
    REFUSED(callback_without_options, POSTAGE_ERR_INVALID),
    REFUSED(callback_without_size, POSTAGE_ERR_INVALID),
    REFUSED(callback_without_url, POSTAGE_ERR_INVALID),
    REFUSED(second_key, POSTAGE_ERR_INVALID),
    REFUSED(key_without_text, POSTAGE_ERR_INVALID),
    REFUSED(key_prefix_without_text, POSTAGE_ERR_INVALID),
    REFUSED(template_without_text, POSTAGE_ERR_INVALID),
    REFUSED(template_without_filename, POSTAGE_ERR_INVALID),
    REFUSED(left_open_without_name, POSTAGE_ERR_INVALID),
    REFUSED(left_open_by_a_wrong_name, POSTAGE_ERR_INVALID),
    REFUSED(pins_over_the_fields, POSTAGE_ERR_LIMIT),
    REFUSED(expires_in_nothing, POSTAGE_ERR_INVALID),
    REFUSED(expires_at_the_beginning, POSTAGE_ERR_INVALID),
};
#undef REFUSED

enum { CALLS = sizeof refused_calls / sizeof refused_calls[0] };

struct fixture {
    struct postage_credentials *credentials;
    struct postage_signer *signer;
    struct postage_target *target;
};

static struct fixture open_fixture(const char *uri)
{
    struct fixture fixture = { .credentials = forms_credentials(NULL, 0), .target = forms_target(uri) };

    fixture.signer = forms_signer(fixture.credentials);
    return fixture;
}

static void close_fixture(struct fixture *fixture)
{
    postage_signer_free(fixture->signer);
    postage_credentials_free(fixture->credentials);
    postage_target_free(fixture->target);
}

/* Complete, and could be signed. */
static struct postage_policy *new_policy(const struct postage_target *target)
{
    struct postage_policy *policy;

    assert_int_equal(postage_policy_new(&policy, target, NULL, NULL), POSTAGE_OK);
    assert_int_equal(postage_policy_key_prefix(policy, "a/", NULL, NULL), POSTAGE_OK);
    assert_int_equal(postage_policy_leave_open(policy, POSTAGE_SIZE, NULL), POSTAGE_OK);
    assert_int_equal(postage_policy_leave_open(policy, POSTAGE_CONTENT_TYPE, NULL), POSTAGE_OK);
    assert_int_equal(postage_policy_expires_in(policy, 900, NULL), POSTAGE_OK);
    return policy;
}

/* The same error: by every other refused call, by calls that would be taken, and by signing, again and again. */
static void check_spoiled(struct fixture *f, struct postage_policy *policy, const struct postage_error *first)
{
    struct postage_form *form = (struct postage_form *)1;
    struct postage_error err = POSTAGE_ERROR_INIT;
    size_t conditions = policy->conditions.len;

    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < CALLS; i++)
            if (refused_calls[i].call != pins_over_the_fields)
                assert_refused(refused_calls[i].call(policy, &err), first->code, err, first->message);
        assert_refused(postage_policy_size_range(policy, 1, 2, &err), first->code, err, first->message);
        assert_refused(postage_policy_metadata(policy, "late", "1", &err), first->code, err, first->message);
        assert_refused(postage_policy_expires_in(policy, 60, &err), first->code, err, first->message);
        assert_refused(postage_policy_pin_unlisted(policy, &err), first->code, err, first->message);
        assert_int_equal(policy->conditions.len, conditions);
        err = (struct postage_error)POSTAGE_ERROR_INIT;
        assert_refused(postage_signer_sign(f->signer, policy, FORMS_NOW, &form, &err), first->code, err, first->message);
        assert_int_equal(err.code, first->code);
        assert_string_equal(err.message, first->message);
        assert_null(form);
    }
}

static void test_own_policy__a_refused_call_is_the_answer_of_every_later_one_and_of_signing(void **state)
{
    struct fixture f = open_fixture("oss://bucket");

    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        struct postage_policy *policy = new_policy(f.target);
        struct postage_error first = POSTAGE_ERROR_INIT;
        enum postage_status status = refused_calls[i].call(policy, &first);

        if (status != refused_calls[i].status || first.code != status)
            fail_msg("%s: %s: %s", refused_calls[i].what, postage_status_name(status), first.message);
        check_spoiled(&f, policy, &first);
        postage_policy_free(policy);
    }
    close_fixture(&f);
}

static void test_own_policy__a_refusal_that_nobody_looked_at_is_kept_in_full(void **state)
{
    struct fixture f = open_fixture("s3://bucket");
    struct postage_policy *policy = new_policy(f.target);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;

    (void)state;
    postage_policy_size_range(policy, 1, UINT64_C(10) << 30, NULL); /* a slip: S3 takes 5 GiB */
    postage_policy_exact(policy, "bucket", "b", NULL);
    assert_refused(postage_signer_sign(f.signer, policy, FORMS_NOW, &form, &err), POSTAGE_ERR_LIMIT, err,
                   "s3: size range ends at 10737418240 bytes; one form upload takes at most 5368709120");
    assert_null(form);
    postage_policy_free(policy);
    close_fixture(&f);
}

static void test_own_policy__no_policy_is_a_refusal_too(void **state)
{
    struct fixture f = open_fixture("s3://bucket");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_policy *policy;
    struct postage_form *form;

    (void)state;
    assert_refused(postage_policy_new(&policy, NULL, NULL, &err), POSTAGE_ERR_INVALID, err, "target");
    assert_null(policy);
    for (size_t i = 0; i < CALLS; i++)
        if (refused_calls[i].call != pins_over_the_fields)
            assert_refused(refused_calls[i].call(NULL, &err), POSTAGE_ERR_INVALID, err, "policy");
    assert_refused(postage_signer_sign(f.signer, NULL, FORMS_NOW, &form, &err), POSTAGE_ERR_INVALID, err, "policy");
    assert_null(form);
    close_fixture(&f);
}

/* --- memory --- */

/* Nobody looks at a status. */
static void build_all(struct postage_policy *policy)
{
    const char *list[] = { "a", "b" };
    struct postage_callback_options callback = POSTAGE_CALLBACK_OPTIONS_INIT;
    bool oss = strcmp(postage_policy_provider(policy)->name, "oss") == 0;
    char name[16];

    callback.url = "http://app.example/stored";
    callback.body = "key=${object}";
    postage_policy_key_template(policy, "in/${filename}", NULL);
    postage_policy_narrow(policy, POSTAGE_KEY, "in/", NULL);
    for (int i = 0; i < 9; i++) { /* outgrows what the policy begins with */
        snprintf(name, sizeof name, "name%d", i);
        postage_policy_metadata(policy, name, "a value of some length", NULL);
    }
    if (oss) {
        postage_policy_one_of(policy, POSTAGE_CONTENT_TYPE, list, 2, NULL, NULL);
        postage_policy_callback(policy, &callback, NULL);
    } else {
        postage_policy_starts_with(policy, POSTAGE_CONTENT_TYPE, "image/", NULL, NULL);
        postage_policy_tag(policy, "a", "b", NULL);
        postage_policy_tag(policy, "c", "d", NULL);
    }
    postage_policy_size_range(policy, 1, 1000, NULL);
    postage_policy_pin_unlisted(policy, NULL);
    postage_policy_expires_in(policy, 900, NULL);
}

static bool try_to_sign(struct fixture *f, struct postage_counting_allocator *counting, size_t fail_at)
{
    struct failing failing = { .parent = postage_counting_allocator_use(counting), .fail_at = fail_at };
    struct postage_allocator alloc = failing_allocator(&failing);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form = NULL;
    struct postage_policy *policy;
    enum postage_status status = postage_policy_new(&policy, f->target, &alloc, &err);

    if (status == POSTAGE_OK) {
        build_all(policy);
        status = postage_signer_sign(f->signer, policy, FORMS_NOW, &form, &err);
    }
    if (failing.calls >= fail_at) {
        assert_refused(status, POSTAGE_ERR_NOMEM, err, postage_status_text(POSTAGE_ERR_NOMEM));
        assert_null(form);
    } else {
        assert_ok(status, err);
    }
    postage_form_free(form);
    postage_policy_free(policy);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    return status == POSTAGE_OK;
}

static void fail_each_allocation(const char *uri)
{
    struct fixture f = open_fixture(uri);
    struct postage_counting_allocator *counting;
    size_t n = 1;

    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    while (!try_to_sign(&f, counting, n))
        n++;
    assert_true(n > 6);
    postage_counting_allocator_free(counting);
    close_fixture(&f);
}

static void test_own_policy__a_failed_allocation_is_a_refusal_on_s3(void **state)
{
    (void)state;
    fail_each_allocation("s3://bucket");
}

static void test_own_policy__a_failed_allocation_is_a_refusal_on_oss(void **state)
{
    (void)state;
    fail_each_allocation("oss://bucket");
}

/* --- numbers at the ends of their type --- */

static const int64_t extremes[] = { INT64_MIN, -1, 0, 1, FORMS_NOW, INT64_MAX - 1, INT64_MAX };

enum { EXTREMES = sizeof extremes / sizeof extremes[0] };

/* Whatever comes in, a form that comes out ends after it was signed, and not after its credentials. */
static void sign_at(struct postage_signer *signer, const struct postage_policy *policy, int64_t now, int64_t credentials_end)
{
    struct postage_form *form = NULL;
    struct postage_error err = POSTAGE_ERROR_INIT;
    enum postage_status status = postage_signer_sign(signer, policy, now, &form, &err);
    int64_t end = form != NULL ? postage_form_expires_unix_s(form) : 0;

    assert_int_equal(status == POSTAGE_OK, form != NULL);
    assert_true(form == NULL || (now >= 0 && end > now && (credentials_end == 0 || end <= credentials_end)));
    if (policy_status(policy, NULL) == POSTAGE_OK && now == FORMS_NOW && credentials_end == 0 && policy->expires_in_s == 1)
        assert_ok(status, err);
    postage_form_free(form);
}

static void sign_extremes(const struct postage_target *target, int64_t credentials_end)
{
    struct postage_credentials *credentials = forms_credentials(NULL, credentials_end);
    struct postage_signer *signer = forms_signer(credentials);

    for (size_t i = 0; i < 2 * EXTREMES; i++) {
        struct postage_policy *policy = new_policy(target);

        if (i < EXTREMES)
            postage_policy_expires_in(policy, extremes[i], NULL);
        else
            postage_policy_expires_at(policy, extremes[i - EXTREMES], NULL);
        for (size_t now = 0; now < EXTREMES; now++)
            sign_at(signer, policy, extremes[now], credentials_end);
        postage_policy_free(policy);
    }
    postage_signer_free(signer);
    postage_credentials_free(credentials);
}

static void test_own_policy__no_moment_runs_over(void **state)
{
    struct postage_target *targets[] = { forms_target("s3://bucket"), forms_target("minio://bucket"),
                                         forms_target("oss://bucket") };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (size_t end = 2; end < EXTREMES; end++)
            sign_extremes(targets[i], extremes[end]);
        postage_target_free(targets[i]);
    }
}

/* The other judges of time: presigned URLs, and the check of a form. */
static void presign_at(struct postage_signer *signer, const struct postage_target *target, int64_t now, int64_t expires_in)
{
    struct postage_presign_options options = POSTAGE_PRESIGN_OPTIONS_INIT;
    enum postage_status status;
    char *url;

    options.key = "a";
    options.now_unix_s = now;
    options.expires_in_s = expires_in;
    status = postage_signer_presign(signer, target, &options, &url, NULL);
    assert_int_equal(status == POSTAGE_OK, url != NULL);
    assert_true(status != POSTAGE_OK || (now >= 0 && expires_in == 1));
    postage_text_free(url, NULL);
}

static void check_at(const struct postage_form *form, int64_t now, uint64_t file_bytes)
{
    struct postage_check_options options = POSTAGE_CHECK_OPTIONS_INIT;
    struct postage_report *report;

    options.now_unix_s = now;
    options.size_given = true;
    options.file_bytes = file_bytes;
    assert_int_equal(postage_check(&report, form, &options, NULL, NULL), POSTAGE_OK);
    assert_int_equal(postage_report_accepted(report), now <= FORMS_NOW && file_bytes <= 1);
    postage_report_free(report);
}

static void test_own_policy__no_moment_of_presigning_or_checking_runs_over(void **state)
{
    struct fixture f = open_fixture("s3://bucket");
    struct postage_policy *policy;
    struct postage_form *form;

    (void)state;
    assert_int_equal(postage_policy_new(&policy, f.target, NULL, NULL), POSTAGE_OK);
    postage_policy_key(policy, "a", NULL);
    postage_policy_expires_in(policy, 900, NULL);
    form = forms_sign(policy, NULL);
    for (size_t end = 2; end < EXTREMES; end++) {
        struct postage_credentials *credentials = forms_credentials(NULL, extremes[end]);
        struct postage_signer *signer = forms_signer(credentials);

        for (size_t i = 0; i < EXTREMES * EXTREMES; i++)
            presign_at(signer, f.target, extremes[i / EXTREMES], extremes[i % EXTREMES]);
        postage_signer_free(signer);
        postage_credentials_free(credentials);
    }
    for (size_t now = 0; now < EXTREMES; now++) {
        check_at(form, extremes[now], 1);
        check_at(form, extremes[now], UINT64_MAX);
    }
    postage_form_free(form);
    postage_policy_free(policy);
    close_fixture(&f);
}

static void test_own_policy__sizes_go_to_the_end_of_64_bits(void **state)
{
    static const uint64_t sizes[] = { 0, 1, INT64_MAX, UINT64_MAX - 1, UINT64_MAX };
    struct fixture f = open_fixture("minio://bucket");

    (void)state;
    for (size_t i = 0; i < 25; i++) {
        struct postage_policy *policy = new_policy(f.target);
        enum postage_status status = postage_policy_size_range(policy, sizes[i / 5], sizes[i % 5], NULL);
        struct postage_form *form;

        assert_int_equal(postage_signer_sign(f.signer, policy, FORMS_NOW, &form, NULL), status);
        assert_int_equal(status == POSTAGE_OK, sizes[i / 5] <= sizes[i % 5] && sizes[i % 5] <= 1);
        postage_form_free(form);
        postage_policy_free(policy);
    }
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_policy__a_refused_call_is_the_answer_of_every_later_one_and_of_signing),
        cmocka_unit_test(test_own_policy__a_refusal_that_nobody_looked_at_is_kept_in_full),
        cmocka_unit_test(test_own_policy__no_policy_is_a_refusal_too),
        cmocka_unit_test(test_own_policy__a_failed_allocation_is_a_refusal_on_s3),
        cmocka_unit_test(test_own_policy__a_failed_allocation_is_a_refusal_on_oss),
        cmocka_unit_test(test_own_policy__no_moment_runs_over),
        cmocka_unit_test(test_own_policy__no_moment_of_presigning_or_checking_runs_over),
        cmocka_unit_test(test_own_policy__sizes_go_to_the_end_of_64_bits),
    };

    return cmocka_run_group_tests_name("sign/own_policy", tests, NULL, NULL);
}
