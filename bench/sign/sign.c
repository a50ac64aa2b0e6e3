/*
 * Forms signed per second, whole: from the policy's calls to the form with its fields, freed again. Beside it the bare HMAC
 * over the same bytes, which nothing that signs can do without.
 *
 * Usage: bench-sign loop|new|again s3|oss|oss-v1 [THREADS]
 *   loop   only the HMAC, over the base64 policy of such a form, with the key set once
 *   new    a new policy for each form: what a backend does for each request
 *   again  one policy, signed again and again
 */
#include <pthread.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "postage/postage.h"
#include "round.h"

enum { BATCH = 256, THREADS_MAX = 64, KEY_BYTES = 32 };

static const struct kind {
    const char *name;
    const char *uri;
    const char *region;
    const char *signature;
    const char *digest;
} kinds[] = {
    { "s3", "s3://bench-bucket", "eu-west-1", "v4", "SHA256" },
    { "oss", "oss://bench-bucket", "cn-hangzhou", "v4", "SHA256" },
    { "oss-v1", "oss://bench-bucket", "cn-hangzhou", "v1", "SHA1" },
};

/* One thread's own. */
struct bench {
    const struct kind *kind;
    void (*step)(struct bench *);
    struct postage_credentials *credentials;
    struct postage_target *target;
    struct postage_signer *signer;
    struct postage_policy *policy; /* the one that is signed again */
    EVP_MAC_CTX *mac;
    char *text; /* what the bare loop signs */
    size_t text_bytes;
    char key[32]; /* of the object: another one for each form */
    struct postage_error err;
    uint64_t forms; /* so far, those of the warm-up as well */
    double cpu_s;
    double rate; /* per second, without the warm-up */
};

static void expect(bool good, const struct postage_error *err)
{
    if (good)
        return;
    fprintf(stderr, "bench-sign: %s\n", err != NULL ? err->message : "failed");
    exit(1);
}

static void next_key(struct bench *bench)
{
    uint64_t number = bench->forms;

    memcpy(bench->key, "uploads/00000000.png", sizeof "uploads/00000000.png");
    for (char *digit = bench->key + 15; number > 0 && digit >= bench->key + 8; digit--, number /= 10)
        *digit = (char)('0' + number % 10);
}

/* Exact key, content type, size range, one metadata field, ten minutes: the policy of all contenders, SDKs included. */
static struct postage_policy *new_policy(struct bench *bench)
{
    struct postage_policy *policy;

    next_key(bench);
    expect(postage_policy_new(&policy, bench->target, NULL, &bench->err) == POSTAGE_OK &&
               postage_policy_key(policy, bench->key, &bench->err) == POSTAGE_OK &&
               postage_policy_exact(policy, POSTAGE_CONTENT_TYPE, "image/png", &bench->err) == POSTAGE_OK &&
               postage_policy_size_range(policy, 1, 10485760, &bench->err) == POSTAGE_OK &&
               postage_policy_metadata(policy, "user", "42", &bench->err) == POSTAGE_OK &&
               postage_policy_expires_in(policy, 600, &bench->err) == POSTAGE_OK,
           &bench->err);
    return policy;
}

static struct postage_form *sign(struct bench *bench, const struct postage_policy *policy)
{
    struct postage_form *form;

    expect(postage_signer_sign(bench->signer, policy, time(NULL), &form, &bench->err) == POSTAGE_OK, &bench->err);
    keep(form);
    return form;
}

static void step_new(struct bench *bench)
{
    struct postage_policy *policy = new_policy(bench);

    postage_form_free(sign(bench, policy));
    postage_policy_free(policy);
}

static void step_again(struct bench *bench)
{
    postage_form_free(sign(bench, bench->policy));
}

static void step_loop(struct bench *bench)
{
    uint8_t mac[EVP_MAX_MD_SIZE];
    size_t bytes;

    expect(EVP_MAC_init(bench->mac, NULL, 0, NULL) == 1 &&
               EVP_MAC_update(bench->mac, (const uint8_t *)bench->text, bench->text_bytes) == 1 &&
               EVP_MAC_final(bench->mac, mac, &bytes, sizeof mac) == 1,
           NULL);
    keep(mac);
}

static const struct mode {
    const char *name;
    void (*step)(struct bench *);
} modes[] = { { "loop", step_loop }, { "new", step_new }, { "again", step_again } };

static void step(void *state)
{
    struct bench *bench = state;

    bench->step(bench);
    bench->forms++;
}

static void open_signer(struct bench *bench)
{
    struct postage_credentials_options credentials = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_target_options target = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;

    credentials.access_key_id = "AKIAIOSFODNN7EXAMPLE";
    credentials.secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    target.region = bench->kind->region;
    target.signature = bench->kind->signature;
    expect(postage_credentials_new(&bench->credentials, &credentials, NULL, &err) == POSTAGE_OK &&
               postage_target_new(&bench->target, bench->kind->uri, &target, NULL, &err) == POSTAGE_OK &&
               postage_signer_new(&bench->signer, bench->credentials, NULL, &err) == POSTAGE_OK,
           &err);
}

static void open_loop(struct bench *bench)
{
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)bench->kind->digest, 0),
        OSSL_PARAM_construct_end(),
    };
    static const uint8_t key[KEY_BYTES] = { 1 };
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    struct postage_form *form = sign(bench, bench->policy);

    bench->text = strdup(postage_form_value(form, "policy"));
    expect(bench->text != NULL, NULL);
    bench->text_bytes = strlen(bench->text);
    postage_form_free(form);
    bench->mac = EVP_MAC_CTX_new(hmac);
    expect(EVP_MAC_init(bench->mac, key, sizeof key, params) == 1, NULL);
    EVP_MAC_free(hmac);
}

static double thread_cpu_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void *run(void *state)
{
    struct bench *bench = state;
    struct cost cost;
    uint64_t calls;

    open_signer(bench);
    bench->policy = new_policy(bench);
    open_loop(bench);
    bench->forms = 0;
    bench->cpu_s = thread_cpu_s();
    calls = run_round(step, bench, BATCH, &cost);
    bench->cpu_s = thread_cpu_s() - bench->cpu_s;
    bench->rate = (double)calls / cost.wall_s;
    EVP_MAC_CTX_free(bench->mac);
    free(bench->text);
    postage_policy_free(bench->policy);
    postage_signer_free(bench->signer);
    postage_target_free(bench->target);
    postage_credentials_free(bench->credentials);
    return NULL;
}

/* Each thread has a signer of its own, as signer.h wants it. */
static void run_threads(const struct bench *bench, size_t count)
{
    pthread_t threads[THREADS_MAX];
    struct bench own[THREADS_MAX];
    double rate = 0, forms = 0, cpu_s = 0;

    for (size_t i = 0; i < count; i++) {
        own[i] = *bench;
        expect(pthread_create(&threads[i], NULL, run, &own[i]) == 0, NULL);
    }
    for (size_t i = 0; i < count; i++) {
        expect(pthread_join(threads[i], NULL) == 0, NULL);
        rate += own[i].rate;
        forms += (double)own[i].forms;
        cpu_s += own[i].cpu_s;
    }
    printf("{\"forms_per_cpu_s\": %.0f, \"forms_per_s\": %.0f, \"forms_per_thread_s\": %.0f}\n", forms / cpu_s, rate,
           rate / (double)count);
}

int main(int argc, char **argv)
{
    struct bench bench = { 0 };
    size_t threads = argc == 4 ? strtoul(argv[3], NULL, 10) : 1;

    for (size_t i = 0; argc >= 3 && i < sizeof modes / sizeof modes[0]; i++)
        if (strcmp(modes[i].name, argv[1]) == 0)
            bench.step = modes[i].step;
    for (size_t i = 0; argc >= 3 && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, argv[2]) == 0)
            bench.kind = &kinds[i];
    if (bench.step == NULL || bench.kind == NULL || threads < 1 || threads > THREADS_MAX) {
        fprintf(stderr, "usage: bench-sign loop|new|again s3|oss|oss-v1 [THREADS]\n");
        return 2;
    }
    run_threads(&bench, threads);
    return 0;
}
