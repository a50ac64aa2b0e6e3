#include "upload/mark.h"

#include "postage/policy.h"
#include "provider/refusal.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice without_start(struct slice text)
{
    if (slice_starts_with(text, SLICE("\xEF\xBB\xBF")))
        text = (struct slice){ text.ptr + 3, text.len - 3 };
    while (text.len > 0 && is_blank(text.ptr[0]))
        text = (struct slice){ text.ptr + 1, text.len - 1 };
    return text;
}

bool mark_is_page(struct slice body)
{
    struct slice text = without_start(body);

    return slice_starts_with_ignoring_case(text, SLICE("<!doctype html")) ||
           slice_starts_with_ignoring_case(text, SLICE("<html"));
}

bool mark_is_foreign(struct slice body)
{
    return body.len > 0 && (mark_is_page(body) || !slice_starts_with(without_start(body), SLICE("<")));
}

/*
 * The end of the connection ends a body, and proves nothing: a document has to close its root. Text and pages have no end that
 * could be missed; what they are worth is said by the status.
 */
static bool may_be_cut(const struct reply_pairs *pairs, const struct http_facts *facts)
{
    return facts->body_end == HTTP_BODY_TO_CLOSE && pairs->body.len > 0 && !pairs->xml.complete &&
           !mark_is_foreign(pairs->body);
}

/* Whoever says that the body is complete: it is not, with fewer bytes than it announced (RFC 9112 6.3; 204 and 304 have none).
 */
static bool is_short(const struct http_reply *reply)
{
    return reply->has_length && reply->status != 204 && reply->status != 304 && reply->body.len < reply->length;
}

static bool is_named(const struct reply_pairs *pairs, const char *element)
{
    const char *text = reply_pairs_element(pairs, element);

    return text != NULL && text[0] != '\0';
}

static bool is_created(const struct reply_pairs *pairs, const struct created_document *created)
{
    const char *const *root = created->roots;

    while (*root != NULL && strcmp(*root, pairs->xml.root) != 0)
        root++;
    return pairs->xml.complete && *root != NULL;
}

static bool asks_for_callback(const struct postage_form *form)
{
    const char *field = postage_provider_field(postage_form_provider(form), POSTAGE_CALLBACK);

    return field != NULL && postage_form_value(form, field) != NULL;
}

enum reply_body mark_body(const struct reply_pairs *pairs, const struct http_facts *facts, const struct postage_form *form)
{
    const struct postage_provider *provider = postage_form_provider(form);

    if (facts->body_end == HTTP_BODY_CAPPED)
        return REPLY_CAPPED;
    if (facts->body_end == HTTP_BODY_CUT || is_short(facts->reply) || may_be_cut(pairs, facts))
        return REPLY_CUT;
    if (pairs->body.len == 0)
        return REPLY_EMPTY;
    if (pairs->xml.complete && strcmp(pairs->xml.root, "Error") == 0) {
        if (refusal_means_stored(provider, &pairs->reply))
            return REPLY_CALLBACK;
        return is_named(pairs, "Code") ? REPLY_ERROR : REPLY_UNNAMED;
    }
    if (is_created(pairs, provider->created))
        return REPLY_CREATED;
    return asks_for_callback(form) ? REPLY_RELAYED : REPLY_FOREIGN;
}

/* RFC 9110 8.8.3: a weak one says nothing of bytes. No store sends it, and frameworks put it on every page. */
static bool is_object_etag(const char *etag)
{
    return etag != NULL && etag[0] != '\0' && strcmp(etag, "\"\"") != 0 && !slice_starts_with(slice_of(etag), SLICE("W/"));
}

enum reply_mark mark_of(const struct reply_pairs *pairs, enum reply_body body, const struct postage_provider *provider)
{
    const char *request_id = reply_pairs_header(pairs, provider->request_id_header);

    if (request_id != NULL && request_id[0] != '\0')
        return MARK_REQUEST_ID;
    if (body == REPLY_CREATED && is_named(pairs, provider->created->bucket) && is_named(pairs, provider->created->key))
        return MARK_STORE;
    return is_object_etag(reply_pairs_header(pairs, "etag")) ? MARK_STORE : MARK_NONE;
}
