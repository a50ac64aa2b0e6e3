#include "result_line.h"

#include "json.h"
#include "message.h"
#include "object_key.h"
#include "output.h"
#include "progress.h"
#include "terminal_text.h"

#include <stdlib.h>
#include <string.h>

/* The advice of postage_error.retry. */
static const char *const retry_names[] = {
    [POSTAGE_RETRY_NEVER] = "never",
    [POSTAGE_RETRY_SAME_FORM] = "same_form",
    [POSTAGE_RETRY_NEW_FORM] = "new_form",
};

/* What to do where the provider's answer, if there was one, has no hint. */
static const struct {
    enum postage_outcome outcome;
    const char *hint;
} outcome_hints[] = {
    { POSTAGE_OUTCOME_RESOLVE, "check the host in --endpoint" },
    { POSTAGE_OUTCOME_CONNECT, "is the server running, and is --endpoint its address?" },
    { POSTAGE_OUTCOME_TLS, "--ca-file names the certificates to trust; a plain-HTTP server needs http://" },
    { POSTAGE_OUTCOME_SOURCE_CHANGED, "upload a copy that nothing writes to" },
    { POSTAGE_OUTCOME_REDIRECT_REFUSED, "the bucket is elsewhere: check --region and --endpoint" },
    { POSTAGE_OUTCOME_UNVERIFIED, "--verify names another digest; some stores return one only with --success-status 201" },
};

static const char *hint_for(const struct result_line *line, const struct postage_result *result, char *text, size_t cap)
{
    if (result->object_state == POSTAGE_OBJECT_UNKNOWN) {
        snprintf(text, cap, "look into the bucket before uploading again: the object may be there%s%s",
                 result->hint[0] != '\0' ? "; " : "", result->hint);
        return text;
    }
    if (result->outcome == POSTAGE_OUTCOME_SOURCE_CHANGED && strcmp(line->file, "-") == 0)
        return "--size must be the exact number of bytes on stdin";
    if (result->outcome == POSTAGE_OUTCOME_FORM_EXPIRED)
        return "sign a new form; --expires sets how long it is valid"; /* its code, AccessDenied, says less */
    if (result->hint[0] != '\0')
        return result->hint;
    for (size_t i = 0; i < sizeof outcome_hints / sizeof outcome_hints[0]; i++)
        if (result->outcome == outcome_hints[i].outcome)
            return outcome_hints[i].hint;
    return NULL;
}

/* The provider's word first; a key it only completes from the file's name is one we know as well. */
static const char *key_of(const struct result_line *line, const struct postage_result *result)
{
    if (line->key != NULL && (result->key[0] == '\0' || object_key_is_template(result->key)))
        return line->key;
    return result->key;
}

/* 0: not known, which JSON has null for. */
static void put_positive(FILE *out, const char *name, int64_t number)
{
    if (number > 0)
        json_put_number(out, name, number);
    else
        json_put_member(out, name, NULL);
}

static void put_error(FILE *out, const struct postage_result *result)
{
    if (result->error->code == POSTAGE_OK) {
        fputs(",\"error\":null", out);
        return;
    }
    fprintf(out, ",\"error\":{\"code\":\"%s\"", postage_status_name(result->error->code));
    json_put_member(out, "retry", retry_names[result->error->retry]);
    put_positive(out, "retry_after_ms", result->error->retry_after_ms);
    json_put_member(out, "message", result->error->message);
    json_put_member(out, "provider_code", result->error->provider_code);
    put_positive(out, "http_status", result->http_status);
    fputc('}', out);
}

/* The names are a promise: docs/command-line.md lists them, tests/cli checks them. */
static void put_json(FILE *out, const struct result_line *line, const struct postage_result *result)
{
    fputs("{\"file\":", out);
    json_put_text(out, line->file);
    json_put_member(out, "object_state", postage_object_state_name(result->object_state));
    json_put_member(out, "class", postage_outcome_name(result->outcome));
    json_put_member(out, "key", key_of(line, result));
    json_put_number(out, "bytes", (int64_t)result->object_bytes);
    json_put_member(out, "etag", result->etag);
    json_put_member(out, "verified", result->verified != POSTAGE_DIGEST_NONE ? postage_digest_name(result->verified) : NULL);
    json_put_member(out, "request_id", result->request_id);
    json_put_number(out, "attempts", (int64_t)result->attempts);
    json_put_number(out, "elapsed_ms", result->timings->total_ms > 0 ? result->timings->total_ms : 0);
    put_error(out, result);
    fputc('}', out);
}

static void put_line(FILE *out, const struct result_line *line, const struct postage_result *result)
{
    char bytes[PROGRESS_TEXT_BYTES], seconds[PROGRESS_TEXT_BYTES];

    progress_bytes(bytes, (double)result->object_bytes);
    progress_seconds(seconds, (double)result->timings->total_ms / 1000);
    fputs("stored  ", out);
    terminal_text_put(out, line->place);
    terminal_text_put(out, key_of(line, result));
    fprintf(out, "  %s  %s", bytes, seconds);
    if (result->etag[0] != '\0')
        fputs("  etag ", out);
    terminal_text_put(out, result->etag);
    if (result->verified != POSTAGE_DIGEST_NONE)
        fprintf(out, "  verified by %s", postage_digest_name(result->verified));
    else
        fputs("  unverified", out);
}

static enum exit_code print(const struct result_line *line, const struct postage_result *result,
                            void (*put)(FILE *out, const struct result_line *line, const struct postage_result *result))
{
    enum exit_code code;
    size_t length = 0;
    char *text = NULL;
    FILE *out = open_memstream(&text, &length);

    if (out == NULL)
        return fail_memory();
    put(out, line, result);
    code = fclose(out) == 0 ? output_write(text, length, true) : fail_memory();
    free(text);
    return code;
}

/* Code and number, unless the message says them already. */
static void describe(char *out, size_t cap, const struct postage_result *result)
{
    const struct postage_error *error = result->error;
    size_t used =
        (size_t)snprintf(out, cap, "%s", error->message[0] != '\0' ? error->message : postage_outcome_text(result->outcome));

    if (error->provider_code[0] != '\0' && strstr(error->message, error->provider_code) == NULL && used < cap)
        used += (size_t)snprintf(out + used, cap - used, " (%s, HTTP %d)", error->provider_code, result->http_status);
    if (result->request_id[0] != '\0' && used < cap)
        snprintf(out + used, cap - used, " (request id %s)", result->request_id);
}

static enum exit_code say_failure(const struct result_line *line, const struct postage_result *result, enum exit_code code)
{
    static const char *const states[] = {
        [POSTAGE_OBJECT_NOT_STORED] = "not stored: ",
        [POSTAGE_OBJECT_STORED] = "stored, but ",
        [POSTAGE_OBJECT_UNKNOWN] = "outcome unknown: ",
    };
    char reason[768], hint[512];

    describe(reason, sizeof reason, result);
    return fail(code, hint_for(line, result, hint, sizeof hint), "%s -> %s%s: %s%s",
                strcmp(line->file, "-") == 0 ? "stdin" : line->file, line->place, key_of(line, result),
                states[result->object_state], reason);
}

enum exit_code result_line_print(const struct result_line *line, const struct postage_result *result)
{
    enum exit_code code = exit_code_of_result(result->outcome, result->object_state);
    enum exit_code printed = EXIT_DONE;

    if (line->json)
        printed = print(line, result, put_json);
    else if (result->object_state == POSTAGE_OBJECT_STORED)
        printed = print(line, result, put_line);
    if (code != EXIT_DONE)
        say_failure(line, result, code);
    return printed == EXIT_DONE ? code : exit_code_worse(code, printed);
}

enum exit_code result_line_print_unsent(const struct result_line *line, enum postage_outcome outcome, const char *message)
{
    static const struct postage_timings timings = { -1, -1, -1, -1, -1, -1, 0 };
    struct postage_error error = POSTAGE_ERROR_INIT;
    const struct postage_result result = { .outcome = outcome,
                                           .object_state = POSTAGE_OBJECT_NOT_STORED,
                                           .error = &error,
                                           .timings = &timings,
                                           .key = "",
                                           .etag = "",
                                           .request_id = "",
                                           .hint = "" };

    error.code = postage_outcome_status(outcome);
    error.retry = outcome == POSTAGE_OUTCOME_FORM_EXPIRED ? POSTAGE_RETRY_NEW_FORM : POSTAGE_RETRY_NEVER;
    snprintf(error.message, sizeof error.message, "%s", message);
    return line->json ? print(line, &result, put_json) : EXIT_DONE;
}
