/* The two ways to meet a port with the wrong scheme, which otherwise end as a malformed reply, a refusal or a TLS error. */
#ifndef POSTAGE_UPLOAD_SCHEME_H
#define POSTAGE_UPLOAD_SCHEME_H

#include "base/slice.h"
#include "http/facts.h"

struct scheme_mistake {
    const char *what; /* one English line */
    const char *remedy;
};

/* Recognised by what TLS ports and TLS libraries say; `body` is the reply's. NULL: it is not one of them. */
const struct scheme_mistake *scheme_mistake_of(struct slice url, const struct http_facts *facts, struct slice body);

#endif
