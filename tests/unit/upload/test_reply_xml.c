#include <stdio.h>
#include <string.h>

#include "support/test.h"
#include "upload/reply_xml.h"

struct row {
    const char *name;
    const char *body;
    const char *leaves; /* "name=text;..." or NULL: not read */
    const char *refused;
};

static const struct row rows[] = {
    { "an error",
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchBucket</Code><Message>a &amp; b</Message></Error>",
      "Code=NoSuchBucket;Message=a & b;", NULL },
    { "a namespace", "<Error xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Code>X</Code></Error>", "Code=X;", NULL },
    { "a prefix", "<s:Error xmlns:s=\"u\"><s:Code>X</s:Code></s:Error>", "Code=X;", NULL },
    { "quotes in an ETag", "<PostResponse><ETag>&quot;abc&quot;</ETag></PostResponse>", "ETag=\"abc\";", NULL },
    { "an empty leaf", "<Error><Code/><Message></Message></Error>", "Code=;Message=;", NULL },
    { "leaves inside others", "<E><A>x<B>1</B>y</A><C>2</C></E>", "B=1;C=2;", NULL },
    { "CDATA", "<E><A><![CDATA[1<2]]></A></E>", "A=1<2;", NULL },
    { "character references", "<E><A>&#x41;&#66;</A></E>", "A=AB;", NULL },
    { "one element", "<Error>gone</Error>", "Error=gone;", NULL },
    { "empty", "", NULL, NULL },
    { "cut", "<Error><Code>NoSuchBucket</Code><Mess", NULL, NULL },
    { "cut before the last end tag", "<Error><Code>NoSuchBucket</Code>", NULL, NULL },
    { "text behind", "<Error><Code>X</Code></Error>junk", NULL, NULL },
    { "HTML", "<html><body>no<br></body></html>", NULL, NULL },
    { "JSON", "{\"Code\":\"X\"}", NULL, NULL },
    { "invalid UTF-8", "<E><A>\xff</A></E>", NULL, NULL },
    { "document type", "<!DOCTYPE Error><Error><Code>X</Code></Error>", NULL, "document type" },
    { "outside entity", "<!DOCTYPE E [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><E><A>&x;</A></E>", NULL, "document type" },
    { "entities without end", "<!DOCTYPE E [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><E><A>&b;</A></E>", NULL,
      "document type" },
    { "unknown entity", "<E><A>&x;</A></E>", NULL, NULL },
};

static void test_reply_xml__only_whole_plain_documents_are_read(void **state)
{
    struct reply_xml xml;

    (void)state;
    reply_xml_init(&xml, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char leaves[256] = "";
        size_t at = 0, used = 0;

        assert_int_equal(reply_xml_parse(&xml, slice_of(rows[i].body)), POSTAGE_OK);
        for (size_t n = 0; n < xml.count; n++) {
            const char *name, *text;

            reply_xml_next(&xml, &at, &name, &text);
            used += (size_t)snprintf(leaves + used, sizeof leaves - used, "%s=%s;", name, text);
        }
        if (xml.complete != (rows[i].leaves != NULL) || strcmp(leaves, rows[i].leaves != NULL ? rows[i].leaves : "") != 0)
            fail_msg("%s: %s", rows[i].name, leaves);
        if (rows[i].refused != NULL && (xml.refused == NULL || strstr(xml.refused, rows[i].refused) == NULL))
            fail_msg("%s: not refused for \"%s\"", rows[i].name, rows[i].refused);
    }
    reply_xml_clear(&xml);
}

static void test_reply_xml__depth_and_size_have_limits(void **state)
{
    struct reply_xml xml;
    char deep[2 * 32 * 4 + 1] = "";
    static char big[REPLY_XML_MAX_BYTES + 2];

    (void)state;
    reply_xml_init(&xml, NULL);
    for (int i = 0; i < 32; i++)
        strcat(deep, "<a>");
    for (int i = 0; i < 32; i++)
        strcat(deep, "</a>");
    assert_int_equal(reply_xml_parse(&xml, slice_of(deep)), POSTAGE_OK);
    assert_false(xml.complete);
    assert_non_null(strstr(xml.refused, "deeply"));
    memset(big, 'x', sizeof big - 1);
    memcpy(big, "<a>", 3);
    memcpy(big + sizeof big - 5, "</a>", 4);
    assert_int_equal(reply_xml_parse(&xml, (struct slice){ big, sizeof big - 1 }), POSTAGE_OK);
    assert_false(xml.complete);
    assert_non_null(strstr(xml.refused, "64 KiB"));
    reply_xml_clear(&xml);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reply_xml__only_whole_plain_documents_are_read),
        cmocka_unit_test(test_reply_xml__depth_and_size_have_limits),
    };

    return cmocka_run_group_tests_name("upload/reply_xml", tests, NULL, NULL);
}
