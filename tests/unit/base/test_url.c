#include <stdio.h>
#include <stdlib.h>

#include "base/url.h"
#include "support/test.h"

static const struct {
    const char *text, *scheme, *host, *port, *path, *query;
    bool https, is_ip, is_ipv6;
} parsed[] = {
    { "https://example.com", "https", "example.com", "", "", "", true, false, false },
    { "http://example.com/", "http", "example.com", "", "/", "", false, false, false },
    { "HTTPS://Example.COM:8443/a/b", "HTTPS", "Example.COM", "8443", "/a/b", "", true, false, false },
    { "http://127.0.0.1:9000", "http", "127.0.0.1", "9000", "", "", false, true, false },
    { "http://[::1]:9000/x", "http", "::1", "9000", "/x", "", false, true, true },
    { "http://[2001:db8::7:8]", "http", "2001:db8::7:8", "", "", "", false, true, true },
    { "http://[::ffff:192.0.2.1]/", "http", "::ffff:192.0.2.1", "", "/", "", false, true, true },
    { "https://a.b/c?d=e", "https", "a.b", "", "/c", "d=e", true, false, false },
    { "https://a.b?d=e", "https", "a.b", "", "", "d=e", true, false, false },
    { "https://a.b/c?d=e?f", "https", "a.b", "", "/c", "d=e?f", true, false, false },
    { "http://localhost:1", "http", "localhost", "1", "", "", false, false, false },
    { "http://localhost:65535", "http", "localhost", "65535", "", "", false, false, false },
    { "http://1.2.3.example", "http", "1.2.3.example", "", "", "", false, false, false },
};

static const char *const refused[] = {
    "",
    "example.com",
    "//example.com",
    "https:example.com",
    "https:/example.com",
    "ftp://example.com",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://",
    "https:///path",
    "https://:443",
    "https://?q",
    "https://user@example.com",
    "https://user:secret@example.com/",
    "https://example.com@evil.example",
    "https://example.com/#fragment",
    "https://example.com#",
    "https://exa mple.com",
    "https://example.com/a b",
    "https://example.com/a\r\nHost: evil",
    "https://example.com/\t",
    "https://example.com\n",
    "https://example.com/\x7f",
    "https://example.com:",
    "https://example.com:0",
    "https://example.com:65536",
    "https://example.com:99999999999999999999",
    "https://example.com:-1",
    "https://example.com:80x",
    "https://example.com:80:90",
    "https://[::1",
    "https://::1/",
    "https://[]",
    "https://[::1]x",
    "https://[::1]9000",
    "https://[not:an:address]",
    "https://[1.2.3.4]",
    "https://[::1%25eth0]",
    "https://exa\\mple.com",
    "https://exa\"mple.com",
    "https://<script>.example",
    "https://a..b",
    "https://.example.com",
    "https://-a.example",
    "https://example.com\\@evil.example",
};

static void assert_slice(const char *text, const char *what, struct slice got, const char *expected)
{
    if (!slice_equal(got, slice_of(expected)))
        fail_msg("%s: %s is \"%.*s\", expected \"%s\"", text, what, (int)got.len, got.ptr, expected);
}

static void test_url__is_taken_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parsed / sizeof parsed[0]; i++) {
        struct url url;
        const char *wrong = url_parse(&url, slice_of(parsed[i].text));

        if (wrong != NULL)
            fail_msg("%s: %s", parsed[i].text, wrong);
        assert_slice(parsed[i].text, "scheme", url.scheme, parsed[i].scheme);
        assert_slice(parsed[i].text, "host", url.host, parsed[i].host);
        assert_slice(parsed[i].text, "port", url.port, parsed[i].port);
        assert_slice(parsed[i].text, "path", url.path, parsed[i].path);
        assert_slice(parsed[i].text, "query", url.query, parsed[i].query);
        assert_int_equal(url.https, parsed[i].https);
        assert_int_equal(url.is_ip, parsed[i].is_ip);
        assert_int_equal(url.is_ipv6, parsed[i].is_ipv6);
    }
}

static void test_url__refuses_what_could_lead_elsewhere(void **state)
{
    struct url url;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (url_parse(&url, slice_of(refused[i])) == NULL)
            fail_msg("\"%s\" was accepted", refused[i]);
    assert_non_null(url_parse(&url, SLICE("https://a\0.example")));
}

static void test_url__labels(void **state)
{
    char longest[65];

    (void)state;
    memset(longest, 'a', sizeof longest);
    assert_true(url_is_label(SLICE("a")));
    assert_true(url_is_label(SLICE("A-1")));
    assert_true(url_is_label(SLICE("123")));
    assert_true(url_is_label((struct slice){ longest, 63 }));
    assert_false(url_is_label((struct slice){ longest, 64 }));
    assert_false(url_is_label(SLICE("")));
    assert_false(url_is_label(SLICE("-a")));
    assert_false(url_is_label(SLICE("a-")));
    assert_false(url_is_label(SLICE("a.b")));
    assert_false(url_is_label(SLICE("a_b")));
    assert_false(url_is_label(SLICE("a/b")));
    assert_false(url_is_label(SLICE("a\0b")));
    assert_false(url_is_label(SLICE("\xc3\xa9")));
}

/* RFC 3986 2.3: letters, digits and -._~ stay, every other byte is %XX with capitals. */
static void test_url__encodes_all_but_unreserved_bytes(void **state)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    struct buf buf;

    (void)state;
    buf_init(&buf, NULL, 64);
    for (int c = 0; c < 256; c++) {
        char byte = (char)c, expected[4];

        buf_reset(&buf);
        url_add_encoded(&buf, (struct slice){ &byte, 1 }, "");
        if (c != 0 && strchr(unreserved, c) != NULL)
            snprintf(expected, sizeof expected, "%c", c);
        else
            snprintf(expected, sizeof expected, "%%%02X", (unsigned)c);
        assert_string_equal(buf_text(&buf), expected);
    }
    buf_reset(&buf);
    url_add_encoded(&buf, SLICE("a/b c"), "/");
    assert_string_equal(buf_text(&buf), "a/b%20c");
    buf_reset(&buf);
    url_add_encoded(&buf, SLICE("a\0/b"), "/"); /* the list's own NUL is not kept */
    assert_string_equal(buf_text(&buf), "a%00/b");
    buf_clear(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_url__is_taken_apart),
        cmocka_unit_test(test_url__refuses_what_could_lead_elsewhere),
        cmocka_unit_test(test_url__labels),
        cmocka_unit_test(test_url__encodes_all_but_unreserved_bytes),
    };

    return cmocka_run_group_tests_name("base/url", tests, NULL, NULL);
}
