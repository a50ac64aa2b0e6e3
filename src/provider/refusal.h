/* Reading a provider's refusal: the XML document with Code and Message that all of them send. */
#ifndef POSTAGE_PROVIDER_REFUSAL_H
#define POSTAGE_PROVIDER_REFUSAL_H

#include "provider/provider.h"

struct refusal {
    enum postage_outcome outcome;
    const char *remedy; /* NULL: nothing is known */
    size_t words_at;    /* where in the error's message the provider's own words begin; what comes before them is short */
};

/* Causes that all providers have in common; ends with a NULL code. */
extern const struct refusal_cause refusal_common_causes[];

/* The text of an XML element or of a header (lower case), "" when it is missing. */
const char *reply_element(const struct provider_reply *reply, const char *name);
const char *reply_header(const struct provider_reply *reply, const char *name);

/* The value of a field of the form that is answered, its name in any case; "" when it has none. */
const char *reply_sent(const struct provider_reply *reply, const char *name);

/*
 * What the refusal means. Fills the error: "CODE: message" and the row's detail, retry advice, ids. A message that quotes a
 * secret is replaced.
 */
struct refusal refusal_read(const struct postage_provider *provider, const struct provider_reply *reply,
                            struct postage_error *err);

/* Whether the reply, whatever else it complains of, says that the object is stored. */
bool refusal_means_stored(const struct postage_provider *provider, const struct provider_reply *reply);

#endif
