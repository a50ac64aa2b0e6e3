/* Rows are complete; and a row that no file here knows, with names, a signature and a digest of its own, is all that a store
 * needs. */
#include "sandbox/dialect.h"
#include "support/test.h"

#include <stdio.h>

#include "sandbox/bucket.h"
#include "sandbox/connection.h"
#include "sandbox/dialect_s3.h"
#include "sandbox/scheme_v4.h"
#include "sandbox/scope.h"
#include "sandbox/setup.h"

static void check_texts(const struct dialect *dialect)
{
    const char *const needed[] = { dialect->title,           dialect->head.server,   dialect->head.request_id,
                                   dialect->head.exposed,    dialect->errors.key_id, dialect->acl_header,
                                   dialect->metadata_prefix, dialect->default_type };

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (needed[i] == NULL)
            fail_msg("%s: text %zu of those that each row needs is missing", dialect->name, i + 1);
    assert_true(dialect->field_bytes_max > 0 && dialect->pre_file_bytes_max > 0);
    assert_true(dialect->key_bytes_max > 0 && dialect->metadata_bytes_max > 0);
    assert_non_null(dialect->headers);
    assert_non_null(dialect->choices);
    assert_non_null(dialect->digests);
    assert_non_null(dialect->put_headers);
    assert_non_null(dialect->put_unsupported);
}

static void check_refusals(const struct dialect *dialect)
{
    for (size_t i = 0; i < REFUSAL_COUNT; i++) {
        const struct refusal_answer *answer = &dialect->refusals[i];

        if (answer->status < 200 || answer->code == NULL || answer->message == NULL)
            fail_msg("%s: no answer for %s", dialect->name, refusal_name((enum refusal)i));
    }
}

static void check_schemes(const struct dialect *dialect)
{
    assert_non_null(dialect->schemes[0]);
    for (const struct scheme *const *scheme = dialect->schemes; *scheme != NULL; scheme++) {
        bool signs_requests = (*scheme)->check_request != NULL;

        assert_true((*scheme)->check_form != NULL || signs_requests);
        assert_int_equal((*scheme)->is_in_header != NULL || (*scheme)->is_in_query != NULL, signs_requests);
        assert_int_equal((*scheme)->chain.algorithm != NULL, (*scheme)->chain.digest != NULL);
        if ((*scheme)->check_form != NULL)
            assert_true((*scheme)->fields.credential != NULL && (*scheme)->fields.signature != NULL);
    }
}

static void test_dialect__rows_are_complete(void **state)
{
    const struct dialect *dialect;
    size_t count = 0;

    (void)state;
    for (; (dialect = dialect_at(count)) != NULL; count++) {
        bool seen[CREATED_ELEMENTS] = { false };

        assert_ptr_equal(dialect_find(slice_of(dialect->name)), dialect);
        check_texts(dialect);
        check_refusals(dialect);
        check_schemes(dialect);
        for (size_t i = 0; i < CREATED_ELEMENTS; i++)
            seen[dialect->created_order[i]] = true;
        for (size_t i = 0; i < CREATED_ELEMENTS; i++)
            assert_true(seen[i]);
    }
    assert_true(count >= 3);
    assert_null(dialect_find(SLICE("azure")));
}

#define ACME_FIELDS                                                                                                            \
    {                                                                                                                          \
        .algorithm = "x-acme-algorithm", .credential = "x-acme-credential", .date = "x-acme-date",                             \
        .signature = "x-acme-signature", .token = "x-acme-token"                                                               \
    }

static const struct scheme acme_v1 = {
    .chain = { "SHA512", "ACME1-HMAC-SHA512", "ACME1", "acme", "acme1_request" },
    .fields = ACME_FIELDS,
    .check_form = scheme_v4_check_form,
};
/* The same fields: a form says by its algorithm which of the two it means. */
static const struct scheme acme_v2 = {
    .chain = { "SHA256", "ACME2-HMAC-SHA256", "ACME2", "acme", "acme2_request" },
    .fields = ACME_FIELDS,
    .check_form = scheme_v4_check_form,
};
static const struct scheme *const acme_schemes[] = { &acme_v2, &acme_v1, NULL };
static const struct answered_digest acme_digests[] = { { "x-acme-hash-crc32c", ANSWERED_CRC32C, NOTATION_BASE64 }, { 0 } };

/* S3's habits under other names. */
static struct dialect acme_row(void)
{
    struct dialect acme = *dialect_find(SLICE("s3"));

    acme.name = "acme";
    acme.schemes = acme_schemes;
    acme.digests = acme_digests;
    acme.digest_scope_header = NULL;
    acme.head.server = "Acme";
    acme.head.request_id = "x-acme-request-id";
    acme.metadata_prefix = "x-acme-meta-";
    acme.checksum_prefix = "x-acme-checksum-";
    acme.exact_only_prefix = "x-acme-";
    return acme;
}

static int64_t fixed_now(void *context)
{
    (void)context;
    return 1795240000; /* 2026-11-21T05:46:40Z */
}

#define SCOPE      "20261121/us-east-1/acme/acme1_request"
#define DATE       "20261121T054640Z"
#define PART(name) "--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"

/* {"expiration":"2026-11-21T06:46:40Z","conditions":[{"bucket":"s3"},["starts-with","$key",""],
   ["starts-with","$x-acme-meta-a",""],{"x-acme-algorithm":"ACME1-HMAC-SHA512"},{"x-acme-date":"20261121T054640Z"},
   {"x-acme-credential":"AKIAPOSTAGESANDBOX00/20261121/us-east-1/acme/acme1_request"}]} */
static const char policy[] =
    "eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yMVQwNjo0Njo0MFoiLCJjb25kaXRpb25zIjpbeyJidWNrZXQiOiJzMyJ9LFsic3RhcnRz"
    "LXdpdGgiLCIka2V5IiwiIl0sWyJzdGFydHMtd2l0aCIsIiR4LWFjbWUtbWV0YS1hIiwiIl0seyJ4LWFjbWUtYWxnb3JpdGhtIjoi"
    "QUNNRTEtSE1BQy1TSEE1MTIifSx7IngtYWNtZS1kYXRlIjoiMjAyNjExMjFUMDU0NjQwWiJ9LHsieC1hY21lLWNyZWRlbnRpYWwi"
    "OiJBS0lBUE9TVEFHRVNBTkRCT1gwMC8yMDI2MTEyMS91cy1lYXN0LTEvYWNtZS9hY21lMV9yZXF1ZXN0In1dfQ==";

static void post_acme_form(struct setup *setup, const char *signature, char *answer, size_t cap)
{
    struct connection *connection = connection_new(setup, false);
    char body[4096], head[256];
    const uint8_t *data;
    size_t len, total = 0;

    snprintf(body, sizeof body,
             PART("key") "k\r\n" PART("x-acme-meta-a") "b\r\n" PART("x-acme-algorithm") "ACME1-HMAC-SHA512\r\n" PART(
                 "x-acme-credential") POSTAGE_SANDBOX_KEY_ID "/" SCOPE "\r\n" PART("x-acme-date") DATE
             "\r\n" PART("policy") "%s\r\n" PART("x-acme-signature") "%s\r\n" PART("file") "123456789\r\n--b--\r\n",
             policy, signature);
    snprintf(head, sizeof head,
             "POST /s3 HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %zu\r\n\r\n",
             strlen(body));
    connection_feed(connection, (const uint8_t *)head, strlen(head));
    connection_feed(connection, (const uint8_t *)body, strlen(body));
    while ((len = connection_output(connection, &data)) > 0) {
        assert_true(total + len < cap);
        memcpy(answer + total, data, len);
        total += len;
        connection_sent(connection, len);
    }
    answer[total] = '\0';
    connection_free(connection);
}

static void test_dialect__a_row_is_all_that_a_store_needs(void **state)
{
    struct postage_sandbox_options options = POSTAGE_SANDBOX_OPTIONS_INIT;
    struct scope scope = { .date = SLICE("20261121"), .region = SLICE("us-east-1"), .text = SLICE(SCOPE) };
    char signature[SCOPE_SIGNATURE_BYTES], answer[8192];
    struct dialect acme = acme_row();
    struct setup setup;

    (void)state;
    options.now = fixed_now;
    options.no_sync = true;
    assert_int_equal(setup_init(&setup, &options, NULL), POSTAGE_OK);
    bucket_find(&setup, SLICE("s3"))->dialect = &acme;
    assert_true(scope_sign(&acme_v1.chain, &setup.keys.list[0], &scope, slice_of(policy), signature));
    assert_int_equal(strlen(signature), 128);

    post_acme_form(&setup, signature, answer, sizeof answer);
    assert_memory_equal(answer, "HTTP/1.1 204 ", 13);
    assert_non_null(strstr(answer, "\r\nx-acme-hash-crc32c: 4waSgw==\r\n"));
    assert_non_null(strstr(answer, "\r\nServer: Acme\r\nx-acme-request-id: "));
    assert_null(strstr(answer, "crc64"));

    signature[0] ^= 1;
    post_acme_form(&setup, signature, answer, sizeof answer);
    assert_memory_equal(answer, "HTTP/1.1 403 ", 13);
    assert_non_null(strstr(answer, "<Code>SignatureDoesNotMatch</Code>"));
    setup_clear(&setup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dialect__rows_are_complete),
        cmocka_unit_test(test_dialect__a_row_is_all_that_a_store_needs),
    };

    return cmocka_run_group_tests_name("sandbox/dialect", tests, NULL, NULL);
}
