#include "upload/verdict.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "postage/policy.h"
#include "provider/refusal.h"
#include "provider/secret_field.h"
#include "upload/answer.h"
#include "upload/describe.h"
#include "upload/judgement.h"
#include "upload/outcome.h"
#include "upload/scheme.h"
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

/* --- texts --- */

static const char *first(const char *a, const char *b)
{
    return a != NULL && a[0] != '\0' ? a : b;
}

static void take_etag(struct verdict *verdict)
{
    const struct reply_pairs *pairs = &verdict->pairs;
    struct slice etag = slice_of(first(reply_pairs_header(pairs, "etag"), reply_pairs_element(pairs, "ETag")));

    if (etag.len >= 2 && etag.ptr[0] == '"' && etag.ptr[etag.len - 1] == '"')
        etag = (struct slice){ etag.ptr + 1, etag.len - 2 };
    snprintf(verdict->etag, sizeof verdict->etag, "%.*s", (int)etag.len, etag.len > 0 ? etag.ptr : "");
    verdict->draft.result.etag = verdict->etag;
}

static void take_texts(struct verdict *verdict, const struct postage_provider *provider)
{
    const struct reply_pairs *pairs = &verdict->pairs;
    struct postage_result *result = &verdict->draft.result;

    take_etag(verdict);
    result->key = first(reply_pairs_element(pairs, provider->created->key), result->key);
    result->location = first(reply_pairs_header(pairs, "location"), reply_pairs_element(pairs, "Location"));
    result->version_id = reply_pairs_header(pairs, provider->version_id_header);
    result->request_id = first(reply_pairs_header(pairs, provider->request_id_header), reply_pairs_element(pairs, "RequestId"));
    result->host_id = first(reply_pairs_header(pairs, provider->host_id_header), reply_pairs_element(pairs, "HostId"));
    result->provider_message = reply_pairs_element(pairs, "Message");
    if (result->provider_message != NULL && result->provider_message[0] != '\0')
        result->provider_message = secret_field_safe_message(provider, result->provider_message);
}

/* --- what a reply means --- */

static void take_stored(struct verdict *verdict, const struct attempt *attempt, const struct answer *answer)
{
    (void)answer;
    verify_reply(&verdict->draft, attempt, &verdict->pairs.reply);
}

static void take_refusal(struct verdict *verdict, const struct attempt *attempt, const struct answer *answer)
{
    const struct postage_provider *provider = postage_form_provider(attempt->options->form);
    struct postage_result *result = &verdict->draft.result;
    struct refusal refusal = refusal_read(provider, &verdict->pairs.reply, &verdict->draft.error);

    result->outcome = refusal.outcome;
    result->hint = refusal.remedy;
    if (answer->who != ANSWERER_STORE && result->hint == NULL)
        result->hint = answer_remedy(result->http_status);
    describe_refusal(&verdict->draft, attempt, answer, refusal.words_at);
    if (result->outcome == POSTAGE_OUTCOME_CALLBACK_FAILED)
        verify_reply(&verdict->draft, attempt, &verdict->pairs.reply);
}

static void take_proxys_refusal(struct verdict *verdict, const struct attempt *attempt, const struct answer *answer)
{
    verdict->draft.result.outcome = POSTAGE_OUTCOME_CONNECT;
    verdict->draft.result.hint = answer_remedy(answer->facts->reply->status);
    describe_refusal(&verdict->draft, attempt, answer, 0);
}

#define STRANGER_REMEDY "check endpoint and port: this may be a console, a login page or a proxy"
#define DOCUMENT_REMEDY "a store that answers nothing but a status shows itself with --success-status 201"

/* One document tells stores apart that answer a bare status. It has to be asked for, as nothing is added to a form. */
static bool may_answer_more(const struct attempt *attempt, const struct answer *answer)
{
    const struct postage_form *form = attempt->options->form;
    const char *field = postage_provider_field(postage_form_provider(form), POSTAGE_SUCCESS_STATUS);
    const char *asked = field != NULL ? postage_form_value(form, field) : NULL;

    return field != NULL && answer->body == REPLY_EMPTY && (asked == NULL || strcmp(asked, "201") != 0);
}

static void take_strangers_word(struct verdict *verdict, const struct attempt *attempt, const struct answer *answer)
{
    verdict->draft.result.hint = may_answer_more(attempt, answer) ? STRANGER_REMEDY "; " DOCUMENT_REMEDY : STRANGER_REMEDY;
    describe_stranger(&verdict->draft, attempt, answer);
}

static void take_malformed(struct verdict *verdict, const struct attempt *attempt, const struct answer *answer)
{
    const char *fault = "an unexpected status";

    if (answer->body == REPLY_CAPPED)
        fault = "reply body over " TEXT_OF_NUMBER(SUCCESS_BODY_MAX_MIB) " MiB";
    else if (answer->body == REPLY_CUT)
        fault = "reply body cut";
    describe_malformed(&verdict->draft, attempt, answer->facts, fault);
}

static enum postage_object_state judge_reply(struct verdict *verdict, const struct attempt *attempt,
                                             const struct http_facts *facts)
{
    static void (*const takers[])(struct verdict * verdict, const struct attempt *attempt, const struct answer *answer) = {
        [READ_STORED] = take_stored,           [READ_REFUSED] = take_refusal,     [READ_PROXY_REFUSED] = take_proxys_refusal,
        [READ_STRANGER] = take_strangers_word, [READ_MALFORMED] = take_malformed,
    };
    const struct postage_form *form = attempt->options->form;
    const struct postage_provider *provider = postage_form_provider(form);
    const struct answer answer = answer_of(&verdict->pairs, facts, form);
    struct judgement judgement = judgement_of(judgement_status(&verdict->pairs, facts, form), answer.body,
                                              mark_of(&verdict->pairs, answer.body, provider));

    take_texts(verdict, provider);
    takers[judgement.reading](verdict, attempt, &answer);
    return verdict->draft.result.outcome == POSTAGE_OUTCOME_DIGEST_MISMATCH ? POSTAGE_OBJECT_UNKNOWN : judgement.state;
}

/* --- object_state: the rule of result.h, word by word --- */

static bool success_begun(const struct http_facts *facts)
{
    int status = facts->reply->status;

    /* A first line that was cut may have been anything. */
    return (status >= 200 && status < 300) || status == 303 || (status == 0 && facts->reply_begun);
}

static enum postage_object_state judge(struct verdict *verdict, const struct attempt *attempt, const struct http_facts *facts)
{
    enum postage_object_state state = POSTAGE_OBJECT_UNKNOWN;

    if (facts->end == HTTP_REPLIED && !reply_pairs_read(&verdict->pairs, facts, attempt->options->form))
        verdict->draft.result.outcome = POSTAGE_OUTCOME_OUT_OF_MEMORY;
    else if (facts->end == HTTP_REPLIED)
        state = judge_reply(verdict, attempt, facts);
    if (state == POSTAGE_OBJECT_UNKNOWN && !facts->tail_left && !success_begun(facts))
        state = POSTAGE_OBJECT_NOT_STORED;
    return state;
}

/* --- what is added in the end --- */

static void name_scheme_mistake(struct verdict *verdict, const struct attempt *attempt, const struct http_facts *facts)
{
    const struct scheme_mistake *mistake =
        scheme_mistake_of(slice_of(postage_form_url(attempt->options->form)), facts, verdict->pairs.body);

    if (mistake == NULL)
        return;
    verdict->draft.result.hint = mistake->remedy;
    /* A port that says so reads no form; whether all of its words came does not matter. */
    if (facts->end == HTTP_REPLIED)
        verdict->draft.result.object_state = POSTAGE_OBJECT_NOT_STORED;
    describe_scheme(&verdict->draft, attempt, facts, mistake->what);
}

/* Which advice an attempt that ended without a store's reply comes with. */
static enum postage_retry advice(const struct verdict *verdict, const struct http_facts *facts)
{
    enum postage_outcome outcome = verdict->draft.result.outcome;

    /* A handshake that hangs may pass; a certificate that is wrong stays wrong. */
    if (outcome == POSTAGE_OUTCOME_TLS)
        return facts->end == HTTP_TIMED_OUT ? POSTAGE_RETRY_SAME_FORM : POSTAGE_RETRY_NEVER;
    if ((facts->end == HTTP_PROXY_REFUSED && facts->proxy_status >= 300 && facts->proxy_status < 500) ||
        (facts->end == HTTP_REPLIED && outcome == POSTAGE_OUTCOME_CONNECT))
        return POSTAGE_RETRY_NEVER; /* the proxy will say so again */
    return retries[outcome];
}

static bool has_own_advice(enum postage_outcome outcome)
{
    return outcome == POSTAGE_OUTCOME_DIGEST_MISMATCH || outcome == POSTAGE_OUTCOME_REPLY_MALFORMED ||
           outcome == POSTAGE_OUTCOME_TLS || outcome == POSTAGE_OUTCOME_CONNECT;
}

#define TUNNEL_REMEDY "the proxy cannot reach the host or does not allow it: ask whoever runs the proxy, or go without it"

static void complete_error(struct verdict *verdict, const struct attempt *attempt, const struct http_facts *facts)
{
    struct postage_result *result = &verdict->draft.result;
    struct postage_error *error = &verdict->draft.error;

    if (error->message[0] == '\0' && result->outcome != POSTAGE_OUTCOME_OK)
        describe_failure(&verdict->draft, attempt, facts);
    if (facts->end == HTTP_PROXY_REFUSED)
        result->hint = facts->proxy_status == 407 ? answer_remedy(407) : TUNNEL_REMEDY;
    if (has_own_advice(result->outcome) || (error->retry == POSTAGE_RETRY_NEVER && facts->end != HTTP_REPLIED))
        error->retry = advice(verdict, facts);
    error->code = postage_outcome_status(result->outcome);
    error->http_status = result->http_status;
    if (error->request_id[0] == '\0' && result->request_id != NULL && result->outcome != POSTAGE_OUTCOME_OK)
        snprintf(error->request_id, sizeof error->request_id, "%s", result->request_id);
}

void verdict_attempt(struct verdict *verdict, const struct attempt *attempt, const struct http_facts *facts)
{
    reply_pairs_init(&verdict->pairs, &attempt->alloc);
    take_facts(verdict, attempt, facts);
    verdict->draft.result.object_state = judge(verdict, attempt, facts);
    name_scheme_mistake(verdict, attempt, facts);
    verify_demand(&verdict->draft, attempt);
    complete_error(verdict, attempt, facts);
    result_complete_texts(&verdict->draft.result);
}

void verdict_clear(struct verdict *verdict)
{
    reply_pairs_clear(&verdict->pairs);
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
