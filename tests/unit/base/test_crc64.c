#include "base/crc64.h"
#include "support/test.h"

static void test_crc64__gives_the_check_values(void **state)
{
    (void)state;
    assert_true(postage_crc64_update(POSTAGE_CRC64_NVME, 0, "123456789", 9) == 0xAE8B14860A799888);
    assert_true(postage_crc64_update(POSTAGE_CRC64_XZ, 0, "123456789", 9) == 0x995DC9BBDF1939FA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc64__gives_the_check_values),
    };

    return cmocka_run_group_tests_name("base/crc64", tests, NULL, NULL);
}
