/*
 * What a reply is made of, as far as it tells whether a store speaks. A status is cheap: consoles, login pages and catch-all
 * proxies answer 200 as well.
 */
#ifndef POSTAGE_UPLOAD_MARK_H
#define POSTAGE_UPLOAD_MARK_H

#include "upload/reply_pairs.h"

/* Bits, so that a rule can name several. */
enum reply_body {
    REPLY_EMPTY = 1 << 0,    /* nothing at all */
    REPLY_CREATED = 1 << 1,  /* exactly the provider's document about an object */
    REPLY_RELAYED = 1 << 2,  /* anything, where the form asks the store to relay another server's answer */
    REPLY_CALLBACK = 1 << 3, /* the provider's error that says: stored, but nobody was told */
    REPLY_ERROR = 1 << 4,    /* any other error of a provider, with its code */
    REPLY_UNNAMED = 1 << 5,  /* an error without a code */
    REPLY_FOREIGN = 1 << 6,  /* something else that has ended: a page, JSON, text, a document that was not read */
    REPLY_CUT = 1 << 7,      /* it has not, or nobody can tell */
    REPLY_CAPPED = 1 << 8    /* more of it than is read */
};

#define REPLY_ENDED (REPLY_EMPTY | REPLY_CREATED | REPLY_RELAYED | REPLY_CALLBACK | REPLY_ERROR | REPLY_UNNAMED | REPLY_FOREIGN)
#define REPLY_ANY   (REPLY_ENDED | REPLY_CUT | REPLY_CAPPED)

enum reply_mark {
    MARK_NONE = 1 << 0,
    MARK_STORE = 1 << 1,     /* an ETag, or that document, naming bucket and key */
    MARK_REQUEST_ID = 1 << 2 /* the provider's header with the request's number, perhaps with the others */
};

#define MARK_SOME (MARK_STORE | MARK_REQUEST_ID)
#define MARK_ANY  (MARK_NONE | MARK_SOME)

enum reply_body mark_body(const struct reply_pairs *pairs, const struct http_facts *facts, const struct postage_form *form);

enum reply_mark mark_of(const struct reply_pairs *pairs, enum reply_body body, const struct postage_provider *provider);

/* Whether a body is a page for people; whether it cannot be the beginning of a provider's document. */
bool mark_is_page(struct slice body);
bool mark_is_foreign(struct slice body);

#endif
