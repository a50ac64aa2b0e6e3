/*
 * The judge: a verdict for every form under every provider's rules, the same each time, and a report that is one line of JSON.
 * Input: one byte for what is known of the file, then a file name, type and fields each ended by a NUL, then the form.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "registry/registry.h"
#include "postage/postage.h"

#define CHECK(condition)                                                                                                       \
    do {                                                                                                                       \
        if (!(condition)) {                                                                                                    \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                    \
            abort();                                                                                                           \
        }                                                                                                                      \
    } while (0)

enum { HAS_NAME = 1, HAS_TYPE = 2, HAS_SIZE = 4, HAS_FIELD = 8, TEXT_BYTES = 64 };

#define NOW 1795262400 /* 2026-11-21T12:00:00Z */

struct input {
    char name[TEXT_BYTES], type[TEXT_BYTES], field[TEXT_BYTES], value[TEXT_BYTES];
    struct postage_field fields[2];
    struct postage_check_options options;
    const char *form;
    size_t length;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Up to the next NUL, cut to what fits. */
static void take_text(const uint8_t **data, size_t *size, char text[TEXT_BYTES])
{
    const uint8_t *end = memchr(*data, '\0', *size);
    size_t length = end != NULL ? (size_t)(end - *data) : *size, kept = length < TEXT_BYTES ? length : TEXT_BYTES - 1;

    memcpy(text, *data, kept);
    text[kept] = '\0';
    length += end != NULL ? 1 : 0;
    *data += length;
    *size -= length;
}

static void take_input(struct input *input, const uint8_t *data, size_t size)
{
    uint8_t flags = size > 0 ? data[0] : 0;

    data += size > 0 ? 1 : 0;
    size -= size > 0 ? 1 : 0;
    take_text(&data, &size, input->name);
    take_text(&data, &size, input->type);
    take_text(&data, &size, input->field);
    take_text(&data, &size, input->value);
    input->fields[0] = input->fields[1] = (struct postage_field){ input->field, input->value };
    input->options = (struct postage_check_options)POSTAGE_CHECK_OPTIONS_INIT;
    input->options.file_name = (flags & HAS_NAME) != 0 ? input->name : NULL;
    input->options.content_type = (flags & HAS_TYPE) != 0 ? input->type : NULL;
    input->options.size_given = (flags & HAS_SIZE) != 0;
    input->options.file_bytes = (uint64_t)flags << 8;
    input->options.fields = input->fields;
    input->options.field_count = (flags & HAS_FIELD) == 0 ? 0 : (flags & 16) == 0 ? 1 : 2;
    input->options.now_unix_s = NOW;
    input->form = (const char *)data;
    input->length = size;
}

static void check_report(const struct postage_report *report, const char *json)
{
    const struct postage_finding *first = postage_report_first(report), *finding;
    cJSON *parsed = cJSON_Parse(json);
    size_t count = 0;

    CHECK(parsed != NULL && strpbrk(json, "\r\n") == NULL);
    CHECK(postage_report_accepted(report) == (first == NULL));
    while ((finding = postage_report_finding(report, count)) != NULL) {
        CHECK(strcmp(postage_finding_name(finding->id), "unknown") != 0 && finding->message[0] != '\0');
        CHECK(strpbrk(finding->message, "\r\n") == NULL);
        CHECK(first != NULL || finding->effect != POSTAGE_EFFECT_REFUSED);
        count++;
    }
    CHECK((size_t)cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(parsed, "findings")) == count);
    cJSON_Delete(parsed);
}

static char *judge(struct input *input, const struct postage_provider *provider)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_report *report;
    enum postage_status status;
    char *json;

    input->options.provider = provider;
    status = postage_check_json(&report, input->form, input->length, &input->options, NULL, &err);
    if (status != POSTAGE_OK) {
        CHECK(status == POSTAGE_ERR_INVALID || status == POSTAGE_ERR_LIMIT);
        CHECK(report == NULL && err.message[0] != '\0');
        return NULL;
    }
    CHECK(postage_report_to_json(report, NULL, &json) == POSTAGE_OK);
    check_report(report, json);
    postage_report_free(report);
    return json;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct postage_provider *provider = NULL; /* first by what the form looks like, then by every row */
    struct input input;

    take_input(&input, data, size);
    for (size_t i = 0; i == 0 || provider != NULL; provider = registry_at(i++)) {
        char *once = judge(&input, provider), *twice = judge(&input, provider);

        CHECK((once == NULL) == (twice == NULL) && (once == NULL || strcmp(once, twice) == 0));
        postage_text_free(once, NULL);
        postage_text_free(twice, NULL);
    }
    return 0;
}
