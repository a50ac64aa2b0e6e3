/* Who answered when it was not a store's refusal, what it said in its own words, and what can be done about it. */
#ifndef POSTAGE_UPLOAD_ANSWER_H
#define POSTAGE_UPLOAD_ANSWER_H

#include "provider/provider.h"
#include "upload/mark.h"

enum answerer {
    ANSWERER_STORE,   /* with its error or request id */
    ANSWERER_PROXY,   /* the proxy that was asked for, surely */
    ANSWERER_BETWEEN, /* that proxy or what is behind it, but not in a store's words */
    ANSWERER_OTHER,   /* something that does not speak as a store */
    ANSWERER_UNKNOWN  /* nothing in the reply tells */
};

/* A reply that was read, and what it is made of. Everything is borrowed. */
struct answer {
    const struct http_facts *facts;
    const struct reply_pairs *pairs;
    enum reply_body body;
    enum answerer who;
};

struct answer answer_of(const struct reply_pairs *pairs, const struct http_facts *facts, const struct postage_form *form);

/* Room for the words of a reply, and what of the Server header is shown. */
enum { ANSWER_WORDS_BYTES = 160, ANSWER_SERVER_BYTES = 48 };

/* The title of a page, else the first line of a text; "" where the body has neither, or may have lost the end of it. */
void answer_words(const struct answer *answer, char *words, size_t cap);

/* What to do about a refusal by anything but a store; NULL: nothing is known. */
const char *answer_remedy(int http_status);

#endif
