/*
 * Signs forms that a seed draws, with the real signer: one line of JSON each,
 *
 *     {"provider": "s3", "bucket": "s3", "min": 0, "max": 100, "form": {"url": ..., "fields": {...}}}
 *
 *     write_forms SEED COUNT NOW KEY_ID SECRET ENDPOINT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postage/postage.h"

static uint64_t state;

static uint32_t draw(uint32_t below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % below;
}

static const char *const texts[] = {
    "plain", "", "with \"quotes\" and \\ in it", "caf\xC3\xA9 \xF0\x9F\x8E\x89", "a/b/c", "x=1&y=2", "{}[]", "'"
};

static const char *draw_text(void)
{
    return texts[draw(sizeof texts / sizeof texts[0])];
}

static const struct {
    const char *name;
    const char *value;
} fields[] = { { POSTAGE_CACHE_CONTROL, "max-age=60" },
               { POSTAGE_CONTENT_DISPOSITION, "attachment; filename=\"a.txt\"" },
               { POSTAGE_CONTENT_ENCODING, "identity" },
               { POSTAGE_EXPIRES, "Wed, 21 Oct 2026 07:28:00 GMT" },
               { POSTAGE_SUCCESS_STATUS, "201" },
               { POSTAGE_SUCCESS_REDIRECT, "https://app.example/done" },
               { POSTAGE_ACL, "private" } };

static void add_fields(struct postage_policy *policy)
{
    char name[16];

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (draw(3) == 0)
            postage_policy_exact(policy, fields[i].name, fields[i].value, NULL);
    for (uint32_t i = draw(4); i > 0; i--) {
        snprintf(name, sizeof name, "m%u", i);
        postage_policy_metadata(policy, name, draw_text(), NULL);
    }
    switch (draw(3)) {
    case 0:
        postage_policy_starts_with(policy, POSTAGE_CONTENT_TYPE, "image/", "image/png", NULL);
        break;
    case 1:
        postage_policy_any(policy, POSTAGE_CONTENT_TYPE, "text/plain", NULL);
        break;
    default:
        postage_policy_exact(policy, POSTAGE_CONTENT_TYPE, "application/json", NULL);
    }
}

static void add_key(struct postage_policy *policy, uint32_t number)
{
    char key[64];

    snprintf(key, sizeof key, "forms/%u", number);
    if (draw(3) == 0)
        postage_policy_key_prefix(policy, "forms/", key, NULL);
    else if (draw(2) == 0)
        postage_policy_key(policy, key, NULL);
    else
        postage_policy_key_template(policy, "forms/${filename}", NULL);
}

static enum postage_status sign_one(uint32_t number, char **argv, struct postage_signer *signer, struct postage_error *err)
{
    static const char *const uris[] = { "s3://s3-bucket/", "minio://minio/", "oss://oss/" };
    static const char *const names[] = { "s3", "minio", "oss" };
    static const char *const buckets[] = { "s3-bucket", "minio", "oss" };
    struct postage_target_options options = POSTAGE_TARGET_OPTIONS_INIT;
    uint32_t provider = draw(3);
    uint64_t min = draw(20), max = min + 1 + draw(100);
    struct postage_target *target = NULL;
    struct postage_policy *policy = NULL;
    struct postage_form *form = NULL;
    enum postage_status status;
    char *json;

    options.endpoint = argv[6];
    options.region = "us-east-1";
    options.signature = provider == 2 && draw(2) == 0 ? "v1" : NULL;
    status = postage_target_new(&target, uris[provider], &options, NULL, err);
    if (status == POSTAGE_OK)
        status = postage_policy_new(&policy, target, NULL, err);
    if (status == POSTAGE_OK) {
        add_key(policy, number);
        add_fields(policy);
        postage_policy_size_range(policy, min, max, NULL);
        postage_policy_expires_in(policy, 600, NULL);
        status = postage_signer_sign(signer, policy, strtoll(argv[3], NULL, 10), &form, err);
    }
    if (status == POSTAGE_OK && (status = postage_form_to_json(form, NULL, &json)) == POSTAGE_OK) {
        printf("{\"provider\":\"%s\",\"bucket\":\"%s\",\"min\":%" PRIu64 ",\"max\":%" PRIu64 ",\"form\":%s}\n", names[provider],
               buckets[provider], min, max, json);
        postage_text_free(json, NULL);
    }
    postage_form_free(form);
    postage_policy_free(policy);
    postage_target_free(target);
    return status;
}

int main(int argc, char **argv)
{
    struct postage_credentials_options keys = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials = NULL;
    struct postage_signer *signer = NULL;
    enum postage_status status;

    if (argc != 7)
        return fprintf(stderr, "write_forms SEED COUNT NOW KEY_ID SECRET ENDPOINT\n"), 2;
    state = strtoull(argv[1], NULL, 10);
    keys.access_key_id = argv[4];
    keys.secret_access_key = argv[5];
    status = postage_credentials_new(&credentials, &keys, NULL, &err);
    if (status == POSTAGE_OK)
        status = postage_signer_new(&signer, credentials, NULL, &err);
    for (uint32_t i = 0, count = (uint32_t)strtoul(argv[2], NULL, 10); status == POSTAGE_OK && i < count; i++)
        status = sign_one(i, argv, signer, &err);
    if (status != POSTAGE_OK)
        fprintf(stderr, "%s\n", err.message);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
    return status == POSTAGE_OK ? 0 : 1;
}
