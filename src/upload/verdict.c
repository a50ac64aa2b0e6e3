#include "upload/verdict.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "provider/refusal.h"
#include "provider/secret_field.h"
#include "registry/registry.h"
#include "upload/describe.h"
#include "upload/outcome.h"
#include "upload/result.h"
#include "upload/verify.h"

/* --- tables --- */

/* What a failed request means, unless more is known: see outcome_of. */
static const enum postage_outcome end_outcomes[] = {
    [HTTP_REPLIED] = POSTAGE_OUTCOME_OK,
    [HTTP_BAD_URL] = POSTAGE_OUTCOME_USAGE,
    [HTTP_NO_NAME] = POSTAGE_OUTCOME_RESOLVE,
    [HTTP_NO_CONNECTION] = POSTAGE_OUTCOME_CONNECT,
    [HTTP_PROXY_REFUSED] = POSTAGE_OUTCOME_CONNECT,
    [HTTP_NO_TLS] = POSTAGE_OUTCOME_TLS,
    [HTTP_LOST] = POSTAGE_OUTCOME_NET_DURING_BODY,
    [HTTP_MALFORMED] = POSTAGE_OUTCOME_REPLY_MALFORMED,
    [HTTP_TIMED_OUT] = POSTAGE_OUTCOME_NET_DURING_BODY,
    [HTTP_READ_FAILED] = POSTAGE_OUTCOME_SOURCE_IO,
    [HTTP_CANCELLED] = POSTAGE_OUTCOME_CANCELLED,
    [HTTP_NO_MEMORY] = POSTAGE_OUTCOME_OUT_OF_MEMORY,
};

/* The connect timer covers three stages. */
static const enum postage_outcome stage_outcomes[HTTP_STAGE_COUNT] = {
    [HTTP_RESOLVING] = POSTAGE_OUTCOME_RESOLVE,
    [HTTP_CONNECTING] = POSTAGE_OUTCOME_CONNECT,
    [HTTP_SECURING] = POSTAGE_OUTCOME_TLS,
    [HTTP_SENDING_HEAD] = POSTAGE_OUTCOME_NET_BEFORE_BODY,
    [HTTP_SENDING_BODY] = POSTAGE_OUTCOME_NET_DURING_BODY,
    [HTTP_AWAITING_REPLY] = POSTAGE_OUTCOME_NET_DURING_BODY,
    [HTTP_READING_REPLY] = POSTAGE_OUTCOME_NET_DURING_BODY,
};

static const struct {
    enum postage_status status;
    enum postage_outcome outcome;
} source_outcomes[] = {
    { POSTAGE_ERR_LENGTH, POSTAGE_OUTCOME_SOURCE_CHANGED },
    { POSTAGE_ERR_CHANGED, POSTAGE_OUTCOME_SOURCE_CHANGED },
    { POSTAGE_ERR_CANCELLED, POSTAGE_OUTCOME_CANCELLED },
    { POSTAGE_ERR_NOMEM, POSTAGE_OUTCOME_OUT_OF_MEMORY },
};

/* Retry advice where no provider gives it. What is not here: never. */
static const enum postage_retry retries[OUTCOME_COUNT] = {
    [POSTAGE_OUTCOME_FORM_EXPIRED] = POSTAGE_RETRY_NEW_FORM,     [POSTAGE_OUTCOME_RESOLVE] = POSTAGE_RETRY_SAME_FORM,
    [POSTAGE_OUTCOME_CONNECT] = POSTAGE_RETRY_SAME_FORM,         [POSTAGE_OUTCOME_NET_BEFORE_BODY] = POSTAGE_RETRY_SAME_FORM,
    [POSTAGE_OUTCOME_NET_DURING_BODY] = POSTAGE_RETRY_SAME_FORM, [POSTAGE_OUTCOME_NET_AFTER_BODY] = POSTAGE_RETRY_SAME_FORM,
    [POSTAGE_OUTCOME_REPLY_MALFORMED] = POSTAGE_RETRY_SAME_FORM, [POSTAGE_OUTCOME_DIGEST_MISMATCH] = POSTAGE_RETRY_SAME_FORM,
};

enum postage_retry verdict_retry(enum postage_outcome outcome)
{
    return retries[outcome];
}

/* --- facts --- */

static enum postage_outcome lost(const struct http_facts *facts)
{
    if (facts->tail_left)
        return POSTAGE_OUTCOME_NET_AFTER_BODY;
    return facts->stage == HTTP_SENDING_HEAD ? POSTAGE_OUTCOME_NET_BEFORE_BODY : POSTAGE_OUTCOME_NET_DURING_BODY;
}

static enum postage_outcome timed_out(const struct http_facts *facts)
{
    if (facts->timer == HTTP_TIMER_TOTAL)
        return POSTAGE_OUTCOME_DEADLINE;
    return facts->timer == HTTP_TIMER_CONNECT ? stage_outcomes[facts->stage] : lost(facts);
}

static enum postage_outcome source_outcome(enum postage_status status)
{
    for (size_t i = 0; i < sizeof source_outcomes / sizeof source_outcomes[0]; i++)
        if (source_outcomes[i].status == status)
            return source_outcomes[i].outcome;
    return POSTAGE_OUTCOME_SOURCE_IO;
}

static enum postage_outcome outcome_of(const struct http_facts *facts)
{
    if (facts->end == HTTP_LOST)
        return lost(facts);
    if (facts->end == HTTP_TIMED_OUT)
        return timed_out(facts);
    if (facts->end == HTTP_READ_FAILED)
        return source_outcome(facts->read_status);
    return end_outcomes[facts->end];
}

static void take_facts(struct verdict *verdict, const struct attempt *attempt, const struct http_facts *facts)
{
    const struct http_timings *timings = &facts->timings;
    struct postage_result *result = &verdict->draft.result;

    result_begin(&verdict->draft);
    result->outcome = outcome_of(facts);
    result->http_status = facts->reply->head_complete ? facts->reply->status : 0;
    result->source_bytes_read = postage_body_source_position(attempt->body);
    result->body_bytes_sent = facts->handed_bytes;
    result->body_bytes = postage_body_length(attempt->body);
    result->object_bytes = attempt->object_bytes;
    result->key = postage_form_value(attempt->options->form, "key");
    verdict->draft.timings = (struct postage_timings){ timings->resolved_ms,
                                                       timings->connected_ms,
                                                       timings->tls_ms,
                                                       timings->first_byte_sent_ms,
                                                       timings->last_byte_sent_ms,
                                                       timings->reply_ms,
                                                       0 };
}

/* --- the reply as pairs --- */

/* How many bytes at the beginning of `text` spell the secret, any of its characters percent-encoded or not; 0: it differs. */
static size_t spelled(struct slice text, struct slice secret)
{
    size_t at = 0;

    for (size_t i = 0; i < secret.len; i++) {
        bool escaped = text.len - at >= 3 && text.ptr[at] == '%' && text_hex_digit(text.ptr[at + 1]) >= 0 &&
                       text_hex_digit(text.ptr[at + 2]) >= 0;
        int seen = escaped ? text_hex_digit(text.ptr[at + 1]) << 4 | text_hex_digit(text.ptr[at + 2]) : -1;

        if (at < text.len && text.ptr[at] == secret.ptr[i])
            at++;
        else if (seen == (unsigned char)secret.ptr[i])
            at += 3;
        else
            return 0;
    }
    return at;
}

static void mask(const struct buf *text, struct slice secret)
{
    for (size_t at = 0; at < text->len;) {
        size_t length = spelled((struct slice){ text->ptr + at, text->len - at }, secret);

        memset(text->ptr + at, '*', length);
        at += length > 0 ? length : 1;
    }
}

/*
 * A server may echo what it was sent, as it came or as part of a URL; a failed signature is often answered with the policy.
 * Overwritten before anything reads it, so that no message, log or result can repeat it.
 */
static void mask_secrets(struct verdict *verdict, const struct http_reply *reply, const struct postage_form *form)
{
    size_t count;
    const struct postage_field *fields = postage_form_fields(form, &count);

    for (size_t i = 0; i < count; i++)
        if (registry_is_secret(slice_of(fields[i].name))) {
            mask(&reply->head, slice_of(fields[i].value));
            mask(&verdict->xml.leaves, slice_of(fields[i].value));
        }
}

static void pair_headers(struct verdict *verdict, const struct http_reply *reply)
{
    size_t at = 0;

    for (size_t i = 0; i < reply->header_count; i++)
        http_reply_next_header(reply, &at, &verdict->pairs[i].name, &verdict->pairs[i].value);
    verdict->reply.headers = verdict->pairs;
    verdict->reply.header_count = reply->header_count;
}

static void pair_elements(struct verdict *verdict)
{
    struct postage_field *pairs = verdict->pairs + verdict->reply.header_count;
    size_t at = 0;

    for (size_t i = 0; i < verdict->xml.count; i++)
        reply_xml_next(&verdict->xml, &at, &pairs[i].name, &pairs[i].value);
    verdict->reply.elements = pairs;
    verdict->reply.element_count = verdict->xml.count;
}

static bool read_reply(struct verdict *verdict, const struct attempt *attempt, const struct http_facts *facts)
{
    const struct http_reply *reply = facts->reply;
    bool whole = facts->body_end == HTTP_BODY_COMPLETE || facts->body_end == HTTP_BODY_TO_CLOSE;

    if (whole && reply_xml_parse(&verdict->xml, buf_slice(&reply->body)) != POSTAGE_OK)
        return false;
    verdict->pairs = mem_alloc(&verdict->alloc, (reply->header_count + verdict->xml.count) * sizeof(struct postage_field));
    if (verdict->pairs == NULL)
        return false;
    mask_secrets(verdict, reply, attempt->options->form);
    verdict->reply.http_status = reply->status;
    verdict->reply.sent = postage_form_fields(attempt->options->form, &verdict->reply.sent_count);
    pair_headers(verdict, reply);
    pair_elements(verdict);
    return true;
}

static const char *pair_value(const struct postage_field *pairs, size_t count, const char *name)
{
    for (size_t i = 0; name != NULL && i < count; i++)
        if (strcmp(pairs[i].name, name) == 0)
            return pairs[i].value;
    return NULL;
}

static const char *header(const struct verdict *verdict, const char *name)
{
    return pair_value(verdict->reply.headers, verdict->reply.header_count, name);
}

static const char *element(const struct verdict *verdict, const char *name)
{
    return pair_value(verdict->reply.elements, verdict->reply.element_count, name);
}

static const char *first(const char *a, const char *b)
{
    return a != NULL && a[0] != '\0' ? a : b;
}

static void take_etag(struct verdict *verdict)
{
    struct slice etag = slice_of(first(header(verdict, "etag"), element(verdict, "ETag")));

    if (etag.len >= 2 && etag.ptr[0] == '"' && etag.ptr[etag.len - 1] == '"')
        etag = (struct slice){ etag.ptr + 1, etag.len - 2 };
    snprintf(verdict->etag, sizeof verdict->etag, "%.*s", (int)etag.len, etag.len > 0 ? etag.ptr : "");
    verdict->draft.result.etag = verdict->etag;
}

static void take_texts(struct verdict *verdict, const struct postage_provider *provider)
{
    struct postage_result *result = &verdict->draft.result;

    take_etag(verdict);
    result->key = first(element(verdict, "Key"), result->key);
    result->location = first(header(verdict, "location"), element(verdict, "Location"));
    result->version_id = header(verdict, provider->version_id_header);
    result->request_id = first(header(verdict, provider->request_id_header), element(verdict, "RequestId"));
    result->host_id = first(header(verdict, provider->host_id_header), element(verdict, "HostId"));
    result->provider_message = element(verdict, "Message");
    if (result->provider_message != NULL && result->provider_message[0] != '\0')
        result->provider_message = secret_field_safe_message(provider, result->provider_message);
}

/* --- what the reply means --- */

static bool is_whole(const struct verdict *verdict, const struct http_facts *facts)
{
    if (facts->body_end == HTTP_BODY_COMPLETE)
        return true;
    /* Ended by the connection: nothing at all (as a bare 200 is), or a document that closes its root. */
    return facts->body_end == HTTP_BODY_TO_CLOSE && (facts->reply->body.len == 0 || verdict->xml.complete);
}

/* Form semantics of HTML: 303 to where the form asked for is how success looks, and nothing else 3xx is. */
static bool is_asked_redirect(const struct verdict *verdict, const struct postage_form *form)
{
    struct slice asked = slice_of(postage_form_value(form, "success_action_redirect"));
    struct slice location = slice_of(header(verdict, "location"));

    return verdict->reply.http_status == 303 && asked.len > 0 && slice_starts_with(location, asked);
}

static bool is_success(const struct verdict *verdict, const struct postage_form *form)
{
    int status = verdict->reply.http_status;

    return status == 200 || status == 201 || status == 204 || is_asked_redirect(verdict, form);
}

static void take_refusal(struct verdict *verdict, const struct attempt *attempt, const struct http_facts *facts, bool whole)
{
    const struct postage_provider *provider = postage_form_provider(attempt->options->form);
    struct postage_result *result = &verdict->draft.result;
    struct provider_reply reply = verdict->reply;
    struct refusal refusal;

    if (!whole)
        reply.element_count = 0; /* half a document proves nothing: the status decides */
    refusal = refusal_read(provider, &reply, &verdict->draft.error);
    result->outcome = refusal.outcome;
    result->hint = refusal.remedy;
    if (result->outcome == POSTAGE_OUTCOME_OK)
        result->outcome = POSTAGE_OUTCOME_REPLY_MALFORMED;
    describe_refusal(&verdict->draft, attempt, facts, &verdict->xml, whole, refusal.words_at);
    if (result->outcome == POSTAGE_OUTCOME_CALLBACK_FAILED)
        verify_reply(&verdict->draft, attempt, &verdict->reply);
}

static void judge_reply(struct verdict *verdict, const struct attempt *attempt, const struct http_facts *facts)
{
    const struct postage_form *form = attempt->options->form;
    struct postage_result *result = &verdict->draft.result;
    bool whole;

    if (!read_reply(verdict, attempt, facts)) {
        result->outcome = POSTAGE_OUTCOME_OUT_OF_MEMORY;
        return;
    }
    whole = is_whole(verdict, facts);
    take_texts(verdict, postage_form_provider(form));
    if (!is_success(verdict, form)) {
        if ((whole && refusal_means_stored(postage_form_provider(form), &verdict->reply)) ||
            (facts->reply->status >= 300 && facts->reply->status < 600))
            take_refusal(verdict, attempt, facts, whole);
        else
            describe_malformed(&verdict->draft, attempt, facts, "an unexpected status");
    } else if (!whole) {
        describe_malformed(&verdict->draft, attempt, facts,
                           facts->body_end == HTTP_BODY_CAPPED ? "reply body over " TEXT_OF_NUMBER(SUCCESS_BODY_MAX_MIB) " MiB"
                                                               : "reply body cut");
    } else if (strcmp(verdict->xml.root, "Error") == 0) {
        take_refusal(verdict, attempt, facts, whole);
    } else {
        verify_reply(&verdict->draft, attempt, &verdict->reply);
    }
}

/* --- object_state: the rule of result.h, word by word --- */

static bool is_complete_refusal(const struct verdict *verdict, const struct http_facts *facts)
{
    int status = facts->reply->status;

    return facts->end == HTTP_REPLIED && ((status >= 400 && status < 500) || status == 503) && is_whole(verdict, facts) &&
           verdict->draft.error.provider_code[0] != '\0';
}

static bool success_begun(const struct http_facts *facts)
{
    int status = facts->reply->status;

    /* A first line that was cut may have been anything. */
    return (status >= 200 && status < 300) || status == 303 || (status == 0 && facts->reply_begun);
}

static enum postage_object_state object_state(const struct verdict *verdict, const struct http_facts *facts)
{
    if (verdict->draft.result.outcome == POSTAGE_OUTCOME_OK || verdict->draft.result.outcome == POSTAGE_OUTCOME_CALLBACK_FAILED)
        return POSTAGE_OBJECT_STORED;
    if (!facts->tail_left && !success_begun(facts))
        return POSTAGE_OBJECT_NOT_STORED;
    return is_complete_refusal(verdict, facts) ? POSTAGE_OBJECT_NOT_STORED : POSTAGE_OBJECT_UNKNOWN;
}

static void complete_error(struct verdict *verdict, const struct attempt *attempt, const struct http_facts *facts)
{
    struct postage_result *result = &verdict->draft.result;
    struct postage_error *error = &verdict->draft.error;

    if (error->message[0] == '\0' && result->outcome != POSTAGE_OUTCOME_OK)
        describe_failure(&verdict->draft, attempt, facts);
    if (error->retry == POSTAGE_RETRY_NEVER && facts->end != HTTP_REPLIED)
        error->retry = retries[result->outcome];
    if (result->outcome == POSTAGE_OUTCOME_DIGEST_MISMATCH || result->outcome == POSTAGE_OUTCOME_REPLY_MALFORMED)
        error->retry = retries[result->outcome];
    /* A handshake that hangs may pass; a certificate that is wrong stays wrong. */
    if (result->outcome == POSTAGE_OUTCOME_TLS && facts->end == HTTP_TIMED_OUT)
        error->retry = POSTAGE_RETRY_SAME_FORM;
    error->code = postage_outcome_status(result->outcome);
    error->http_status = result->http_status;
    if (error->request_id[0] == '\0' && result->request_id != NULL && result->outcome != POSTAGE_OUTCOME_OK)
        snprintf(error->request_id, sizeof error->request_id, "%s", result->request_id);
}

void verdict_attempt(struct verdict *verdict, const struct attempt *attempt, const struct http_facts *facts)
{
    *verdict = (struct verdict){ .alloc = attempt->alloc };
    reply_xml_init(&verdict->xml, &attempt->alloc);
    take_facts(verdict, attempt, facts);
    if (facts->end == HTTP_REPLIED)
        judge_reply(verdict, attempt, facts);
    verdict->draft.result.object_state = object_state(verdict, facts);
    verify_demand(&verdict->draft, attempt);
    complete_error(verdict, attempt, facts);
    result_complete_texts(&verdict->draft.result);
}

void verdict_clear(struct verdict *verdict)
{
    reply_xml_clear(&verdict->xml);
    mem_free(&verdict->alloc, verdict->pairs);
}

/* --- nothing was sent --- */

static const struct {
    enum postage_status status;
    enum postage_outcome outcome;
} unsent_outcomes[] = {
    { POSTAGE_ERR_SOURCE, POSTAGE_OUTCOME_SOURCE_IO },      { POSTAGE_ERR_CHANGED, POSTAGE_OUTCOME_SOURCE_CHANGED },
    { POSTAGE_ERR_LENGTH, POSTAGE_OUTCOME_SOURCE_CHANGED }, { POSTAGE_ERR_NOMEM, POSTAGE_OUTCOME_OUT_OF_MEMORY },
    { POSTAGE_ERR_EXPIRED, POSTAGE_OUTCOME_FORM_EXPIRED },  { POSTAGE_ERR_CANCELLED, POSTAGE_OUTCOME_CANCELLED },
    { POSTAGE_ERR_TIMEOUT, POSTAGE_OUTCOME_DEADLINE },      { POSTAGE_ERR_REJECTED, POSTAGE_OUTCOME_REJECTED },
    { POSTAGE_ERR_DIGEST, POSTAGE_OUTCOME_UNVERIFIED },
};

void verdict_refusal(struct result_draft *draft, const struct postage_upload_options *options,
                     const struct postage_error *error)
{
    struct postage_result *result = &draft->result;

    result_begin(draft);
    result->outcome = POSTAGE_OUTCOME_USAGE;
    result->object_state = POSTAGE_OBJECT_NOT_STORED;
    result->key = postage_form_value(options->form, "key");
    for (size_t i = 0; i < sizeof unsent_outcomes / sizeof unsent_outcomes[0]; i++)
        if (unsent_outcomes[i].status == error->code)
            result->outcome = unsent_outcomes[i].outcome;
    draft->error = *error;
    draft->error.code = postage_outcome_status(result->outcome);
    draft->error.retry = retries[result->outcome];
    result_complete_texts(result);
}
