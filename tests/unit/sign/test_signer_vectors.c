/* Forms of the official SDKs: our signature of their policy is theirs, and our policy says what theirs says. */
#include <glob.h>

#include "base/calendar.h"
#include "policy/document.h"
#include "policy/policy.h"
#include "policy/target.h"
#include "provider/capability.h"
#include "postage/postage.h"
#include "support/vectors.h"

static const char *const files[] = { "s3-fields.json",  "s3-hosts.json",     "s3-key.json",         "s3-metadata.json",
                                     "s3-session.json", "s3-size-type.json", "s3-time-secret.json", "minio.json",
                                     "oss-v4.json",     "oss-v1.json" };

/* What our builder refuses on purpose, and the word in its reason. Everything else has to be built. */
static const struct {
    const char *id;
    const char *word;
} refused[] = {
    { "awsjs.s3-key.filename-middle", "${filename}" }, /* an exact rule on a text the server replaces never matches */
    { "oss2.oss-v1.filename-eq", "${filename}" },
    { "awsgo.s3-metadata.controls", "CR, LF or NUL" }, /* would come back as a second header from some servers */
};

/* "oss-v1": the provider and, if it is not the default one, the signature; "" else. */
static const struct postage_provider *vector_provider(const cJSON *vector)
{
    const char *text = vector_member(vector, "provider");
    const struct postage_provider *provider;
    char name[32];

    snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "-"), text);
    provider = postage_provider_find(name);
    if (provider == NULL)
        fail_msg("%s: no provider \"%s\"", vector_member(vector, "id"), name);
    return provider;
}

static const char *vector_signature(const cJSON *vector)
{
    const char *text = vector_member(vector, "provider"), *hyphen = strchr(text, '-');

    return hyphen != NULL ? hyphen + 1 : "";
}

/* The scheme to sign with; NULL: an older one, with which nothing is signed. */
static const struct signature_scheme *vector_scheme(const cJSON *vector)
{
    const struct signature_scheme *const *scheme = vector_provider(vector)->schemes;

    while (vector_signature(vector)[0] != '\0' && *scheme != NULL && strcmp((*scheme)->name, vector_signature(vector)) != 0)
        scheme++;
    return *scheme;
}

struct fixture {
    struct postage_credentials *credentials;
    struct postage_signer *signer;
    struct postage_target *target;
    int64_t now;
};

static void open_fixture(struct fixture *fixture, const cJSON *vector)
{
    const cJSON *input = cJSON_GetObjectItemCaseSensitive(vector, "input");
    struct postage_credentials_options credentials = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_target_options options = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    const char *addressing = vector_member(input, "addressing");
    const char *kind, *signature = vector_signature(vector);
    char uri[512];

    credentials.access_key_id = vector_member(input, "access_key_id");
    credentials.secret_access_key = vector_member(input, "secret_access_key");
    credentials.session_token = vector_member(input, "session_token");
    assert_ok(postage_credentials_new(&fixture->credentials, &credentials, NULL, &err), err);
    assert_ok(postage_signer_new(&fixture->signer, fixture->credentials, NULL, &err), err);
    options.endpoint = vector_member(input, "endpoint");
    options.region = vector_member(input, "region");
    addressing = addressing != NULL ? addressing : "auto";
    options.addressing = strcmp(addressing, "path") == 0      ? POSTAGE_ADDRESSING_PATH
                         : strcmp(addressing, "virtual") == 0 ? POSTAGE_ADDRESSING_VIRTUAL
                                                              : POSTAGE_ADDRESSING_AUTO;
    options.dualstack = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(input, "dualstack"));
    options.fips = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(input, "fips"));
    options.accelerate = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(input, "accelerate"));
    if (strcmp(addressing, "cname") == 0)
        options.addressing = POSTAGE_ADDRESSING_CNAME;
    kind = vector_member(input, "oss_endpoint_kind");
    options.dualstack = options.dualstack || (kind != NULL && strcmp(kind, "dualstack") == 0);
    options.internal = kind != NULL && strcmp(kind, "internal") == 0;
    if (signature[0] != '\0')
        options.signature = signature;
    snprintf(uri, sizeof uri, "%s://%s/", vector_provider(vector)->name, vector_member(input, "bucket"));
    assert_ok(postage_target_new(&fixture->target, uri, &options, NULL, &err), err);
    assert_true(calendar_read_extended(slice_of(vector_member(input, "now")), &fixture->now));
}

static void close_fixture(struct fixture *fixture)
{
    postage_target_free(fixture->target);
    postage_signer_free(fixture->signer);
    postage_credentials_free(fixture->credentials);
}

static const char *signature_of(const struct postage_target *target, const struct postage_form *form)
{
    const char *signature = postage_form_value(form, target->scheme->signature_field);

    return signature != NULL ? signature : "";
}

static void check_signature(const cJSON *vector)
{
    const cJSON *output = cJSON_GetObjectItemCaseSensitive(vector, "output");
    const char *document = vector_member(output, "policy_json");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;
    struct fixture fixture;

    open_fixture(&fixture, vector);
    assert_ok(postage_sign_policy_text(fixture.signer, fixture.target, document, strlen(document), fixture.now, &form, &err),
              err);
    if (strcmp(signature_of(fixture.target, form), vector_member(output, "signature")) != 0)
        fail_msg("%s: signature differs", vector_member(vector, "id"));
    assert_string_equal(postage_form_value(form, "policy"), vector_member(output, "policy_base64"));
    postage_form_free(form);
    close_fixture(&fixture);
}

static int check_file(const char *name)
{
    cJSON *vectors = vector_json(name);
    const cJSON *vector;
    int count = 0;

    cJSON_ArrayForEach(vector, vectors)
    {
        const cJSON *output = cJSON_GetObjectItemCaseSensitive(vector, "output");

        if (vector_member(output, "policy_json") == NULL || vector_scheme(vector) == NULL)
            continue;
        check_signature(vector);
        count++;
    }
    cJSON_Delete(vectors);
    return count;
}

/* Every file with signed forms counts, listed above or not: a provider that is added brings its own. */
static int check_all_files(void)
{
    glob_t found;
    int count = 0;

    assert_int_equal(glob(TEST_VECTORS "/*.json", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        count += check_file(strrchr(found.gl_pathv[i], '/') + 1);
    globfree(&found);
    return count;
}

static void test_vectors__signing_an_sdks_policy_gives_its_signature(void **state)
{
    (void)state;
    assert_in_range(check_all_files(), 98, 10000);
}

static void from_hex(const char *hex, uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned byte;

        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
}

static void check_derived_key(const cJSON *vector)
{
    const cJSON *input = cJSON_GetObjectItemCaseSensitive(vector, "input");
    const cJSON *output = cJSON_GetObjectItemCaseSensitive(vector, "output");
    const char *document = vector_member(output, "policy_json");
    struct postage_credentials_options options = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials;
    struct postage_signer *signer;
    struct postage_form *form;
    struct fixture fixture;
    uint8_t key[POSTAGE_DERIVED_KEY_BYTES];
    char date[CALENDAR_BASIC_BYTES];

    if (strcmp(vector_member(vector, "provider"), "oss-v1") == 0)
        return; /* signs with the secret itself */
    open_fixture(&fixture, vector);
    from_hex(vector_member(output, "signing_key_hex"), key, sizeof key);
    calendar_basic(fixture.now, date);
    date[8] = '\0';
    options.access_key_id = vector_member(input, "access_key_id");
    options.session_token = vector_member(input, "session_token");
    options.derived_key = key;
    options.derived_date = date;
    options.derived_region = vector_member(input, "region");
    assert_ok(postage_credentials_new(&credentials, &options, NULL, &err), err);
    assert_ok(postage_signer_new(&signer, credentials, NULL, &err), err);
    assert_ok(postage_sign_policy_text(signer, fixture.target, document, strlen(document), fixture.now, &form, &err), err);
    assert_string_equal(signature_of(fixture.target, form), vector_member(output, "signature"));
    postage_form_free(form);
    assert_refused(
        postage_sign_policy_text(signer, fixture.target, document, strlen(document), fixture.now + 86400, &form, &err),
        POSTAGE_ERR_CREDENTIALS, err, "derived key is for day");
    postage_signer_free(signer);
    postage_credentials_free(credentials);
    close_fixture(&fixture);
}

static void test_vectors__a_derived_key_signs_as_the_secret_does(void **state)
{
    (void)state;
    vector_each(files, sizeof files / sizeof files[0], check_derived_key, 98);
}

/* --- comparison of conditions --- */

static const char *field_value(const cJSON *input, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetObjectItemCaseSensitive(input, "fields"), name));
}

static enum postage_status add_prefix(struct postage_policy *policy, const cJSON *input, const char *name, const char *prefix,
                                      struct postage_error *err)
{
    const struct capability *row = capability_find(policy->caps, slice_of(name));
    struct slice wire = slice_of(row != NULL ? row->wire : name);
    bool known = slice_equal_ignoring_case(policy->key.wire, wire);

    for (size_t i = 0; i < policy->field_count; i++)
        known = known || slice_equal_ignoring_case(policy->fields[i].wire, wire);
    return known ? postage_policy_narrow(policy, name, prefix, err)
                 : postage_policy_starts_with(policy, name, prefix, field_value(input, name), err);
}

static enum postage_status add_list(struct postage_policy *policy, const cJSON *input, const cJSON *condition, bool in,
                                    struct postage_error *err)
{
    const char *name = cJSON_GetArrayItem(condition, 1)->valuestring + 1;
    const char *values[8];
    size_t count = 0;
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetArrayItem(condition, 2))
    {
        values[count++] = item->valuestring;
    }
    return in ? postage_policy_one_of(policy, name, values, count, field_value(input, name), err)
              : postage_policy_none_of(policy, name, values, count, field_value(input, name), err);
}

static enum postage_status add_condition(struct postage_policy *policy, const cJSON *input, const cJSON *condition,
                                         struct postage_error *err)
{
    const char *operator_name;

    if (cJSON_IsObject(condition))
        return postage_policy_exact(policy, condition->child->string, condition->child->valuestring, err);
    operator_name = cJSON_GetStringValue(cJSON_GetArrayItem(condition, 0));
    if (strcmp(operator_name, "content-length-range") == 0)
        return postage_policy_size_range(policy, (uint64_t)cJSON_GetArrayItem(condition, 1)->valuedouble,
                                         (uint64_t)cJSON_GetArrayItem(condition, 2)->valuedouble, err);
    if (strcmp(operator_name, "eq") == 0)
        return postage_policy_exact(policy, cJSON_GetArrayItem(condition, 1)->valuestring + 1,
                                    cJSON_GetArrayItem(condition, 2)->valuestring, err);
    if (strcmp(operator_name, "in") == 0 || strcmp(operator_name, "not-in") == 0)
        return add_list(policy, input, condition, operator_name[0] == 'i', err);
    return add_prefix(policy, input, cJSON_GetArrayItem(condition, 1)->valuestring + 1,
                      cJSON_GetArrayItem(condition, 2)->valuestring, err);
}

/* Some SDKs derive the key's rule from the key, others are given it: then it is among the conditions. */
static bool is_key_condition(const cJSON *condition)
{
    const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(condition, 1));

    return cJSON_IsArray(condition) && name != NULL && strcmp(name, "$key") == 0;
}

static enum postage_status add_key(struct postage_policy *policy, const cJSON *input, struct postage_error *err)
{
    const char *key = vector_member(input, "key");
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(input, "conditions"))
    {
        if (is_key_condition(item) && strcmp(cJSON_GetArrayItem(item, 0)->valuestring, "eq") == 0)
            return postage_policy_key(policy, cJSON_GetArrayItem(item, 2)->valuestring, err);
    }
    return slice_ends_with(slice_of(key), SLICE("${filename}")) ? postage_policy_key_template(policy, key, err)
                                                                : postage_policy_key(policy, key, err);
}

static enum postage_status build_policy(struct postage_policy *policy, const cJSON *input, struct postage_error *err)
{
    enum postage_status status = add_key(policy, input, err);
    const cJSON *item;

    if (status == POSTAGE_OK)
        status = postage_policy_leave_open(policy, POSTAGE_SIZE, err);
    if (status == POSTAGE_OK)
        status = postage_policy_leave_open(policy, POSTAGE_CONTENT_TYPE, err);

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(input, "conditions"))
    {
        if (status == POSTAGE_OK && !is_key_condition(item))
            status = add_condition(policy, input, item, err);
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(input, "fields"))
    {
        if (status == POSTAGE_OK && strncmp(item->string, "x-ignore-", 9) == 0)
            status = postage_policy_exact(policy, item->string, item->valuestring, err);
    }
    if (status == POSTAGE_OK)
        status =
            postage_policy_expires_in(policy, (int64_t)cJSON_GetObjectItemCaseSensitive(input, "expires_in")->valuedouble, err);
    return status;
}

/* On OSS the neutral content type is x-oss-content-type, which wins over the Content-Type that the SDKs' samples use. */
static bool same_name(const char *ours, const char *theirs)
{
    if (strcmp(ours, "x-oss-content-type") == 0 && strcmp(theirs, "content-type") == 0)
        return true;
    return slice_equal_ignoring_case(slice_of(ours), slice_of(theirs));
}

static bool same_values(const cJSON *list, const struct policy_condition *ours)
{
    if ((size_t)cJSON_GetArraySize(list) != ours->value_count)
        return false;
    for (size_t i = 0; i < ours->value_count; i++)
        if (strcmp(cJSON_GetArrayItem(list, (int)i)->valuestring, ours->values[i]) != 0)
            return false;
    return true;
}

static bool same_condition(const cJSON *expected, const struct policy_condition *ours)
{
    const char *operator_name = cJSON_GetArrayItem(expected, 0)->valuestring;

    if (strcmp(operator_name, "content-length-range") == 0)
        return ours->is_range && (double)ours->min_bytes == cJSON_GetArrayItem(expected, 1)->valuedouble &&
               (double)ours->max_bytes == cJSON_GetArrayItem(expected, 2)->valuedouble;
    if (ours->is_range || !same_name(ours->name, cJSON_GetArrayItem(expected, 1)->valuestring))
        return false;
    if (strcmp(operator_name, "in") == 0 || strcmp(operator_name, "not-in") == 0)
        return ours->rule == (operator_name[0] == 'i' ? POSTAGE_RULE_ONE_OF : POSTAGE_RULE_NONE_OF) &&
               same_values(cJSON_GetArrayItem(expected, 2), ours);
    return (strcmp(operator_name, "eq") == 0) == (ours->rule == POSTAGE_RULE_EXACT) &&
           strcmp(ours->text, cJSON_GetArrayItem(expected, 2)->valuestring) == 0;
}

static bool list_has(const cJSON *list, const struct policy_condition *ours)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (same_condition(item, ours))
            return true;
    }
    return false;
}

static bool list_has_item(const cJSON *list, const cJSON *wanted)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_Compare(item, wanted, true))
            return true;
    }
    return false;
}

static bool ours_has(const struct policy_document *document, const cJSON *wanted)
{
    for (size_t i = 0; i < document->count; i++)
        if (same_condition(wanted, &document->conditions[i]))
            return true;
    return false;
}

static void compare_conditions(const char *id, const cJSON *output, const struct policy_document *document)
{
    const cJSON *conditions = cJSON_GetObjectItemCaseSensitive(output, "conditions");
    const cJSON *added = cJSON_GetObjectItemCaseSensitive(output, "conditions_added");
    const cJSON *missing = cJSON_GetObjectItemCaseSensitive(output, "conditions_missing");
    const cJSON *item;

    for (size_t i = 0; i < document->count; i++)
        if (!list_has(conditions, &document->conditions[i]) && !list_has(missing, &document->conditions[i]))
            fail_msg("%s: condition on \"%s\" is ours alone", id, document->conditions[i].name);
    cJSON_ArrayForEach(item, conditions)
    {
        if (!list_has_item(added, item) && !ours_has(document, item))
            fail_msg("%s: condition %s is theirs alone", id, cJSON_PrintUnformatted(item));
    }
    cJSON_ArrayForEach(item, missing)
    {
        if (!ours_has(document, item))
            fail_msg("%s: condition %s is missing", id, cJSON_PrintUnformatted(item));
    }
}

static const char *refused_word(const char *id)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (strcmp(refused[i].id, id) == 0)
            return refused[i].word;
    return NULL;
}

static void compare_form(const char *id, const cJSON *output, const struct postage_form *form)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct policy_document document;
    struct arena arena;
    struct slice text;
    int64_t expires;

    text.ptr = postage_form_policy(form, &text.len);
    arena_init(&arena, NULL, 1024);
    assert_ok(policy_document_read(&document, &arena, text, &err), err);
    compare_conditions(id, output, &document);
    assert_true(calendar_read_extended(slice_of(vector_member(output, "expiration")), &expires));
    assert_int_equal(document.expires_unix_s, expires);
    assert_int_equal(postage_form_expires_unix_s(form), expires);
    arena_clear(&arena);
}

static void check_conditions(const cJSON *vector)
{
    const char *id = vector_member(vector, "id");
    const cJSON *output = cJSON_GetObjectItemCaseSensitive(vector, "output");
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_policy *policy;
    struct postage_form *form;
    struct fixture fixture;
    enum postage_status status;

    open_fixture(&fixture, vector);
    assert_ok(postage_policy_new(&policy, fixture.target, NULL, &err), err);
    status = build_policy(policy, cJSON_GetObjectItemCaseSensitive(vector, "input"), &err);
    if (refused_word(id) != NULL) {
        assert_refused(status, POSTAGE_ERR_INVALID, err, refused_word(id));
    } else {
        if (status != POSTAGE_OK)
            fail_msg("%s: %s", id, err.message);
        assert_ok(postage_signer_sign(fixture.signer, policy, fixture.now, &form, &err), err);
        compare_form(id, output, form);
        postage_form_free(form);
    }
    postage_policy_free(policy);
    close_fixture(&fixture);
}

static void test_vectors__our_policy_holds_the_conditions_of_the_sdks(void **state)
{
    (void)state;
    vector_each(files, sizeof files / sizeof files[0], check_conditions, 98);
}

/* --- hosts --- */

static size_t without_slash(const char *url)
{
    size_t len = strlen(url);

    return len > 0 && url[len - 1] == '/' ? len - 1 : len;
}

static void test_vectors__hosts_are_those_of_the_sdks(void **state)
{
    cJSON *vectors = vector_json("s3-hosts.json");
    const cJSON *vector;
    int compared = 0;

    (void)state;
    cJSON_ArrayForEach(vector, vectors)
    {
        const char *id = vector_member(vector, "id");
        const char *url = vector_member(cJSON_GetObjectItemCaseSensitive(vector, "output"), "url");
        struct fixture fixture;

        /* boto3's global host is what we never write; the JS SDK answers with path style when asked for virtual. */
        if (strcmp(id, "boto3.s3-hosts.default-addressing-use1") == 0 ||
            strcmp(id, "awsjs.s3-hosts.bucket-dots-http-endpoint") == 0)
            continue;
        open_fixture(&fixture, vector);
        if (without_slash(url) != without_slash(postage_target_url(fixture.target)) ||
            strncmp(url, postage_target_url(fixture.target), without_slash(url)) != 0)
            fail_msg("%s: %s, expected %s", id, postage_target_url(fixture.target), url);
        close_fixture(&fixture);
        compared++;
    }
    assert_int_equal(compared, 12);
    cJSON_Delete(vectors);
}

/* --- reading --- */

static void read_form_of(const cJSON *vector, int *read)
{
    const cJSON *output = cJSON_GetObjectItemCaseSensitive(vector, "output");
    const char *url = vector_member(output, "url");
    struct postage_error err = POSTAGE_ERROR_INIT;
    cJSON *json = cJSON_CreateObject();
    struct postage_form *form;
    char *text;

    if (url != NULL) {
        cJSON_AddStringToObject(json, "url", url);
        cJSON_AddItemToObject(json, "fields", cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(output, "fields"), true));
        text = cJSON_PrintUnformatted(json);
        assert_ok(postage_form_from_json(&form, text, strlen(text), NULL, &err), err);
        assert_string_equal(postage_form_value(form, "policy"), vector_member(output, "policy_base64"));
        postage_form_free(form);
        free(text);
        (*read)++;
    }
    cJSON_Delete(json);
}

static void test_vectors__sigv2_and_sigv4_forms_can_be_read(void **state)
{
    static const char *const read_files[] = { "s3-fields.json",      "s3-hosts.json",      "s3-key.json",
                                              "s3-metadata.json",    "s3-session.json",    "s3-size-type.json",
                                              "s3-time-secret.json", "s3-v2-default.json", "oss-v4.json",
                                              "oss-v1.json" };
    int read = 0;

    (void)state;
    for (size_t i = 0; i < sizeof read_files / sizeof read_files[0]; i++) {
        cJSON *vectors = vector_json(read_files[i]);
        const cJSON *vector;

        cJSON_ArrayForEach(vector, vectors)
        {
            read_form_of(vector, &read);
        }
        cJSON_Delete(vectors);
    }
    assert_int_equal(read, 84);
}

/* --- published --- */

static void check_published(const char *folder, const char *name)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials_options options = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_target_options where = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_credentials *credentials;
    struct postage_signer *signer;
    struct postage_target *target;
    struct postage_form *form;
    char path[256], uri[256];
    char *document, *base64, *signature;
    size_t length;
    int64_t now;
    cJSON *input;

    snprintf(path, sizeof path, "%s/%s/input.json", folder, name);
    input = vector_json(path);
    snprintf(path, sizeof path, "%s/%s/policy.json", folder, name);
    document = vector_text(path, &length);
    snprintf(path, sizeof path, "%s/%s/policy.b64", folder, name);
    base64 = vector_text(path, NULL);
    snprintf(path, sizeof path, "%s/%s/signature.txt", folder, name);
    signature = vector_text(path, NULL);
    options.access_key_id = vector_member(input, "access_key_id");
    options.secret_access_key = vector_member(input, "secret_access_key");
    options.session_token = vector_member(input, "session_token");
    where.region = vector_member(input, "region");
    where.signature = vector_member(input, "signature");
    snprintf(uri, sizeof uri, "%s://%s/", where.signature != NULL ? "oss" : "s3", vector_member(input, "bucket"));
    assert_true(calendar_read_basic(slice_of(vector_member(input, "now")), &now));
    assert_ok(postage_credentials_new(&credentials, &options, NULL, &err), err);
    assert_ok(postage_signer_new(&signer, credentials, NULL, &err), err);
    assert_ok(postage_target_new(&target, uri, &where, NULL, &err), err);
    assert_ok(postage_sign_policy_text(signer, target, document, length, now, &form, &err), err);
    assert_string_equal(postage_form_value(form, "policy"), base64);
    assert_string_equal(signature_of(target, form), signature);
    postage_form_free(form);
    postage_target_free(target);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
    cJSON_Delete(input);
    free(document);
    free(base64);
    free(signature);
}

static void test_vectors__published_signatures_hold(void **state)
{
    (void)state;
    check_published("s3-published", "sigv4-post-example");
    check_published("s3-published", "sdk-go-v2-public-docs");
    check_published("s3-published", "sdk-ruby-older-page");
    check_published("s3-published", "sdk-php");
    check_published("s3-published", "sdk-php-session-token");
    check_published("s3-published", "botocore-shape");
    check_published("oss-published", "v1-java-escape");
    check_published("oss-published", "v1-java-in-not-in");
    check_published("oss-published", "v1-elixir");
    check_published("oss-published", "v4-elixir");
    check_published("oss-published", "v4-token");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors__signing_an_sdks_policy_gives_its_signature),
        cmocka_unit_test(test_vectors__a_derived_key_signs_as_the_secret_does),
        cmocka_unit_test(test_vectors__our_policy_holds_the_conditions_of_the_sdks),
        cmocka_unit_test(test_vectors__hosts_are_those_of_the_sdks),
        cmocka_unit_test(test_vectors__sigv2_and_sigv4_forms_can_be_read),
        cmocka_unit_test(test_vectors__published_signatures_hold),
    };

    return cmocka_run_group_tests_name("sign/signer_vectors", tests, NULL, NULL);
}
