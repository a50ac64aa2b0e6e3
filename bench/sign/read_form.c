/*
 * Forms read from JSON and checked per second: from the text to the report, freed again. Beside it cJSON alone on the same
 * text.
 *
 * Usage: bench-read_form cjson|postage
 */
#include <string.h>

#include <cjson/cJSON.h>

#include "postage/postage.h"
#include "round.h"

enum { BATCH = 64 };

struct bench {
    char *json;
    size_t length;
    int64_t now_unix_s;
};

static void expect(bool good, const struct postage_error *err)
{
    if (good)
        return;
    fprintf(stderr, "bench-read_form: %s\n", err->message[0] != '\0' ? err->message : "failed");
    exit(1);
}

static void step_cjson(void *state)
{
    const struct bench *bench = state;
    cJSON *root = cJSON_ParseWithLength(bench->json, bench->length);

    keep(root);
    cJSON_Delete(root);
}

static void step_postage(void *state)
{
    const struct bench *bench = state;
    struct postage_check_options options = POSTAGE_CHECK_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_report *report = NULL;
    struct postage_form *form = NULL;

    options.now_unix_s = bench->now_unix_s;
    options.file_name = "portrait.png";
    options.content_type = "image/png";
    options.file_bytes = 12345;
    options.size_given = true;
    expect(postage_form_from_json(&form, bench->json, bench->length, NULL, &err) == POSTAGE_OK &&
               postage_check(&report, form, &options, NULL, &err) == POSTAGE_OK && postage_report_accepted(report),
           &err);
    postage_report_free(report);
    postage_form_free(form);
}

/* The form of bench-sign. */
static void open_form(struct bench *bench)
{
    struct postage_credentials_options own = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_target_options place = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials = NULL;
    struct postage_target *target = NULL;
    struct postage_signer *signer = NULL;
    struct postage_policy *policy = NULL;
    struct postage_form *form = NULL;

    own.access_key_id = "AKIAIOSFODNN7EXAMPLE";
    own.secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    place.region = "eu-west-1";
    bench->now_unix_s = time(NULL);
    expect(postage_credentials_new(&credentials, &own, NULL, &err) == POSTAGE_OK &&
               postage_target_new(&target, "s3://bench-bucket", &place, NULL, &err) == POSTAGE_OK &&
               postage_signer_new(&signer, credentials, NULL, &err) == POSTAGE_OK &&
               postage_policy_new(&policy, target, NULL, &err) == POSTAGE_OK &&
               postage_policy_key(policy, "uploads/00000000.png", &err) == POSTAGE_OK &&
               postage_policy_exact(policy, POSTAGE_CONTENT_TYPE, "image/png", &err) == POSTAGE_OK &&
               postage_policy_size_range(policy, 1, 10485760, &err) == POSTAGE_OK &&
               postage_policy_metadata(policy, "user", "42", &err) == POSTAGE_OK &&
               postage_policy_expires_in(policy, 600, &err) == POSTAGE_OK &&
               postage_signer_sign(signer, policy, bench->now_unix_s, &form, &err) == POSTAGE_OK &&
               postage_form_to_json(form, NULL, &bench->json) == POSTAGE_OK,
           &err);
    bench->length = strlen(bench->json);
    postage_form_free(form);
    postage_policy_free(policy);
    postage_signer_free(signer);
    postage_target_free(target);
    postage_credentials_free(credentials);
}

int main(int argc, char **argv)
{
    bool cjson = argc == 2 && strcmp(argv[1], "cjson") == 0;
    struct bench bench;
    struct cost cost;
    uint64_t calls;

    if (!cjson && (argc != 2 || strcmp(argv[1], "postage") != 0)) {
        fprintf(stderr, "usage: bench-read_form cjson|postage\n");
        return 2;
    }
    open_form(&bench);
    calls = run_round(cjson ? step_cjson : step_postage, &bench, BATCH, &cost);
    printf("{\"cpu_ns_per_form\": %.1f}\n", cost.cpu_s * 1e9 / (double)calls);
    postage_text_free(bench.json, NULL);
    return 0;
}
