/* RFC 4231 4.2 to 4.8 (HMAC-SHA256), FIPS 180-4's example for SHA-256. */
#include <stdlib.h>

#include "base/hmac.h"
#include "base/text.h"
#include "support/failing.h"
#include "support/test.h"

static const struct {
    const char *name;
    char key_fill;
    const char *key;
    size_t key_len;
    char data_fill;
    const char *data;
    size_t data_len;
    const char *mac;
} rfc4231[] = {
    { "1: short key", 0x0b, NULL, 20, 0, "Hi There", 8, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
    { "2: key shorter than the MAC", 0, "Jefe", 4, 0, "what do ya want for nothing?", 28,
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
    { "3: 64 bytes together", (char)0xaa, NULL, 20, (char)0xdd, NULL, 50,
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
    { "4: combined", 0, "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
      25, (char)0xcd, NULL, 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b" },
    { "6: key longer than a block", (char)0xaa, NULL, 131, 0, "Test Using Larger Than Block-Size Key - Hash Key First", 54,
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
    { "7: key and data longer than a block", (char)0xaa, NULL, 131, 0,
      "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before "
      "being used by the HMAC algorithm.",
      152, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2" },
};

static void check_row(struct hmac *hmac, size_t i)
{
    char key[131], data[152], hex[2 * HMAC_MAX_BYTES + 1] = "";
    size_t bytes;
    uint8_t mac[HMAC_MAX_BYTES];

    memset(key, rfc4231[i].key_fill, sizeof key);
    memset(data, rfc4231[i].data_fill, sizeof data);
    if (rfc4231[i].key != NULL)
        memcpy(key, rfc4231[i].key, rfc4231[i].key_len);
    if (rfc4231[i].data != NULL)
        memcpy(data, rfc4231[i].data, rfc4231[i].data_len);
    assert_int_equal(hmac_set_key(hmac, "SHA256", key, rfc4231[i].key_len), POSTAGE_OK);
    for (int again = 0; again < 3; again++) { /* the key stays */
        assert_int_equal(hmac_sign(hmac, data, rfc4231[i].data_len, mac, &bytes), POSTAGE_OK);
        text_hex(mac, bytes, hex);
        if (strcmp(hex, rfc4231[i].mac) != 0)
            fail_msg("%s, time %d: %s", rfc4231[i].name, again + 1, hex);
    }
}

static void test_hmac__rfc_4231_in_any_order_with_one_context(void **state)
{
    struct hmac *hmac;
    size_t count = sizeof rfc4231 / sizeof rfc4231[0];

    (void)state;
    assert_int_equal(hmac_new(&hmac, NULL), POSTAGE_OK);
    for (size_t i = 0; i < count; i++)
        check_row(hmac, i);
    for (size_t i = count; i-- > 0;)
        check_row(hmac, i);
    hmac_free(hmac);
}

static void test_hmac__empty_key_and_empty_text(void **state)
{
    char hex[2 * HMAC_MAX_BYTES + 1] = "";
    size_t bytes;
    uint8_t mac[HMAC_MAX_BYTES];
    struct hmac *hmac;

    (void)state;
    assert_int_equal(hmac_new(&hmac, NULL), POSTAGE_OK);
    assert_int_equal(hmac_set_key(hmac, "SHA256", "", 0), POSTAGE_OK);
    assert_int_equal(hmac_sign(hmac, "", 0, mac, &bytes), POSTAGE_OK);
    text_hex(mac, bytes, hex);
    assert_string_equal(hex, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    hmac_free(hmac);
    hmac_free(NULL);
}

/* An empty key must replace the one before it, not leave it. */
static void test_hmac__an_empty_key_replaces_the_one_before(void **state)
{
    uint8_t first[HMAC_MAX_BYTES], second[HMAC_MAX_BYTES];
    size_t bytes;
    struct hmac *hmac;

    (void)state;
    assert_int_equal(hmac_new(&hmac, NULL), POSTAGE_OK);
    assert_int_equal(hmac_set_key(hmac, "SHA256", "Jefe", 4), POSTAGE_OK);
    assert_int_equal(hmac_sign(hmac, "x", 1, first, &bytes), POSTAGE_OK);
    assert_int_equal(hmac_set_key(hmac, "SHA256", NULL, 0), POSTAGE_OK);
    assert_int_equal(hmac_sign(hmac, "x", 1, second, &bytes), POSTAGE_OK);
    assert_memory_not_equal(first, second, bytes);
    hmac_free(hmac);
}

/* RFC 2202 3, test case 2. */
static void test_hmac__sha1_has_twenty_bytes(void **state)
{
    uint8_t mac[HMAC_MAX_BYTES];
    char hex[2 * HMAC_MAX_BYTES + 1] = "";
    struct hmac *hmac;
    size_t bytes;

    (void)state;
    assert_int_equal(hmac_new(&hmac, NULL), POSTAGE_OK);
    assert_int_equal(hmac_set_key(hmac, "SHA1", "Jefe", 4), POSTAGE_OK);
    assert_int_equal(hmac_sign(hmac, "what do ya want for nothing?", 28, mac, &bytes), POSTAGE_OK);
    assert_int_equal(bytes, 20);
    text_hex(mac, bytes, hex);
    assert_string_equal(hex, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    hmac_free(hmac);
}

static void test_hmac__sha256(void **state)
{
    char hex[2 * SHA256_BYTES + 1] = "";
    uint8_t digest[SHA256_BYTES];

    (void)state;
    assert_int_equal(sha256("abc", 3, digest), POSTAGE_OK);
    text_hex(digest, sizeof digest, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(sha256("", 0, digest), POSTAGE_OK);
    text_hex(digest, sizeof digest, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static enum postage_status new_hmac(void *context, const struct postage_allocator *alloc, struct postage_error *err)
{
    struct hmac *hmac;
    enum postage_status status = err->code = hmac_new(&hmac, alloc);

    (void)context;
    assert_made(status, hmac);
    hmac_free(hmac);
    return status;
}

static void test_hmac__failed_allocation_leaks_nothing(void **state)
{
    (void)state;
    assert_true(fail_each_allocation(new_hmac, NULL, FAILING_IS_TOLD) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hmac__rfc_4231_in_any_order_with_one_context),
        cmocka_unit_test(test_hmac__empty_key_and_empty_text),
        cmocka_unit_test(test_hmac__an_empty_key_replaces_the_one_before),
        cmocka_unit_test(test_hmac__sha1_has_twenty_bytes),
        cmocka_unit_test(test_hmac__sha256),
        cmocka_unit_test(test_hmac__failed_allocation_leaks_nothing),
    };

    return cmocka_run_group_tests_name("base/hmac", tests, NULL, NULL);
}
