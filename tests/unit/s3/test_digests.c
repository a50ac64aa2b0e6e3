/* Digests captured from real answers to forms, and which of them are of the object. */
#include "provider/returned_digest.h"
#include "support/forms.h"
#include "support/rows.h"

static const struct returned_digest *row_of(enum postage_digest digest)
{
    const struct returned_digest *row = postage_provider_s3.digests;

    while (row->digest != digest)
        row++;
    return row;
}

static bool read_crc(const char *value, const char *type, uint8_t crc[8])
{
    const struct postage_field headers[] = { { "x-amz-checksum-crc64nvme", value }, { "x-amz-checksum-type", type } };
    const struct provider_reply reply = { .http_status = 204, .headers = headers, .header_count = type != NULL ? 2 : 1 };

    return returned_digest_read(row_of(POSTAGE_DIGEST_CRC64NVME), &reply, crc);
}

/* Captured from real answers; the bodies are known, so the digest of this library has to agree. */
static void test_digests__captured_crc64_values_are_those_of_their_bodies(void **state)
{
    static const char *const captured[][2] = {
        { "abcdef", "Pact6XRTYyA=" },
        { "aaaaaaaaaa", "DBqAA21lxVU=" },
        { "manual value to change ETag", "wSCEAfbAYnk=" },
        { "123456789", "rosUhgp5mIg=" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof captured / sizeof captured[0]; i++) {
        uint8_t crc[8];
        uint64_t returned = 0, own = 0;

        assert_true(read_crc(captured[i][1], "FULL_OBJECT", crc));
        for (size_t k = 0; k < 8; k++)
            returned = returned << 8 | crc[k];
        assert_int_equal(postage_crc_update(POSTAGE_DIGEST_CRC64NVME, &own, captured[i][0], strlen(captured[i][0])),
                         POSTAGE_OK);
        assert_true(returned == own);
    }
}

static void test_digests__only_a_whole_objects_crc64_counts(void **state)
{
    const struct provider_reply none = { .http_status = 204 };
    uint8_t crc[8];

    (void)state;
    assert_true(read_crc("rosUhgp5mIg=", NULL, crc));
    assert_false(read_crc("rosUhgp5mIg=", "COMPOSITE", crc));
    assert_false(read_crc("rosUhgp5mIg=-2", NULL, crc));
    assert_false(read_crc("rosUhgp5mI==", NULL, crc));
    assert_false(read_crc("rosUhgp5", NULL, crc));
    assert_false(read_crc("rosUhgp5mIgA", NULL, crc));
    assert_false(read_crc("", NULL, crc));
    assert_false(returned_digest_read(row_of(POSTAGE_DIGEST_CRC64NVME), &none, crc));
}

static const struct {
    const char *what, *etag, *encryption, *customer;
    bool is_md5;
} etags[] = {
    { "plain", "\"e80b5017098950fc58aad83c8c14978e\"", NULL, NULL, true },
    { "without quotes", "e80b5017098950fc58aad83c8c14978e", NULL, NULL, true },
    { "capitals", "\"E80B5017098950FC58AAD83C8C14978E\"", NULL, NULL, true },
    { "SSE-S3", "\"e80b5017098950fc58aad83c8c14978e\"", "AES256", NULL, true },
    { "SSE-KMS", "\"e80b5017098950fc58aad83c8c14978e\"", "aws:kms", NULL, false },
    { "DSSE", "\"e80b5017098950fc58aad83c8c14978e\"", "aws:kms:dsse", NULL, false },
    { "SSE-C", "\"e80b5017098950fc58aad83c8c14978e\"", NULL, "AES256", false },
    { "of parts", "\"e80b5017098950fc58aad83c8c14978e-2\"", NULL, NULL, false },
    { "no hexadecimal", "\"e80b5017098950fc58aad83c8c14978g\"", NULL, NULL, false },
    { "too short", "\"e80b\"", NULL, NULL, false },
    { "a quote alone", "\"", NULL, NULL, false },
    { "empty", "", NULL, NULL, false },
};

static void test_digests__etag_is_an_md5_unless_the_object_is_encrypted_otherwise(void **state)
{
    static const uint8_t expected[16] = { 0xe8, 0x0b, 0x50, 0x17, 0x09, 0x89, 0x50, 0xfc,
                                          0x58, 0xaa, 0xd8, 0x3c, 0x8c, 0x14, 0x97, 0x8e };

    (void)state;
    for (size_t i = 0; i < sizeof etags / sizeof etags[0]; i++) {
        const struct postage_field headers[] = {
            { "etag", etags[i].etag },
            { "x-amz-server-side-encryption", etags[i].encryption != NULL ? etags[i].encryption : "" },
            { "x-amz-server-side-encryption-customer-algorithm", etags[i].customer != NULL ? etags[i].customer : "" },
        };
        const struct provider_reply reply = { .http_status = 204, .headers = headers, .header_count = 3 };
        uint8_t md5[16];

        if (returned_digest_read(row_of(POSTAGE_DIGEST_MD5), &reply, md5) != etags[i].is_md5)
            fail_msg("%s: %s", etags[i].what, etags[i].etag);
        if (etags[i].is_md5)
            assert_memory_equal(md5, expected, sizeof md5);
    }
}

/* MinIO's replies to forms do not say how the object was encrypted (PostPolicyBucketHandler). */
static void test_digests__a_form_that_asks_for_encryption_has_no_md5(void **state)
{
    const struct postage_field headers[] = { { "etag", "\"e80b5017098950fc58aad83c8c14978e\"" } };
    const struct {
        const struct postage_field field;
        bool is_md5;
    } forms[] = {
        { { "X-Amz-Server-Side-Encryption", "aws:kms" }, false },
        { { "x-amz-server-side-encryption-customer-algorithm", "AES256" }, false },
        { { "x-amz-server-side-encryption", "AES256" }, true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const struct provider_reply reply = {
            .http_status = 204, .headers = headers, .header_count = 1, .sent = &forms[i].field, .sent_count = 1
        };
        uint8_t md5[16];

        assert_int_equal(returned_digest_read(row_of(POSTAGE_DIGEST_MD5), &reply, md5), forms[i].is_md5);
    }
}

static void test_digests__etag_may_come_in_the_body(void **state)
{
    const struct postage_field elements[] = { { "Location", "https://a/" },
                                              { "ETag", "\"e80b5017098950fc58aad83c8c14978e\"" } };
    const struct provider_reply reply = { .http_status = 201, .elements = elements, .element_count = 2 };
    uint8_t md5[16];

    (void)state;
    assert_true(returned_digest_read(row_of(POSTAGE_DIGEST_MD5), &reply, md5));
    assert_int_equal(md5[0], 0xe8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digests__captured_crc64_values_are_those_of_their_bodies),
        cmocka_unit_test(test_digests__only_a_whole_objects_crc64_counts),
        cmocka_unit_test(test_digests__etag_is_an_md5_unless_the_object_is_encrypted_otherwise),
        cmocka_unit_test(test_digests__a_form_that_asks_for_encryption_has_no_md5),
        cmocka_unit_test(test_digests__etag_may_come_in_the_body),
    };

    return cmocka_run_group_tests_name("s3/digests", tests, NULL, NULL);
}
