/* Checksums that forms and requests give. */
#include "sandbox/checksum.h"
#include "sandbox/hash.h"
#include "support/test.h"

static const struct {
    const char *name;
    const char *hex; /* of "123456789": the check values of the catalogue of parametrised CRC algorithms, and of RFC 1321 */
} checks[] = {
    { "crc32", "cbf43926" },
    { "crc32c", "e3069283" },
    { "crc64nvme", "ae8b14860a799888" },
    { "md5", "25f9e794323b453885f5181f1b624d0b" },
};

static void test_checksum__does_not_depend_on_cuts(void **state)
{
    static const char text[] = "123456789";

    (void)state;
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        for (size_t cut = 0; cut < sizeof text; cut++) {
            enum checksum_kind kind = checksum_kind_of(slice_of(checks[i].name));
            uint8_t digest[HASH_MAX_BYTES];
            char hex[2 * HASH_MAX_BYTES + 1] = "";
            struct checksum sum;
            size_t len;

            assert_true(checksum_init(&sum, kind));
            checksum_update(&sum, text, cut);
            checksum_update(&sum, text + cut, sizeof text - 1 - cut);
            len = checksum_final(&sum, digest);
            checksum_clear(&sum);
            assert_int_equal(len, checksum_bytes(kind));
            for (size_t j = 0; j < len; j++)
                snprintf(hex + 2 * j, 3, "%02x", digest[j]);
            if (strcmp(hex, checks[i].hex) != 0)
                fail_msg("%s: %s, not %s", checks[i].name, hex, checks[i].hex);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checksum__does_not_depend_on_cuts),
    };

    return cmocka_run_group_tests_name("sandbox/checksum", tests, NULL, NULL);
}
