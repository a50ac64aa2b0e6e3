#include <string.h>

#include "oss/oss.h"
#include "provider/returned_digest.h"
#include "support/test.h"

static void test_digests__are_read_as_oss_writes_them(void **state)
{
    const struct postage_field headers[] = { { "x-oss-hash-crc64ecma", "11051210869376104954" },
                                             { "content-md5", "XrY7u+Ae7tCTyyK7j1rNww==" },
                                             { "etag", "\"5EB63BBBE01EEED093CB22BB8F5ACDC3\"" } };
    struct provider_reply reply = { .http_status = 204, .headers = headers, .header_count = 3 };
    static const uint8_t as_bytes[][16] = {
        { 0x99, 0x5D, 0xC9, 0xBB, 0xDF, 0x19, 0x39, 0xFA }, /* of "123456789" */
        { 0x5e, 0xb6, 0x3b, 0xbb, 0xe0, 0x1e, 0xee, 0xd0, 0x93, 0xcb, 0x22, 0xbb, 0x8f, 0x5a, 0xcd, 0xc3 },
    };
    uint8_t bytes[POSTAGE_DIGEST_MAX_BYTES];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_true(returned_digest_read(&oss_digests[i], &reply, bytes));
        assert_memory_equal(bytes, as_bytes[i], postage_digest_bytes(oss_digests[i].digest));
    }
    reply.headers = &headers[2]; /* an ETag alone is not an MD5 here */
    reply.header_count = 1;
    for (size_t i = 0; i < 2; i++)
        assert_false(returned_digest_read(&oss_digests[i], &reply, bytes));
    assert_int_equal(oss_digests[2].digest, POSTAGE_DIGEST_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digests__are_read_as_oss_writes_them),
    };

    return cmocka_run_group_tests_name("oss/digests", tests, NULL, NULL);
}
