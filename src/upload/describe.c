#include "upload/describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "base/url.h"
#include "upload/outcome.h"

/* What ended it, by outcome. */
static const char *const what[OUTCOME_COUNT] = {
    [POSTAGE_OUTCOME_USAGE] = "the form's URL cannot be used",
    [POSTAGE_OUTCOME_OUT_OF_MEMORY] = "out of memory",
    [POSTAGE_OUTCOME_CANCELLED] = "cancelled",
    [POSTAGE_OUTCOME_DEADLINE] = "the total time limit passed",
    [POSTAGE_OUTCOME_RESOLVE] = "the host name was not resolved",
    [POSTAGE_OUTCOME_CONNECT] = "no connection",
    [POSTAGE_OUTCOME_TLS] = "TLS failed",
    [POSTAGE_OUTCOME_NET_BEFORE_BODY] = "connection lost",
    [POSTAGE_OUTCOME_NET_DURING_BODY] = "connection lost",
    [POSTAGE_OUTCOME_NET_AFTER_BODY] = "connection lost",
    [POSTAGE_OUTCOME_REPLY_MALFORMED] = "malformed reply",
};

static const char *const where[HTTP_STAGE_COUNT] = {
    [HTTP_RESOLVING] = "while resolving the name",    [HTTP_CONNECTING] = "while connecting",
    [HTTP_SECURING] = "in the TLS handshake",         [HTTP_SENDING_HEAD] = "while sending the request head",
    [HTTP_SENDING_BODY] = "while sending the body",   [HTTP_AWAITING_REPLY] = "while waiting for the reply",
    [HTTP_READING_REPLY] = "while reading the reply",
};

static const char *const timer_names[] = {
    [HTTP_TIMER_NONE] = "",
    [HTTP_TIMER_CONNECT] = "the connect limit passed",
    [HTTP_TIMER_IDLE] = "nothing moved, and the idle limit passed",
    [HTTP_TIMER_RESPONSE] = "the response limit passed",
    [HTTP_TIMER_TOTAL] = "ended",
};

/* Room for libcurl's words, and the system's before them. */
enum { CAUSE_BYTES = HTTP_DETAIL_BYTES + 96, TAIL_BYTES = sizeof((struct postage_error *)0)->message };

/*
 * `text`, then `tail`. Where both are too long the text loses its end, and says so; its first `kept` bytes and the tail, which
 * names the host, stay.
 */
static void set_line(struct postage_error *err, enum postage_status code, const char *text, size_t kept, const char *tail)
{
    size_t room = sizeof err->message - 1, len = strlen(text), rest = strlen(tail) + strlen("...");

    room = rest + kept < room ? room - rest : kept;
    if (len <= room + strlen("..."))
        error_set(err, code, "%s%s", text, tail);
    else
        error_set(err, code, "%.*s...%s", error_shown_bytes(text, len, room), text, tail);
}

static struct slice host_of(const struct attempt *attempt)
{
    struct slice text = slice_of(postage_form_url(attempt->options->form));
    struct url url;

    return url_parse(&url, text) == NULL ? url.host : SLICE("(no host)");
}

/* The system's word comes before libcurl's, which repeats the host: where the room ends, nothing new is lost. */
static void put_system_cause(char *cause, size_t cap, const struct http_facts *facts)
{
    if (facts->os_errno != 0 && facts->detail[0] != '\0')
        snprintf(cause, cap, ": %s (errno %d); %s", strerror(facts->os_errno), facts->os_errno, facts->detail);
    else if (facts->os_errno != 0)
        snprintf(cause, cap, ": %s (errno %d)", strerror(facts->os_errno), facts->os_errno);
    else if (facts->detail[0] != '\0')
        snprintf(cause, cap, ": %s", facts->detail);
}

/* Why, in the words of the system, the library or the reply's judge; "" when there is nothing to add. */
static void put_cause(char *cause, size_t cap, const struct http_facts *facts)
{
    cause[0] = '\0';
    if (facts->end == HTTP_PROXY_REFUSED)
        snprintf(cause, cap, ": HTTP %d%s%s", facts->proxy_status, facts->detail[0] != '\0' ? "; " : "", facts->detail);
    else if (facts->end == HTTP_TIMED_OUT)
        snprintf(cause, cap, ": %s after %" PRId64 " ms", timer_names[facts->timer], facts->waited_ms);
    else if (facts->end == HTTP_MALFORMED && facts->reply->fault != NULL)
        snprintf(cause, cap, ": %s after %zu header bytes, %u interim replies", facts->reply->fault, facts->reply->head_bytes,
                 facts->reply->interim);
    else if (facts->end == HTTP_MALFORMED)
        snprintf(cause, cap, "%s%s", facts->detail[0] != '\0' ? ": " : "", facts->detail);
    else
        put_system_cause(cause, cap, facts);
}

void describe_failure(struct result_draft *draft, const struct attempt *attempt, const struct http_facts *facts)
{
    struct postage_result *result = &draft->result;
    enum postage_status code = postage_outcome_status(result->outcome);
    const char *stopped = what[result->outcome] != NULL ? what[result->outcome] : postage_outcome_text(result->outcome);
    const char *proxys = "the proxy refused to connect";
    struct slice host = host_of(attempt);
    char cause[CAUSE_BYTES], text[CAUSE_BYTES + 160], tail[TAIL_BYTES];

    if (facts->end == HTTP_READ_FAILED && attempt->source_status != POSTAGE_ERR_CANCELLED) {
        snprintf(tail, sizeof tail, "; %" PRIu64 " of %" PRIu64 " bytes handed over", result->body_bytes_sent,
                 result->body_bytes);
        set_line(&draft->error, code,
                 attempt->source_error.message[0] != '\0' ? attempt->source_error.message : "the source failed", 0, tail);
        return;
    }
    put_cause(cause, sizeof cause, facts);
    snprintf(text, sizeof text, "%s %s%s%s", facts->end == HTTP_PROXY_REFUSED ? proxys : stopped, where[facts->stage],
             facts->reused && facts->end == HTTP_LOST ? " (stale connection, attempt 1)" : "", cause);
    snprintf(tail, sizeof tail, " (%" PRIu64 " of %" PRIu64 " bytes handed over to %.*s)", result->body_bytes_sent,
             result->body_bytes, (int)host.len, host.ptr);
    set_line(&draft->error, code, text, 0, tail);
}

void describe_malformed(struct result_draft *draft, const struct attempt *attempt, const struct http_facts *facts,
                        const char *fault)
{
    struct postage_result *result = &draft->result;
    struct slice host = host_of(attempt);

    result->outcome = POSTAGE_OUTCOME_REPLY_MALFORMED;
    error_set(&draft->error, postage_outcome_status(result->outcome),
              "malformed reply, HTTP %d: %s after %zu bytes (%" PRIu64 " of %" PRIu64 " bytes handed over to %.*s)",
              facts->reply->status, fault, facts->reply->body.len, result->body_bytes_sent, result->body_bytes, (int)host.len,
              host.ptr);
}

/* --- replies --- */

/* What was wrong with the reply's body, if anything. */
static void put_flaw(char *text, size_t cap, const struct answer *answer)
{
    const struct reply_xml *xml = &answer->pairs->xml;
    const char *type = reply_pairs_header(answer->pairs, "content-type");

    text[0] = '\0';
    if (answer->body == REPLY_CAPPED)
        snprintf(text, cap, "; reply body over %d KiB", REFUSAL_BODY_MAX_KIB);
    else if (xml->refused != NULL && !mark_is_page(answer->pairs->body))
        snprintf(text, cap, "; reply XML refused: %s", xml->refused);
    else if (answer->body == REPLY_CUT)
        snprintf(text, cap, "; reply body cut");
    else if (!xml->complete && (answer->body != REPLY_EMPTY || answer->facts->reply->status >= 300))
        snprintf(text, cap, "; no XML in the reply, content type %.64s", type != NULL ? type : "none");
}

/* Of a redirect only the host is told: a path or query may hold what an attacker wants to have requested. */
static void put_redirect(char *text, size_t cap, const struct postage_result *result)
{
    struct url url;

    text[0] = '\0';
    if (result->outcome == POSTAGE_OUTCOME_REDIRECT_REFUSED && result->location != NULL &&
        url_parse(&url, slice_of(result->location)) == NULL)
        snprintf(text, cap, "; to host %.*s", (int)url.host.len, url.host.ptr);
}

/* " (HTTP 403 from HOST (SERVER) after 1 of 2 bytes; FLAW)" */
static void put_origin(char *text, size_t cap, const struct postage_result *result, const struct attempt *attempt,
                       const struct answer *answer)
{
    const char *server = reply_pairs_header(answer->pairs, "server");
    struct slice host = host_of(attempt), shown = slice_of(server);
    char flaw[128], brackets[ANSWER_SERVER_BYTES + 4] = "";

    put_flaw(flaw, sizeof flaw, answer);
    if (shown.len > 0)
        snprintf(brackets, sizeof brackets, " (%.*s)", error_shown_bytes(shown.ptr, shown.len, ANSWER_SERVER_BYTES), shown.ptr);
    snprintf(text, cap, " (HTTP %d from %s%.*s%s after %" PRIu64 " of %" PRIu64 " bytes%s)", answer->facts->reply->status,
             answer->who == ANSWERER_PROXY ? "the proxy to " : "", (int)host.len, host.ptr, brackets, result->body_bytes_sent,
             result->body_bytes, flaw);
}

/* Who it was, and its words: for a reply without a provider's code. @return how much of it is never to be cut. */
static size_t put_answerer(char *text, size_t cap, const struct answer *answer, const char *otherwise)
{
    static const char *const who[] = {
        [ANSWERER_PROXY] = "the proxy refused",
        [ANSWERER_BETWEEN] = "the proxy, or something behind it that is not the store, answered",
        [ANSWERER_OTHER] = "something other than the store answered",
        [ANSWERER_UNKNOWN] = NULL,
    };
    char words[ANSWER_WORDS_BYTES];
    const char *subject = answer->who != ANSWERER_STORE && who[answer->who] != NULL ? who[answer->who] : otherwise;

    answer_words(answer, words, sizeof words);
    if (words[0] == '\0' || (size_t)snprintf(text, cap, "%s: \"%s\"", subject, words) >= cap)
        snprintf(text, cap, "%s", subject);
    return strlen(subject);
}

void describe_refusal(struct result_draft *draft, const struct attempt *attempt, const struct answer *answer, size_t kept)
{
    struct postage_error given = draft->error;
    char redirect[280], origin[TAIL_BYTES], tail[TAIL_BYTES + 280];

    if (given.provider_code[0] == '\0' && (draft->result.provider_message == NULL || answer->who == ANSWERER_PROXY))
        kept = put_answerer(given.message, sizeof given.message, answer, draft->error.message);
    put_redirect(redirect, sizeof redirect, &draft->result);
    put_origin(origin, sizeof origin, &draft->result, attempt, answer);
    snprintf(tail, sizeof tail, "%s%s", redirect, origin);
    set_line(&draft->error, given.code, given.message, kept, tail);
    memcpy(given.message, draft->error.message, sizeof given.message);
    draft->error = given;
}

void describe_stranger(struct result_draft *draft, const struct attempt *attempt, const struct answer *answer)
{
    const struct postage_provider *provider = postage_form_provider(attempt->options->form);
    static const char subject[] = "something answered, but not like a store: ";
    char words[ANSWER_WORDS_BYTES], text[ANSWER_WORDS_BYTES + 128], tail[TAIL_BYTES];

    answer_words(answer, words, sizeof words);
    draft->result.outcome = POSTAGE_OUTCOME_NOT_A_STORE;
    if (answer->body == REPLY_EMPTY)
        snprintf(text, sizeof text, "%sno ETag, no %s and no document", subject, provider->request_id_header);
    else if (words[0] != '\0')
        snprintf(text, sizeof text, "%s\"%s\"", subject, words);
    else
        snprintf(text, sizeof text, "%sits body is not the document of a store", subject);
    put_origin(tail, sizeof tail, &draft->result, attempt, answer);
    set_line(&draft->error, postage_outcome_status(draft->result.outcome), text, strlen(subject), tail);
}

void describe_scheme(struct result_draft *draft, const struct attempt *attempt, const struct http_facts *facts,
                     const char *mistake)
{
    struct postage_error given;

    if (draft->error.message[0] == '\0')
        describe_failure(draft, attempt, facts);
    given = draft->error;
    draft->result.outcome = POSTAGE_OUTCOME_TLS;
    error_set(&draft->error, postage_outcome_status(draft->result.outcome), "%s: %s", mistake, given.message);
}

void describe_mismatch(struct result_draft *draft, const struct returned_digest *row, const uint8_t *sent,
                       const uint8_t *returned)
{
    char own[2 * POSTAGE_DIGEST_MAX_BYTES + 1] = "", theirs[sizeof own] = "";

    text_hex(sent, postage_digest_bytes(row->digest), own);
    text_hex(returned, postage_digest_bytes(row->digest), theirs);
    draft->result.outcome = POSTAGE_OUTCOME_DIGEST_MISMATCH;
    error_set(&draft->error, POSTAGE_ERR_DIGEST, "%s of the bytes sent is %s, the provider returned %s (%s)",
              postage_digest_name(row->digest), own, theirs, row->header);
}

void describe_unverified(struct result_draft *draft, unsigned digests)
{
    struct postage_error given = draft->error;
    char names[64] = "digest";
    size_t used = 0;

    for (unsigned digest = 1; digests >> digest != 0; digest++)
        if ((digests & POSTAGE_DIGEST_BIT(digest)) != 0 && used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? " or " : "",
                                     postage_digest_name((enum postage_digest)digest));
    draft->result.outcome = POSTAGE_OUTCOME_UNVERIFIED;
    error_set(&draft->error, POSTAGE_ERR_DIGEST, "unverified: the reply (HTTP %d) carries no %s to compare%s%s",
              draft->result.http_status, names, given.message[0] != '\0' ? "; " : "", given.message);
    memcpy(given.message, draft->error.message, sizeof given.message);
    draft->error = given;
}
