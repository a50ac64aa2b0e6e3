/* What is signed of a request: by version 4, S3's and OSS's, and by OSS's version 1. */
#ifndef SANDBOX_CANONICAL_H
#define SANDBOX_CANONICAL_H

#include "base/buf.h"
#include "sandbox/request.h"

struct canonical_input {
    const struct request *request;
    struct slice bucket; /* OSS signs it whatever the host is */
    struct slice key;
    bool is_oss;
    struct slice signed_headers; /* "host;x-amz-date" */
    struct slice payload;
};

void canonical_request(const struct canonical_input *input, struct buf *text);

/* Version 1. `date`: the date, or when the URL expires. `signed_headers` and `payload` are not looked at. */
void canonical_oss_v1(const struct canonical_input *input, struct slice date, struct buf *text);

/* Whether a header's name is in "host;x-amz-date". */
bool canonical_names_header(struct slice list, struct slice name);

#endif
