/* From made-up facts to what is known of the object: no connection, no server. */
#include "upload/verdict.h"

#include <stdlib.h>

#include "support/uploading.h"

#define REDIRECT  ",\"success_action_redirect\":\"" CANARY_REDIRECT "\""
#define OSS_FORM  ",\"x-oss-signature-version\":\"OSS4-HMAC-SHA256\""
#define CALLBACK  OSS_FORM ",\"callback\":\"e30=\""
#define OSS_MARK  "x-oss-request-id: R\r\n"
#define ETAG      "ETag: \"900150983cd24fb0d6963f7d28e17f72-1\"\r\n"
#define CREATED   "<PostResponse><Bucket>b</Bucket><Key>k</Key></PostResponse>"
#define XML(code) "<?xml version=\"1.0\"?>\n<Error><Code>" code "</Code><Message>words</Message></Error>"
#define PAGE      "<!DOCTYPE html><html><head><title>Sign in</title></head><body>x</body></html>"

#define OUT(name)  POSTAGE_OUTCOME_##name
#define STORED     POSTAGE_OBJECT_STORED
#define NOT_STORED POSTAGE_OBJECT_NOT_STORED
#define UNKNOWN    POSTAGE_OBJECT_UNKNOWN

/* --- complete heads, after the whole body has left --- */

struct reply_row {
    const char *name;
    const char *fields; /* of the form */
    const char *head;   /* status and headers */
    const char *body;
    enum http_body_end body_end;
    enum postage_outcome outcome;
    enum postage_object_state state;
    const char *says; /* in message or hint; NULL: not looked at */
};

static const struct reply_row replies[] = {
    /* a store's mark */
    { "204, ETag", "", "204\r\n" ETAG, "", HTTP_BODY_COMPLETE, OUT(OK), STORED, NULL },
    { "204, request id", "", "204\r\n" STORE_MARK, "", HTTP_BODY_COMPLETE, OUT(OK), STORED, NULL },
    { "200, empty to the end", "", "200\r\n" STORE_MARK, "", HTTP_BODY_TO_CLOSE, OUT(OK), STORED, NULL },
    { "201, document", "", "201\r\n", CREATED, HTTP_BODY_COMPLETE, OUT(OK), STORED, NULL },
    { "201, document to the end", "", "201\r\n", CREATED, HTTP_BODY_TO_CLOSE, OUT(OK), STORED, NULL },
    { "201, ETag and document", "", "201\r\n" ETAG, CREATED, HTTP_BODY_COMPLETE, OUT(OK), STORED, NULL },
    { "200, the operation's name", "", "200\r\n", "<PostObject><Key>k</Key><Bucket>b</Bucket></PostObject>", HTTP_BODY_COMPLETE,
      OUT(OK), STORED, NULL },
    { "201, a document without bucket, marked", "", "201\r\n" ETAG, "<PostResponse><Key>k</Key></PostResponse>",
      HTTP_BODY_COMPLETE, OUT(OK), STORED, NULL },
    { "201, a document without bucket", "", "201\r\n", "<PostResponse><Key>k</Key></PostResponse>", HTTP_BODY_COMPLETE,
      OUT(NOT_A_STORE), UNKNOWN, NULL },
    { "204, nothing", "", "204\r\n", "", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN, "--success-status 201" },
    { "200, nothing", "", "200\r\nContent-Length: 0\r\n", "", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN,
      "no ETag, no x-amz-request-id and no document (HTTP 200 from " },
    { "201, nothing, asked for", ",\"success_action_status\":\"201\"", "201\r\n", "", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE),
      UNKNOWN, "a login page or a proxy" },
    { "204, an empty ETag", "", "204\r\nETag: \"\"\r\n", "", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN, NULL },
    { "200, a framework's ETag", "", "200\r\nETag: W/\"0-2jmj7l5rSw0yVb\"\r\n", "", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE),
      UNKNOWN, NULL },
    { "204, another family's request id", "", "204\r\n" OSS_MARK, "", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN, NULL },
    { "204, any server's request id", "", "204\r\nX-Request-Id: 1\r\n", "", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN,
      NULL },
    { "202, nothing", "", "202\r\n", "", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN, NULL },
    { "202, marked", "", "202\r\n" STORE_MARK, "", HTTP_BODY_COMPLETE, OUT(REPLY_MALFORMED), UNKNOWN, "HTTP 202" },
    /* bodies that are not a store's, marked or not */
    { "200, a page", "", "200\r\nContent-Type: text/html\r\n", PAGE, HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN,
      "not like a store: \"Sign in\" (HTTP 200" },
    { "200, a page to the end", "", "200\r\n", PAGE, HTTP_BODY_TO_CLOSE, OUT(NOT_A_STORE), UNKNOWN, "\"Sign in\"" },
    { "200, a page with an ETag", "", "200\r\n" ETAG, PAGE, HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN, NULL },
    { "200, a page with a request id", "", "200\r\n" STORE_MARK, PAGE, HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN, NULL },
    { "200, JSON", "", "200\r\n", "{\"error\":\"nope\"}", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN,
      "{\"error\":\"nope\"}" },
    { "200, a blank line", "", "200\r\n" STORE_MARK, "\n", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN, NULL },
    { "200, an error behind a blank line", "", "200\r\n" STORE_MARK, "\n" XML("SlowDown"), HTTP_BODY_COMPLETE, OUT(NOT_A_STORE),
      UNKNOWN, NULL },
    { "200, an error behind a document type", "", "200\r\n" STORE_MARK, "<!DOCTYPE a><Error><Code>SlowDown</Code></Error>",
      HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN, "reply XML refused: it has a document type" },
    { "200, two documents", "", "200\r\n" STORE_MARK, CREATED CREATED, HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN, NULL },
    { "200, a document and a page", "", "200\r\n" STORE_MARK, CREATED PAGE, HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN,
      NULL },
    { "200, compressed", "", "200\r\n" STORE_MARK, "\x1f\x8b\x08\x01\x02\x03", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN,
      "its body is not the document of a store" },
    { "200, an error", "", "200\r\n" STORE_MARK, XML("InternalError"), HTTP_BODY_COMPLETE, OUT(SERVER_TRANSIENT), UNKNOWN,
      "InternalError: words" },
    { "200, an error without code", "", "200\r\n" STORE_MARK, "<Error/>", HTTP_BODY_COMPLETE, OUT(REJECTED), UNKNOWN, NULL },
    { "201, cut", "", "201\r\n" ETAG, "<PostResponse>", HTTP_BODY_CUT, OUT(REPLY_MALFORMED), UNKNOWN, "body cut" },
    { "201, cut by the end", "", "201\r\n" ETAG, "<PostResponse>", HTTP_BODY_TO_CLOSE, OUT(REPLY_MALFORMED), UNKNOWN,
      "body cut" },
    { "200, less than announced", "", "200\r\nContent-Length: 18446744073709551615\r\n" ETAG, "", HTTP_BODY_COMPLETE,
      OUT(REPLY_MALFORMED), UNKNOWN, "body cut" },
    { "204, with a length", "", "204\r\nContent-Length: 5\r\n" ETAG, "", HTTP_BODY_COMPLETE, OUT(OK), STORED, NULL },
    { "403, less than announced", "", "403\r\nContent-Length: 900\r\n", XML("AccessDenied"), HTTP_BODY_COMPLETE, OUT(REJECTED),
      UNKNOWN, "body cut" },
    { "200, without end", "", "200\r\n" ETAG, PAGE, HTTP_BODY_CAPPED, OUT(REPLY_MALFORMED), UNKNOWN, "over 1 MiB" },
    /* callbacks */
    { "callback relayed", CALLBACK, "200\r\n" OSS_MARK, "{\"ok\":true}", HTTP_BODY_COMPLETE, OUT(OK), STORED, NULL },
    { "callback relayed, no mark", CALLBACK, "200\r\n", "{\"ok\":true}", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN, NULL },
    { "nothing to relay", OSS_FORM, "200\r\n" OSS_MARK, "{\"ok\":true}", HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN, NULL },
    { "a field of that name, elsewhere", ",\"callback\":\"e30=\"", "200\r\n" STORE_MARK, "{\"ok\":true}", HTTP_BODY_COMPLETE,
      OUT(NOT_A_STORE), UNKNOWN, NULL },
    { "callback failed", CALLBACK, "203\r\n" OSS_MARK, XML("CallbackFailed"), HTTP_BODY_COMPLETE, OUT(CALLBACK_FAILED), STORED,
      "CallbackFailed: words" },
    { "callback failed, no mark", CALLBACK, "203\r\n", XML("CallbackFailed"), HTTP_BODY_COMPLETE, OUT(NOT_A_STORE), UNKNOWN,
      NULL },
    { "callback failed, an ETag only", CALLBACK, "203\r\n" ETAG, XML("CallbackFailed"), HTTP_BODY_COMPLETE, OUT(NOT_A_STORE),
      UNKNOWN, NULL },
    { "callback failed, where there is none", "", "203\r\n" STORE_MARK, XML("CallbackFailed"), HTTP_BODY_COMPLETE,
      OUT(REJECTED), UNKNOWN, NULL },
    { "203, marked, without reason", CALLBACK, "203\r\n" OSS_MARK, "", HTTP_BODY_COMPLETE, OUT(REPLY_MALFORMED), UNKNOWN,
      "HTTP 203" },
    /* redirects */
    { "303 as asked", REDIRECT, "303\r\nLocation: " CANARY_REDIRECT "&bucket=b&key=k\r\n", "", HTTP_BODY_COMPLETE, OUT(OK),
      STORED, NULL },
    { "303 as asked, with a page", REDIRECT, "303\r\nLocation: " CANARY_REDIRECT "\r\n", PAGE, HTTP_BODY_COMPLETE, OUT(OK),
      STORED, NULL },
    { "303 as asked, cut", REDIRECT, "303\r\nLocation: " CANARY_REDIRECT "\r\n", "<a", HTTP_BODY_CUT, OUT(REPLY_MALFORMED),
      UNKNOWN, NULL },
    { "303 as asked in the older field", ",\"redirect\":\"http://app.test\"", "303\r\nLocation: HTTP://APP.test:80/?key=k\r\n",
      "", HTTP_BODY_COMPLETE, OUT(OK), STORED, NULL },
    { "303 elsewhere", REDIRECT, "303\r\nLocation: https://login.test/\r\n", "", HTTP_BODY_COMPLETE, OUT(REDIRECT_REFUSED),
      UNKNOWN, "to host login.test" },
    { "303 without Location", REDIRECT, "303\r\n", "", HTTP_BODY_COMPLETE, OUT(REDIRECT_REFUSED), UNKNOWN, NULL },
    { "303 unasked", "", "303\r\nLocation: https://login.test/\r\n", "", HTTP_BODY_COMPLETE, OUT(REDIRECT_REFUSED), NOT_STORED,
      NULL },
    { "302 to what was asked", REDIRECT, "302\r\nLocation: " CANARY_REDIRECT "\r\n", "", HTTP_BODY_COMPLETE,
      OUT(REDIRECT_REFUSED), NOT_STORED, NULL },
    { "302 cut", "", "302\r\nLocation: http://a/\r\n", "<a", HTTP_BODY_CUT, OUT(REDIRECT_REFUSED), UNKNOWN, NULL },
    { "301 of a store", "", "301\r\n" STORE_MARK,
      "<Error><Code>PermanentRedirect</Code><Message>m</Message><Bucket>b</Bucket><Endpoint>s3.test</Endpoint></Error>",
      HTTP_BODY_COMPLETE, OUT(REDIRECT_REFUSED), NOT_STORED, "PermanentRedirect; the bucket b is at s3.test: m" },
    /* refusals */
    { "403 of a store", "", "403\r\nServer: AmazonS3\r\n", XML("AccessDenied"), HTTP_BODY_COMPLETE, OUT(REJECTED), NOT_STORED,
      "AccessDenied: words (HTTP 403 from 127.0.0.1 (AmazonS3) after " },
    { "403, empty", "", "403\r\n", "", HTTP_BODY_COMPLETE, OUT(REJECTED), NOT_STORED, "no error code" },
    { "403, empty, a store's", "", "403\r\n" STORE_MARK, "", HTTP_BODY_COMPLETE, OUT(REJECTED), NOT_STORED, "no error code" },
    { "403 of a firewall", "", "403\r\nServer: waf/1\r\n", "Blocked by rule 7\nmore", HTTP_BODY_COMPLETE, OUT(REJECTED),
      NOT_STORED, "something other than the store answered: \"Blocked by rule 7\" (HTTP 403 from 127.0.0.1 (waf/1) after " },
    { "403, text to the end", "", "403\r\n", "No", HTTP_BODY_TO_CLOSE, OUT(REJECTED), NOT_STORED, "\"No\"" },
    { "403, XML cut by the end", "", "403\r\n", "<Error><Code>Ac", HTTP_BODY_TO_CLOSE, OUT(REJECTED), UNKNOWN, "body cut" },
    { "403, cut", "", "403\r\n" STORE_MARK, XML("AccessDenied"), HTTP_BODY_CUT, OUT(REJECTED), UNKNOWN, "body cut" },
    { "413 of a gateway", "", "413\r\n", "<html><body><h1>Too large</h1></body></html>", HTTP_BODY_COMPLETE, OUT(REJECTED),
      NOT_STORED, "limits the size of a request" },
    { "429, empty", "", "429\r\n", "", HTTP_BODY_COMPLETE, OUT(THROTTLED), NOT_STORED, "HTTP 429" },
    { "500 of a store", "", "500\r\n", XML("InternalError"), HTTP_BODY_COMPLETE, OUT(SERVER_TRANSIENT), NOT_STORED, NULL },
    { "500 of a store, cut", "", "500\r\n", XML("InternalError"), HTTP_BODY_CUT, OUT(SERVER_TRANSIENT), UNKNOWN, NULL },
    { "500, an error without code", "", "500\r\n", "<Error/>", HTTP_BODY_COMPLETE, OUT(SERVER_TRANSIENT), UNKNOWN, NULL },
    { "500, a request id and no error", "", "500\r\n" STORE_MARK, "", HTTP_BODY_COMPLETE, OUT(SERVER_TRANSIENT), UNKNOWN,
      NULL },
    { "502 of a gateway", "", "502\r\n", PAGE, HTTP_BODY_COMPLETE, OUT(SERVER_TRANSIENT), UNKNOWN, "is the store running?" },
    { "503 of a store", "", "503\r\n", XML("SlowDown"), HTTP_BODY_COMPLETE, OUT(THROTTLED), NOT_STORED, NULL },
    { "503, empty", "", "503\r\n", "", HTTP_BODY_COMPLETE, OUT(SERVER_TRANSIENT), UNKNOWN, NULL },
    { "501 of a store", "", "501\r\n", XML("NotImplemented"), HTTP_BODY_COMPLETE, OUT(REJECTED), NOT_STORED,
      "does not support form uploads" },
    { "501 of a file server", "", "501\r\nServer: SimpleHTTP/0.6\r\n",
      "<!DOCTYPE HTML>\n<html><head><title>Error\r\n response</title></head></html>", HTTP_BODY_COMPLETE, OUT(REJECTED),
      UNKNOWN, "something other than the store answered: \"Error response\" (HTTP 501 from 127.0.0.1 (SimpleHTTP/0.6)" },
    { "999", "", "999\r\n" STORE_MARK, "", HTTP_BODY_COMPLETE, OUT(REPLY_MALFORMED), UNKNOWN, "unexpected status" },
    /* the wrong scheme */
    { "a TLS port of Go's", "", "400\r\n", "Client sent an HTTP request to an HTTPS server.\n", HTTP_BODY_TO_CLOSE, OUT(TLS),
      NOT_STORED, "use https:// in the endpoint" },
    { "a TLS port of Go's, reset", "", "400\r\n", "Client sent an HTTP request to an HTTPS server.\n", HTTP_BODY_CUT, OUT(TLS),
      NOT_STORED, "something other than the store answered: \"Client sent" },
    { "403, text reset", "", "403\r\n", "No way\nat all", HTTP_BODY_CUT, OUT(REJECTED), UNKNOWN,
      "something other than the store answered: \"No way\"" },
    { "a TLS port of nginx", "", "400\r\nServer: nginx\r\n",
      "<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>", HTTP_BODY_COMPLETE,
      OUT(TLS), NOT_STORED, "the server speaks TLS at this port, and the form's URL begins with http://: something" },
};

struct told {
    struct attempt attempt;
    struct postage_upload_options options;
    struct http_reply reply;
    struct http_facts facts;
    struct verdict verdict;
};

static void begin(struct told *told, const char *url, const char *fields)
{
    struct postage_allocator alloc = mem_allocator(NULL);

    *told = (struct told){ .options = POSTAGE_UPLOAD_OPTIONS_INIT,
                           .facts = {
                               .detail = "", .tail_left = true, .stage = HTTP_READING_REPLY, .body_end = HTTP_BODY_COMPLETE } };
    assert_int_equal(attempt_init(&told->attempt, &alloc), POSTAGE_OK);
    told->attempt.source_error = (struct postage_error)POSTAGE_ERROR_INIT;
    told->options.form = form_for(url, fields);
    told->attempt.options = &told->options;
    http_reply_init(&told->reply, &alloc);
    told->facts.reply = &told->reply;
}

static void end(struct told *told)
{
    verdict_clear(&told->verdict);
    http_reply_clear(&told->reply);
    postage_form_free((struct postage_form *)(uintptr_t)told->options.form);
    attempt_clear(&told->attempt);
}

/* A reply as it would have been read: `head` is the status, then lines of headers. */
static void put_reply(struct told *told, const char *head, const char *body)
{
    char line[512];

    snprintf(line, sizeof line, "HTTP/1.1 %.3s\r\n", head);
    http_reply_begin(&told->reply, SIZE_MAX, SIZE_MAX);
    assert_int_equal(http_reply_take(&told->reply, slice_of(line)), strlen(line));
    for (head += 5; *head != '\0'; head += strcspn(head, "\n") + 1)
        http_reply_take(&told->reply, (struct slice){ head, strcspn(head, "\n") + 1 });
    http_reply_take(&told->reply, SLICE("\r\n"));
    assert_true(told->reply.head_complete && told->reply.fault == NULL);
    buf_add_text(&told->reply.body, body);
    told->facts.end = HTTP_REPLIED;
    told->facts.reply_begun = true;
}

static void check(const char *name, const struct told *told, enum postage_outcome outcome, enum postage_object_state state,
                  const char *says)
{
    const struct postage_result *result = &told->verdict.draft.result;
    const char *message = result->error->message;

    if (result->outcome != outcome || result->object_state != state)
        fail_msg("%s: %s, %s: %s", name, postage_outcome_name(result->outcome), postage_object_state_name(result->object_state),
                 message);
    if (says != NULL && strstr(message, says) == NULL && strstr(result->hint, says) == NULL)
        fail_msg("%s: \"%s\", \"%s\" does not say \"%s\"", name, message, result->hint, says);
    assert_int_equal(result->error->code, postage_outcome_status(outcome));
    assert_no_canary(message);
}

static void test_verdict__a_reply_means_what_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        struct told told;

        begin(&told, "http://127.0.0.1:1/b", replies[i].fields);
        put_reply(&told, replies[i].head, replies[i].body);
        told.facts.body_end = replies[i].body_end;
        verdict_attempt(&told.verdict, &told.attempt, &told.facts);
        check(replies[i].name, &told, replies[i].outcome, replies[i].state, replies[i].says);
        end(&told);
    }
}

/* The same replies before any byte of the end had left: nothing is stored, unless a success or 303 may have been meant. */
static void test_verdict__before_the_end_of_the_body_only_a_success_leaves_a_doubt(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        bool success = replies[i].head[0] == '2' || strncmp(replies[i].head, "303", 3) == 0;
        struct told told;

        begin(&told, "http://127.0.0.1:1/b", replies[i].fields);
        put_reply(&told, replies[i].head, replies[i].body);
        told.facts.body_end = replies[i].body_end;
        told.facts.tail_left = false;
        verdict_attempt(&told.verdict, &told.attempt, &told.facts);
        check(replies[i].name, &told, replies[i].outcome, success ? replies[i].state : NOT_STORED, NULL);
        end(&told);
    }
}

/* --- endings without a complete head --- */

static const struct {
    const char *name;
    const char *url;
    struct http_facts facts;
    enum postage_outcome outcome;
    enum postage_object_state state;
    enum postage_retry retry;
    const char *says;
} endings[] = {
    { "lost in the body",
      "http://a.test/",
      { .end = HTTP_LOST, .stage = HTTP_SENDING_BODY },
      OUT(NET_DURING_BODY),
      NOT_STORED,
      POSTAGE_RETRY_SAME_FORM,
      NULL },
    { "lost after the end",
      "http://a.test/",
      { .end = HTTP_LOST, .stage = HTTP_AWAITING_REPLY, .tail_left = true },
      OUT(NET_AFTER_BODY),
      UNKNOWN,
      POSTAGE_RETRY_SAME_FORM,
      NULL },
    { "a byte of a reply, then lost",
      "http://a.test/",
      { .end = HTTP_MALFORMED, .stage = HTTP_READING_REPLY, .reply_begun = true },
      OUT(REPLY_MALFORMED),
      UNKNOWN,
      POSTAGE_RETRY_SAME_FORM,
      NULL },
    { "the proxy wants a password",
      "https://a.test/",
      { .end = HTTP_PROXY_REFUSED, .stage = HTTP_CONNECTING, .proxy_status = 407 },
      OUT(CONNECT),
      NOT_STORED,
      POSTAGE_RETRY_NEVER,
      "the proxy refused to connect while connecting: HTTP 407" },
    { "the proxy cannot connect",
      "https://a.test/",
      { .end = HTTP_PROXY_REFUSED, .stage = HTTP_CONNECTING, .proxy_status = 503 },
      OUT(CONNECT),
      NOT_STORED,
      POSTAGE_RETRY_SAME_FORM,
      "the proxy cannot reach the host" },
    { "https to a plain port",
      "https://a.test/",
      { .end = HTTP_NO_TLS, .stage = HTTP_SECURING, .detail = "error:0A00010B:SSL routines::wrong version number" },
      OUT(TLS),
      NOT_STORED,
      POSTAGE_RETRY_NEVER,
      "the server does not speak TLS at this port, and the form's URL begins with https://: TLS failed" },
    { "a certificate that is wrong",
      "https://a.test/",
      { .end = HTTP_NO_TLS, .stage = HTTP_SECURING, .detail = "SSL certificate problem: self-signed certificate" },
      OUT(TLS),
      NOT_STORED,
      POSTAGE_RETRY_NEVER,
      "TLS failed in the TLS handshake: SSL certificate problem" },
};

static void test_verdict__an_ending_without_a_reply_is_told_by_its_facts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        struct told told;

        begin(&told, endings[i].url, "");
        told.facts = endings[i].facts;
        told.facts.detail = endings[i].facts.detail != NULL ? endings[i].facts.detail : "";
        told.facts.reply = &told.reply;
        verdict_attempt(&told.verdict, &told.attempt, &told.facts);
        check(endings[i].name, &told, endings[i].outcome, endings[i].state, endings[i].says);
        assert_int_equal(told.verdict.draft.error.retry, endings[i].retry);
        end(&told);
    }
}

static void test_verdict__a_tls_record_instead_of_a_reply_names_the_scheme(void **state)
{
    struct told told;

    (void)state;
    begin(&told, "http://127.0.0.1:1/b", "");
    told.facts.end = HTTP_MALFORMED;
    told.facts.reply_begun = true;
    told.reply.fault = "a TLS record instead of a status line";
    verdict_attempt(&told.verdict, &told.attempt, &told.facts);
    check("a TLS record", &told, OUT(TLS), UNKNOWN, "use https:// in the endpoint");
    check("a TLS record", &told, OUT(TLS), UNKNOWN, "a TLS record instead of a status line");
    end(&told);
}

/* --- proxies --- */

static const struct {
    const char *name, *head, *body;
    enum http_body_end body_end;
    enum postage_outcome outcome;
    enum postage_object_state state;
    enum postage_retry retry;
    const char *says;
} proxied[] = {
    { "407", "407\r\nProxy-Authenticate: Basic\r\n", PAGE, HTTP_BODY_COMPLETE, OUT(CONNECT), NOT_STORED, POSTAGE_RETRY_NEVER,
      "the proxy refused: \"Sign in\" (HTTP 407 from the proxy to 127.0.0.1 after " },
    { "407 cut", "407\r\n", "<a", HTTP_BODY_CUT, OUT(CONNECT), NOT_STORED, POSTAGE_RETRY_NEVER, "user name and password" },
    { "403", "403\r\n", PAGE, HTTP_BODY_COMPLETE, OUT(REJECTED), NOT_STORED, POSTAGE_RETRY_NEVER,
      "the proxy, or something behind it that is not the store, answered: \"Sign in\"" },
    { "502", "502\r\nProxy-Status: cache; error=connection_refused\r\n", "", HTTP_BODY_COMPLETE, OUT(SERVER_TRANSIENT), UNKNOWN,
      POSTAGE_RETRY_SAME_FORM, "the proxy refused (HTTP 502 from the proxy to " },
    { "the store's own", "403\r\n", XML("AccessDenied"), HTTP_BODY_COMPLETE, OUT(REJECTED), NOT_STORED, POSTAGE_RETRY_NEVER,
      "AccessDenied: words (HTTP 403 from 127.0.0.1 after " },
    { "the store's success", "204\r\n" STORE_MARK, "", HTTP_BODY_COMPLETE, OUT(OK), STORED, POSTAGE_RETRY_NEVER, NULL },
};

static void test_verdict__a_proxys_refusal_is_told_as_the_proxys(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof proxied / sizeof proxied[0]; i++) {
        struct told told;

        begin(&told, "http://127.0.0.1:1/b", "");
        put_reply(&told, proxied[i].head, proxied[i].body);
        told.facts.proxied = true;
        told.facts.body_end = proxied[i].body_end;
        verdict_attempt(&told.verdict, &told.attempt, &told.facts);
        check(proxied[i].name, &told, proxied[i].outcome, proxied[i].state, proxied[i].says);
        assert_int_equal(told.verdict.draft.error.retry, proxied[i].retry);
        end(&told);
    }
}

/* --- what a server writes --- */

/* The same without ESC, with which a header does not get past the reader. */
#define LINE_HOSTILE                                                                                                           \
    "a\x9b\xc2\x9b"                                                                                                            \
    "0m\xe2\x80\xae!"

/* ESC, C1 as a byte and as UTF-8, and U+202E, which turns the direction of what follows. */
#define HOSTILE                                                                                                                \
    "a\x1b[31m\x9b\xc2\x9b"                                                                                                    \
    "0m\xe2\x80\xae!"

static void assert_harmless(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++)
        if (*at < 0x20 || *at == 0x7F || *at >= 0x80)
            fail_msg("\"%s\"", text);
}

static void test_verdict__nothing_a_server_writes_moves_a_terminal(void **state)
{
    static const char *const bodies[] = {
        "<Error><Code>C&#x9b;&#x202e;</Code><Message>m&#155;</Message><RequestId>\xc2\x9br</RequestId></Error>",
        "<html><title>" HOSTILE "</title></html>",
        HOSTILE "\n",
    };
    struct told told;

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        const struct postage_result *result = &told.verdict.draft.result;

        begin(&told, "http://127.0.0.1:1/b", "");
        put_reply(&told,
                  "403\r\nETag: " LINE_HOSTILE "\r\nServer: " LINE_HOSTILE "\r\nLocation: " LINE_HOSTILE
                  "\r\nx-amz-version-id: " LINE_HOSTILE "\r\n",
                  bodies[i]);
        verdict_attempt(&told.verdict, &told.attempt, &told.facts);
        assert_harmless(result->error->message);
        assert_harmless(result->error->provider_code);
        assert_harmless(result->error->request_id);
        assert_harmless(result->etag);
        assert_harmless(result->location);
        assert_harmless(result->version_id);
        assert_harmless(result->request_id);
        assert_harmless(result->provider_message);
        end(&told);
    }
}

/* A page may repeat the form with every character escaped that means something in HTML, JSON or a URL. */
static void test_verdict__a_page_that_repeats_the_form_repeats_no_secret(void **state)
{
    static const char *const bodies[] = {
        "<html><title>" CANARY_TOKEN "</title></html>",
        "<html><title>canary&#45;token&#x2D;FwoGZXIvYXdzEBYaDP</title></html>",
        "{\"error\":\"canary\\u002dtoken\\-FwoGZXIvYXdzEBYaDP\"}",
        "canary%2Dtoken%2dFwoGZXIvYXdzEBYaDP",
    };
    struct told told;

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        begin(&told, "http://127.0.0.1:1/b", "");
        put_reply(&told, "200\r\n", bodies[i]);
        verdict_attempt(&told.verdict, &told.attempt, &told.facts);
        if (strstr(told.verdict.draft.error.message, "***") == NULL ||
            strstr(told.verdict.draft.error.message, "FwoGZXIvYXdzEBYaDP") != NULL)
            fail_msg("%s", told.verdict.draft.error.message);
        end(&told);
    }
}

static void test_verdict__an_error_over_the_cap_is_no_success(void **state)
{
    char *body = malloc(70100);
    struct told told;

    (void)state;
    memset(body, 'x', 70000);
    memcpy(body, "<Error><Code>SlowDown</Code><Message>", 37);
    memcpy(body + 70000, "</Message></Error>", 19);
    begin(&told, "http://127.0.0.1:1/b", "");
    put_reply(&told, "200\r\n" ETAG STORE_MARK, body);
    verdict_attempt(&told.verdict, &told.attempt, &told.facts);
    check("70 KB", &told, OUT(NOT_A_STORE), UNKNOWN, "it is longer than 64 KiB");
    end(&told);
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict__a_reply_means_what_the_table_says),
        cmocka_unit_test(test_verdict__before_the_end_of_the_body_only_a_success_leaves_a_doubt),
        cmocka_unit_test(test_verdict__an_ending_without_a_reply_is_told_by_its_facts),
        cmocka_unit_test(test_verdict__a_tls_record_instead_of_a_reply_names_the_scheme),
        cmocka_unit_test(test_verdict__a_proxys_refusal_is_told_as_the_proxys),
        cmocka_unit_test(test_verdict__nothing_a_server_writes_moves_a_terminal),
        cmocka_unit_test(test_verdict__a_page_that_repeats_the_form_repeats_no_secret),
        cmocka_unit_test(test_verdict__an_error_over_the_cap_is_no_success),
    };

    return cmocka_run_group_tests_name("upload/verdict", tests, NULL, NULL);
}
