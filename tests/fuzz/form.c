/*
 * The reader of forms: whatever is read can be written, and what was written is read as the same form, whatever shape it came
 * in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postage/postage.h"

#define CHECK(condition)                                                                                                       \
    do {                                                                                                                       \
        if (!(condition)) {                                                                                                    \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                    \
            abort();                                                                                                           \
        }                                                                                                                      \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const struct postage_form *a, const struct postage_form *b)
{
    size_t a_count, b_count;
    const struct postage_field *fields = postage_form_fields(a, &a_count), *others = postage_form_fields(b, &b_count);

    CHECK(a_count == b_count);
    for (size_t i = 0; i < a_count; i++)
        CHECK(strcmp(fields[i].name, others[i].name) == 0 && strcmp(fields[i].value, others[i].value) == 0);
    CHECK(postage_form_provider(a) == postage_form_provider(b));
    CHECK(strcmp(postage_form_signature_name(a), postage_form_signature_name(b)) == 0);
    CHECK(postage_form_expires_unix_s(a) == postage_form_expires_unix_s(b));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form, *again, *moved;
    char *json;

    if (postage_form_from_json(&form, (const char *)data, size, NULL, &err) != POSTAGE_OK) {
        CHECK(form == NULL && err.message[0] != '\0' && strpbrk(err.message, "\r\n") == NULL);
        return 0;
    }
    CHECK(postage_form_to_json(form, NULL, &json) == POSTAGE_OK);
    /* What is written may be a little longer than what was read, and so too long. */
    if (postage_form_from_json(&again, json, strlen(json), NULL, &err) == POSTAGE_OK) {
        check_same(form, again);
        CHECK(strcmp(postage_form_url(form), postage_form_url(again)) == 0);
        postage_form_free(again);
    } else {
        CHECK(err.code == POSTAGE_ERR_LIMIT);
    }
    CHECK(postage_form_with_url(&moved, form, "https://box.example/", &err) == POSTAGE_OK);
    check_same(form, moved);
    postage_form_free(moved);
    postage_text_free(json, NULL);
    postage_form_free(form);
    return 0;
}
