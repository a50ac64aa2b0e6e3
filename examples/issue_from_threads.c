/* Issues forms from several threads, while the keys are replaced under them:  issue_from_threads s3://BUCKET/
   Prints each form on a line, as a service would answer requests. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <postage/postage.h>

enum { THREADS = 4, FORMS = 25 };

static struct postage_target *target; /* never changes: all threads use it */
static atomic_uint keys_version = 1;  /* raised when new keys lie in the secret store */

/* What a thread signs with. A signer keeps a derived key, so it has one owner; so have the credentials that it borrows. */
struct issuer {
    struct postage_credentials *credentials;
    struct postage_signer *signer;
    unsigned version;
};

static void issuer_clear(struct issuer *issuer)
{
    postage_signer_free(issuer->signer); /* before what it borrows */
    postage_credentials_free(issuer->credentials);
    *issuer = (struct issuer){ 0 };
}

/* Makes the signer anew if the keys have changed since it was made. Forms that are out stay good as long as their keys are. */
static enum postage_status issuer_refresh(struct issuer *issuer, struct postage_error *err)
{
    struct postage_credentials_options keys = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    unsigned version = atomic_load(&keys_version);
    enum postage_status status;

    if (issuer->version == version)
        return POSTAGE_OK;
    issuer_clear(issuer);
    keys.access_key_id = getenv("AWS_ACCESS_KEY_ID"); /* a service asks its secret store here */
    keys.secret_access_key = getenv("AWS_SECRET_ACCESS_KEY");
    keys.session_token = getenv("AWS_SESSION_TOKEN");
    status = postage_credentials_new(&issuer->credentials, &keys, NULL, err);
    if (status == POSTAGE_OK)
        status = postage_signer_new(&issuer->signer, issuer->credentials, NULL, err);
    if (status == POSTAGE_OK)
        issuer->version = version;
    return status;
}

/* A form for one image of a user: the key is ours, nothing in it comes from the request. Signing tells of a refused call. */
static void write_policy(struct postage_policy *policy, unsigned user, uint64_t bytes)
{
    static atomic_uint serial; /* a service takes 128 random bits */
    char key[64];

    snprintf(key, sizeof key, "avatars/%u/%u.png", user, atomic_fetch_add(&serial, 1));
    postage_policy_key(policy, key, NULL);
    postage_policy_exact(policy, POSTAGE_CONTENT_TYPE, "image/png", NULL);
    postage_policy_size_range(policy, bytes, bytes, NULL);
    postage_policy_expires_in(policy, 5 * 60, NULL);
}

static enum postage_status issue(struct issuer *issuer, unsigned user, char **json, struct postage_error *err)
{
    struct postage_policy *policy = NULL;
    struct postage_form *form = NULL;
    enum postage_status status = issuer_refresh(issuer, err);

    if (status == POSTAGE_OK)
        status = postage_policy_new(&policy, target, NULL, err);
    if (status == POSTAGE_OK) {
        write_policy(policy, user, 1000);
        status = postage_signer_sign(issuer->signer, policy, (int64_t)time(NULL), &form, err);
    }
    if (status == POSTAGE_OK)
        status = postage_form_to_json(form, NULL, json);
    postage_form_free(form);
    postage_policy_free(policy);
    return status;
}

static void *serve(void *failures)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct issuer issuer = { 0 };

    for (unsigned i = 0; i < FORMS; i++) {
        char *json = NULL;

        if (i == FORMS / 2)
            atomic_fetch_add(&keys_version, 1);
        if (issue(&issuer, 42, &json, &err) == POSTAGE_OK)
            puts(json);
        else
            atomic_fetch_add((atomic_uint *)failures, 1), fprintf(stderr, "%s\n", err.message);
        postage_text_free(json, NULL);
    }
    issuer_clear(&issuer);
    return NULL;
}

int main(int argc, char **argv)
{
    struct postage_target_options where = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    pthread_t threads[THREADS];
    atomic_uint failures = 0;

    where.region = getenv("AWS_REGION");
    where.endpoint = getenv("AWS_ENDPOINT_URL_S3");
    if (postage_target_new(&target, argc == 2 ? argv[1] : "", &where, NULL, &err) != POSTAGE_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, serve, &failures) != 0)
            return 1;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    postage_target_free(target);
    return failures == 0 ? 0 : 1;
}
