/* Which digests are computed for which store and form, and what is refused before the first byte. */
#include "upload/verify.h"

#include <string.h>

#include <openssl/evp.h>

#include "form/form.h"
#include "support/rows.h"
#include "support/uploading.h"

#define AMAZON       "https://bucket.s3.eu-west-1.amazonaws.com/"
#define LOCAL        "http://127.0.0.1:9000/bucket"
#define ALIYUN       "https://bucket.oss-cn-hangzhou.aliyuncs.com/"
#define NVME         POSTAGE_DIGEST_BIT(POSTAGE_DIGEST_CRC64NVME)
#define XZ           POSTAGE_DIGEST_BIT(POSTAGE_DIGEST_CRC64XZ)
#define CRC32C       POSTAGE_DIGEST_BIT(POSTAGE_DIGEST_CRC32C)
#define MD5          POSTAGE_DIGEST_BIT(POSTAGE_DIGEST_MD5)
#define KMS          ",\"x-amz-server-side-encryption\":\"aws:kms\""
#define CHOOSE(name) POSTAGE_DIGEST_##name

static const struct {
    const char *what;
    const struct postage_provider *provider;
    const char *url, *fields;
    enum postage_digest digest;
    unsigned set;
    const char *refusal; /* words of the refusal when verification is required; NULL: it is tried */
} uploads[] = {
    { "S3", &postage_provider_s3, AMAZON, "", CHOOSE(NONE), NVME, NULL },
    { "S3, another checksum asked for", &postage_provider_s3, AMAZON, ",\"x-amz-checksum-sha1\":\"x\"", CHOOSE(NONE),
      NVME | MD5, NULL },
    { "S3, CRC-32C asked for", &postage_provider_s3, AMAZON, ",\"x-amz-checksum-crc32c\":\"x\"", CHOOSE(NONE), CRC32C, NULL },
    { "S3, KMS", &postage_provider_s3, AMAZON, KMS, CHOOSE(NONE), NVME, NULL },
    { "S3, MD5 chosen, KMS", &postage_provider_s3, AMAZON, KMS, CHOOSE(MD5), MD5, "asks for encryption" },
    { "S3, XZ chosen", &postage_provider_s3, AMAZON, "", CHOOSE(CRC64XZ), 0, "AWS S3 does not return crc64xz" },
    { "a store like S3", &postage_provider_s3, LOCAL, "", CHOOSE(NONE), NVME | MD5, NULL },
    { "a store like S3, CRC-64 chosen", &postage_provider_s3, LOCAL, "", CHOOSE(CRC64NVME), NVME, NULL },
    { "MinIO", &postage_provider_minio, LOCAL, "", CHOOSE(NONE), MD5, NULL },
    { "MinIO, CRC-64 asked for", &postage_provider_minio, LOCAL, ",\"x-amz-checksum-crc64nvme\":\"x\"", CHOOSE(NONE), NVME,
      NULL },
    { "MinIO, CRC-64 chosen", &postage_provider_minio, LOCAL, "", CHOOSE(CRC64NVME), NVME,
      "only for a form with the field x-amz-checksum-crc64nvme" },
    { "MinIO, KMS", &postage_provider_minio, LOCAL, KMS, CHOOSE(NONE), 0, "asks for encryption" },
    { "OSS", &postage_provider_oss, ALIYUN, "", CHOOSE(NONE), XZ, NULL },
    { "OSS, CRC-32C chosen", &postage_provider_oss, ALIYUN, "", CHOOSE(CRC32C), 0, "does not return crc32c" },
};
enum { UPLOADS = sizeof uploads / sizeof uploads[0] };

static void check(size_t i, enum postage_verify verify)
{
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form = form_for(uploads[i].url, uploads[i].fields);
    const char *refusal = verify == POSTAGE_VERIFY_REQUIRED ? uploads[i].refusal : NULL;
    unsigned digests = 1;

    form->provider = uploads[i].provider;
    options.form = form;
    options.verify = verify;
    options.digest = uploads[i].digest;
    if (verify_choose(&digests, &options, &err) != (refusal != NULL ? POSTAGE_ERR_DIGEST : POSTAGE_OK) ||
        (refusal != NULL && (strstr(err.message, refusal) == NULL || strstr(err.message, "nothing sent") == NULL)))
        fail_msg("%s, verify %d: %s", uploads[i].what, (int)verify, err.message);
    if (refusal == NULL && digests != (verify != POSTAGE_VERIFY_NONE ? uploads[i].set : 0))
        fail_msg("%s, verify %d: 0x%X", uploads[i].what, (int)verify, digests);
    postage_form_free(form);
}

static void test_verify__what_is_computed_is_what_the_store_returns(void **state)
{
    (void)state;
    for (size_t i = 0; i < UPLOADS; i++) {
        check(i, POSTAGE_VERIFY_AUTO);
        check(i, POSTAGE_VERIFY_REQUIRED);
        check(i, POSTAGE_VERIFY_NONE);
    }
}

/* An OpenSSL without MD5: uploads that nobody wants verified go on as they are, others are refused or say it. */
static void test_verify__without_md5_only_the_demand_fails(void **state)
{
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form = form_for(LOCAL, "");
    unsigned digests;

    (void)state;
    form->provider = &postage_provider_minio;
    options.form = form;
    assert_int_equal(EVP_set_default_properties(NULL, "fips=yes"), 1);
    assert_ok(verify_choose(&digests, &options, &err), err);
    assert_int_equal(digests, 0);
    options.verify = POSTAGE_VERIFY_REQUIRED;
    assert_int_equal(verify_choose(&digests, &options, &err), POSTAGE_ERR_DIGEST);
    assert_non_null(strstr(err.message, "OpenSSL has no md5 here"));
    assert_int_equal(EVP_set_default_properties(NULL, ""), 1);
    assert_ok(verify_choose(&digests, &options, &err), err);
    assert_int_equal(digests, MD5);
    postage_form_free(form);
}

static void test_verify__options_out_of_range_are_refused(void **state)
{
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form = form_for(LOCAL, "");
    unsigned digests;

    (void)state;
    options.form = form;
    options.verify = (enum postage_verify)3;
    assert_int_equal(verify_choose(&digests, &options, &err), POSTAGE_ERR_INVALID);
    options.verify = (enum postage_verify) - 1;
    assert_int_equal(verify_choose(&digests, &options, &err), POSTAGE_ERR_INVALID);
    options.verify = POSTAGE_VERIFY_AUTO;
    options.digest = (enum postage_digest)99;
    assert_int_equal(verify_choose(&digests, &options, &err), POSTAGE_ERR_INVALID);
    postage_form_free(form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verify__what_is_computed_is_what_the_store_returns),
        cmocka_unit_test(test_verify__without_md5_only_the_demand_fails),
        cmocka_unit_test(test_verify__options_out_of_range_are_refused),
    };

    return cmocka_run_group_tests_name("upload/verify", tests, NULL, NULL);
}
