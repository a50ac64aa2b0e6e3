/* What is not even begun: each verdict of the judge as an outcome, with no byte sent. */
#include "postage/postage.h"
#include "support/test.h"
#include "upload/precheck.h"

#include <string.h>

#define NOW 1795262400 /* 2026-11-21T12:00:00Z */

/* {"expiration":"2026-11-21T13:00:00Z","conditions":[{"bucket":"box"},["starts-with","$key","up/"],["content-length-range",1,10]]}
 */
#define POLICY                                                                                                                 \
    "eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yMVQxMzowMDowMFoiLCJjb25kaXRpb25zIjpbeyJidWNrZXQiOiJib3gifSxbInN0YXJ0cy13aXRoIiwiJGtleSIs" \
    "InVwLyJdLFsiY29udGVudC1sZW5ndGgtcmFuZ2UiLDEsMTBdXX0="
#define SIGNED "\"AWSAccessKeyId\":\"AKID\",\"signature\":\"c2ln\",\"policy\":\"" POLICY "\""
#define BOX    "\"url\":\"http://127.0.0.1:9000/box\""

static const struct {
    const char *name;
    const char *json;
    uint64_t bytes;
    int64_t after_s;
    bool skip;
    enum postage_status status;
    const char *words;
} cases[] = {
    { "a good one", "{" BOX ",\"fields\":{\"key\":\"up/a\"," SIGNED "}}", 10, 0, false, POSTAGE_OK, "" },
    { "too large", "{" BOX ",\"fields\":{\"key\":\"up/a\"," SIGNED "}}", 11, 0, false, POSTAGE_ERR_REJECTED,
      "content-length-range" },
    { "too large, unchecked", "{" BOX ",\"fields\":{\"key\":\"up/a\"," SIGNED "}}", 11, 0, true, POSTAGE_OK, "" },
    { "too late", "{" BOX ",\"fields\":{\"key\":\"up/a\"," SIGNED "}}", 10, 3600, false, POSTAGE_ERR_EXPIRED, "expired" },
    { "no URL", "{\"fields\":{\"key\":\"up/a\"," SIGNED "}}", 10, 0, false, POSTAGE_ERR_INVALID, "URL" },
    { "no URL, unchecked", "{\"fields\":{\"key\":\"up/a\"," SIGNED "}}", 10, 0, true, POSTAGE_ERR_INVALID, "URL" },
    /* MinIO does not count this field, so a form for somebody's own server is sent; one for Amazon is not. */
    { "a field that only MinIO takes",
      "{" BOX ",\"fields\":{\"key\":\"up/a\",\"x-amz-server-side-encryption-context\":\"e30=\"," SIGNED "}}", 10, 0, false,
      POSTAGE_OK, "" },
    { "the same at Amazon's",
      "{\"url\":\"https://box.s3.eu-west-1.amazonaws.com/\",\"fields\":{\"key\":\"up/"
      "a\",\"x-amz-server-side-encryption-context\":\"e30=\"," SIGNED "}}",
      10, 0, false, POSTAGE_ERR_REJECTED, "encryption-context" },
    { "a field that nobody takes", "{" BOX ",\"fields\":{\"key\":\"up/a\",\"submit\":\"1\"," SIGNED "}}", 10, 0, false,
      POSTAGE_ERR_REJECTED, "submit" },
};

static void test_precheck__what_would_be_refused_is_not_sent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_form *form;
        enum postage_status status;

        assert_ok(postage_form_from_json(&form, cases[i].json, strlen(cases[i].json), NULL, &err), err);
        options.form = form;
        options.skip_check = cases[i].skip;
        status = precheck(&options, cases[i].bytes, NOW + cases[i].after_s, NULL, &err);
        if (status != cases[i].status || (status != POSTAGE_OK && strstr(err.message, cases[i].words) == NULL))
            fail_msg("%s: %s: %s", cases[i].name, postage_status_name(status), err.message);
        postage_form_free(form);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_precheck__what_would_be_refused_is_not_sent),
    };

    return cmocka_run_group_tests_name("upload/precheck", tests, NULL, NULL);
}
