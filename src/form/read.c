/* Forms that come as JSON, whichever SDK printed it. */
#include "form/read.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/json_read.h"
#include "base/text.h"
#include "base/url.h"
#include "provider/capability.h"
#include "form/shape.h"
#include "form/recognise.h"
#include "postage/policy.h"

enum { FORM_JSON_MAX_BYTES = 1024 * 1024, FORM_MAX_DEPTH = 4 };

struct reading {
    struct postage_form *form;
    struct form_shape shape;
    enum postage_finding_id *mistake;
    struct postage_error *err;
};

/* "http://::1:9000/box" with its brackets, or nothing when the text is not of that kind. */
static enum postage_status add_brackets(struct buf *out, struct slice text)
{
    const char *host = slice_find(text, SLICE("://"));
    const char *end = text.ptr + text.len, *port = NULL;
    size_t colons = 0;

    if (host == NULL)
        return POSTAGE_OK;
    host += 3;
    for (const char *c = host; c < end && *c != '/' && *c != '?'; c++)
        if (*c == ':') {
            port = c;
            colons++;
        }
    if (colons < 2 || *host == '[')
        return POSTAGE_OK;
    buf_add(out, text.ptr, (size_t)(host - text.ptr));
    buf_add_char(out, '[');
    buf_add(out, host, (size_t)(port - host));
    buf_add_char(out, ']');
    buf_add(out, port, (size_t)(end - port));
    return buf_status(out);
}

enum postage_status form_set_url(struct postage_form *form, struct slice text, struct postage_error *err)
{
    enum postage_status status = POSTAGE_OK;
    struct buf repaired;
    const char *mistake;
    struct url url;

    buf_init(&repaired, &form->arena.alloc, URL_BYTES);
    mistake = url_parse(&url, text);
    if (mistake != NULL)
        status = add_brackets(&repaired, text);
    if (mistake != NULL && repaired.len > 0 && url_parse(&url, buf_slice(&repaired)) == NULL) {
        text = buf_slice(&repaired);
        mistake = NULL;
    }
    if (mistake != NULL && status != POSTAGE_ERR_NOMEM)
        status = error_set(err, POSTAGE_ERR_INVALID, "form: url " ERROR_QUOTE_FORMAT " %s", ERROR_QUOTE(text.ptr, text.len),
                           mistake);
    else
        form->url = arena_copy(&form->arena, text);
    buf_clear(&repaired);
    if (status == POSTAGE_ERR_NOMEM || form->url == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    return status;
}

static enum postage_status read_url(struct reading *reading)
{
    const cJSON *item = reading->shape.url;
    struct slice text = json_text(item);

    if (item == NULL || (text.ptr != NULL && text.len == 0))
        return POSTAGE_OK;
    if (text.ptr == NULL)
        return error_set(reading->err, POSTAGE_ERR_INVALID, "form: \"%s\" is not a text", item->string);
    return form_set_url(reading->form, text, reading->err);
}

static enum postage_status read_field(struct reading *reading, struct slice name, struct slice value)
{
    if (name.ptr == NULL || name.len == 0 || text_has_control(name))
        return error_set(reading->err, POSTAGE_ERR_INVALID,
                         "form: a field name is empty, not a text, or has a control character");
    if (value.ptr == NULL)
        return error_set(reading->err, POSTAGE_ERR_SYNTAX, "form: the value of field " ERROR_QUOTE_FORMAT " is not a text",
                         ERROR_QUOTE(name.ptr, name.len));
    if (slice_equal_ignoring_case(name, SLICE("file")))
        return error_set(reading->err, POSTAGE_ERR_INVALID, "form: the field \"file\" is the uploader's, not the form's");
    if (postage_form_value(reading->form, name.ptr) != NULL) {
        *reading->mistake = POSTAGE_FINDING_DUPLICATE_FIELD;
        return error_set(reading->err, POSTAGE_ERR_INVALID, "form: field " ERROR_QUOTE_FORMAT " occurs twice",
                         ERROR_QUOTE(name.ptr, name.len));
    }
    return form_add(reading->form, name, value) == POSTAGE_OK ? POSTAGE_OK : error_plain(reading->err, POSTAGE_ERR_NOMEM);
}

/* A member of an object, or a pair of a list. */
static enum postage_status read_item(struct reading *reading, const cJSON *item)
{
    bool pair = cJSON_IsArray(reading->shape.fields);
    struct slice name;

    if (pair && (!cJSON_IsArray(item) || cJSON_GetArraySize(item) != 2))
        return error_set(reading->err, POSTAGE_ERR_SYNTAX, "form: \"fields\" has an element that is not a [name, value] pair");
    if (pair)
        return read_field(reading, json_text(cJSON_GetArrayItem(item, 0)), json_text(cJSON_GetArrayItem(item, 1)));
    name = reading->shape.flat ? form_shape_field(&reading->shape, item) : slice_of(item->string);
    if (reading->shape.flat && name.ptr == NULL)
        return POSTAGE_OK;
    return read_field(reading, name, json_text(item));
}

/* Where a page puts the key together, prefix and file name: the marker says the same to the server. */
static enum postage_status add_key_of_prefix(struct reading *reading)
{
    struct postage_form *form = reading->form;
    const cJSON *member = reading->shape.key_prefix;
    struct slice prefix = json_text(member);
    enum postage_status status;
    struct buf key;

    if (prefix.ptr == NULL || postage_form_value(form, POSTAGE_KEY) != NULL)
        return POSTAGE_OK;
    buf_init(&key, &form->arena.alloc, FORM_JSON_MAX_BYTES + 16);
    buf_add_slice(&key, prefix);
    buf_add_text(&key, "${filename}");
    status = buf_status(&key);
    if (status == POSTAGE_OK)
        status = form_add(form, SLICE(POSTAGE_KEY), buf_slice(&key));
    if (status == POSTAGE_OK)
        status = form_note(form, "the key was made from \"%s\", with the file's name after it", member->string);
    buf_clear(&key);
    return status == POSTAGE_OK ? status : error_plain(reading->err, status);
}

static enum postage_status read_fields(struct reading *reading)
{
    const cJSON *item;

    /* One more for the key that a prefix becomes. */
    if (form_reserve(reading->form, (size_t)cJSON_GetArraySize(reading->shape.fields) + 1) != POSTAGE_OK)
        return error_plain(reading->err, POSTAGE_ERR_NOMEM);
    cJSON_ArrayForEach(item, reading->shape.fields)
    {
        enum postage_status status = read_item(reading, item);

        if (status != POSTAGE_OK)
            return status;
    }
    return add_key_of_prefix(reading);
}

/* Where base64 goes wrong: the first character that is not of its alphabet, or the end. */
static size_t base64_mistake(const char *text)
{
    return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

static enum postage_status decode_policy(struct reading *reading, const char *base64)
{
    struct postage_form *form = reading->form;
    uint8_t *bytes = arena_alloc(&form->arena, strlen(base64) / 4 * 3 + 1);
    size_t length;

    if (bytes == NULL)
        return error_plain(reading->err, POSTAGE_ERR_NOMEM);
    length = base64_decode(slice_of(base64), bytes);
    if (length == SIZE_MAX)
        return error_set(reading->err, POSTAGE_ERR_SYNTAX, "the policy is not base64 with padding: byte %zu of %zu is wrong",
                         base64_mistake(base64), strlen(base64));
    form->policy = (const char *)bytes;
    form->policy_len = length;
    return POSTAGE_OK;
}

static enum postage_status read_policy(struct reading *reading)
{
    struct postage_form *form = reading->form;
    const char *base64 = postage_form_value(form, "policy");
    const struct policy_document *document;
    enum postage_status status;

    if (base64 == NULL)
        return POSTAGE_OK;
    *reading->mistake = POSTAGE_FINDING_POLICY_MALFORMED;
    status = decode_policy(reading, base64);
    if (status == POSTAGE_OK)
        status = form_document(form, &document, reading->err);
    if (status == POSTAGE_OK && form_derive_rules(form, document) != POSTAGE_OK)
        status = error_plain(reading->err, POSTAGE_ERR_NOMEM);
    return status;
}

static enum postage_status read_root(struct reading *reading, const cJSON *root)
{
    enum postage_status status = form_shape_find(&reading->shape, root, reading->err);

    if (status == POSTAGE_OK)
        status = read_url(reading);
    if (status == POSTAGE_OK)
        status = read_fields(reading);
    if (status != POSTAGE_OK)
        return status;
    reading->form->provider = recognise_provider(reading->form);
    reading->form->provider_guessed = true;
    return read_policy(reading);
}

enum postage_status form_read(struct postage_form **out, struct slice json, const struct postage_allocator *alloc,
                              enum postage_finding_id *mistake, struct postage_error *err)
{
    struct reading reading = { .mistake = mistake, .err = err };
    struct json parsed;
    enum postage_status status;

    *out = NULL;
    *mistake = POSTAGE_FINDING_FORM_MALFORMED;
    if (json.len > FORM_JSON_MAX_BYTES)
        return error_set(err, POSTAGE_ERR_LIMIT, "form: the JSON has %zu bytes; the limit is %d", json.len,
                         (int)FORM_JSON_MAX_BYTES);
    reading.form = form_alloc(alloc, FORM_TEXT_BYTES);
    if (reading.form == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    status = json_parse(&parsed, json, FORM_MAX_DEPTH, "form", alloc, err);
    if (status == POSTAGE_OK)
        status = read_root(&reading, parsed.root);
    json_clear(&parsed);
    if (status != POSTAGE_OK) {
        postage_form_free(reading.form);
        return status;
    }
    *out = reading.form;
    return POSTAGE_OK;
}

enum postage_status postage_form_from_json(struct postage_form **out, const char *json, size_t length,
                                           const struct postage_allocator *alloc, struct postage_error *err)
{
    enum postage_finding_id mistake;

    return form_read(out, (struct slice){ json, length }, alloc, &mistake, err);
}
