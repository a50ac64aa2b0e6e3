/* Results that outlive their upload. */
#ifndef POSTAGE_UPLOAD_RESULT_H
#define POSTAGE_UPLOAD_RESULT_H

#include "base/mem.h"
#include "postage/result.h"

/*
 * An empty result, made before anything is sent: whatever happens later, there is a place for it.
 * @return POSTAGE_OK or ERR_NOMEM.
 */
enum postage_status result_new(struct postage_result **out, const struct postage_allocator *alloc);

/* Takes over what is given and copies its texts. When memory for the texts runs out, they stay "" and the rest stands. */
void result_fill(struct postage_result *result, const struct postage_result *given);

/* Puts "" where a text is NULL. */
void result_complete_texts(struct postage_result *given);

#endif
