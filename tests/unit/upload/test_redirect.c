/* Which Location means what a form asked for, whoever wrote it anew. */
#include "upload/redirect.h"

#include "support/test.h"

static const struct {
    const char *asked, *location;
    bool same;
} rows[] = {
    { "http://a.test/done", "http://a.test/done", true },
    { "http://a.test/done", "http://a.test/done?bucket=b&key=k&etag=%22e%22", true },
    { "http://a.test/done?job=7", "http://a.test/done?job=7&bucket=b", true },
    { "http://a.test/done?job=7", "http://a.test/done?bucket=b&etag=e&job=7&key=k", true }, /* Go sorts */
    { "http://a.test/done?job=7", "http://a.test/done?job=7?bucket=b", true },              /* radosgw */
    { "http://a.test/done?job=7", "http://a.test/done?bucket=b", false },
    { "http://a.test/done?job=7", "http://a.test/done?job=77", false },
    { "http://a.test/done?job=7", "http://a.test/done?job=7x?bucket=b", false },
    { "http://a.test/done?a=1&a=1", "http://a.test/done?a=1&b=2", false },
    { "http://a.test/done?a=1&a=2", "http://a.test/done?a=2&a=1", true },
    { "http://a.test/done?a&b=", "http://a.test/done?a=&b=", true },
    { "http://a.test/done?q=x%20y", "http://a.test/done?q=x+y", true },
    { "http://a.test/done?q=x%2By", "http://a.test/done?q=x+y", false },
    { "http://a.test/done?q=%7e", "http://a.test/done?q=~", true },
    { "http://a.test/done?q=1%262", "http://a.test/done?q=1&2", false },
    { "HTTP://A.Test/done", "http://a.test/done", true },
    { "http://a.test/Done", "http://a.test/done", false },
    { "http://a.test", "http://a.test/?bucket=b", true },
    { "http://a.test?x=1", "http://a.test/?x=1&bucket=b", true },
    { "http://a.test:80/d", "http://a.test/d", true },
    { "https://a.test/d", "https://a.test:443/d", true },
    { "http://a.test:443/d", "http://a.test/d", false },
    { "http://a.test:8080/d", "http://a.test/d", false },
    { "http://a.test/d", "https://a.test/d", false },
    { "http://[::1]:80/d", "http://[::1]/d", true },
    { "http://a.test/%7Euser/%61", "http://a.test/~user/a", true },
    { "http://a.test/%c3%bc", "http://a.test/\xc3\xbc", true },
    { "http://a.test/%c3%bc", "http://a.test/%C3%BC", true },
    { "http://a.test/a%2Fb", "http://a.test/a%2fb", true },
    { "http://a.test/a%2Fb", "http://a.test/a/b", false },
    { "http://a.test/a%", "http://a.test/a%", true },
    { "http://a.test/d#top", "http://a.test/d?key=k", true },
    { "http://a.test/d", "http://a.test/d#top", true },
    { "http://a.test/d", "http://a.test/done", false },
    { "http://a.test/d", "http://a.test/", false },
    { "http://a.test/d", "http://a.test.evil.test/d", false },
    { "http://a.test/d", "http://a.test@evil.test/d", false },
    { "http://a.test/d", "//a.test/d", false },
    { "http://a.test/d", "", false },
    { "", "http://a.test/d", false },
    { "", "", false },
    { "/done", "/done?bucket=b", true },
    { "/done", "http://a.test/done", false },
};

static void test_redirect__addresses_are_compared_by_meaning(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (redirect_is_as_asked(slice_of(rows[i].asked), slice_of(rows[i].location)) != rows[i].same)
            fail_msg("%s, %s", rows[i].asked, rows[i].location);
}

/* What could take long to compare is not compared. */
static void test_redirect__an_endless_address_is_none(void **state)
{
    char asked[5000] = "http://a.test/", location[17000] = "http://a.test/d?";

    (void)state;
    memset(asked + strlen(asked), 'd', 4500);
    assert_false(redirect_is_as_asked(slice_of(asked), slice_of(asked)));
    memset(location + strlen(location), '&', 16900);
    assert_false(redirect_is_as_asked(SLICE("http://a.test/d"), slice_of(location)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_redirect__addresses_are_compared_by_meaning),
        cmocka_unit_test(test_redirect__an_endless_address_is_none),
    };

    return cmocka_run_group_tests_name("upload/redirect", tests, NULL, NULL);
}
