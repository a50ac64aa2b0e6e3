/* Reading digests from replies, by rows that say no more than where and how: one of a provider that does not exist. */
#include "provider/returned_digest.h"

#include <string.h>

#include "support/test.h"

static const struct {
    const char *what;
    enum postage_digest digest;
    enum digest_encoding encoding;
    const char *text;
    const char *bytes; /* NULL: it is not that digest */
} texts[] = {
    { "CRC-32C in hex", POSTAGE_DIGEST_CRC32C, DIGEST_HEX, "e3069283", "\xE3\x06\x92\x83" },
    { "in capitals and quotes", POSTAGE_DIGEST_CRC32C, DIGEST_HEX, "\"E3069283\"", "\xE3\x06\x92\x83" },
    { "one quote", POSTAGE_DIGEST_CRC32C, DIGEST_HEX, "\"e3069283", NULL },
    { "a digit too few", POSTAGE_DIGEST_CRC32C, DIGEST_HEX, "e306928", NULL },
    { "no digit", POSTAGE_DIGEST_CRC32C, DIGEST_HEX, "e306928g", NULL },
    { "a sign", POSTAGE_DIGEST_CRC32C, DIGEST_HEX, "-3069283", NULL },
    { "CRC-32C in base64", POSTAGE_DIGEST_CRC32C, DIGEST_BASE64, "4waSgw==", "\xE3\x06\x92\x83" },
    { "padding missing", POSTAGE_DIGEST_CRC32C, DIGEST_BASE64, "4waSgw", NULL },
    { "of another length", POSTAGE_DIGEST_CRC32C, DIGEST_BASE64, "rosUhgp5mIg=", NULL },
    { "of parts", POSTAGE_DIGEST_CRC32C, DIGEST_BASE64, "4waSgw==-2", NULL },
    { "CRC-32C as a number", POSTAGE_DIGEST_CRC32C, DIGEST_DECIMAL, "3808858755", "\xE3\x06\x92\x83" },
    { "a small number", POSTAGE_DIGEST_CRC32C, DIGEST_DECIMAL, "1", "\0\0\0\1" },
    { "a number too large", POSTAGE_DIGEST_CRC32C, DIGEST_DECIMAL, "4294967296", NULL },
    { "a negative number", POSTAGE_DIGEST_CRC32C, DIGEST_DECIMAL, "-1", NULL },
    { "the largest CRC-64", POSTAGE_DIGEST_CRC64XZ, DIGEST_DECIMAL, "18446744073709551615",
      "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF" },
    { "one more", POSTAGE_DIGEST_CRC64XZ, DIGEST_DECIMAL, "18446744073709551616", NULL },
    { "CRC-64 in base64", POSTAGE_DIGEST_CRC64NVME, DIGEST_BASE64, "rosUhgp5mIg=", "\xAE\x8B\x14\x86\x0A\x79\x98\x88" },
    { "nothing", POSTAGE_DIGEST_CRC32C, DIGEST_HEX, "", NULL },
};

static void test_returned_digest__is_read_as_its_row_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct returned_digest row = {
            .digest = texts[i].digest, .encoding = texts[i].encoding, .header = "x-mine-crc", .element = "Crc"
        };
        const struct postage_field there[] = { { "x-other", "e3069282" }, { "x-mine-crc", texts[i].text } };
        const struct postage_field inside[] = { { "Crc", texts[i].text } };
        const struct provider_reply replies[] = { { .headers = there, .header_count = 2 },
                                                  { .elements = inside, .element_count = 1 } };

        for (size_t k = 0; k < 2; k++) {
            uint8_t bytes[POSTAGE_DIGEST_MAX_BYTES];

            if (returned_digest_read(&row, &replies[k], bytes) != (texts[i].bytes != NULL))
                fail_msg("%s: %s", texts[i].what, texts[i].text);
            if (texts[i].bytes != NULL)
                assert_memory_equal(bytes, texts[i].bytes, postage_digest_bytes(row.digest));
        }
    }
}

static void test_returned_digest__is_expected_by_what_the_form_carries(void **state)
{
    static const struct returned_digest asked = { .digest = POSTAGE_DIGEST_CRC32C,
                                                  .header = "x-sum-crc32c",
                                                  .field = "x-sum-crc32c" };
    static const struct returned_digest unasked = {
        .digest = POSTAGE_DIGEST_CRC64NVME, .header = "x-sum-crc64", .own_hosts_only = true, .unless_any = "x-sum-"
    };
    const struct {
        const struct returned_digest *row;
        const struct postage_field field;
        bool own_host, comes, sure;
    } forms[] = {
        { &asked, { "key", "k" }, true, false, true },          { &asked, { "X-Sum-CRC32C", "4waSgw==" }, false, true, true },
        { &unasked, { "key", "k" }, true, true, true },         { &unasked, { "key", "k" }, false, true, false },
        { &unasked, { "X-Sum-Sha1", "x" }, true, true, false }, { &unasked, { "X-Sum-Crc64", "x" }, true, true, true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        bool sure = !forms[i].sure;

        if (returned_digest_can_come(forms[i].row, &forms[i].field, 1, forms[i].own_host, &sure) != forms[i].comes ||
            sure != forms[i].sure)
            fail_msg("form %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_returned_digest__is_read_as_its_row_says),
        cmocka_unit_test(test_returned_digest__is_expected_by_what_the_form_carries),
    };

    return cmocka_run_group_tests_name("provider/returned_digest", tests, NULL, NULL);
}
