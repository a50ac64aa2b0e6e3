/* The one line: with the longest of everything, the reason and the host are still in it. */
#include "upload/describe.h"

#include <errno.h>

#include "support/uploading.h"

#define LABEL "a23456789012345678901234567890123456789012345678901234567890."
#define HOST  LABEL LABEL LABEL LABEL "oss.test"

struct told {
    struct postage_form *form;
    struct postage_upload_options options;
    struct attempt attempt;
    struct http_reply reply;
    struct http_facts facts;
    struct result_draft draft;
};

static void begin(struct told *told, const char *url)
{
    *told = (struct told){ .options = POSTAGE_UPLOAD_OPTIONS_INIT, .facts = { .detail = "" } };
    told->form = form_for(url, "");
    told->options.form = told->form;
    told->attempt.options = &told->options;
    told->attempt.source_error = (struct postage_error)POSTAGE_ERROR_INIT;
    told->facts.reply = &told->reply;
    result_begin(&told->draft);
    told->draft.result.body_bytes_sent = told->draft.result.body_bytes = UINT64_MAX;
}

static void assert_says(const struct told *told, const char *words)
{
    if (strstr(told->draft.error.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", told->draft.error.message, words);
}

static void test_describe__the_librarys_words_are_told_to_their_end(void **state)
{
    struct told told;

    (void)state;
    begin(&told, "http://127.0.0.1:1/b");
    told.draft.result.outcome = POSTAGE_OUTCOME_CONNECT;
    told.facts.stage = HTTP_CONNECTING;
    told.facts.end = HTTP_NO_CONNECTION;
    told.facts.os_errno = ECONNREFUSED;
    told.facts.detail = "Failed to connect to 127.0.0.1 port 1 after 12345 ms: Couldn't connect to server";
    describe_failure(&told.draft, &told.attempt, &told.facts);
    assert_says(&told, "refused (errno ");
    assert_says(&told, "after 12345 ms: Couldn't connect to server (");
    postage_form_free(told.form);
}

static void test_describe__a_host_of_the_greatest_length_is_named_whole(void **state)
{
    struct told told;

    (void)state;
    begin(&told, "https://" HOST "/");
    told.draft.result.outcome = POSTAGE_OUTCOME_RESOLVE;
    told.facts.stage = HTTP_RESOLVING;
    told.facts.end = HTTP_NO_NAME;
    told.facts.detail = "Could not resolve host: " HOST;
    describe_failure(&told.draft, &told.attempt, &told.facts);
    assert_says(&told, "the host name was not resolved while resolving the name: Could not resolve host: a23");
    assert_says(&told, "... (18446744073709551615 of 18446744073709551615 bytes handed over to " HOST ")");
    postage_form_free(told.form);
}

/* What a source says is its own affair, in any script; a character is not cut. */
static void test_describe__a_sources_words_lose_their_end_and_say_so(void **state)
{
    struct told told;
    char *message = told.attempt.source_error.message;

    (void)state;
    begin(&told, "https://" HOST "/");
    told.draft.result.outcome = POSTAGE_OUTCOME_SOURCE_IO;
    told.facts.end = HTTP_READ_FAILED;
    told.attempt.source_status = POSTAGE_ERR_SOURCE;
    for (size_t i = 0; i + 4 < sizeof told.attempt.source_error.message; i += 3)
        memcpy(message + i, "\xe6\x96\x87", 4);
    describe_failure(&told.draft, &told.attempt, &told.facts);
    assert_says(&told, "\xe6\x96\x87...; 18446744073709551615 of 18446744073709551615 bytes handed over");
    assert_null(strchr(told.draft.error.message, '?'));
    postage_form_free(told.form);
}

static void refuse(struct told *told, const char *words, size_t kept)
{
    static const struct reply_pairs pairs = { .xml = { .complete = true }, .body = { "", 0 } };
    const struct answer answer = { &told->facts, &pairs, REPLY_ERROR, ANSWERER_STORE };

    told->draft.result.outcome = POSTAGE_OUTCOME_REJECTED;
    told->reply.status = 403;
    snprintf(told->draft.error.provider_code, sizeof told->draft.error.provider_code, "AccessDenied");
    snprintf(told->draft.error.message, sizeof told->draft.error.message, "%s", words);
    describe_refusal(&told->draft, &told->attempt, &answer, kept);
}

static void test_describe__long_words_of_a_provider_do_not_hide_the_host(void **state)
{
    char words[2048] = "AccessDenied: ";
    struct told told;

    (void)state;
    memset(words + strlen(words), 'w', 2000);
    begin(&told, "https://" HOST "/");
    refuse(&told, words, strlen("AccessDenied: "));
    assert_says(&told, "AccessDenied: www");
    assert_says(&told, "www... (HTTP 403 from " HOST " after ");
    postage_form_free(told.form);
}

/* Where even that is too much, what the provider says the user should use comes before the host that was used. */
static void test_describe__an_endpoint_to_use_comes_before_the_host_that_was_used(void **state)
{
    static const char reason[] = "AccessDenied; the bucket is at " HOST ": ";
    struct told told;

    (void)state;
    begin(&told, "https://" HOST "/");
    refuse(&told, "AccessDenied; the bucket is at " HOST ": words", strlen(reason));
    assert_says(&told, reason);
    assert_says(&told, "(HTTP 403 from ");
    postage_form_free(told.form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_describe__the_librarys_words_are_told_to_their_end),
        cmocka_unit_test(test_describe__a_host_of_the_greatest_length_is_named_whole),
        cmocka_unit_test(test_describe__a_sources_words_lose_their_end_and_say_so),
        cmocka_unit_test(test_describe__long_words_of_a_provider_do_not_hide_the_host),
        cmocka_unit_test(test_describe__an_endpoint_to_use_comes_before_the_host_that_was_used),
    };

    return cmocka_run_group_tests_name("upload/describe", tests, NULL, NULL);
}
