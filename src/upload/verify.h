/* Comparing the bytes sent with what the store says it received: which digests to compute, and what becomes of the answer. */
#ifndef POSTAGE_UPLOAD_VERIFY_H
#define POSTAGE_UPLOAD_VERIFY_H

#include "provider/provider.h"
#include "upload/attempt.h"

/*
 * The digests to compute, by what this provider can return for this form; none with VERIFY_NONE, or if none can come.
 * @return POSTAGE_OK, ERR_INVALID (an option out of its range), ERR_DIGEST (required, and known to be impossible; says why).
 */
enum postage_status verify_choose(unsigned *digests, const struct postage_upload_options *options, struct postage_error *err);

/* Compares the first digest that the reply to an upload that is stored carries, and says so in the result. */
void verify_reply(struct result_draft *draft, const struct attempt *attempt, const struct provider_reply *reply);

/* Makes the outcome of what is stored UNVERIFIED if it had to be compared and was not. */
void verify_demand(struct result_draft *draft, const struct attempt *attempt);

#endif
