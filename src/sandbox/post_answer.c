#include <inttypes.h>

#include "sandbox/answer.h"
#include "base/url.h"
#include "sandbox/post_form.h"
#include "sandbox/object_call.h"

static void answer_created(struct call *call, const struct object *object, struct slice location)
{
    static const char *const orders[DIALECT_COUNT][4] = { { "Location", "Bucket", "Key", "ETag" },
                                                          { "Bucket", "Key", "ETag", "Location" },
                                                          { "Bucket", "ETag", "Key", "Location" } };
    char etag[ETAG_BYTES + 2];
    struct buf *xml = answer_xml(call);

    snprintf(etag, sizeof etag, "\"%s\"", object->etag);
    buf_add_text(xml, "<PostResponse>");
    for (size_t i = 0; i < 4; i++) {
        const char *name = orders[call->dialect][i];
        struct slice text = name[0] == 'L'   ? location
                            : name[0] == 'B' ? slice_of(call->bucket->name)
                            : name[0] == 'K' ? slice_of(object->key)
                                             : slice_of(etag);

        xml_add_element(xml, name, text);
    }
    buf_add_text(xml, "</PostResponse>");
}

/* Absolute and http, or it acts as absent (recorded from AWS); MinIO honours relative ones too. */
static bool is_usable_redirect(const struct call *call, struct slice redirect)
{
    struct url url;

    for (size_t i = 0; i < redirect.len; i++)
        if ((unsigned char)redirect.ptr[i] <= 0x20 || (unsigned char)redirect.ptr[i] >= 0x7F)
            return false;
    return redirect.len > 0 && redirect.len < 1500 && (call->dialect == DIALECT_MINIO || url_parse(&url, redirect) == NULL);
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

static void answer_redirect(struct call *call, const struct object *object, struct slice redirect)
{
    bool has_query = memchr(redirect.ptr, '?', redirect.len) != NULL;
    struct buf url;

    buf_init(&url, NULL, 16 * 1024);
    buf_add_slice(&url, redirect);
    buf_add_text(&url, has_query ? "&bucket=" : "?bucket=");
    add_form_encoded(&url, slice_of(call->bucket->name));
    if (call->dialect == DIALECT_MINIO)
        buf_printf(&url, "&etag=%%22%s%%22", object->etag);
    buf_add_text(&url, "&key=");
    add_form_encoded(&url, slice_of(object->key));
    if (call->dialect != DIALECT_MINIO)
        buf_printf(&url, "&etag=%%22%s%%22", object->etag);
    answer_start(call, 303);
    buf_printf(&call->answer.headers, "Location: %s\r\n", buf_text(&url));
    buf_clear(&url);
}

/* "200", "201"; everything else is 204. */
static int success_status(const struct post_form *form)
{
    struct slice status = post_form_value(form, "success_action_status");

    if (slice_equal(status, SLICE("200")))
        return 200;
    return slice_equal(status, SLICE("201")) ? 201 : 204;
}

/* What the sent digests were, said back. */
static void add_checksums(struct call *call, const struct post_form *form)
{
    for (size_t i = 0; i < form->checks.count; i++) {
        const struct content_check *check = &form->checks.list[i];

        if (!check->is_md5 && check->sum.kind != CHECKSUM_CRC64NVME)
            answer_header(call, check->name, "%s", check->value);
    }
}

static void answer_callback(struct call *call)
{
    call->refusal = REFUSAL_NONE;
    refuse(call, REFUSAL_CALLBACK_FAILED, (struct slice){ "", 0 });
}

void post_answer_write(struct call *call, const struct post_form *form, const struct object *object)
{
    struct slice redirect = post_form_value(form, "success_action_redirect");
    struct buf location;

    /* The older name; MinIO knows it only as a field to be covered. */
    if (redirect.ptr == NULL && call->dialect == DIALECT_S3)
        redirect = post_form_value(form, "redirect");
    buf_init(&location, NULL, 16 * 1024);
    answer_add_object_url(call, form->key, &location);
    if (call->dialect == DIALECT_OSS && post_form_find(form, "callback") != NULL) {
        answer_callback(call);
    } else if (redirect.ptr != NULL && is_usable_redirect(call, redirect)) {
        answer_redirect(call, object, redirect);
    } else {
        answer_start(call, success_status(form));
        if (call->dialect != DIALECT_OSS)
            buf_printf(&call->answer.headers, "Location: %s\r\n", buf_text(&location));
        if (call->answer.status == 201)
            answer_created(call, object, buf_slice(&location));
    }
    object_call_add_digests(call, object);
    add_checksums(call, form);
    if (call->dialect == DIALECT_S3 && post_form_find(form, "x-amz-server-side-encryption") == NULL)
        answer_header(call, "x-amz-server-side-encryption", "AES256");
    buf_clear(&location);
}
