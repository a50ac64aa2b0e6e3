#include "sandbox/post_answer.h"

#include <stdio.h>

#include "base/url.h"
#include "sandbox/answer.h"
#include "sandbox/object_call.h"
#include "sandbox/refuse.h"
#include "sandbox/xml.h"

static void answer_created(struct call *call, const struct object *object, struct slice location)
{
    static const char *const names[CREATED_ELEMENTS] = { "Location", "Bucket", "Key", "ETag" };
    char etag[ETAG_BYTES + 2];
    struct slice texts[CREATED_ELEMENTS] = { location, slice_of(call->bucket->name), slice_of(object->key) };
    struct buf *xml = answer_xml(call);

    snprintf(etag, sizeof etag, "\"%s\"", object->etag);
    texts[CREATED_ETAG] = slice_of(etag);
    buf_add_text(xml, "<PostResponse>");
    for (size_t i = 0; i < CREATED_ELEMENTS; i++)
        xml_add_element(xml, names[call->dialect->created_order[i]], texts[call->dialect->created_order[i]]);
    buf_add_text(xml, "</PostResponse>");
}

/* Absolute and http, or it acts as absent (recorded from AWS), unless the dialect follows relative ones too. */
static bool is_usable_redirect(const struct call *call, struct slice redirect)
{
    struct url url;

    for (size_t i = 0; i < redirect.len; i++)
        if ((unsigned char)redirect.ptr[i] <= 0x20 || (unsigned char)redirect.ptr[i] >= 0x7F)
            return false;
    return redirect.len > 0 && redirect.len < 1500 &&
           (call->dialect->follows_relative_redirects || url_parse(&url, redirect) == NULL);
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
    if (call->dialect->redirect_has_etag_first)
        buf_printf(&url, "&etag=%%22%s%%22", object->etag);
    buf_add_text(&url, "&key=");
    add_form_encoded(&url, slice_of(object->key));
    if (!call->dialect->redirect_has_etag_first)
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

        if (!check->is_md5 && !content_checks_is_answered(call->dialect, check->sum.kind))
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
    const struct dialect *dialect = call->dialect;
    struct buf location;

    if (redirect.ptr == NULL)
        redirect = post_form_value(form, dialect->older_redirect_field);
    buf_init(&location, NULL, 16 * 1024);
    answer_add_object_url(call, form->key, &location);
    if (post_form_find(form, dialect->callback_field) != NULL) {
        answer_callback(call);
    } else if (redirect.ptr != NULL && is_usable_redirect(call, redirect)) {
        answer_redirect(call, object, redirect);
    } else {
        answer_start(call, success_status(form));
        if (dialect->created_has_location)
            buf_printf(&call->answer.headers, "Location: %s\r\n", buf_text(&location));
        if (call->answer.status == 201)
            answer_created(call, object, buf_slice(&location));
    }
    object_call_add_digests(call, object);
    add_checksums(call, form);
    if (dialect->default_encryption != NULL && post_form_find(form, dialect->default_encryption) == NULL)
        answer_header(call, dialect->default_encryption, "AES256");
    buf_clear(&location);
}
