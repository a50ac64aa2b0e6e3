/* What servers do against what an upload reports: outcome, object_state, counters, words. Rows named after their fault. */
#include "support/counters.h"
#include "support/uploading.h"

#include <stdlib.h>

#include "postage/upload.h"

/* More than both ends of a loopback connection will buffer, so that "the middle" is one. */
enum { SMALL = 1000, LARGE = 16 * 1024 * 1024 };

#define XML(code)                                                                                                              \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" code "</Code><Message>words</Message>"                         \
    "<RequestId>REQ7</RequestId><HostId>HOST7</HostId></Error>"
/* Closed by the server, so that no length has to be counted here. */
#define REFUSAL(status, code)                                                                                                  \
    "HTTP/1.1 " status " Refused\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n" XML(code)
#define HEAD(status) "HTTP/1.1 " status " Words\r\nConnection: close\r\n"

/* clang-format off */
#define STEPS(...) (const struct server_step[]){ __VA_ARGS__, { SERVER_END, NULL, 0 } }
#define READ_ALL { SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ_REST, NULL, 0 }
#define SEND(text) { SERVER_SEND, (text), 0 }
/* clang-format on */

enum handed { ALL_BYTES, NO_CLOSE }; /* how many bytes of the body were handed over */

struct row {
    const char *name;
    const struct server_step *script;
    size_t object_bytes;
    const char *more_fields;
    enum postage_outcome outcome;
    enum postage_object_state state;
    enum handed handed;
    const char *message; /* words in it, or NULL */
    const char *code;    /* provider's, or NULL */
    enum postage_retry retry;
    int64_t idle_ms, response_ms, total_ms;
};

/* The longest name that a host can have, and more words than a store's refusal has. */
#define LABEL         "a23456789012345678901234567890123456789012345678901234567890."
#define LONG_ENDPOINT LABEL LABEL LABEL LABEL "oss.test"
#define LONG_MESSAGE                                                                                                           \
    "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests " \
    "to this endpoint: the bucket you are attempting to access must be addressed using the specified endpoint. Please send "
/* Canaries between their first character and what a URL escapes at their end. */
#define ECHOED_POLICY                                                                                                          \
    "yJleHBpcmF0aW9uIjoiMjA5OS0wMS0wMVQwMDowMDowMC4wMDBaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiY2FuYXJ5In0sWyJzdGFydHMtd2l0aCIs"  \
    "IiRrZXkiLCJkaXIvIl1dfQ"
#define ECHOED_SIGNATURE "afe0123456789abcdefcafe0123456789abcdefcafe0123456789abcdef0123"
#define OSS_FORM         ",\"x-oss-signature-version\":\"OSS4-HMAC-SHA256\"" /* by this field a form is known as OSS's */
#define OUT(name)        POSTAGE_OUTCOME_##name
#define STORED           POSTAGE_OBJECT_STORED
#define NOT_STORED       POSTAGE_OBJECT_NOT_STORED
#define UNKNOWN          POSTAGE_OBJECT_UNKNOWN
#define SAME_FORM        POSTAGE_RETRY_SAME_FORM

static const struct row rows[] = {
    /* --- success --- */
    { "204", STEPS(READ_ALL, SEND(NO_CONTENT)), SMALL, "", OUT(OK), STORED, ALL_BYTES, NULL, NULL, 0, 0, 0, 0 },
    { "204, large", STEPS(READ_ALL, SEND(NO_CONTENT)), LARGE, "", OUT(OK), STORED, ALL_BYTES, NULL, NULL, 0, 0, 0, 0 },
    { "204 of an empty file", STEPS(READ_ALL, SEND(NO_CONTENT)), 0, "", OUT(OK), STORED, ALL_BYTES, NULL, NULL, 0, 0, 0, 0 },
    { "200 without length", STEPS(READ_ALL, SEND(HEAD("200") STORE_MARK "\r\n")), SMALL, "", OUT(OK), STORED, ALL_BYTES, NULL,
      NULL, 0, 0, 0, 0 },
    { "201 closed by the connection, whole",
      STEPS(READ_ALL, SEND(HEAD("201") "\r\n<PostResponse><Bucket>b</Bucket><Key>k</Key></PostResponse>")), SMALL, "", OUT(OK),
      STORED, ALL_BYTES, NULL, NULL, 0, 0, 0, 0 },
    { "201 chunked",
      STEPS(READ_ALL,
            SEND("HTTP/1.1 201 C\r\n" STORE_MARK "Transfer-Encoding: chunked\r\n\r\nf\r\n<PostResponse/>\r\n0\r\n\r\n")),
      SMALL, "", OUT(OK), STORED, ALL_BYTES, NULL, NULL, 0, 0, 0, 0 },
    { "103 then 204", STEPS(READ_ALL, SEND("HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" NO_CONTENT)), SMALL, "", OUT(OK), STORED,
      ALL_BYTES, NULL, NULL, 0, 0, 0, 0 },
    { "reply in single bytes",
      STEPS(READ_ALL, SEND("HTTP/1.1 2"), { SERVER_DELAY, NULL, 20 }, SEND("04 N\r"), { SERVER_DELAY, NULL, 20 },
            SEND("\n" STORE_MARK "\r\n")),
      SMALL, "", OUT(OK), STORED, ALL_BYTES, NULL, NULL, 0, 0, 0, 0 },
    { "reply after a while", STEPS(READ_ALL, { SERVER_DELAY, NULL, 150 }, SEND(NO_CONTENT)), SMALL, "", OUT(OK), STORED,
      ALL_BYTES, NULL, NULL, 0, 0, 2000, 0 },
    { "303 to where the form asked for",
      STEPS(READ_ALL, SEND(HEAD("303") "Location: " CANARY_REDIRECT "&bucket=b&key=k\r\n\r\n")), SMALL,
      ",\"success_action_redirect\":\"" CANARY_REDIRECT "\"", OUT(OK), STORED, ALL_BYTES, NULL, NULL, 0, 0, 0, 0 },
    { "204 with a body", STEPS(READ_ALL, SEND("HTTP/1.1 204 N\r\n" STORE_MARK "Content-Length: 5\r\n\r\nhello")), SMALL, "",
      OUT(OK), STORED, ALL_BYTES, NULL, NULL, 0, 0, 0, 0 },
    /* --- connections lost --- */
    { "RST as the body begins", STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 1 }, { SERVER_RESET, NULL, 0 }),
      8 * LARGE, "", OUT(NET_DURING_BODY), NOT_STORED, NO_CLOSE, "connection lost", NULL, SAME_FORM, 0, 0, 0 },
    { "FIN in the middle of the file", STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 300000 }), 8 * LARGE, "",
      OUT(NET_DURING_BODY), NOT_STORED, NO_CLOSE, "while sending the body", NULL, SAME_FORM, 0, 0, 0 },
    { "RST in the middle of the file",
      STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 300000 }, { SERVER_RESET, NULL, 0 }), 8 * LARGE, "",
      OUT(NET_DURING_BODY), NOT_STORED, NO_CLOSE, "errno ", NULL, SAME_FORM, 0, 0, 0 },
    { "peer stops reading", STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_HOLD, NULL, 0 }), 32 * LARGE, "",
      OUT(NET_DURING_BODY), NOT_STORED, NO_CLOSE, "nothing moved, and the idle limit passed after 200 ms", NULL, SAME_FORM, 200,
      0, 0 },
    { "RST just before the end", STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ_REST, NULL, 3 }, { SERVER_RESET, NULL, 0 }),
      SMALL, "", OUT(NET_AFTER_BODY), UNKNOWN, ALL_BYTES, "waiting for the reply", NULL, SAME_FORM, 0, 0, 0 },
    { "FIN after the body", STEPS(READ_ALL), SMALL, "", OUT(NET_AFTER_BODY), UNKNOWN, ALL_BYTES, "waiting for the reply", NULL,
      SAME_FORM, 0, 0, 0 },
    { "RST after the body", STEPS(READ_ALL, { SERVER_RESET, NULL, 0 }), SMALL, "", OUT(NET_AFTER_BODY), UNKNOWN, ALL_BYTES,
      "waiting for the reply", NULL, SAME_FORM, 0, 0, 0 },
    { "no reply at all", STEPS(READ_ALL, { SERVER_HOLD, NULL, 0 }), SMALL, "", OUT(NET_AFTER_BODY), UNKNOWN, ALL_BYTES,
      "the response limit passed after 200 ms", NULL, SAME_FORM, 0, 200, 0 },
    { "deadline while sending", STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_HOLD, NULL, 0 }), 32 * LARGE, "", OUT(DEADLINE),
      NOT_STORED, NO_CLOSE, "while sending the body", NULL, 0, 0, 0, 200 },
    { "deadline while waiting", STEPS(READ_ALL, { SERVER_HOLD, NULL, 0 }), SMALL, "", OUT(DEADLINE), UNKNOWN, ALL_BYTES,
      "while waiting", NULL, 0, 0, 0, 200 },
    /* --- refusals --- */
    { "403 after the fields",
      STEPS({ SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 600 }, SEND(REFUSAL("403", "AccessDenied")),
            { SERVER_LINGER, NULL, 0 }),
      8 * LARGE, "", OUT(REJECTED), NOT_STORED, NO_CLOSE, "words", "AccessDenied", 0, 0, 0, 0 },
    { "400 too large, at once",
      STEPS({ SERVER_READ_HEAD, NULL, 0 }, SEND(REFUSAL("400", "EntityTooLarge")), { SERVER_LINGER, NULL, 0 }), 8 * LARGE, "",
      OUT(REJECTED), NOT_STORED, NO_CLOSE, "EntityTooLarge", "EntityTooLarge", 0, 0, 0, 0 },
    { "503 early", STEPS({ SERVER_READ_HEAD, NULL, 0 }, SEND(REFUSAL("503", "SlowDown")), { SERVER_LINGER, NULL, 0 }),
      8 * LARGE, "", OUT(THROTTLED), NOT_STORED, NO_CLOSE, "SlowDown", "SlowDown", SAME_FORM, 0, 0, 0 },
    { "400 RequestTimeout", STEPS(READ_ALL, SEND(REFUSAL("400", "RequestTimeout"))), SMALL, "", OUT(NET_DURING_BODY),
      NOT_STORED, ALL_BYTES, "RequestTimeout", "RequestTimeout", SAME_FORM, 0, 0, 0 },
    { "403 SignatureDoesNotMatch", STEPS(READ_ALL, SEND(REFUSAL("403", "SignatureDoesNotMatch"))), SMALL, "", OUT(REJECTED),
      NOT_STORED, ALL_BYTES, "HTTP 403", "SignatureDoesNotMatch", 0, 0, 0, 0 },
    { "400 ExpiredToken", STEPS(READ_ALL, SEND(REFUSAL("400", "ExpiredToken"))), SMALL, "", OUT(REJECTED), NOT_STORED,
      ALL_BYTES, "ExpiredToken", "ExpiredToken", POSTAGE_RETRY_NEW_FORM, 0, 0, 0 },
    { "404", STEPS(READ_ALL, SEND(REFUSAL("404", "NoSuchBucket"))), SMALL, "", OUT(REJECTED), NOT_STORED, ALL_BYTES,
      "NoSuchBucket", "NoSuchBucket", 0, 0, 0, 0 },
    { "412", STEPS(READ_ALL, SEND(REFUSAL("412", "PreconditionFailed"))), SMALL, "", OUT(REJECTED), NOT_STORED, ALL_BYTES, NULL,
      "PreconditionFailed", 0, 0, 0, 0 },
    { "429 without XML", STEPS(READ_ALL, SEND(HEAD("429") "\r\n")), SMALL, "", OUT(THROTTLED), NOT_STORED, ALL_BYTES,
      "HTTP 429", NULL, SAME_FORM, 0, 0, 0 },
    { "503 SlowDown", STEPS(READ_ALL, SEND(REFUSAL("503", "SlowDown"))), SMALL, "", OUT(THROTTLED), NOT_STORED, ALL_BYTES,
      "SlowDown", "SlowDown", SAME_FORM, 0, 0, 0 },
    { "500", STEPS(READ_ALL, SEND(REFUSAL("500", "InternalError"))), SMALL, "", OUT(SERVER_TRANSIENT), NOT_STORED, ALL_BYTES,
      "InternalError", "InternalError", SAME_FORM, 0, 0, 0 },
    { "502 of a proxy", STEPS(READ_ALL, SEND(HEAD("502") "Content-Type: text/html\r\n\r\n<html><body>Bad<br></body></html>")),
      SMALL, "", OUT(SERVER_TRANSIENT), UNKNOWN, ALL_BYTES, "something other than the store answered: \"Bad\" (HTTP 502", NULL,
      SAME_FORM, 0, 0, 0 },
    { "504", STEPS(READ_ALL, SEND(HEAD("504") "Content-Length: 0\r\n\r\n")), SMALL, "", OUT(SERVER_TRANSIENT), UNKNOWN,
      ALL_BYTES, "content type none", NULL, SAME_FORM, 0, 0, 0 },
    { "501", STEPS(READ_ALL, SEND(REFUSAL("501", "NotImplemented"))), SMALL, "", OUT(REJECTED), NOT_STORED, ALL_BYTES,
      "does not support form uploads", "NotImplemented", 0, 0, 0, 0 },
    { "505", STEPS(READ_ALL, SEND(HEAD("505") "Content-Length: 0\r\n\r\n")), SMALL, "", OUT(REJECTED), UNKNOWN, ALL_BYTES,
      "HTTP 505", NULL, 0, 0, 0, 0 },
    { "301",
      STEPS(READ_ALL, SEND(HEAD("301") "Location: http://elsewhere.example.com/secret/path\r\n\r\n" XML("PermanentRedirect"))),
      SMALL, "", OUT(REDIRECT_REFUSED), NOT_STORED, ALL_BYTES, "to host elsewhere.example.com", "PermanentRedirect", 0, 0, 0,
      0 },
    { "307 early",
      STEPS({ SERVER_READ_HEAD, NULL, 0 },
            SEND(HEAD("307") "Location: http://elsewhere.example.com/\r\nContent-Length: 0\r\n\r\n"),
            { SERVER_LINGER, NULL, 0 }),
      8 * LARGE, "", OUT(REDIRECT_REFUSED), NOT_STORED, NO_CLOSE, "elsewhere.example.com", NULL, 0, 0, 0, 0 },
    { "303 nobody asked for", STEPS(READ_ALL, SEND(HEAD("303") "Location: " CANARY_REDIRECT "\r\n\r\n")), SMALL, "",
      OUT(REDIRECT_REFUSED), NOT_STORED, ALL_BYTES, "app.example.com", NULL, 0, 0, 0, 0 },
    { "303 to another place", STEPS(READ_ALL, SEND(HEAD("303") "Location: https://evil.example.com/\r\n\r\n")), SMALL,
      ",\"success_action_redirect\":\"" CANARY_REDIRECT "\"", OUT(REDIRECT_REFUSED), UNKNOWN, ALL_BYTES, "evil.example.com",
      NULL, 0, 0, 0, 0 },
    { "200 with an error inside", STEPS(READ_ALL, SEND(HEAD("200") "\r\n" XML("InternalError"))), SMALL, "",
      OUT(SERVER_TRANSIENT), UNKNOWN, ALL_BYTES, "InternalError", "InternalError", SAME_FORM, 0, 0, 0 },
    /* --- replies that are none --- */
    { "204 before the body ended", STEPS({ SERVER_READ_HEAD, NULL, 0 }, SEND(NO_CONTENT), { SERVER_LINGER, NULL, 0 }),
      8 * LARGE, "", OUT(REPLY_MALFORMED), UNKNOWN, NO_CLOSE, "success before the end of the body", NULL, SAME_FORM, 0, 0, 0 },
    { "switch of protocols",
      STEPS(READ_ALL, SEND("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"), { SERVER_HOLD, NULL, 0 }),
      SMALL, "", OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, "switch of protocols", NULL, SAME_FORM, 0, 500, 0 },
    { "interim replies without end",
      STEPS(READ_ALL, { SERVER_SEND_MANY, "HTTP/1.1 102 Processing\r\n\r\n", 1000 }, { SERVER_HOLD, NULL, 0 }), SMALL, "",
      OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, "33 interim replies", NULL, SAME_FORM, 0, 500, 0 },
    { "first line cut", STEPS(READ_ALL, SEND("HTTP/1.1 20")), SMALL, "", OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES,
      "first line was cut", NULL, SAME_FORM, 0, 0, 0 },
    { "first line cut by a reset", STEPS(READ_ALL, SEND("HT"), { SERVER_DELAY, NULL, 50 }, { SERVER_RESET, NULL, 0 }), SMALL,
      "", OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, "first line was cut", NULL, SAME_FORM, 0, 0, 0 },
    { "head of a success cut", STEPS(READ_ALL, SEND("HTTP/1.1 204 No Content\r\nETag: \"900150")), SMALL, "",
      OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, "its head was cut after 38 header bytes", NULL, SAME_FORM, 0, 0, 0 },
    { "head of a refusal cut", STEPS(READ_ALL, SEND("HTTP/1.1 403 Forbidden\r\nContent-Type: appl")), SMALL, "",
      OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, "its head was cut", NULL, SAME_FORM, 0, 0, 0 },
    { "header lines without end",
      STEPS(READ_ALL, SEND("HTTP/1.1 204 N\r\n"), { SERVER_SEND_MANY, "X-Filler: 0123456789012345678901234567890\r\n", 4000 },
            { SERVER_HOLD, NULL, 0 }),
      SMALL, "", OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, "over 64 KiB", NULL, SAME_FORM, 0, 500, 0 },
    { "two lengths", STEPS(READ_ALL, SEND("HTTP/1.1 200 O\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello")), SMALL, "",
      OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, "two different Content-Length headers", NULL, SAME_FORM, 0, 0, 0 },
    { "length and chunks",
      STEPS(READ_ALL, SEND("HTTP/1.1 200 O\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")), SMALL, "",
      OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, "both Content-Length and Transfer-Encoding", NULL, SAME_FORM, 0, 0, 0 },
    { "negative length", STEPS(READ_ALL, SEND("HTTP/1.1 200 O\r\nContent-Length: -5\r\n\r\n")), SMALL, "", OUT(REPLY_MALFORMED),
      UNKNOWN, ALL_BYTES, NULL, NULL, SAME_FORM, 0, 0, 0 },
    { "NUL in a header", STEPS(READ_ALL, { SERVER_SEND_BYTES, "HTTP/1.1 200 O\r\nX: a\0b\r\n\r\n", 26 }), SMALL, "",
      OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, NULL, NULL, SAME_FORM, 0, 0, 0 },
    { "bare LF", STEPS(READ_ALL, SEND("HTTP/1.1 204 N\nETag: \"x\"\n\n")), SMALL, "", OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES,
      "bare LF", NULL, SAME_FORM, 0, 0, 0 },
    { "HTTP/2.0 on HTTP/1.1", STEPS(READ_ALL, SEND("HTTP/2.0 204 N\r\n\r\n")), SMALL, "", OUT(REPLY_MALFORMED), UNKNOWN,
      ALL_BYTES, NULL, NULL, SAME_FORM, 0, 0, 0 },
    { "no HTTP at all", STEPS(READ_ALL, SEND("SSH-2.0-OpenSSH_9.2p1 Debian\r\n")), SMALL, "", OUT(REPLY_MALFORMED), UNKNOWN,
      ALL_BYTES, "not an HTTP/1.1", NULL, SAME_FORM, 0, 0, 0 },
    { "a TLS alert", STEPS(READ_ALL, { SERVER_SEND_BYTES, "\x15\x03\x01\x00\x02\x02\x46", 7 }), SMALL, "", OUT(TLS), UNKNOWN,
      ALL_BYTES, "speaks TLS at this port", NULL, POSTAGE_RETRY_NEVER, 0, 0, 0 },
    { "status 999", STEPS(READ_ALL, SEND(HEAD("999") "Content-Length: 0\r\n\r\n")), SMALL, "", OUT(REPLY_MALFORMED), UNKNOWN,
      ALL_BYTES, "HTTP 999: an unexpected status after 0 bytes", NULL, SAME_FORM, 0, 0, 0 },
    { "202", STEPS(READ_ALL, SEND(HEAD("202") STORE_MARK "Content-Length: 0\r\n\r\n")), SMALL, "", OUT(REPLY_MALFORMED),
      UNKNOWN, ALL_BYTES, "HTTP 202", NULL, SAME_FORM, 0, 0, 0 },
    /* --- bodies of replies --- */
    { "success cut by length", STEPS(READ_ALL, SEND(HEAD("201") "Content-Length: 400\r\n\r\n<PostResponse>")), SMALL, "",
      OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, "reply body cut", NULL, SAME_FORM, 0, 0, 0 },
    { "refusal cut by length", STEPS(READ_ALL, SEND(HEAD("403") "Content-Length: 4000\r\n\r\n" XML("AccessDenied"))), SMALL, "",
      OUT(REJECTED), UNKNOWN, ALL_BYTES, "reply body cut", NULL, 0, 0, 0, 0 },
    { "refusal cut by chunk", STEPS(READ_ALL, SEND(HEAD("403") "Transfer-Encoding: chunked\r\n\r\n40\r\n<Error><Code>A")),
      SMALL, "", OUT(REJECTED), UNKNOWN, ALL_BYTES, "reply body cut", NULL, 0, 0, 0, 0 },
    { "refusal cut, ended by the connection", STEPS(READ_ALL, SEND(HEAD("403") "\r\n<Error><Code>AccessDenied</Code><Mess")),
      SMALL, "", OUT(REJECTED), UNKNOWN, ALL_BYTES, "reply body cut", NULL, 0, 0, 0, 0 },
    { "success cut, ended by the connection", STEPS(READ_ALL, SEND(HEAD("201") "\r\n<PostResponse><Key>k</Key>")), SMALL, "",
      OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, "reply body cut", NULL, SAME_FORM, 0, 0, 0 },
    { "refusal that trickles",
      STEPS(READ_ALL, SEND(HEAD("403") "Content-Length: 4000\r\n\r\n<Error>"), { SERVER_HOLD, NULL, 0 }), SMALL, "",
      OUT(REJECTED), UNKNOWN, ALL_BYTES, "reply body cut", NULL, 0, 0, 200, 0 },
    { "HTML refusal", STEPS(READ_ALL, SEND(HEAD("403") "Content-Type: text/html\r\nContent-Length: 13\r\n\r\n<p>No<br></p>")),
      SMALL, "", OUT(REJECTED), NOT_STORED, ALL_BYTES, "content type text/html", NULL, 0, 0, 0, 0 },
    { "JSON refusal", STEPS(READ_ALL, SEND(HEAD("400") "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")), SMALL,
      "", OUT(REJECTED), NOT_STORED, ALL_BYTES, "content type application/json", NULL, 0, 0, 0, 0 },
    { "refusal with a document type",
      STEPS(READ_ALL, SEND(HEAD("403") "\r\n<!DOCTYPE Error [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
                                       "<Error><Code>&x;</Code></Error>")),
      SMALL, "", OUT(REJECTED), UNKNOWN, ALL_BYTES, "reply XML refused: it has a document type", NULL, 0, 0, 0, 0 },
    { "refusal without end",
      STEPS(READ_ALL, SEND(HEAD("403") "\r\n"), { SERVER_SEND_MANY, "0123456789012345678901234567890123456789", 10000 }), SMALL,
      "", OUT(REJECTED), UNKNOWN, ALL_BYTES, "over 64 KiB", NULL, 0, 0, 0, 0 },
    { "success without end",
      STEPS(READ_ALL, SEND(HEAD("201") "\r\n"), { SERVER_SEND_MANY, "0123456789012345678901234567890123456789", 50000 }), SMALL,
      "", OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, "over 1 MiB", NULL, SAME_FORM, 0, 0, 0 },
    /* --- successes of something else --- */
    { "204 of nobody", STEPS(READ_ALL, SEND("HTTP/1.1 204 N\r\n\r\n")), SMALL, "", OUT(NOT_A_STORE), UNKNOWN, ALL_BYTES,
      "--success-status 201", NULL, 0, 0, 0, 0 },
    { "a login page",
      STEPS(READ_ALL,
            SEND(HEAD("200") "Content-Type: text/html\r\nServer: nginx\r\n\r\n<!DOCTYPE html><html><head><title>Sign in"
                             "\n to hotel wifi</title></head></html>")),
      SMALL, "", OUT(NOT_A_STORE), UNKNOWN, ALL_BYTES,
      "not like a store: \"Sign in to hotel wifi\" (HTTP 200 from 127.0.0.1 (nginx)", NULL, 0, 0, 0, 0 },
    { "Go's TLS port",
      STEPS(READ_ALL, SEND("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")), SMALL, "",
      OUT(TLS), NOT_STORED, ALL_BYTES, "the server speaks TLS at this port", NULL, 0, 0, 0, 0 },
    /* --- digests and echoes --- */
    { "another CRC-64", STEPS(READ_ALL, SEND(HEAD("204") STORE_MARK "x-amz-checksum-crc64nvme: rosUhgp5mIg=\r\n\r\n")), SMALL,
      "", OUT(DIGEST_MISMATCH), UNKNOWN, ALL_BYTES, "ae8b14860a799888", NULL, SAME_FORM, 0, 0, 0 },
    { "another CRC-64 from OSS",
      STEPS(READ_ALL, SEND(HEAD("204") "x-oss-request-id: R\r\nx-oss-hash-crc64ecma: 11051210869376104954\r\n\r\n")), SMALL,
      OSS_FORM, OUT(DIGEST_MISMATCH), UNKNOWN, ALL_BYTES, "995dc9bbdf1939fa", NULL, SAME_FORM, 0, 0, 0 },
    { "OSS stored it, but its callback failed",
      STEPS(READ_ALL, SEND(HEAD("203") "x-oss-request-id: R\r\n\r\n" XML("CallbackFailed"))), SMALL, OSS_FORM,
      OUT(CALLBACK_FAILED), STORED, ALL_BYTES, "CallbackFailed", "CallbackFailed", 0, 0, 0, 0 },
    { "203 without a reason", STEPS(READ_ALL, SEND(HEAD("203") "x-oss-request-id: R\r\nContent-Length: 0\r\n\r\n")), SMALL,
      OSS_FORM, OUT(REPLY_MALFORMED), UNKNOWN, ALL_BYTES, "HTTP 203", NULL, SAME_FORM, 0, 0, 0 },
    /* --- long replies: what the user needs is never cut --- */
    { "an endpoint of the greatest length, and a long message",
      STEPS(READ_ALL, SEND(HEAD("403") "\r\n<Error><Code>AccessDenied</Code><Message>" LONG_MESSAGE
                                       "</Message><Endpoint>" LONG_ENDPOINT "</Endpoint></Error>")),
      SMALL, OSS_FORM, OUT(REJECTED), NOT_STORED, ALL_BYTES, "AccessDenied; the bucket is at " LONG_ENDPOINT ": The bucket you",
      "AccessDenied", 0, 0, 0, 0 },
    { "an endpoint of the greatest length from S3",
      STEPS(READ_ALL, SEND(HEAD("301") "\r\n<Error><Code>PermanentRedirect</Code><Message>" LONG_MESSAGE
                                       "</Message><Endpoint>" LONG_ENDPOINT "</Endpoint></Error>")),
      SMALL, "", OUT(REDIRECT_REFUSED), NOT_STORED, ALL_BYTES, "PermanentRedirect; the bucket is at " LONG_ENDPOINT ":",
      "PermanentRedirect", 0, 0, 0, 0 },
    { "a redirect to a host of the greatest length",
      STEPS(READ_ALL, SEND(HEAD("307") "Location: http://" LONG_ENDPOINT "/there\r\nContent-Length: 0\r\n\r\n")), SMALL, "",
      OUT(REDIRECT_REFUSED), NOT_STORED, ALL_BYTES, "; to host " LONG_ENDPOINT " (HTTP 307 from ", NULL, 0, 0, 0, 0 },
    { "a long message",
      STEPS(READ_ALL, SEND(HEAD("403") "\r\n<Error><Code>AccessDenied</Code><Message>" LONG_MESSAGE "</Message></Error>")),
      SMALL, "", OUT(REJECTED), NOT_STORED, ALL_BYTES, LONG_MESSAGE " (HTTP 403 from ", "AccessDenied", 0, 0, 0, 0 },
    { "a message of two kilobytes",
      STEPS(READ_ALL,
            SEND(HEAD("403") "\r\n<Error><Code>AccessDenied</Code><Message>" LONG_MESSAGE LONG_MESSAGE LONG_MESSAGE LONG_MESSAGE
                     LONG_MESSAGE LONG_MESSAGE LONG_MESSAGE LONG_MESSAGE LONG_MESSAGE "</Message></Error>")),
      SMALL, "", OUT(REJECTED), NOT_STORED, ALL_BYTES, "... (HTTP 403 from 127.0.0.1 after ", "AccessDenied", 0, 0, 0, 0 },
    { "the form echoed in a URL",
      STEPS(READ_ALL,
            SEND(HEAD("403") "x-amz-request-id: %63anary%2dtoken%2DFwoGZXIvYXdzEBYaDP\r\n\r\n<Error><Code>AccessDenied"
                             "</Code><Message>?policy=%65" ECHOED_POLICY "%3D%3d&amp;x=%63" ECHOED_SIGNATURE
                             "</Message></Error>")),
      SMALL, "", OUT(REJECTED), NOT_STORED, ALL_BYTES, "AccessDenied: ?policy=****", "AccessDenied", 0, 0, 0, 0 },
    { "the form echoed",
      STEPS(READ_ALL, SEND(HEAD("403") "x-amz-request-id: " CANARY_TOKEN "\r\n\r\n<Error><Code>SignatureDoesNotMatch</Code>"
                                       "<Message>signed " CANARY_POLICY " as " CANARY_SIGNATURE " with " CANARY_TOKEN
                                       "</Message><StringToSign>" CANARY_POLICY "</StringToSign></Error>")),
      SMALL, "", OUT(REJECTED), NOT_STORED, ALL_BYTES, "SignatureDoesNotMatch", "SignatureDoesNotMatch", 0, 0, 0, 0 },
};

static void check_handed(const struct row *row, const struct postage_result *result)
{
    if (row->handed == ALL_BYTES && result->body_bytes_sent != result->body_bytes)
        fail_msg("%s: %llu of %llu bytes handed over", row->name, (unsigned long long)result->body_bytes_sent,
                 (unsigned long long)result->body_bytes);
    if (row->handed == NO_CLOSE && result->body_bytes_sent >= result->body_bytes)
        fail_msg("%s: all bytes were handed over", row->name);
    assert_true(result->source_bytes_read <= result->object_bytes);
    assert_int_equal(result->object_bytes, row->object_bytes);
}

static void check(const struct row *row, const struct postage_result *result)
{
    const struct postage_error *error = result->error;

    if (result->outcome != row->outcome || result->object_state != row->state)
        fail_msg("%s: %s, %s: %s", row->name, postage_outcome_name(result->outcome),
                 postage_object_state_name(result->object_state), error->message);
    if (row->message != NULL && strstr(error->message, row->message) == NULL && strstr(result->hint, row->message) == NULL)
        fail_msg("%s: \"%s\", \"%s\" does not say \"%s\"", row->name, error->message, result->hint, row->message);
    if (strcmp(error->provider_code, row->code != NULL ? row->code : "") != 0)
        fail_msg("%s: provider code \"%s\"", row->name, error->provider_code);
    if (error->retry != row->retry)
        fail_msg("%s: retry advice %d", row->name, (int)error->retry);
    assert_int_equal(error->code, postage_outcome_status(row->outcome));
    assert_int_equal(result->attempts, 1);
    check_handed(row, result);
    assert_no_canary(error->message);
    assert_no_canary(error->request_id);
    assert_no_canary(result->request_id);
    assert_no_canary(result->provider_message);
}

static void run(const struct row *row, const char *data, const struct postage_allocator *alloc)
{
    struct server *server = server_start(&row->script, 1);
    struct postage_form *form = form_for(server_url(server), row->more_fields);
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_client_options client = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct canary_log log = { 0 };
    struct postage_logger logger;
    struct postage_source source;
    struct postage_result *result;

    logger = canary_logger(&log);
    client.logger = &logger;
    assert_ok(postage_source_memory(&source, data, row->object_bytes, alloc, &err), err);
    options.skip_check = true; /* the form is a stand-in */
    options.form = form;
    options.source = &source;
    options.idle_timeout_ms = row->idle_ms;
    options.response_timeout_ms = row->response_ms;
    options.total_timeout_ms = row->total_ms;
    ignore_status(postage_upload(&result, &options, &client, alloc, &err));
    if (result == NULL)
        fail_msg("%s: no result: %s", row->name, err.message);
    check(row, result);
    assert_true(log.lines > 0);
    assert_true(server_requests(server) <= 1);
    postage_result_free(result);
    postage_source_close(&source);
    postage_form_free(form);
    server_stop(server);
}

static void test_verdict_servers__every_server_behaviour_is_told_as_it_was(void **state)
{
    char *data = calloc(1, 32 * LARGE);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_counting_allocator *counting;

        assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
        run(&rows[i], data, postage_counting_allocator_use(counting));
        if (counters_of(counting).live_blocks != 0)
            fail_msg("%s: memory was not given back", rows[i].name);
        postage_counting_allocator_free(counting);
    }
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict_servers__every_server_behaviour_is_told_as_it_was),
    };

    return cmocka_run_group_tests_name("upload/verdict_servers", tests, NULL, NULL);
}
