/*
 * Policies, from both sides. The first byte chooses.
 *
 * Even: the rest is a document. Whatever the strict reader takes is written again by our writer, and read again to the same.
 * Odd: the rest decides calls of the builder. What is signed, read back, is what was meant; it survives the form's JSON too.
 */
#include <stdlib.h>

#include "base/calendar.h"
#include "form/form.h"
#include "policy/policy.h"
#include "support/forms.h"
#include "support/intent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        abort();
}

static void write_condition(struct buf *out, const struct policy_condition *condition)
{
    if (!condition->is_range) {
        condition_write(out, slice_of(condition->name), condition->rule, slice_of(condition->text), condition->values,
                        condition->value_count);
        return;
    }
    buf_add_text(out, "[\"content-length-range\",");
    buf_add_u64(out, condition->min_bytes);
    buf_add_char(out, ',');
    buf_add_u64(out, condition->max_bytes);
    buf_add_char(out, ']');
}

static void write_document(struct buf *out, const struct policy_document *document)
{
    char expiration[CALENDAR_EXTENDED_BYTES];

    calendar_extended(document->expires_unix_s, expiration);
    buf_printf(out, "{\"expiration\":\"%s\",\"conditions\":[", expiration);
    for (size_t i = 0; i < document->count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        write_condition(out, &document->conditions[i]);
    }
    buf_add_text(out, "]}");
    require(buf_status(out) == POSTAGE_OK);
}

static bool same_condition(const struct policy_condition *a, const struct policy_condition *b)
{
    if (a->is_range || b->is_range)
        return a->is_range == b->is_range && a->min_bytes == b->min_bytes && a->max_bytes == b->max_bytes;
    for (size_t i = 0; i < a->value_count; i++)
        if (a->value_count != b->value_count || strcmp(a->values[i], b->values[i]) != 0)
            return false;
    return a->rule == b->rule && strcmp(a->name, b->name) == 0 && strcmp(a->text, b->text) == 0;
}

static void fuzz_reader(const char *text, size_t length)
{
    struct policy_document first, second;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct arena arena;
    struct buf again;

    arena_init(&arena, NULL, 1024);
    if (policy_document_read(&first, &arena, (struct slice){ text, length }, &err) == POSTAGE_OK) {
        buf_init(&again, NULL, SIZE_MAX / 2);
        write_document(&again, &first);
        require(policy_document_read(&second, &arena, buf_slice(&again), &err) == POSTAGE_OK);
        require(first.expires_unix_s == second.expires_unix_s && first.count == second.count);
        for (size_t i = 0; i < first.count; i++)
            require(same_condition(&first.conditions[i], &second.conditions[i]));
        buf_clear(&again);
    } else {
        require(err.code == POSTAGE_ERR_SYNTAX && err.message[0] != '\0' && strchr(err.message, '\n') == NULL);
    }
    arena_clear(&arena);
}

static void check_form(const struct intent *intent, const struct postage_form *form)
{
    struct postage_form *back;
    struct policy_document document;
    struct arena arena;
    char *json;

    arena_init(&arena, NULL, 4096);
    require(policy_document_read(&document, &arena, (struct slice){ form->policy, form->policy_len }, NULL) == POSTAGE_OK);
    require(intent_matches(intent, &document, 4));
    arena_clear(&arena);
    require(postage_form_to_json(form, NULL, &json) == POSTAGE_OK);
    require(postage_form_from_json(&back, json, strlen(json), NULL, NULL) == POSTAGE_OK);
    require(back->field_count == form->field_count && back->open_count == form->open_count);
    for (size_t i = 0; i < form->field_count; i++)
        require(strcmp(back->fields[i].name, form->fields[i].name) == 0 &&
                strcmp(back->fields[i].value, form->fields[i].value) == 0);
    postage_form_free(back);
    postage_text_free(json, NULL);
}

static void fuzz_builder(struct intent_bytes *bytes)
{
    static struct postage_target *s3, *minio, *oss;
    static struct postage_signer *signer;
    const struct postage_target *target;
    struct postage_form *form;
    struct intent intent;
    unsigned which = intent_below(bytes, 3);

    if (signer == NULL) {
        s3 = forms_target("s3://bucket");
        minio = forms_target("minio://bucket");
        oss = forms_target("oss://bucket");
        signer = forms_signer(forms_credentials(NULL, 0));
    }
    target = which == 0 ? s3 : which == 1 ? minio : oss;
    intent_build(bytes, target, &intent);
    require(postage_signer_sign(signer, intent.policy, FORMS_NOW, &form, NULL) == POSTAGE_OK);
    check_form(&intent, form);
    postage_form_free(form);
    postage_policy_free(intent.policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct intent_bytes bytes = { .data = data, .length = size, .at = 1 };

    if (size == 0)
        return 0;
    if (data[0] % 2 == 0)
        fuzz_reader((const char *)data + 1, size - 1);
    else
        fuzz_builder(&bytes);
    return 0;
}
