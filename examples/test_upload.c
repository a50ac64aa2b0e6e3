/* What a test of your own can do: sign, upload and look into the store, all in one process, against a strict local endpoint. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <postage/postage.h>
#include <postage/sandbox.h>

static _Atomic int64_t seconds_later; /* how far the store's clock is ahead; the sandbox's thread reads it */

static int64_t store_clock(void *context)
{
    (void)context;
    return (int64_t)time(NULL) + seconds_later;
}

/* What is tested: a minute for one object of at most five bytes. */
static enum postage_status sign(struct postage_form **out, const char *endpoint, struct postage_error *err)
{
    struct postage_credentials_options keys = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_target_options where = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_credentials *credentials = NULL;
    struct postage_target *target = NULL;
    struct postage_policy *policy = NULL;
    struct postage_signer *signer = NULL;
    enum postage_status status;

    keys.access_key_id = POSTAGE_SANDBOX_KEY_ID;
    keys.secret_access_key = POSTAGE_SANDBOX_SECRET;
    where.endpoint = endpoint;
    where.region = "us-east-1";
    status = postage_credentials_new(&credentials, &keys, NULL, err);
    if (status == POSTAGE_OK)
        status = postage_target_new(&target, "s3://s3/", &where, NULL, err); /* a sandbox has a bucket named s3 */
    if (status == POSTAGE_OK)
        status = postage_policy_new(&policy, target, NULL, err);
    if (status == POSTAGE_OK)
        status = postage_signer_new(&signer, credentials, NULL, err);
    if (status == POSTAGE_OK) {
        postage_policy_key(policy, "hello.txt", NULL); /* what is refused here, signing answers */
        postage_policy_size_range(policy, 0, 5, NULL);
        postage_policy_expires_in(policy, 60, NULL);
        status = postage_signer_sign(signer, policy, (int64_t)time(NULL), out, err);
    }

    postage_signer_free(signer), postage_policy_free(policy);
    postage_target_free(target), postage_credentials_free(credentials);
    return status;
}

/* Uploads `text`; false if the store did not say what was expected. */
static bool expect(const struct postage_form *form, const char *text, enum postage_object_state state)
{
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_result *result = NULL;
    struct postage_source source = { 0 };
    bool as_expected = false;

    if (postage_source_memory(&source, text, strlen(text), NULL, &err) == POSTAGE_OK) {
        options.form = form;
        options.source = &source;
        options.skip_check = true; /* the store shall refuse it, not the client */
        if (postage_upload(&result, &options, NULL, NULL, &err) != POSTAGE_OK && result == NULL)
            fprintf(stderr, "%s\n", err.message);
    }
    if (result != NULL) {
        as_expected = result->object_state == state;
        printf("\"%s\": %s %s\n", text, postage_object_state_name(result->object_state), result->error->provider_code);
    }
    postage_result_free(result);
    postage_source_close(&source);
    return as_expected;
}

int main(void)
{
    struct postage_sandbox_options options = POSTAGE_SANDBOX_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_sandbox *sandbox = NULL;
    struct postage_form *form = NULL;
    bool good = false;

    options.now = store_clock;
    if (postage_sandbox_start(&sandbox, &options, &err) == POSTAGE_OK &&
        sign(&form, postage_sandbox_endpoint(sandbox, 0), &err) == POSTAGE_OK) {
        good = expect(form, "hello", POSTAGE_OBJECT_STORED) && expect(form, "hello!", POSTAGE_OBJECT_NOT_STORED);
        seconds_later = 61; /* nobody waits for a form to expire */
        good = good && expect(form, "hello", POSTAGE_OBJECT_NOT_STORED);
    } else {
        fprintf(stderr, "%s\n", err.message);
    }

    postage_form_free(form);
    postage_sandbox_stop(sandbox);
    return good ? 0 : 1;
}
