/* Signers and the documents they sign. The signatures themselves are held against SDKs in test_signer_vectors.c. */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.h"
#include "sign/signer.h"
#include "support/open_rules.h"
#include "support/counters.h"
#include "support/failing.h"
#include "support/forms.h"

static struct postage_policy *new_policy(const struct postage_target *target)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_policy *policy;

    assert_ok(postage_policy_new(&policy, target, NULL, &err), err);
    assert_ok(postage_policy_key(policy, "k", &err), err);
    assert_ok(postage_policy_expires_in(policy, 900, &err), err);
    return policy;
}

/* SigV4 by the book, with one-shot HMACs: prefix and secret, day, region, service, terminator, base64 of the document. */
static void reference_signature(const char *secret, const char *day, const char *region, const struct postage_form *form,
                                char hex[65])
{
    unsigned char key[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    char first[256];
    const char *links[] = { day, region, "s3", "aws4_request", postage_form_value(form, "policy") };

    snprintf(first, sizeof first, "AWS4%s", secret);
    HMAC(EVP_sha256(), first, (int)strlen(first), (const unsigned char *)links[0], strlen(links[0]), key, &length);
    for (size_t i = 1; i < sizeof links / sizeof links[0]; i++) {
        unsigned char next[EVP_MAX_MD_SIZE];

        HMAC(EVP_sha256(), key, 32, (const unsigned char *)links[i], strlen(links[i]), next, &length);
        memcpy(key, next, 32);
    }
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", key[i]);
}

static void check_signature(struct postage_signer *signer, const char *region, int64_t now, const char *day)
{
    struct postage_target_options options = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_target *target;
    struct postage_policy *policy;
    struct postage_form *form;
    char hex[65], credential[128];

    options.region = region;
    assert_ok(postage_target_new(&target, "s3://bucket", &options, NULL, &err), err);
    policy = new_policy(target);
    assert_ok(postage_signer_sign(signer, policy, now, &form, &err), err);
    reference_signature(FORMS_SECRET, day, region, form, hex);
    assert_string_equal(postage_form_value(form, "x-amz-signature"), hex);
    snprintf(credential, sizeof credential, "%s/%s/%s/s3/aws4_request", FORMS_ACCESS_KEY_ID, day, region);
    assert_string_equal(postage_form_value(form, "x-amz-credential"), credential);
    assert_int_equal(strncmp(postage_form_value(form, "x-amz-date"), day, 8), 0);
    postage_form_free(form);
    postage_policy_free(policy);
    postage_target_free(target);
}

static void test_signer__follows_every_change_of_day_and_region(void **state)
{
    struct postage_credentials *credentials = forms_credentials(NULL, 0);
    struct postage_signer *signer = forms_signer(credentials);

    (void)state;
    check_signature(signer, "us-east-1", FORMS_NOW, "20251121");
    check_signature(signer, "us-east-1", FORMS_NOW + 1, "20251121");
    check_signature(signer, "us-east-1", 1763769599, "20251121"); /* the day's last second */
    check_signature(signer, "us-east-1", 1763769600, "20251122");
    check_signature(signer, "eu-west-1", 1763769600, "20251122");
    check_signature(signer, "us-east-1", FORMS_NOW, "20251121"); /* and back */
    check_signature(signer, "eu-west-1", 0, "19700101");
    check_signature(signer, "eu-west-1", INT64_C(253402300799) - 900, "99991231");
    postage_signer_free(signer);
    postage_credentials_free(credentials);
    postage_signer_free(NULL);
}

static void test_signer__two_give_the_same_form(void **state)
{
    struct postage_credentials *credentials = forms_credentials("TOKEN", 0);
    struct postage_signer *first = forms_signer(credentials), *second = forms_signer(credentials);
    struct postage_target *target = forms_target("s3://bucket");
    struct postage_policy *policy = new_policy(target);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *a, *b, *c;

    (void)state;
    assert_ok(postage_signer_sign(first, policy, FORMS_NOW, &a, &err), err);
    assert_ok(postage_signer_sign(second, policy, FORMS_NOW, &b, &err), err);
    assert_ok(postage_signer_sign(first, policy, FORMS_NOW, &c, &err), err); /* the policy can be signed again */
    assert_string_equal(postage_form_value(a, "policy"), postage_form_value(b, "policy"));
    assert_string_equal(postage_form_value(a, "x-amz-signature"), postage_form_value(b, "x-amz-signature"));
    assert_string_equal(postage_form_value(a, "x-amz-signature"), postage_form_value(c, "x-amz-signature"));
    postage_form_free(a);
    postage_form_free(b);
    postage_form_free(c);
    postage_policy_free(policy);
    postage_target_free(target);
    postage_signer_free(first);
    postage_signer_free(second);
    postage_credentials_free(credentials);
}

static void test_signer__a_failed_call_does_not_spoil_the_next(void **state)
{
    struct postage_credentials *credentials = forms_credentials(NULL, FORMS_NOW + 100);
    struct postage_signer *signer = forms_signer(credentials);
    struct postage_target *target = forms_target("s3://bucket");
    struct postage_policy *policy = new_policy(target);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;

    (void)state;
    assert_refused(postage_signer_sign(signer, policy, -1, &form, &err), POSTAGE_ERR_INVALID, err, "-1");
    assert_null(form);
    assert_refused(postage_signer_sign(signer, policy, INT64_MAX, &form, &err), POSTAGE_ERR_INVALID, err, "9999");
    assert_refused(postage_signer_sign(signer, policy, INT64_MIN, &form, &err), POSTAGE_ERR_INVALID, err, "1970");
    assert_refused(postage_signer_sign(signer, policy, FORMS_NOW + 100, &form, &err), POSTAGE_ERR_EXPIRED, err, "credentials");
    assert_refused(postage_sign_policy_text(signer, target, "x", 1, FORMS_NOW + 101, &form, &err), POSTAGE_ERR_EXPIRED, err,
                   "credentials");
    check_signature(signer, "us-east-1", FORMS_NOW, "20251121");
    postage_policy_free(policy);
    postage_target_free(target);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
}

static void test_signer__derived_key_is_bound_to_its_day_and_region(void **state)
{
    static const uint8_t key[POSTAGE_DERIVED_KEY_BYTES] = { 1 };
    struct postage_credentials_options options = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_target *target = forms_target("s3://bucket");
    struct postage_policy *policy = new_policy(target);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials;
    struct postage_signer *signer;
    struct postage_form *form;

    (void)state;
    options.access_key_id = "AKID";
    options.derived_key = key;
    options.derived_date = "20251121";
    options.derived_region = "us-east-1";
    assert_ok(postage_credentials_new(&credentials, &options, NULL, &err), err);
    signer = forms_signer(credentials);
    assert_ok(postage_signer_sign(signer, policy, FORMS_NOW, &form, &err), err);
    postage_form_free(form);
    assert_refused(postage_signer_sign(signer, policy, FORMS_NOW + 86400, &form, &err), POSTAGE_ERR_CREDENTIALS, err,
                   "20251122");
    assert_ok(postage_signer_sign(signer, policy, FORMS_NOW, &form, &err), err);
    postage_form_free(form);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
    options.derived_region = "eu-west-1";
    assert_ok(postage_credentials_new(&credentials, &options, NULL, &err), err);
    signer = forms_signer(credentials);
    assert_refused(postage_signer_sign(signer, policy, FORMS_NOW, &form, &err), POSTAGE_ERR_CREDENTIALS, err, "eu-west-1");
    postage_signer_free(signer);
    postage_credentials_free(credentials);
    postage_policy_free(policy);
    postage_target_free(target);
}

/* MinIO allows them; servers count the scope's parts from the right. */
static void test_signer__what_is_missing_is_refused(void **state)
{
    struct postage_credentials *credentials = forms_credentials(NULL, 0);
    struct postage_presign_options options = POSTAGE_PRESIGN_OPTIONS_INIT;
    struct postage_target *target = forms_target("s3://bucket/k");
    struct postage_signer *signer = forms_signer(credentials), *none;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;
    char *url;

    (void)state;
    assert_refused(postage_signer_new(&none, NULL, NULL, &err), POSTAGE_ERR_INVALID, err, "credentials");
    assert_null(none);
    assert_refused(postage_sign_policy_text(signer, NULL, "{}", 2, FORMS_NOW, &form, &err), POSTAGE_ERR_INVALID, err, "target");
    assert_refused(postage_sign_policy_text(signer, target, NULL, 2, FORMS_NOW, &form, &err), POSTAGE_ERR_INVALID, err,
                   "policy document");
    assert_null(form);
    assert_refused(postage_signer_presign(signer, NULL, &options, &url, &err), POSTAGE_ERR_INVALID, err, "target");
    assert_null(url);
    postage_signer_free(signer);
    postage_target_free(target);
    postage_credentials_free(credentials);
}

static void test_signer__access_key_ids_may_hold_slashes(void **state)
{
    struct postage_credentials_options options = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_target *target = forms_target("minio://bucket");
    struct postage_policy *policy = new_policy(target);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials;
    struct postage_signer *signer;
    struct postage_form *form, *back;
    char *json;

    (void)state;
    options.access_key_id = "a/b=c/d";
    options.secret_access_key = FORMS_SECRET;
    assert_ok(postage_credentials_new(&credentials, &options, NULL, &err), err);
    signer = forms_signer(credentials);
    assert_ok(postage_signer_sign(signer, policy, FORMS_NOW, &form, &err), err);
    assert_string_equal(postage_form_value(form, "x-amz-credential"), "a/b=c/d/20251121/us-east-1/s3/aws4_request");
    assert_int_equal(postage_form_to_json(form, NULL, &json), POSTAGE_OK);
    assert_ok(postage_form_from_json(&back, json, strlen(json), NULL, &err), err);
    postage_text_free(json, NULL);
    postage_form_free(back);
    postage_form_free(form);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
    postage_policy_free(policy);
    postage_target_free(target);
}

/* --- existing documents --- */

struct text_fixture {
    struct postage_credentials *credentials;
    struct postage_signer *signer;
    struct postage_target *target;
    struct postage_form *form;
};

static struct text_fixture sign_text(const char *token, const char *document, size_t length)
{
    struct text_fixture f = { .credentials = forms_credentials(token, 0), .target = forms_target("s3://bucket") };
    struct postage_error err = POSTAGE_ERROR_INIT;

    f.signer = forms_signer(f.credentials);
    assert_ok(postage_sign_policy_text(f.signer, f.target, document, length, FORMS_NOW, &f.form, &err), err);
    return f;
}

static void close_text(struct text_fixture *f)
{
    postage_form_free(f->form);
    postage_target_free(f->target);
    postage_signer_free(f->signer);
    postage_credentials_free(f->credentials);
}

static bool has_note(const struct postage_form *form, const char *words)
{
    for (size_t i = 0; postage_form_note(form, i) != NULL; i++)
        if (strstr(postage_form_note(form, i), words) != NULL)
            return true;
    return false;
}

static void check_bytes_are_signed(const char *document, size_t length)
{
    struct text_fixture f = sign_text(NULL, document, length);
    size_t signed_length;
    char hex[65];
    char *base64 = malloc(length * 4 / 3 + 8);

    assert_non_null(base64);
    EVP_EncodeBlock((unsigned char *)base64, (const unsigned char *)document, (int)length);
    assert_string_equal(postage_form_value(f.form, "policy"), base64);
    assert_memory_equal(postage_form_policy(f.form, &signed_length), document, length);
    assert_int_equal(signed_length, length);
    reference_signature(FORMS_SECRET, "20251121", "us-east-1", f.form, hex);
    assert_string_equal(postage_form_value(f.form, "x-amz-signature"), hex);
    free(base64);
    close_text(&f);
}

static void test_signer__any_document_is_signed_byte_for_byte(void **state)
{
    static const char nul_inside[] = "{\0\xff\r\n}";
    char *big = malloc(65536);

    (void)state;
    assert_non_null(big);
    memset(big, '[', 65536);
    check_bytes_are_signed("x", 1);
    check_bytes_are_signed(nul_inside, sizeof nul_inside - 1);
    check_bytes_are_signed("{}", 2);
    check_bytes_are_signed(" { \"conditions\" : [ ] , \"expiration\":\"2030-01-01T00:00:00Z\" }\r\n", 64);
    check_bytes_are_signed(big, 65536);
    free(big);
}

static void test_signer__documents_of_no_or_too_many_bytes_are_refused(void **state)
{
    struct text_fixture f = sign_text(NULL, "x", 1);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;
    char *big = malloc(65537);

    (void)state;
    assert_non_null(big);
    memset(big, ' ', 65537);
    assert_int_equal(postage_sign_policy_text(f.signer, f.target, "", 0, FORMS_NOW, &form, &err), POSTAGE_ERR_LIMIT);
    assert_null(form);
    assert_refused(postage_sign_policy_text(f.signer, f.target, big, 65537, FORMS_NOW, &form, &err), POSTAGE_ERR_LIMIT, err,
                   "65536");
    free(big);
    close_text(&f);
}

#define OWN_CONDITIONS                                                                                                         \
    "{\"x-amz-algorithm\":\"AWS4-HMAC-SHA256\"},"                                                                              \
    "{\"x-amz-credential\":\"AKIAIOSFODNN7EXAMPLE/20251121/us-east-1/s3/aws4_request\"},{\"x-amz-date\":\"20251121T120000Z\"}"

/* The same words as for a policy that was built here. */
static void test_signer__a_document_whose_range_ends_at_0_is_noted_where_that_is_no_limit(void **state)
{
    static const char document[] = "{\"expiration\":\"2025-11-21T13:00:00Z\",\"conditions\":[[\"content-length-range\",0,0]]}";
    struct text_fixture f = sign_text(NULL, document, sizeof document - 1);
    struct postage_target *minio = forms_target("minio://bucket");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;

    (void)state;
    assert_false(has_note(f.form, "ends at 0"));
    assert_ok(postage_sign_policy_text(f.signer, minio, document, sizeof document - 1, FORMS_NOW, &form, &err), err);
    assert_true(has_note(form, "ends at 0 as no limit"));
    postage_form_free(form);
    postage_target_free(minio);
    close_text(&f);
}

static void test_signer__a_good_document_becomes_fields_and_open_rules(void **state)
{
    static const char document[] =
        "{\"expiration\":\"2025-11-21T13:00:00Z\",\"conditions\":[{\"bucket\":\"bucket\"},[\"starts-with\",\"$key\",\"in/\"],"
        "[\"eq\",\"$Content-Type\",\"image/png\"],[\"content-length-range\",\"1\",18446744073709551615]," OWN_CONDITIONS "]}";
    struct text_fixture f = sign_text(NULL, document, sizeof document - 1);
    const struct postage_open_rule *open;
    uint64_t min_bytes, max_bytes;
    size_t count;

    (void)state;
    assert_non_null(strstr(postage_form_note(f.form, 0), "no size limit")); /* such a range limits nothing */
    assert_null(postage_form_note(f.form, 1));
    assert_string_equal(postage_form_value(f.form, "Content-Type"), "image/png");
    assert_string_equal(postage_form_value(f.form, "bucket"), "bucket");
    open = open_rules_of(f.form, &count);
    assert_int_equal(count, 1);
    assert_string_equal(open[0].name, "key");
    assert_string_equal(open[0].text, "in/");
    assert_true(postage_form_size_range(f.form, &min_bytes, &max_bytes));
    assert_true(min_bytes == 1 && max_bytes == UINT64_MAX);
    assert_int_equal(postage_form_expires_unix_s(f.form), FORMS_NOW + 3600);
    close_text(&f);
}

static const struct {
    const char *what, *document, *note;
} noted[] = {
    { "no JSON", "hello", "policy" },
    { "no bucket", "{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[{\"key\":\"k\"}," OWN_CONDITIONS "]}", "bucket" },
    { "another bucket",
      "{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[{\"bucket\":\"other\"},{\"key\":\"k\"}," OWN_CONDITIONS "]}",
      "bucket" },
    { "no key", "{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[{\"bucket\":\"bucket\"}," OWN_CONDITIONS "]}",
      "key" },
    { "expired",
      "{\"expiration\":\"2020-01-01T00:00:00Z\",\"conditions\":[{\"bucket\":\"bucket\"},{\"key\":\"k\"}," OWN_CONDITIONS "]}",
      "expired" },
    { "no conditions for the signature's fields",
      "{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[{\"bucket\":\"bucket\"},{\"key\":\"k\"}]}", "x-amz-algorithm" },
    { "another key's credential",
      "{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[{\"bucket\":\"bucket\"},{\"key\":\"k\"},"
      "{\"x-amz-credential\":\"OTHER/20251121/us-east-1/s3/aws4_request\"}]}",
      "x-amz-credential" },
    { "a token that the credentials do not have",
      "{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[{\"bucket\":\"bucket\"},{\"key\":\"k\"}," OWN_CONDITIONS ","
      "{\"x-amz-security-token\":\"canary\"}]}",
      "x-amz-security-token" },
    { "no size range",
      "{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[{\"bucket\":\"bucket\"},{\"key\":\"k\"}," OWN_CONDITIONS "]}",
      "size" },
};

static void test_signer__notes_say_what_a_server_will_refuse_and_no_token(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof noted / sizeof noted[0]; i++) {
        struct text_fixture f = sign_text(strstr(noted[i].document, "canary") != NULL ? NULL : "canary-token",
                                          noted[i].document, strlen(noted[i].document));

        if (!has_note(f.form, noted[i].note))
            fail_msg("%s: no note on \"%s\"", noted[i].what, noted[i].note);
        assert_false(has_note(f.form, "canary"));
        close_text(&f);
    }
}

static void test_signer__notes_say_when_there_is_too_much_before_the_file(void **state)
{
    size_t length = 20000;
    char *document = malloc(length);
    struct text_fixture f;

    (void)state;
    assert_non_null(document);
    memset(document, ' ', length);
    memcpy(document, "{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[]}", 52);
    f = sign_text(NULL, document, length);
    assert_true(has_note(f.form, "20480"));
    close_text(&f);
    free(document);
}

static void test_signer__notes_say_when_the_credentials_end_first(void **state)
{
    static const char document[] = "{\"expiration\":\"2025-11-21T13:00:00Z\",\"conditions\":[]}";
    struct postage_credentials *credentials = forms_credentials(NULL, FORMS_NOW + 60);
    struct postage_signer *signer = forms_signer(credentials);
    struct postage_target *target = forms_target("s3://bucket");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;

    (void)state;
    assert_ok(postage_sign_policy_text(signer, target, document, sizeof document - 1, FORMS_NOW, &form, &err), err);
    assert_true(has_note(form, "credentials expire 3540 seconds before"));
    postage_form_free(form);
    postage_target_free(target);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
}

/* --- memory --- */

static enum postage_status sign_all(const struct postage_credentials *credentials, const struct postage_target *target,
                                    const struct postage_policy *policy, const struct postage_allocator *alloc,
                                    struct postage_error *err)
{
    struct postage_presign_options presign = POSTAGE_PRESIGN_OPTIONS_INIT;
    struct postage_signer *signer = NULL;
    struct postage_form *form = NULL, *text_form = NULL;
    enum postage_status status = postage_signer_new(&signer, credentials, alloc, err);
    char *url = NULL;

    if (status == POSTAGE_OK)
        status = postage_signer_sign(signer, policy, FORMS_NOW, &form, err);
    if (status == POSTAGE_OK) {
        size_t length;
        const char *document = postage_form_policy(form, &length);

        status = postage_sign_policy_text(signer, target, document, length, FORMS_NOW, &text_form, err);
    }
    presign.key = "a/b c";
    presign.now_unix_s = FORMS_NOW;
    presign.expires_in_s = 60;
    presign.content_disposition = "attachment; filename=\"a\"";
    if (status == POSTAGE_OK)
        status = postage_signer_presign(signer, target, &presign, &url, err);
    postage_text_free(url, alloc);
    postage_form_free(text_form);
    postage_form_free(form);
    postage_signer_free(signer);
    return status;
}

/* Whoever issues many forms pays for each of them. Blocks are counted, since a test that measures time fails on a busy machine.
 */
static void test_signer__a_form_takes_few_allocations(void **state)
{
    static const struct {
        const char *uri;
        uint64_t policy_blocks, form_blocks;
    } rows[] = { { "s3://bucket", 2, 2 }, { "minio://bucket", 2, 2 }, { "oss://bucket", 2, 2 } };
    struct postage_credentials *credentials = forms_credentials(NULL, 0);
    struct postage_counting_allocator *counting;
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct postage_allocator *alloc = postage_counting_allocator_use(counting);
        struct postage_target *target = forms_target(rows[i].uri);
        struct postage_signer *signer;
        struct postage_policy *policy;
        struct postage_form *form;
        uint64_t before, between, after;

        assert_ok(postage_signer_new(&signer, credentials, alloc, &err), err);
        for (int round = 0; round < 2; round++) { /* the first one derives the key */
            before = counters_of(counting).total_blocks;
            assert_ok(postage_policy_new(&policy, target, alloc, &err), err);
            assert_ok(postage_policy_key(policy, "uploads/2025/11/21/portrait.png", &err), err);
            assert_ok(postage_policy_exact(policy, POSTAGE_CONTENT_TYPE, "image/png", &err), err);
            assert_ok(postage_policy_size_range(policy, 1, 10485760, &err), err);
            assert_ok(postage_policy_metadata(policy, "user", "42", &err), err);
            assert_ok(postage_policy_expires_in(policy, 600, &err), err);
            between = counters_of(counting).total_blocks;
            assert_ok(postage_signer_sign(signer, policy, FORMS_NOW + round, &form, &err), err);
            after = counters_of(counting).total_blocks;
            postage_form_free(form);
            postage_policy_free(policy);
        }
        assert_in_range(between - before, 1, rows[i].policy_blocks);
        assert_in_range(after - between, 1, rows[i].form_blocks);
        postage_signer_free(signer);
        postage_target_free(target);
    }
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
    postage_credentials_free(credentials);
}

/* What the signer keeps from one form to the next has to follow the clock in all three places. */
static void test_signer__each_second_has_its_own_date(void **state)
{
    static const int64_t seconds[] = { FORMS_NOW, FORMS_NOW, FORMS_NOW + 1, FORMS_NOW + 86400, FORMS_NOW + 1 };
    static const char *const dates[] = { "20251121T120000Z", "20251121T120000Z", "20251121T120001Z", "20251122T120000Z",
                                         "20251121T120001Z" };
    struct postage_credentials *credentials = forms_credentials("to\"ken", 0);
    struct postage_signer *signer = forms_signer(credentials);
    struct postage_target *target = forms_target("s3://bucket");
    struct postage_policy *policy = new_policy(target);
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        struct postage_form *form;
        char wanted[256];
        size_t length;

        assert_ok(postage_signer_sign(signer, policy, seconds[i], &form, &err), err);
        assert_string_equal(postage_form_value(form, "x-amz-date"), dates[i]);
        snprintf(wanted, sizeof wanted,
                 "{\"x-amz-credential\":\"%s/%.8s/us-east-1/s3/aws4_request\"},{\"x-amz-date\":\"%s\"},"
                 "{\"x-amz-security-token\":\"to\\\"ken\"}]}",
                 FORMS_ACCESS_KEY_ID, dates[i], dates[i]);
        assert_non_null(strstr(postage_form_policy(form, &length), wanted));
        assert_int_equal(postage_form_expires_unix_s(form), seconds[i] + 900);
        snprintf(wanted, sizeof wanted, "{\"expiration\":\"2025-11-2%cT12:15:0%c.000Z\"", dates[i][7], dates[i][14]);
        assert_int_equal(strncmp(postage_form_policy(form, &length), wanted, strlen(wanted)), 0);
        postage_form_free(form);
    }
    postage_policy_free(policy);
    postage_target_free(target);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
}

struct signing {
    const struct postage_credentials *credentials;
    const struct postage_target *target;
    const struct postage_policy *policy;
};

static enum postage_status sign_with(void *context, const struct postage_allocator *alloc, struct postage_error *err)
{
    const struct signing *signing = context;

    return sign_all(signing->credentials, signing->target, signing->policy, alloc, err);
}

static void test_signer__failed_allocations_leak_nothing(void **state)
{
    struct postage_credentials *credentials = forms_credentials("TOKEN", 0);
    struct postage_target *target = forms_target("s3://bucket");
    struct postage_policy *policy = new_policy(target);
    struct signing signing = { credentials, target, policy };
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    assert_ok(postage_policy_any(policy, POSTAGE_CONTENT_TYPE, NULL, &err), err);
    assert_ok(postage_policy_tag(policy, "a", "b", &err), err);
    /* Some room is made ahead of need; when that fails, the need itself asks again. */
    assert_true(fail_each_allocation(sign_with, &signing, FAILING_MAY_BE_SURVIVED) >= 9);
    postage_policy_free(policy);
    postage_target_free(target);
    postage_credentials_free(credentials);
}

/* A provider's own way: the secret keys an HMAC of the day alone, and date and credential are signed with the policy. */
static enum postage_status own_derive(struct hmac *hmac, const struct signature_scheme *scheme, const char *secret,
                                      const char *day, const char *region)
{
    uint8_t key[HMAC_MAX_BYTES];
    size_t bytes;

    (void)region;
    if (hmac_set_key(hmac, scheme->digest, secret, strlen(secret)) != POSTAGE_OK ||
        hmac_sign(hmac, day, strlen(day), key, &bytes) != POSTAGE_OK)
        return POSTAGE_ERR_CRYPTO;
    return hmac_set_key(hmac, scheme->digest, key, bytes);
}

static enum postage_status own_sign(struct hmac *hmac, const struct signed_form *form, uint8_t *mac, size_t *mac_bytes)
{
    const struct slice parts[] = { form->date, SLICE("\n"), form->credential, SLICE("\n"), form->policy };

    return hmac_sign_parts(hmac, parts, sizeof parts / sizeof parts[0], mac, mac_bytes);
}

static void test_signer__a_scheme_may_derive_and_sign_in_its_own_way(void **state)
{
    static const struct signature_scheme scheme = { .name = "own",
                                                    .digest = "SHA512",
                                                    .key_prefix = "",
                                                    .service = "store",
                                                    .terminator = "own_request",
                                                    .algorithm = "OWN-HMAC-SHA512",
                                                    .algorithm_field = "x-own-algorithm",
                                                    .credential_field = "x-own-credential",
                                                    .date_field = "x-own-date",
                                                    .signature_chars = 128,
                                                    .derive = own_derive,
                                                    .sign = own_sign };
    struct postage_credentials *credentials = forms_credentials(NULL, 0);
    struct postage_signer *signer = forms_signer(credentials);
    struct postage_error err = POSTAGE_ERROR_INIT;
    char signature[SIGNATURE_TEXT_BYTES], wanted[SIGNATURE_TEXT_BYTES] = "";
    static const char text[] = "20251121T120000Z\n" FORMS_ACCESS_KEY_ID "/20251121/north-1/store/own_request\ncG9saWN5";
    unsigned char key[EVP_MAX_MD_SIZE], mac[EVP_MAX_MD_SIZE];
    unsigned key_bytes, mac_bytes;
    struct signing_scope scope;

    (void)state;
    assert_ok(signer_enter_scope(signer, &scheme, "north-1", FORMS_NOW, &scope, &err), err);
    assert_string_equal(scope.credential, FORMS_ACCESS_KEY_ID "/20251121/north-1/store/own_request");
    assert_ok(signer_sign_form(signer, &scope, SLICE("cG9saWN5"), signature, &err), err);
    HMAC(EVP_sha512(), FORMS_SECRET, (int)strlen(FORMS_SECRET), (const unsigned char *)"20251121", 8, key, &key_bytes);
    HMAC(EVP_sha512(), key, (int)key_bytes, (const unsigned char *)text, strlen(text), mac, &mac_bytes);
    text_hex(mac, mac_bytes, wanted);
    assert_string_equal(signature, wanted);
    assert_int_equal(strlen(signature), scheme.signature_chars);

    /* A presigned URL is not a form. */
    assert_ok(signer_sign_text(signer, SLICE("request"), signature, &err), err);
    HMAC(EVP_sha512(), key, (int)key_bytes, (const unsigned char *)"request", 7, mac, &mac_bytes);
    text_hex(mac, mac_bytes, wanted);
    assert_string_equal(signature, wanted);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signer__follows_every_change_of_day_and_region),
        cmocka_unit_test(test_signer__two_give_the_same_form),
        cmocka_unit_test(test_signer__a_failed_call_does_not_spoil_the_next),
        cmocka_unit_test(test_signer__derived_key_is_bound_to_its_day_and_region),
        cmocka_unit_test(test_signer__what_is_missing_is_refused),
        cmocka_unit_test(test_signer__access_key_ids_may_hold_slashes),
        cmocka_unit_test(test_signer__any_document_is_signed_byte_for_byte),
        cmocka_unit_test(test_signer__documents_of_no_or_too_many_bytes_are_refused),
        cmocka_unit_test(test_signer__a_document_whose_range_ends_at_0_is_noted_where_that_is_no_limit),
        cmocka_unit_test(test_signer__a_good_document_becomes_fields_and_open_rules),
        cmocka_unit_test(test_signer__notes_say_what_a_server_will_refuse_and_no_token),
        cmocka_unit_test(test_signer__notes_say_when_there_is_too_much_before_the_file),
        cmocka_unit_test(test_signer__notes_say_when_the_credentials_end_first),
        cmocka_unit_test(test_signer__a_form_takes_few_allocations),
        cmocka_unit_test(test_signer__each_second_has_its_own_date),
        cmocka_unit_test(test_signer__a_scheme_may_derive_and_sign_in_its_own_way),
        cmocka_unit_test(test_signer__failed_allocations_leak_nothing),
    };

    return cmocka_run_group_tests_name("sign/signer", tests, NULL, NULL);
}
