#include "base/digest.h"

#include <string.h>

#include <openssl/evp.h>

#include "support/test.h"

static const enum postage_digest crcs[] = { POSTAGE_DIGEST_CRC64NVME, POSTAGE_DIGEST_CRC64XZ, POSTAGE_DIGEST_CRC32C };
static const enum postage_digest none[] = { POSTAGE_DIGEST_NONE, (enum postage_digest)DIGEST_COUNT, (enum postage_digest) - 1 };

static void test_digest__crcs_chain_and_nothing_else_does(void **state)
{
    static const uint64_t checks[] = { 0xAE8B14860A799888, 0x995DC9BBDF1939FA, 0xE3069283 };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        uint64_t crc = 0;

        assert_int_equal(postage_crc_update(crcs[i], &crc, NULL, 0), POSTAGE_OK);
        assert_true(crc == 0);
        assert_int_equal(postage_crc_update(crcs[i], &crc, "1234", 4), POSTAGE_OK);
        assert_int_equal(postage_crc_update(crcs[i], &crc, "56789", 5), POSTAGE_OK);
        assert_true(crc == checks[i]);
        assert_int_equal(postage_crc_update(POSTAGE_DIGEST_MD5, &crc, "1", 1), POSTAGE_ERR_INVALID);
        assert_int_equal(postage_crc_update(none[i], &crc, "1", 1), POSTAGE_ERR_INVALID);
        assert_true(crc == checks[i]);
    }
}

static void test_digest__a_number_that_is_no_digest_is_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(postage_digest_name(none[i]), "none");
        assert_int_equal(postage_digest_bytes(none[i]), 0);
        assert_false(digest_is_available(none[i]));
    }
    for (int digest = 1; digest < DIGEST_COUNT; digest++) {
        assert_string_not_equal(postage_digest_name((enum postage_digest)digest), "none");
        assert_in_range(postage_digest_bytes((enum postage_digest)digest), 1, POSTAGE_DIGEST_MAX_BYTES);
        assert_true(digest_is_available((enum postage_digest)digest));
    }
}

/* What a FIPS configuration of OpenSSL comes to: no MD5 to be fetched. */
static void test_digest__what_openssl_lacks_is_told_and_the_rest_works(void **state)
{
    struct digester digester = { 0 };
    struct postage_error err = POSTAGE_ERROR_INIT;
    uint8_t bytes[POSTAGE_DIGEST_MAX_BYTES];

    (void)state;
    assert_int_equal(EVP_set_default_properties(NULL, "fips=yes"), 1);
    assert_false(digest_is_available(POSTAGE_DIGEST_MD5));
    assert_int_equal(digester_begin(&digester, POSTAGE_DIGEST_BIT(POSTAGE_DIGEST_MD5), &err), POSTAGE_ERR_CRYPTO);
    assert_string_equal(err.message, "OpenSSL has no MD5 here");
    assert_true(digest_is_available(POSTAGE_DIGEST_CRC32C));
    assert_ok(digester_begin(&digester, POSTAGE_DIGEST_BIT(POSTAGE_DIGEST_CRC32C), &err), err);
    assert_ok(digester_update(&digester, "123456789", 9, &err), err);
    assert_int_equal(digester_get(&digester, POSTAGE_DIGEST_CRC32C, bytes, sizeof bytes), 4);
    assert_int_equal(EVP_set_default_properties(NULL, ""), 1);
    assert_ok(digester_begin(&digester, POSTAGE_DIGEST_BIT(POSTAGE_DIGEST_MD5), &err), err);
    assert_int_equal(digester_get(&digester, POSTAGE_DIGEST_MD5, bytes, sizeof bytes), 16);
    digester_free(&digester);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digest__crcs_chain_and_nothing_else_does),
        cmocka_unit_test(test_digest__a_number_that_is_no_digest_is_none),
        cmocka_unit_test(test_digest__what_openssl_lacks_is_told_and_the_rest_works),
    };

    return cmocka_run_group_tests_name("base/digest", tests, NULL, NULL);
}
