/* From the facts of an exchange to what is known about the object. */
#ifndef POSTAGE_UPLOAD_JUDGE_H
#define POSTAGE_UPLOAD_JUDGE_H

#include "postage/provider.h"
#include "upload/attempt.h"
#include "upload/reply_xml.h"

/* The verdict on one attempt and what its texts live in. Belongs to the caller; clear it. */
struct judgement {
    struct postage_result result; /* without `attempts` and total time, which are the upload's */
    struct postage_reply reply;   /* as the provider's row sees it */
    struct reply_xml xml;
    struct postage_allocator alloc;
    struct postage_field *pairs; /* headers, then elements */
    char etag[128];
};

void judge_attempt(struct judgement *judgement, const struct attempt *attempt, const struct http_outcome *outcome);
void judge_clear(struct judgement *judgement);

/* The verdict when nothing was sent at all: the error says why. */
void judge_refusal(struct postage_result *result, const struct postage_upload_options *options,
                   const struct postage_error *error);

/* Retry advice where the provider's reply gives none. */
enum postage_retry judge_retry(enum postage_outcome outcome);

#endif
