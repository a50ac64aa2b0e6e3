/* Prints a form that lets its holder upload one image of at most 10 MiB within 15 minutes:  issue_form s3://BUCKET/
   The library never looks at the environment; this program takes keys, region and endpoint from it. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <postage/postage.h>

/* No call is checked: signing answers the first that was refused. */
static void write_policy(struct postage_policy *policy)
{
    postage_policy_key_template(policy, "avatars/42/${filename}", NULL);
    postage_policy_starts_with(policy, POSTAGE_CONTENT_TYPE, "image/", "image/png", NULL);
    postage_policy_size_range(policy, 1, 10 * 1024 * 1024, NULL);
    postage_policy_exact(policy, POSTAGE_SUCCESS_STATUS, "201", NULL); /* its reply names the key */
    postage_policy_expires_in(policy, 15 * 60, NULL);
}

int main(int argc, char **argv)
{
    struct postage_credentials_options keys = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_target_options where = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials = NULL;
    struct postage_target *target = NULL;
    struct postage_policy *policy = NULL;
    struct postage_signer *signer = NULL;
    struct postage_form *form = NULL;
    char *json = NULL;
    enum postage_status status;

    keys.access_key_id = getenv("AWS_ACCESS_KEY_ID");
    keys.secret_access_key = getenv("AWS_SECRET_ACCESS_KEY");
    keys.session_token = getenv("AWS_SESSION_TOKEN");
    where.region = getenv("AWS_REGION");
    where.endpoint = getenv("AWS_ENDPOINT_URL_S3"); /* NULL: Amazon's own */
    status = postage_credentials_new(&credentials, &keys, NULL, &err);
    if (status == POSTAGE_OK)
        status = postage_target_new(&target, argc == 2 ? argv[1] : "", &where, NULL, &err);
    if (status == POSTAGE_OK)
        status = postage_policy_new(&policy, target, NULL, &err);
    if (status == POSTAGE_OK)
        status = postage_signer_new(&signer, credentials, NULL, &err);
    if (status == POSTAGE_OK) {
        write_policy(policy);
        status = postage_signer_sign(signer, policy, (int64_t)time(NULL), &form, &err);
    }
    if (status == POSTAGE_OK && postage_form_to_json(form, NULL, &json) == POSTAGE_OK)
        puts(json);
    if (status != POSTAGE_OK)
        fprintf(stderr, "%s\n", err.message);

    postage_text_free(json, NULL), postage_form_free(form), postage_signer_free(signer);
    postage_policy_free(policy), postage_target_free(target), postage_credentials_free(credentials);
    return status == POSTAGE_OK ? 0 : 1;
}
