#include "multipart/boundary.h"

#include "support/test.h"

struct text_row {
    const char *name;
    const char *text;
    bool plain; /* the encoder sends it */
    bool valid; /* a reader accepts it */
};

static const struct text_row rows[] = {
    { "one letter", "a", true, true },
    { "the encoder's own set", "azAZ09'_-", true, true },
    { "70 characters", "1234567890123456789012345678901234567890123456789012345678901234567890", true, true },
    { "71 characters", "12345678901234567890123456789012345678901234567890123456789012345678901", false, false },
    { "nothing", "", false, false },
    { "RFC 2046's set", "a'()+_,-./:=?z", false, true },
    { "a space inside", "a b", false, true },
    { "a space at the end", "ab ", false, false },
    { "a quote", "a\"b", false, false },
    { "a backslash", "a\\b", false, false },
    { "a line break", "a\r\nb", false, false },
    { "a semicolon", "a;b", false, false },
    { "UTF-8", "\xc3\xa4", false, false },
};

static void test_boundary__is_judged_by_the_sets_of_its_users(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (boundary_is_plain(slice_of(rows[i].text)) != rows[i].plain)
            fail_msg("%s: plain", rows[i].name);
        if (boundary_is_valid(slice_of(rows[i].text)) != rows[i].valid)
            fail_msg("%s: valid", rows[i].name);
    }
    assert_false(boundary_is_valid((struct slice){ "a\0b", 3 }));
}

static void test_boundary__draws_each_character_equally_often(void **state)
{
    static const char expected[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    enum { DRAWS = 5000 };
    const double mean = DRAWS * POSTAGE_BOUNDARY_DRAWN / 62.0;
    unsigned counts[256] = { 0 };
    double chi_square = 0;
    struct random_pool *pool;

    (void)state;
    assert_int_equal(random_pool_new(&pool, NULL), POSTAGE_OK);
    for (int i = 0; i < DRAWS; i++) {
        char drawn[POSTAGE_BOUNDARY_DRAWN + 1];

        assert_int_equal(boundary_draw(pool, drawn), POSTAGE_OK);
        assert_int_equal(strlen(drawn), POSTAGE_BOUNDARY_DRAWN);
        assert_true(boundary_is_plain(slice_of(drawn)));
        for (size_t at = 0; at < POSTAGE_BOUNDARY_DRAWN; at++)
            counts[(unsigned char)drawn[at]]++;
    }
    for (size_t i = 0; i < 62; i++) {
        double off = (double)counts[(unsigned char)expected[i]] - mean;

        chi_square += off * off / mean;
    }
    /* 61 degrees of freedom: above 130 once in 10^6 runs. Taking bytes modulo 62 gives more than 700 here. */
    if (chi_square > 130)
        fail_msg("chi square %.1f", chi_square);
    random_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_boundary__is_judged_by_the_sets_of_its_users),
        cmocka_unit_test(test_boundary__draws_each_character_equally_often),
    };

    return cmocka_run_group_tests_name("multipart/boundary", tests, NULL, NULL);
}
