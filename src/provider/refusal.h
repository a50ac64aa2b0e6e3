/* Reading a provider's reply: what S3's and OSS's refusals have in common. */
#ifndef POSTAGE_PROVIDER_REFUSAL_H
#define POSTAGE_PROVIDER_REFUSAL_H

#include "provider/provider.h"

/* A code that does not mean what its status says. */
struct reply_code {
    const char *code; /* NULL ends a table */
    enum postage_outcome outcome;
    enum postage_retry retry;
};

/* The text of an XML element or of a header (lower case), "" when it is missing. */
const char *reply_element(const struct provider_reply *reply, const char *name);
const char *reply_header(const struct provider_reply *reply, const char *name);

/* The value of a field of the form that is answered, its name in any case; "" when it has none. */
const char *reply_sent(const struct provider_reply *reply, const char *name);

/* The row for the reply's Code, else what its status and message say. */
struct reply_code reply_find_code(const struct provider_reply *reply, const struct reply_code *table);

/*
 * Fills the error: "CODE: message" and `more`, retry advice, ids. A message that quotes a condition on the session token is
 * replaced. Returns the row's outcome.
 */
enum postage_outcome reply_fill_error(const struct provider_reply *reply, const struct reply_code *row,
                                      const char *request_id_header, const char *more, struct postage_error *err);

#endif
