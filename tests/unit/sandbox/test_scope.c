/* The key of a day and region is kept: it must never sign for another one. */
#include "sandbox/scope.h"
#include "support/test.h"

static const struct key_chain sha512 = { "SHA512", "AWS4-HMAC-SHA512", "AWS4", "s3", "aws4_request" };

static const struct {
    const char *name;
    const char *dialect; /* NULL: `sha512` */
    const char *date;
    const char *region;
    const char *text;
} scopes[] = {
    { "a day", "s3", "20261121", "us-east-1", "20261121/us-east-1/s3/aws4_request" },
    { "the same again", "s3", "20261121", "us-east-1", "20261121/us-east-1/s3/aws4_request" },
    { "the next day", "s3", "20261122", "us-east-1", "20261122/us-east-1/s3/aws4_request" },
    { "another region", "s3", "20261122", "eu-west-1", "20261122/eu-west-1/s3/aws4_request" },
    { "another provider", "oss", "20261122", "eu-west-1", "20261122/eu-west-1/oss/aliyun_v4_request" },
    { "another digest", NULL, "20261121", "us-east-1", "20261121/us-east-1/s3/aws4_request" },
    { "the same scope by another chain", "s3", "20261122", "eu-west-1", "20261122/eu-west-1/oss/aliyun_v4_request" },
    { "the first one, later", "s3", "20261121", "us-east-1", "20261121/us-east-1/s3/aws4_request" },
};

static void sign(size_t row, struct derived_key *derived, char signature[SCOPE_SIGNATURE_BYTES])
{
    struct access_key key = { .derived = derived, .secret = (char *)"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
    struct scope scope = { .date = slice_of(scopes[row].date),
                           .region = slice_of(scopes[row].region),
                           .text = slice_of(scopes[row].text) };
    const char *dialect = scopes[row].dialect;
    const struct key_chain *chain = dialect != NULL ? &dialect_find(slice_of(dialect))->schemes[0]->chain : &sha512;

    assert_true(scope_sign(chain, &key, &scope, SLICE("policy"), signature));
}

static void test_scope__a_kept_key_signs_as_a_fresh_one(void **state)
{
    struct derived_key kept = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++) {
        struct derived_key fresh = { 0 };
        char one[SCOPE_SIGNATURE_BYTES], other[SCOPE_SIGNATURE_BYTES];

        sign(i, &kept, one);
        sign(i, &fresh, other);
        if (strcmp(one, other) != 0)
            fail_msg("%s: %s, a fresh key gives %s", scopes[i].name, one, other);
        assert_int_equal(strlen(one), scopes[i].dialect != NULL ? 64 : 128);
    }
}

/* Computed with Python's hmac. */
static void test_scope__a_chain_has_the_digest_of_its_row(void **state)
{
    struct derived_key fresh = { 0 };
    char signature[SCOPE_SIGNATURE_BYTES];

    (void)state;
    sign(5, &fresh, signature);
    assert_string_equal(signature, "3e7a5372b59bbc2ca802018ca21037f232b1606d08bc9dc51a5bcdc0c6a5e34b"
                                   "36cfe7025667fbef26b1bab5508fab656a574d482d6df2b37c8b1b465c99d3cb");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scope__a_kept_key_signs_as_a_fresh_one),
        cmocka_unit_test(test_scope__a_chain_has_the_digest_of_its_row),
    };

    return cmocka_run_group_tests_name("sandbox/scope", tests, NULL, NULL);
}
