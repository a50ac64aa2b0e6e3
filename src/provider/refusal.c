#include "provider/refusal.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/slice.h"

static const char *find(const struct postage_field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return fields[i].value;
    return "";
}

const char *reply_element(const struct provider_reply *reply, const char *name)
{
    return find(reply->elements, reply->element_count, name);
}

const char *reply_header(const struct provider_reply *reply, const char *name)
{
    return find(reply->headers, reply->header_count, name);
}

const char *reply_sent(const struct provider_reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->sent_count; i++)
        if (slice_equal_ignoring_case(slice_of(reply->sent[i].name), slice_of(name)))
            return reply->sent[i].value;
    return "";
}

static struct reply_code row_of_status(int status)
{
    struct reply_code row = { "", POSTAGE_OUTCOME_REJECTED, POSTAGE_RETRY_NEVER };

    if (status == 429)
        row = (struct reply_code){ "", POSTAGE_OUTCOME_THROTTLED, POSTAGE_RETRY_SAME_FORM };
    else if (status == 500 || status == 502 || status == 503 || status == 504)
        row = (struct reply_code){ "", POSTAGE_OUTCOME_SERVER_TRANSIENT, POSTAGE_RETRY_SAME_FORM };
    else if (status >= 300 && status < 400)
        row.outcome = POSTAGE_OUTCOME_REDIRECT_REFUSED;
    return row;
}

struct reply_code reply_find_code(const struct provider_reply *reply, const struct reply_code *table)
{
    const char *code = reply_element(reply, "Code");

    /* AccessDenied is the answer to everything; only the text tells that the form was merely late. */
    if (strcmp(code, "AccessDenied") == 0 && strstr(reply_element(reply, "Message"), "Policy expired") != NULL)
        return (struct reply_code){ code, POSTAGE_OUTCOME_FORM_EXPIRED, POSTAGE_RETRY_NEW_FORM };
    for (; table->code != NULL; table++)
        if (strcmp(table->code, code) == 0)
            return *table;
    return row_of_status(reply->http_status);
}

/* A failed condition is quoted whole by the server; the one on the token would show it. */
static const char *safe_message(const char *message)
{
    static const struct slice name = { "security-token", sizeof "security-token" - 1 };
    struct slice rest = slice_of(message);

    for (; rest.len >= name.len; rest.ptr++, rest.len--)
        if (slice_starts_with_ignoring_case(rest, name))
            return "a condition on the session token failed";
    return message[0] != '\0' ? message : "no message";
}

enum postage_outcome reply_fill_error(const struct provider_reply *reply, const struct reply_code *row,
                                      const char *request_id_header, const char *more, struct postage_error *err)
{
    const char *code = reply_element(reply, "Code");
    const char *request_id = reply_header(reply, request_id_header);

    if (request_id[0] == '\0')
        request_id = reply_element(reply, "RequestId");
    if (reply->http_status == 501)
        error_set(err, POSTAGE_ERR_REJECTED, "%s: this store has no form upload (HTTP 501)",
                  code[0] != '\0' ? code : "NotImplemented");
    else
        error_set(err, POSTAGE_ERR_REJECTED, "%s: %s%s", code[0] != '\0' ? code : "no error code",
                  safe_message(reply_element(reply, "Message")), more);
    err->retry = row->retry;
    err->http_status = reply->http_status;
    snprintf(err->provider_code, sizeof err->provider_code, "%s", code);
    snprintf(err->request_id, sizeof err->request_id, "%s", request_id);
    error_clean_line(err->provider_code);
    error_clean_line(err->request_id);
    return row->outcome;
}
