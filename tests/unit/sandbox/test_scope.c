/* The key of a day and region is kept: it must never sign for another one. */
#include "sandbox/scope.h"
#include "support/test.h"

static const struct {
    const char *name;
    const char *dialect;
    const char *date;
    const char *region;
    const char *text;
} scopes[] = {
    { "a day", "s3", "20261121", "us-east-1", "20261121/us-east-1/s3/aws4_request" },
    { "the same again", "s3", "20261121", "us-east-1", "20261121/us-east-1/s3/aws4_request" },
    { "the next day", "s3", "20261122", "us-east-1", "20261122/us-east-1/s3/aws4_request" },
    { "another region", "s3", "20261122", "eu-west-1", "20261122/eu-west-1/s3/aws4_request" },
    { "another provider", "oss", "20261122", "eu-west-1", "20261122/eu-west-1/oss/aliyun_v4_request" },
    { "the same scope by another chain", "s3", "20261122", "eu-west-1", "20261122/eu-west-1/oss/aliyun_v4_request" },
    { "the first one, later", "s3", "20261121", "us-east-1", "20261121/us-east-1/s3/aws4_request" },
};

static void sign(size_t row, struct derived_key *derived, char signature[SCOPE_SIGNATURE_BYTES])
{
    struct access_key key = { .derived = derived, .secret = (char *)"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
    struct scope scope = { .date = slice_of(scopes[row].date),
                           .region = slice_of(scopes[row].region),
                           .text = slice_of(scopes[row].text) };

    assert_true(
        scope_sign(&dialect_find(slice_of(scopes[row].dialect))->schemes[0]->chain, &key, &scope, SLICE("policy"), signature));
}

static void test_scope__a_kept_key_signs_as_a_fresh_one(void **state)
{
    struct derived_key kept = { "", { 0 }, NULL };

    (void)state;
    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++) {
        struct derived_key fresh = { "", { 0 }, NULL };
        char one[SCOPE_SIGNATURE_BYTES], other[SCOPE_SIGNATURE_BYTES];

        sign(i, &kept, one);
        sign(i, &fresh, other);
        if (strcmp(one, other) != 0)
            fail_msg("%s: %s, a fresh key gives %s", scopes[i].name, one, other);
        assert_int_equal(strlen(one), 64);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scope__a_kept_key_signs_as_a_fresh_one),
    };

    return cmocka_run_group_tests_name("sandbox/scope", tests, NULL, NULL);
}
