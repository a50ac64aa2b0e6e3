#include <inttypes.h>

#include "sandbox/answer.h"
#include "base/url.h"
#include "sandbox/form.h"
#include "sandbox/object.h"

static void answer_created(struct exchange *exchange, const struct object *object, struct slice location)
{
    static const char *const orders[DIALECT_COUNT][4] = { { "Location", "Bucket", "Key", "ETag" },
                                                          { "Bucket", "Key", "ETag", "Location" },
                                                          { "Bucket", "ETag", "Key", "Location" } };
    char etag[ETAG_BYTES + 2];
    struct buf *xml = answer_xml(exchange);

    snprintf(etag, sizeof etag, "\"%s\"", object->etag);
    buf_add_text(xml, "<PostResponse>");
    for (size_t i = 0; i < 4; i++) {
        const char *name = orders[exchange->dialect][i];
        struct slice text = name[0] == 'L'   ? location
                            : name[0] == 'B' ? slice_of(exchange->bucket->name)
                            : name[0] == 'K' ? slice_of(object->key)
                                             : slice_of(etag);

        xml_add_element(xml, name, text);
    }
    buf_add_text(xml, "</PostResponse>");
}

/* Absolute and http, or it acts as absent (recorded from AWS); MinIO honours relative ones too. */
static bool is_usable_redirect(const struct exchange *exchange, struct slice redirect)
{
    struct url url;

    for (size_t i = 0; i < redirect.len; i++)
        if ((unsigned char)redirect.ptr[i] <= 0x20 || (unsigned char)redirect.ptr[i] >= 0x7F)
            return false;
    return redirect.len > 0 && redirect.len < 1500 && (exchange->dialect == DIALECT_MINIO || url_parse(&url, redirect) == NULL);
}

/* application/x-www-form-urlencoded: a space is '+'. */
static void add_form_encoded(struct buf *url, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ')
            buf_add_char(url, '+');
        else
            url_add_encoded(url, (struct slice){ text.ptr + i, 1 }, "");
    }
}

static void answer_redirect(struct exchange *exchange, const struct object *object, struct slice redirect)
{
    bool has_query = memchr(redirect.ptr, '?', redirect.len) != NULL;
    struct buf url;

    buf_init(&url, NULL, 16 * 1024);
    buf_add_slice(&url, redirect);
    buf_add_text(&url, has_query ? "&bucket=" : "?bucket=");
    add_form_encoded(&url, slice_of(exchange->bucket->name));
    if (exchange->dialect == DIALECT_MINIO)
        buf_printf(&url, "&etag=%%22%s%%22", object->etag);
    buf_add_text(&url, "&key=");
    add_form_encoded(&url, slice_of(object->key));
    if (exchange->dialect != DIALECT_MINIO)
        buf_printf(&url, "&etag=%%22%s%%22", object->etag);
    answer_start(exchange, 303);
    buf_printf(&exchange->answer.headers, "Location: %s\r\n", buf_text(&url));
    buf_clear(&url);
}

/* "200", "201"; everything else is 204. */
static int success_status(const struct form *form)
{
    struct slice status = form_value(form, "success_action_status");

    if (slice_equal(status, SLICE("200")))
        return 200;
    return slice_equal(status, SLICE("201")) ? 201 : 204;
}

/* What the sent digests were, said back. */
static void add_checksums(struct exchange *exchange, const struct form *form)
{
    for (size_t i = 0; i < form->checks.count; i++) {
        const struct content_check *check = &form->checks.list[i];

        if (!check->is_md5 && check->sum.kind != CHECKSUM_CRC64NVME)
            answer_header(exchange, check->name, "%s", check->value);
    }
}

static void answer_callback(struct exchange *exchange)
{
    exchange->rule = RULE_NONE;
    refuse(exchange, RULE_CALLBACK_FAILED, (struct slice){ "", 0 });
}

void form_answer(struct exchange *exchange, const struct form *form, const struct object *object)
{
    struct slice redirect = form_value(form, "success_action_redirect");
    struct buf location;

    /* The older name; MinIO knows it only as a field to be covered. */
    if (redirect.ptr == NULL && exchange->dialect == DIALECT_S3)
        redirect = form_value(form, "redirect");
    buf_init(&location, NULL, 16 * 1024);
    answer_add_object_url(exchange, form->key, &location);
    if (exchange->dialect == DIALECT_OSS && form_find(form, "callback") != NULL) {
        answer_callback(exchange);
    } else if (redirect.ptr != NULL && is_usable_redirect(exchange, redirect)) {
        answer_redirect(exchange, object, redirect);
    } else {
        answer_start(exchange, success_status(form));
        if (exchange->dialect != DIALECT_OSS)
            buf_printf(&exchange->answer.headers, "Location: %s\r\n", buf_text(&location));
        if (exchange->answer.status == 201)
            answer_created(exchange, object, buf_slice(&location));
    }
    object_answer_digests(exchange, object);
    add_checksums(exchange, form);
    if (exchange->dialect == DIALECT_S3 && form_find(form, "x-amz-server-side-encryption") == NULL)
        answer_header(exchange, "x-amz-server-side-encryption", "AES256");
    buf_clear(&location);
}
