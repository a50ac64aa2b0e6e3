/* What version 4 signs of a request, as a scheme's columns say. */
#ifndef SANDBOX_CANONICAL_H
#define SANDBOX_CANONICAL_H

#include "base/buf.h"
#include "sandbox/dialect.h"

struct canonical_input {
    const struct request *request;
    const struct scheme *scheme;
    struct slice bucket; /* signed whatever the host is, where the scheme says so */
    struct slice key;
    struct slice signed_headers; /* "host;x-amz-date" */
    struct slice payload;
};

void canonical_request(const struct canonical_input *input, struct buf *text);

/* "name:value\n" of the headers that are wanted, in the order of their names. */
void canonical_add_headers(const struct canonical_input *input,
                           bool (*is_wanted)(struct slice name, const struct canonical_input *input), struct buf *text);

/* Whether a header's name is in "host;x-amz-date". */
bool canonical_names_header(struct slice list, struct slice name);

#endif
