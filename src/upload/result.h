/* Results in the making, and those that outlive their upload. */
#ifndef POSTAGE_UPLOAD_RESULT_H
#define POSTAGE_UPLOAD_RESULT_H

#include "base/mem.h"
#include "postage/result.h"

/* The public struct, and what it points to while the upload goes on. Does not move once begun. */
struct result_draft {
    struct postage_result result;
    struct postage_error error;
    struct postage_timings timings;
};

/* Nothing is known, nothing was reached. */
void result_begin(struct result_draft *draft);

/* Puts "" where a text is NULL. */
void result_complete_texts(struct postage_result *result);

/*
 * An empty result, made before anything is sent: whatever happens later, there is a place for it.
 * @return POSTAGE_OK or ERR_NOMEM.
 */
enum postage_status result_new(struct postage_result **out, const struct postage_allocator *alloc);

/* Takes over what is given and copies its texts. When memory for the texts runs out, they stay "" and the rest stands. */
void result_fill(struct postage_result *result, const struct postage_result *given);

#endif
