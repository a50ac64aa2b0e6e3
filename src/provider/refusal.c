#include "provider/refusal.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/slice.h"
#include "provider/secret_field.h"

static const char *find(const struct postage_field *fields, size_t count, const char *name)
{
    for (size_t i = 0; name != NULL && i < count; i++)
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

/* Error codes that stores use in one sense. */
const struct refusal_cause refusal_common_causes[] = {
    /* AccessDenied is the answer to everything; only the text tells that the form was merely late. */
    { .code = "AccessDenied",
      .evidence = "Policy expired",
      .outcome = POSTAGE_OUTCOME_FORM_EXPIRED,
      .retry = POSTAGE_RETRY_NEW_FORM,
      .remedy = "sign a new form" },
    { .code = "AccessDenied",
      .evidence = "olicy Condition failed",
      .remedy = "the rule of the form that the message names is not met; checking the form with the file says why" },
    { .code = "AccessDenied",
      .remedy = "a rule of the form is not met (checking the form says which), or the keys may not write into this bucket" },
    { .code = "EntityTooLarge", .remedy = "the file is larger than the form allows" },
    { .code = "EntityTooSmall", .remedy = "the file is smaller than the form allows" },
    { .code = "IncompleteBody", .outcome = POSTAGE_OUTCOME_NET_DURING_BODY, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "InvalidAccessKeyId",
      .remedy = "this server does not know the access key id: do keys and endpoint belong together?" },
    { .code = "NoSuchBucket", .remedy = "create the bucket first" },
    { .code = "NotImplemented",
      .remedy = "this store does not support form uploads, or not what this form asks for; a presigned PUT may work" },
    { .code = "RequestTimeTooSkewed",
      .outcome = POSTAGE_OUTCOME_REJECTED,
      .retry = POSTAGE_RETRY_NEW_FORM,
      .remedy = "set the clock of the machine that signs" },
    { .code = "RequestTimeout", .outcome = POSTAGE_OUTCOME_NET_DURING_BODY, .retry = POSTAGE_RETRY_SAME_FORM },
    { .code = "SignatureDoesNotMatch",
      .remedy = "the secret does not belong to the access key id; check it for a trailing space" },
    { 0 },
};

/* What HTTP's status says by itself. */
static struct refusal_cause cause_of_status(int status)
{
    struct refusal_cause cause = { .outcome = POSTAGE_OUTCOME_REJECTED, .retry = POSTAGE_RETRY_NEVER };

    if (status == 429)
        cause = (struct refusal_cause){ .outcome = POSTAGE_OUTCOME_THROTTLED, .retry = POSTAGE_RETRY_SAME_FORM };
    else if (status == 500 || status == 502 || status == 503 || status == 504)
        cause = (struct refusal_cause){ .outcome = POSTAGE_OUTCOME_SERVER_TRANSIENT, .retry = POSTAGE_RETRY_SAME_FORM };
    else if (status >= 300 && status < 400)
        cause.outcome = POSTAGE_OUTCOME_REDIRECT_REFUSED;
    return cause;
}

static bool says(const struct provider_reply *reply, const char *evidence)
{
    for (size_t i = 0; i < reply->element_count; i++)
        if (strstr(reply->elements[i].value, evidence) != NULL)
            return true;
    return false;
}

/* NULL: none fits. */
static const struct refusal_cause *find_in(const struct refusal_cause *table, const struct provider_reply *reply)
{
    const char *code = reply_element(reply, "Code");

    for (; table->code != NULL; table++)
        if (strcmp(table->code, code) == 0 && (table->http_status == 0 || table->http_status == reply->http_status) &&
            (table->evidence == NULL || says(reply, table->evidence)))
            return table;
    return NULL;
}

static const struct refusal_cause *find_cause(const struct postage_provider *provider, const struct provider_reply *reply)
{
    const struct refusal_cause *found = NULL;

    for (size_t i = 0; found == NULL && provider->causes != NULL && provider->causes[i] != NULL; i++)
        found = find_in(provider->causes[i], reply);
    return found != NULL ? found : find_in(refusal_common_causes, reply);
}

/* The status decides what the tables leave open. */
static struct refusal_cause cause_of(const struct postage_provider *provider, const struct provider_reply *reply)
{
    const struct refusal_cause *found = find_cause(provider, reply);
    struct refusal_cause cause = cause_of_status(reply->http_status);

    if (found == NULL)
        return cause;
    if (found->outcome != POSTAGE_OUTCOME_OK) {
        cause.outcome = found->outcome;
        cause.retry = found->retry;
    }
    if (found->remedy != NULL)
        cause.remedy = found->remedy;
    return cause;
}

bool refusal_means_stored(const struct postage_provider *provider, const struct provider_reply *reply)
{
    return cause_of(provider, reply).outcome == POSTAGE_OUTCOME_CALLBACK_FAILED;
}

static void fill_ids(const struct postage_provider *provider, const struct provider_reply *reply, struct postage_error *err)
{
    const char *request_id = reply_header(reply, provider->request_id_header);

    if (request_id[0] == '\0')
        request_id = reply_element(reply, "RequestId");
    snprintf(err->provider_code, sizeof err->provider_code, "%s", reply_element(reply, "Code"));
    snprintf(err->request_id, sizeof err->request_id, "%s", request_id);
    error_clean_line(err->provider_code);
    error_clean_line(err->request_id);
}

struct refusal refusal_read(const struct postage_provider *provider, const struct provider_reply *reply,
                            struct postage_error *err)
{
    const struct refusal_cause cause = cause_of(provider, reply);
    const char *code = reply_element(reply, "Code");
    const char *words = reply_element(reply, "Message");
    char detail[400] = ""; /* the longest is an endpoint, whose host has up to 253 bytes */

    if (provider->add_detail != NULL)
        provider->add_detail(reply, detail, sizeof detail);
    /* Code and detail are short; words of the provider that are too long lose their own end, not an endpoint. */
    if (code[0] == '\0' && words[0] == '\0')
        error_set(err, POSTAGE_ERR_REJECTED, "the reply has no error code and no message%s", detail);
    else
        error_set(err, POSTAGE_ERR_REJECTED, "%s%s: %s", code[0] != '\0' ? code : "no error code", detail,
                  secret_field_safe_message(provider, words));
    err->retry = cause.retry;
    err->http_status = reply->http_status;
    fill_ids(provider, reply, err);
    return (struct refusal){ cause.outcome, cause.remedy, strlen(code) + strlen(detail) + strlen(": ") };
}
