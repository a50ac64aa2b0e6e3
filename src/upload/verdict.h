/* From the facts of a request to what is known about the object. */
#ifndef POSTAGE_UPLOAD_VERDICT_H
#define POSTAGE_UPLOAD_VERDICT_H

#include "upload/attempt.h"
#include "upload/reply_pairs.h"
#include "upload/result.h"

/* The verdict on one attempt and what its texts live in. Belongs to the caller; clear it. */
struct verdict {
    struct result_draft draft; /* without `attempts` and total time, which are the upload's */
    struct reply_pairs pairs;
    char etag[128];
};

void verdict_attempt(struct verdict *verdict, const struct attempt *attempt, const struct http_facts *facts);
void verdict_clear(struct verdict *verdict);

/* The verdict when nothing was sent at all: the error says why. */
void verdict_refusal(struct result_draft *draft, const struct postage_upload_options *options,
                     const struct postage_error *error);

/* Retry advice where the provider's reply gives none. */
enum postage_retry verdict_retry(enum postage_outcome outcome);

#endif
