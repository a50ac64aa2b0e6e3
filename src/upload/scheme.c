#include "upload/scheme.h"

static const struct scheme_mistake plain_to_tls = {
    "the server speaks TLS at this port, and the form's URL begins with http://",
    "use https:// in the endpoint",
};

static const struct scheme_mistake tls_to_plain = {
    "the server does not speak TLS at this port, and the form's URL begins with https://",
    "use http:// in the endpoint, or the port that speaks TLS",
};

/* What servers answer to plain HTTP where they expect TLS; all with 400. */
static const char *const complaints[] = {
    "Client sent an HTTP request to an HTTPS server", /* Go's net/http */
    "plain HTTP request was sent to HTTPS port",      /* nginx, OpenResty */
    "speaking plain HTTP to an SSL-enabled server",   /* Apache httpd */
    "This combination of host and port requires TLS", /* Tomcat, Spring */
};

/* What TLS libraries say of an answer that is not TLS: OpenSSL 1.1 to 3.6, GnuTLS, libcurl's own words for it. */
static const char *const foreign_records[] = {
    "wrong version number", "packet length too long", "record layer failure",
    "unexpected message",   "unexpected TLS packet",  "unknown protocol",
};

static bool says_any(struct slice text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_find(text, slice_of(words[i])) != NULL)
            return true;
    return false;
}

static bool is_tls_port(const struct http_facts *facts, struct slice body)
{
    if (facts->end == HTTP_MALFORMED && facts->reply->fault != NULL)
        return slice_starts_with(slice_of(facts->reply->fault), SLICE("a TLS record"));
    return facts->end == HTTP_REPLIED && facts->reply->status == 400 &&
           says_any(body, complaints, sizeof complaints / sizeof complaints[0]);
}

const struct scheme_mistake *scheme_mistake_of(struct slice url, const struct http_facts *facts, struct slice body)
{
    if (!slice_starts_with_ignoring_case(url, SLICE("https:")))
        return is_tls_port(facts, body) ? &plain_to_tls : NULL;
    if (facts->end == HTTP_NO_TLS &&
        says_any(slice_of(facts->detail), foreign_records, sizeof foreign_records / sizeof foreign_records[0]))
        return &tls_to_plain;
    return NULL;
}
