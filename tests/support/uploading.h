/* A form for the fake server, and the canaries whose appearance anywhere else is a leak. */
#ifndef POSTAGE_TESTS_SUPPORT_UPLOADING_H
#define POSTAGE_TESTS_SUPPORT_UPLOADING_H

#include <stdio.h>
#include <string.h>

#include "postage/form.h"
#include "postage/log.h"
#include "support/server.h"
#include "support/test.h"

#define CANARY_POLICY                                                                                                          \
    "eyJleHBpcmF0aW9uIjoiMjA5OS0wMS0wMVQwMDowMDowMC4wMDBaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiY2FuYXJ5In0sWyJzdGFydHMtd2l0aCIs" \
    "IiRrZXkiLCJkaXIvIl1dfQ=="
#define CANARY_SIGNATURE "cafe0123456789abcdefcafe0123456789abcdefcafe0123456789abcdef0123"
#define CANARY_TOKEN     "canary-token-FwoGZXIvYXdzEBYaDP"
#define CANARY_REDIRECT  "https://app.example.com/done?job=7"

/* What a store answers that has stored a form. */
#define STORE_MARK "x-amz-request-id: REQ0\r\n"
#define NO_CONTENT "HTTP/1.1 204 No Content\r\n" STORE_MARK "\r\n"

/* A form for `url`; `more` are further JSON members of its fields, each beginning with a comma. */
static inline struct postage_form *form_for(const char *url, const char *more)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;
    char json[2048];

    snprintf(json, sizeof json,
             "{\"url\":\"%s\",\"fields\":{\"key\":\"dir/photo.jpg\",\"x-amz-security-token\":\"" CANARY_TOKEN "\","
             "\"policy\":\"" CANARY_POLICY "\",\"x-amz-signature\":\"" CANARY_SIGNATURE "\"%s}}",
             url, more);
    assert_ok(postage_form_from_json(&form, json, strlen(json), NULL, &err), err);
    return form;
}

/* Without their first characters, which may be there in an escape. */
static inline void assert_no_canary(const char *text)
{
    assert_null(strstr(text, &CANARY_POLICY[1]));
    assert_null(strstr(text, &CANARY_SIGNATURE[1]));
    assert_null(strstr(text, &CANARY_TOKEN[1]));
}

/* A logger that keeps count of its lines and fails at a canary. */
struct canary_log {
    unsigned lines;
};

static inline void canary_write(void *context, enum postage_log_level level, const char *subsystem, const char *line)
{
    struct canary_log *log = context;

    (void)level;
    (void)subsystem;
    log->lines++;
    assert_no_canary(line);
}

static inline struct postage_logger canary_logger(struct canary_log *log)
{
    return (struct postage_logger){ sizeof(struct postage_logger), canary_write, log, POSTAGE_LOG_DEBUG };
}

#endif
