#include "upload/judgement.h"

#include "postage/policy.h"
#include "upload/redirect.h"

#define STORED     POSTAGE_OBJECT_STORED
#define NOT_STORED POSTAGE_OBJECT_NOT_STORED
#define UNKNOWN    POSTAGE_OBJECT_UNKNOWN

/*
 * The first row that fits a reply whose head is complete tells what it means, and what is known of the object by it. Whatever
 * was not foreseen is a row with UNKNOWN.
 */
static const struct {
    unsigned statuses;
    unsigned bodies;
    unsigned marks;
    struct judgement judgement;
} rules[] = {
    { STATUS_DONE, REPLY_EMPTY | REPLY_CREATED | REPLY_RELAYED, MARK_SOME, { READ_STORED, STORED } },
    { STATUS_AS_ASKED, REPLY_EMPTY | REPLY_CREATED | REPLY_RELAYED | REPLY_FOREIGN, MARK_ANY, { READ_STORED, STORED } },
    { STATUS_OTHER_2XX, REPLY_CALLBACK, MARK_REQUEST_ID, { READ_REFUSED, STORED } },
    { STATUS_2XX | STATUS_AS_ASKED, REPLY_ERROR | REPLY_UNNAMED, MARK_ANY, { READ_REFUSED, UNKNOWN } },
    { STATUS_2XX | STATUS_AS_ASKED, REPLY_CUT | REPLY_CAPPED, MARK_ANY, { READ_MALFORMED, UNKNOWN } },
    { STATUS_OTHER_2XX, REPLY_EMPTY | REPLY_CREATED | REPLY_RELAYED, MARK_SOME, { READ_MALFORMED, UNKNOWN } },
    { STATUS_2XX, REPLY_ENDED, MARK_ANY, { READ_STRANGER, UNKNOWN } },
    { STATUS_OF_PROXY, REPLY_ANY, MARK_ANY, { READ_PROXY_REFUSED, NOT_STORED } },
    { STATUS_ELSEWHERE, REPLY_ANY, MARK_ANY, { READ_REFUSED, UNKNOWN } },
    { STATUS_3XX | STATUS_4XX, REPLY_ENDED, MARK_ANY, { READ_REFUSED, NOT_STORED } },
    { STATUS_5XX, REPLY_ERROR, MARK_ANY, { READ_REFUSED, NOT_STORED } },
    { STATUS_3XX | STATUS_4XX | STATUS_5XX, REPLY_ANY, MARK_ANY, { READ_REFUSED, UNKNOWN } },
    { ~0u, REPLY_ANY, MARK_ANY, { READ_MALFORMED, UNKNOWN } },
};

struct judgement judgement_of(enum status_kind status, enum reply_body body, enum reply_mark mark)
{
    size_t row = 0;

    while ((rules[row].statuses & status) == 0 || (rules[row].bodies & body) == 0 || (rules[row].marks & mark) == 0)
        row++;
    return rules[row].judgement;
}

/* Where the form asks to be redirected to; "" for nowhere. */
static struct slice asked_redirect(const struct postage_form *form)
{
    const struct postage_provider *provider = postage_form_provider(form);
    const char *field = postage_provider_field(provider, POSTAGE_SUCCESS_REDIRECT);
    const char *asked = field != NULL ? postage_form_value(form, field) : NULL;

    if (asked == NULL && provider->older_redirect_field != NULL)
        asked = postage_form_value(form, provider->older_redirect_field);
    return slice_of(asked);
}

static enum status_kind see_other(const struct reply_pairs *pairs, const struct postage_form *form)
{
    struct slice asked = asked_redirect(form);

    if (asked.len == 0)
        return STATUS_3XX;
    return redirect_is_as_asked(asked, slice_of(reply_pairs_header(pairs, "location"))) ? STATUS_AS_ASKED : STATUS_ELSEWHERE;
}

enum status_kind judgement_status(const struct reply_pairs *pairs, const struct http_facts *facts,
                                  const struct postage_form *form)
{
    static const enum status_kind hundreds[] = { [2] = STATUS_OTHER_2XX, [3] = STATUS_3XX, [4] = STATUS_4XX, [5] = STATUS_5XX };
    int status = facts->reply->status;

    if (status == 200 || status == 201 || status == 204)
        return STATUS_DONE;
    if (status == 303)
        return see_other(pairs, form);
    if (status == 407 && facts->proxied)
        return STATUS_OF_PROXY;
    return status >= 200 && status < 600 ? hundreds[status / 100] : STATUS_NONE;
}
