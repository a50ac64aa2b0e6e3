/*
 * What nobody may see: the policy, and every field that any scheme of any provider calls signature or token, or that a row
 * lists. A server that repeats them, in its message, in other elements and in headers, finds them in no error, result or log
 * line.
 */
#include <stdio.h>

#include "postage/upload.h"
#include "registry/registry.h"
#include "support/uploading.h"

#define SECRET CANARY_POLICY /* whatever the field: a policy has to be one */
/* With the header that the provider has for the id of a request. */
#define ECHO                                                                                                                   \
    "HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\n%s: " SECRET "\r\nServer: " SECRET                             \
    "\r\nConnection: close\r\n\r\n<Error><Code>" SECRET "</Code><Message>sent " SECRET " here</Message><RequestId>" SECRET     \
    "</RequestId><HostId>" SECRET "</HostId><Key>" SECRET "</Key></Error>"

struct log {
    char text[16 * 1024];
    size_t used;
};

static void write_line(void *context, enum postage_log_level level, const char *subsystem, const char *line)
{
    struct log *log = context;

    (void)level;
    (void)subsystem;
    log->used += (size_t)snprintf(log->text + log->used, sizeof log->text - log->used, "%s\n", line);
    assert_true(log->used < sizeof log->text);
}

static struct postage_form *form_with(const char *url, const struct postage_provider *provider, const char *name)
{
    const struct signature_scheme *scheme = provider->schemes[0];
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;
    char json[1024];

    snprintf(json, sizeof json,
             "{\"url\":\"%s\",\"fields\":{\"key\":\"up/a\",\"%s\":\"%s\",\"%s\":\"AKID\",\"x-other\":\"0\",\"%s\":\"%s\"}}",
             url, scheme->algorithm_field, scheme->algorithm, scheme->credential_field, name, SECRET);
    assert_ok(postage_form_from_json(&form, json, strlen(json), NULL, &err), err);
    return form;
}

static void assert_hidden(const char *provider, const char *field, const char *text)
{
    if (text != NULL && strstr(text, SECRET) != NULL)
        fail_msg("%s, field %s: %s", provider, field, text);
}

/* Echoes the field; returns what was logged. */
static const char *upload_with(const struct postage_provider *provider, const char *field)
{
    static char echo[4096];
    const struct server_step script[] = {
        { SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ_REST, NULL, 0 }, { SERVER_SEND, echo, 0 }, { SERVER_END, NULL, 0 }
    };
    static struct log log;
    const struct server_step *const scripts[] = { script };
    struct server *server;
    struct postage_form *form;
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_client_options client = POSTAGE_CLIENT_OPTIONS_INIT;
    const struct postage_logger logger = { sizeof logger, write_line, &log, POSTAGE_LOG_DEBUG };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    struct postage_result *result;

    snprintf(echo, sizeof echo, ECHO, provider->request_id_header);
    server = server_start(scripts, 1);
    form = form_with(server_url(server), provider, field);
    log = (struct log){ .used = 0 };
    client.logger = &logger;
    assert_ok(postage_source_memory(&source, "content", 7, NULL, &err), err);
    options.skip_check = true;
    options.form = form;
    options.source = &source;
    ignore_status(postage_upload(&result, &options, &client, NULL, &err));
    assert_non_null(result);
    const char *const texts[] = { err.message,
                                  err.provider_code,
                                  err.request_id,
                                  result->error->message,
                                  result->key,
                                  result->etag,
                                  result->location,
                                  result->version_id,
                                  result->request_id,
                                  result->provider_message,
                                  result->host_id,
                                  result->hint,
                                  result->error->provider_code,
                                  log.text };
    for (size_t i = 0; strcmp(field, "x-harmless") != 0 && i < sizeof texts / sizeof texts[0]; i++)
        assert_hidden(provider->name, field, texts[i]);
    postage_result_free(result);
    postage_source_close(&source);
    postage_form_free(form);
    server_stop(server);
    return log.text;
}

static void upload_with_secrets_of(const struct postage_provider *provider, const struct signature_scheme *const *schemes)
{
    for (; schemes != NULL && *schemes != NULL; schemes++) {
        upload_with(provider, (*schemes)->signature_field);
        if ((*schemes)->token_field != NULL)
            upload_with(provider, (*schemes)->token_field);
    }
}

static void test_trace__no_secret_of_any_row_is_repeated(void **state)
{
    const struct postage_provider *provider;

    (void)state;
    for (size_t i = 0; (provider = registry_at(i)) != NULL; i++) {
        upload_with(provider, "policy");
        upload_with_secrets_of(provider, provider->schemes);
        upload_with_secrets_of(provider, provider->older_schemes);
        for (const char *const *name = provider->secret_fields; name != NULL && *name != NULL; name++)
            upload_with(provider, *name);
    }
}

/* Or nothing above would be shown anyway. */
static void test_trace__what_says_where_and_how_is_logged(void **state)
{
    const struct postage_provider *provider;

    (void)state;
    for (size_t i = 0; (provider = registry_at(i)) != NULL; i++) {
        const char *log = upload_with(provider, "x-harmless");
        char line[512];

        snprintf(line, sizeof line, "> %s: AKID\n", provider->schemes[0]->credential_field);
        assert_non_null(strstr(log, line));
        snprintf(line, sizeof line, "< %s: " SECRET "\n", provider->request_id_header);
        assert_non_null(strstr(log, line));
        assert_non_null(strstr(log, "> x-other: (1 bytes)\n"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trace__no_secret_of_any_row_is_repeated),
        cmocka_unit_test(test_trace__what_says_where_and_how_is_logged),
    };

    return cmocka_run_group_tests_name("upload/trace", tests, NULL, NULL);
}
