#include "upload/answer.h"

#include <stdio.h>

#include "base/error.h"
#include "base/text.h"

enum { SEARCHED_BYTES = 16384 }; /* where a title has to begin */

/* --- who --- */

static bool has(const struct reply_pairs *pairs, const char *header)
{
    const char *text = reply_pairs_header(pairs, header);

    return text != NULL && text[0] != '\0';
}

/* RFC 9110 11.7.1 and RFC 9209: only proxies send these. */
static bool is_proxys_own(const struct reply_pairs *pairs)
{
    return pairs->reply.http_status == 407 || has(pairs, "proxy-authenticate") || has(pairs, "proxy-status");
}

static enum answerer who_answered(const struct reply_pairs *pairs, enum reply_body body, const struct http_facts *facts,
                                  const struct postage_provider *provider)
{
    if (facts->proxied && pairs->reply.http_status == 407)
        return ANSWERER_PROXY;
    if (body == REPLY_ERROR || body == REPLY_CALLBACK || mark_of(pairs, body, provider) == MARK_REQUEST_ID)
        return ANSWERER_STORE;
    if (facts->proxied)
        return is_proxys_own(pairs) ? ANSWERER_PROXY : ANSWERER_BETWEEN;
    return body == REPLY_FOREIGN || body == REPLY_RELAYED || mark_is_foreign(pairs->body) ? ANSWERER_OTHER : ANSWERER_UNKNOWN;
}

struct answer answer_of(const struct reply_pairs *pairs, const struct http_facts *facts, const struct postage_form *form)
{
    struct answer answer = { .facts = facts, .pairs = pairs, .body = mark_body(pairs, facts, form) };

    answer.who = who_answered(pairs, answer.body, facts, postage_form_provider(form));
    return answer;
}

/* --- what it said --- */

static struct slice from(struct slice text, size_t at)
{
    return (struct slice){ text.ptr + at, text.len - at };
}

static size_t find_ignoring_case(struct slice text, struct slice wanted)
{
    for (size_t at = 0; at + wanted.len <= text.len; at++)
        if (slice_starts_with_ignoring_case(from(text, at), wanted))
            return at;
    return SIZE_MAX;
}

/* What stands between the title's tags; `ptr` NULL: there is none, or not all of it. */
static struct slice find_title(struct slice body)
{
    size_t at =
        find_ignoring_case((struct slice){ body.ptr, body.len < SEARCHED_BYTES ? body.len : SEARCHED_BYTES }, SLICE("<title"));
    size_t end;

    while (at < body.len && body.ptr[at] != '>')
        at++;
    if (at >= body.len)
        return (struct slice){ NULL, 0 };
    body = from(body, at + 1);
    end = find_ignoring_case(body, SLICE("</title"));
    return end != SIZE_MAX ? (struct slice){ body.ptr, end } : (struct slice){ NULL, 0 };
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The first line with something in it, tags left out. What has no end may be half a line. */
static struct slice find_line(struct slice body, bool ended)
{
    struct slice line;
    size_t at = 0;

    while (at < body.len && (is_blank(body.ptr[at]) || body.ptr[at] == '<')) {
        bool in_tag = body.ptr[at] == '<';

        while (in_tag && at < body.len && body.ptr[at] != '>')
            at++;
        at += at < body.len ? 1 : 0;
    }
    line = (struct slice){ body.ptr + at, 0 };
    while (at < body.len && body.ptr[at] != '\n' && body.ptr[at] != '\r' && body.ptr[at] != '<')
        at++, line.len++;
    return at < body.len || ended ? line : (struct slice){ NULL, 0 };
}

/* Bytes that are for programs, such as a compressed page. */
static bool is_binary(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (((unsigned char)line.ptr[i] < 0x20 && !is_blank(line.ptr[i])) || line.ptr[i] == 0x7F)
            return true;
    return !utf8_valid(line);
}

/* One line, each run of blanks a space. */
static void put_words(struct slice text, char *words, size_t cap)
{
    size_t used = 0;

    for (size_t i = 0; i < text.len && used + 1 < cap; i++) {
        bool blank = is_blank(text.ptr[i]);

        if (!blank || (used > 0 && words[used - 1] != ' '))
            words[used++] = blank ? ' ' : text.ptr[i];
    }
    if (used > 0 && words[used - 1] == ' ')
        used--;
    words[error_shown_bytes(words, used, cap - 4)] = '\0';
    if (used > cap - 4)
        strcat(words, "...");
    error_clean_line(words);
}

void answer_words(const struct answer *answer, char *words, size_t cap)
{
    struct slice body = answer->pairs->body, found = find_title(body);

    words[0] = '\0';
    if (found.ptr == NULL)
        found = find_line(body, (answer->body & REPLY_ENDED) != 0);
    if (found.ptr != NULL && !is_binary(found))
        put_words(found, words, cap);
}

/* --- what to do --- */

static const struct {
    int http_status;
    const char *remedy;
} remedies[] = {
    { 403, "something before the store refused: a firewall, a proxy, or another server at this address" },
    { 404, "check endpoint and port: what answered does not know this address, and did not answer as a store does" },
    { 405, "check endpoint and port: what answered takes no POST here" },
    { 407, "the proxy wants a user name and password: they belong into its URL" },
    { 413, "a server before the store limits the size of a request: raise its limit, or send the form to the store itself" },
    { 429, "a server before the store asks to slow down" },
    { 501, "check endpoint and port: what answered knows no POST" },
    { 502, "a gateway before the store has no answer from it: is the store running?" },
    { 503, "a gateway before the store has no answer from it: is the store running?" },
    { 504, "a gateway before the store waited too long for it" },
};

const char *answer_remedy(int http_status)
{
    for (size_t i = 0; i < sizeof remedies / sizeof remedies[0]; i++)
        if (remedies[i].http_status == http_status)
            return remedies[i].remedy;
    return NULL;
}
