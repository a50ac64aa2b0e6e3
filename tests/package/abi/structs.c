/*
 * A program that hands the library one of each struct that callers allocate or fill in, and holds it to the growth rule of
 * postage/api.h. growth.py compiles it against headers of different versions and runs it with libraries of others.
 *
 * With -DGROWN the headers have one field more at the end of each struct, `grown`. As first argument "zero" leaves it at zero,
 * which every library has to take; "set" sets it, which an older library has to refuse and a library of the same headers takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postage/postage.h"
#include "postage/sandbox.h"

#ifdef GROWN
#define GROW(one) ((one).grown = wish)
#else
#define GROW(one) ((void)wish)
#endif

static uint64_t wish;
static int refused, wrong;

/* A call that takes a struct: OK, or refused for its last field. */
static void expect(const char *what, enum postage_status status, const struct postage_error *err)
{
    if (status == POSTAGE_ERR_INVALID && strstr(err->message, "older than the headers") != NULL)
        refused++;
    else if (status != POSTAGE_OK && wrong++ < 100)
        printf("%s: %s: %s\n", what, postage_status_name(status), err->message);
}

static void *allocate(void *context, size_t bytes)
{
    (void)context;
    return malloc(bytes);
}

static void *reallocate(void *context, void *block, size_t bytes)
{
    (void)context;
    return realloc(block, bytes);
}

static void release(void *context, void *block)
{
    (void)context;
    free(block);
}

static void write_log(void *context, enum postage_log_level level, const char *subsystem, const char *line)
{
    (void)context;
    (void)level;
    (void)subsystem;
    (void)line;
}

/* --- sources --- */

static enum postage_status read_none(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    (void)self;
    (void)dst;
    (void)cap;
    (void)err;
    *got = 0;
    return POSTAGE_END;
}

static enum postage_status length_none(void *self, uint64_t *bytes)
{
    (void)self;
    *bytes = 0;
    return POSTAGE_OK;
}

/* The library's struct may be smaller than these headers': what it has no room for is not written. */
static enum postage_status identity_none(void *self, struct postage_identity *id)
{
    (void)self;
    id->device = 1;
    id->inode = 2;
    return POSTAGE_OK;
}

static void try_body(struct postage_error *err)
{
    struct postage_source_ops ops = POSTAGE_SOURCE_OPS_INIT;
    struct postage_source source;
    struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
    struct postage_body *body = NULL;
    unsigned char bytes[512];
    size_t got;

    ops.read = read_none;
    ops.length = length_none;
    ops.identity = identity_none;
    source.ops = &ops;
    source.self = NULL;
    expect("postage_body_new", postage_body_new(&body, NULL), err);
    options.source = &source;
    GROW(options);
    expect("postage_body_options", postage_body_open(body, &options, err), err);
    options = (struct postage_body_options)POSTAGE_BODY_OPTIONS_INIT;
    options.source = &source;
    GROW(ops);
    expect("postage_source_ops", postage_body_open(body, &options, err), err);
    if (wish == 0)
        expect("postage_identity", postage_body_read(body, bytes, sizeof bytes, &got, err), err);
    postage_body_free(body);
}

static void try_callback_source(struct postage_error *err)
{
    struct postage_callback_source_options options = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
    struct postage_source source;

    options.read = read_none;
    GROW(options);
    expect("postage_callback_source_options", postage_source_callback(&source, &options, NULL, err), err);
    postage_source_close(&source);
}

/* --- forms --- */

static void try_policy(const struct postage_target *target, struct postage_error *err)
{
    struct postage_callback_options options = POSTAGE_CALLBACK_OPTIONS_INIT;
    struct postage_policy *policy = NULL;

    expect("postage_policy_new", postage_policy_new(&policy, target, NULL, err), err);
    options.url = "http://app.example/";
    options.body = "b";
    GROW(options);
    expect("postage_callback_options", postage_policy_callback(policy, &options, err), err);
    postage_policy_free(policy);
}

static void try_signer(const struct postage_target *target, const struct postage_credentials *credentials,
                       struct postage_error *err)
{
    struct postage_presign_options options = POSTAGE_PRESIGN_OPTIONS_INIT;
    struct postage_signer *signer = NULL;
    char *url = NULL;

    expect("postage_signer_new", postage_signer_new(&signer, credentials, NULL, err), err);
    options.key = "key";
    options.now_unix_s = 1700000000;
    options.expires_in_s = 60;
    GROW(options);
    expect("postage_presign_options", postage_signer_presign(signer, target, &options, &url, err), err);
    postage_text_free(url, NULL);
    postage_signer_free(signer);
}

static void try_target(struct postage_error *err)
{
    struct postage_target_options options = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_credentials_options keys = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_credentials *credentials = NULL;
    struct postage_target *target = NULL;

    options.region = "cn-hangzhou";
    expect("postage_target_new", postage_target_new(&target, "oss://bucket/key", &options, NULL, err), err);
    try_policy(target, err);
    keys.access_key_id = "id";
    keys.secret_access_key = "secret";
    expect("postage_credentials_new", postage_credentials_new(&credentials, &keys, NULL, err), err);
    try_signer(target, credentials, err);
    postage_target_free(target);
    postage_credentials_free(credentials);
    GROW(options);
    GROW(keys);
    expect("postage_target_options", postage_target_new(&target, "oss://bucket/key", &options, NULL, err), err);
    expect("postage_credentials_options", postage_credentials_new(&credentials, &keys, NULL, err), err);
    postage_target_free(target);
    postage_credentials_free(credentials);
}

static void try_check(struct postage_error *err)
{
    struct postage_check_options options = POSTAGE_CHECK_OPTIONS_INIT;
    struct postage_report *report = NULL;

    options.now_unix_s = 1700000000;
    GROW(options);
    expect("postage_check_options", postage_check_json(&report, "{\"url\":\"\",\"fields\":{}}", 23, &options, NULL, err), err);
    postage_report_free(report);
}

static void try_reader(struct postage_error *err)
{
    struct postage_reader_options options = POSTAGE_READER_OPTIONS_INIT;
    struct postage_reader *reader = NULL;

    GROW(options);
    expect("postage_reader_options", postage_reader_new(&reader, "multipart/form-data; boundary=b", &options, NULL, err), err);
    postage_reader_free(reader);
}

/* --- uploads --- */

static void try_upload(struct postage_client *client, struct postage_error *err)
{
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    static const char json[] = "{\"url\":\"http://127.0.0.1:1/\",\"fields\":{\"key\":\"k\"}}";
    struct postage_form *form = NULL;
    struct postage_source source;

    expect("postage_form_from_json", postage_form_from_json(&form, json, sizeof json - 1, NULL, err), err);
    expect("postage_source_memory", postage_source_memory(&source, "x", 1, NULL, err), err);
    options.form = form;
    options.source = &source;
    GROW(options);
    expect("postage_upload_options", postage_client_submit(client, &options, NULL, err), err);
    postage_client_free(client);
    postage_source_close(&source);
    postage_form_free(form);
}

static void try_client(struct postage_error *err)
{
    struct postage_client_options options = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_logger logger = POSTAGE_LOGGER_INIT;
    struct postage_client *client = NULL;

    logger.write = write_log;
    options.logger = &logger;
    expect("postage_client_new", postage_client_new(&client, &options, NULL, err), err);
    try_upload(client, err);
    GROW(options);
    expect("postage_client_options", postage_client_new(&client, &options, NULL, err), err);
    postage_client_free(client);
    options = (struct postage_client_options)POSTAGE_CLIENT_OPTIONS_INIT;
    options.logger = &logger;
    GROW(logger);
    expect("postage_logger", postage_client_new(&client, &options, NULL, err), err);
    postage_client_free(client);
}

static void try_sandbox(struct postage_error *err)
{
    struct postage_sandbox_options options = POSTAGE_SANDBOX_OPTIONS_INIT;
    struct postage_sandbox *sandbox = NULL;

    GROW(options);
    expect("postage_sandbox_options", postage_sandbox_new(&sandbox, &options, err), err);
    postage_sandbox_stop(sandbox);
}

/* --- what has no error to say it with --- */

static void try_allocator(void)
{
    struct postage_allocator allocator = POSTAGE_ALLOCATOR_INIT(allocate, reallocate, release, NULL);
    struct postage_body *body = NULL;
    enum postage_status status;

    GROW(allocator);
    status = postage_body_new(&body, &allocator);
    if (status == POSTAGE_ERR_NOMEM && wish != 0)
        refused++;
    else if (status != POSTAGE_OK && wrong++ < 100)
        printf("postage_allocator: %s\n", postage_status_name(status));
    postage_body_free(body);
}

/* Whatever the library knows, bytes beyond the caller's struct stay as they were. */
static void try_error_and_counters(void)
{
    struct {
        struct postage_error err;
        unsigned char beyond[256];
    } error = { POSTAGE_ERROR_INIT, { 0 } };
    struct {
        struct postage_allocation_counters seen;
        unsigned char beyond[256];
    } counters = { POSTAGE_ALLOCATION_COUNTERS_INIT, { 0 } };
    struct postage_counting_allocator *counting = NULL;
    struct postage_target *target = NULL;

    memset(error.beyond, 0xA5, sizeof error.beyond);
    memset(counters.beyond, 0xA5, sizeof counters.beyond);
    if (postage_target_new(&target, "none://", NULL, NULL, &error.err) == POSTAGE_OK || error.err.message[0] == '\0')
        wrong++;
    if (postage_counting_allocator_new(&counting, NULL) != POSTAGE_OK)
        wrong++;
    postage_counting_allocator_read(counting, &counters.seen);
    postage_counting_allocator_free(counting);
    for (size_t i = 0; i < 256; i++)
        if (error.beyond[i] != 0xA5 || counters.beyond[i] != 0xA5) {
            printf("written beyond a struct of the caller's\n");
            wrong++;
            return;
        }
}

int main(int argc, char **argv)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    wish = argc > 1 && strcmp(argv[1], "set") == 0 ? 1 : 0;
    try_body(&err);
    try_callback_source(&err);
    try_target(&err);
    try_check(&err);
    try_reader(&err);
    try_client(&err);
    try_sandbox(&err);
    try_allocator();
    try_error_and_counters();
    printf("%d refused, %d wrong\n", refused, wrong);
    return wrong == 0 ? 0 : 1;
}
