#include "sandbox/refuse.h"

#include <string.h>

#include "sandbox/answer.h"
#include "sandbox/xml.h"

static void add_message(struct buf *xml, const char *message, struct slice detail)
{
    const char *place = strstr(message, "%s");

    buf_add_text(xml, "<Message>");
    if (place == NULL) {
        xml_add_text(xml, slice_of(message));
    } else {
        xml_add_text(xml, (struct slice){ message, (size_t)(place - message) });
        xml_add_text(xml, detail);
        xml_add_text(xml, slice_of(place + 2));
    }
    buf_add_text(xml, "</Message>");
}

/* In the order each store prints them. */
static void add_error(struct call *call, const struct refusal_answer *row, struct slice detail,
                      const struct refusal_extra *extras, size_t count)
{
    const struct dialect_errors *errors = &call->dialect->errors;
    struct buf *xml = answer_xml(call);
    bool detail_is_code = strcmp(row->code, "%s") == 0;

    buf_add_text(xml, "<Error>");
    xml_add_element(xml, "Code", detail_is_code ? detail : slice_of(row->code));
    add_message(xml, row->message, detail);
    for (size_t i = 0; i < count; i++)
        xml_add_element(xml, extras[i].name, extras[i].value);
    if (errors->name_resource) {
        xml_add_element(xml, "BucketName", call->bucket_name);
        xml_add_element(xml, "Resource", call->request.path);
    }
    xml_add_element(xml, "RequestId", slice_of(call->id));
    xml_add_element(xml, "HostId", errors->host_id != NULL ? slice_of(errors->host_id) : answer_host(call));
    if (row->ec != NULL)
        xml_add_element(xml, "EC", slice_of(row->ec));
    buf_add_text(xml, "</Error>");
}

bool refuse_with(struct call *call, enum refusal refusal, struct slice detail, const struct refusal_extra *extras, size_t count)
{
    const char *header = call->dialect->errors.detail_code_header;
    const struct refusal_answer *row = &call->dialect->refusals[refusal];

    if (!answer_start(call, row->status))
        return false;
    call->refusal = refusal;
    add_error(call, row, detail, extras, count);
    if (header != NULL && row->ec != NULL)
        answer_header(call, header, "%s", row->ec);
    return false;
}

bool refuse(struct call *call, enum refusal refusal, struct slice detail)
{
    return refuse_with(call, refusal, detail, NULL, 0);
}

bool refuse_naming(struct call *call, enum refusal refusal, struct slice detail, const char *element, struct slice value)
{
    const struct refusal_extra extra = { element, value };

    if (element == NULL)
        return refuse(call, refusal, detail);
    return refuse_with(call, refusal, detail, &extra, 1);
}

bool refuse_argument(struct call *call, enum refusal refusal, struct slice detail, const char *name, struct slice value)
{
    return refuse_with(call, refusal, detail,
                       (struct refusal_extra[]){ { "ArgumentName", slice_of(name) }, { "ArgumentValue", value } }, 2);
}
