/*
 * The one line that says what happened: what and why, then how many of how many bytes, and the host. What the user needs in
 * order to go on comes first, so that a line that is too long loses the rest. Composed from numbers, fixed words and texts of
 * the provider that were masked before; nothing of a form gets into it.
 */
#ifndef POSTAGE_UPLOAD_DESCRIBE_H
#define POSTAGE_UPLOAD_DESCRIBE_H

#include "provider/provider.h"
#include "upload/answer.h"
#include "upload/attempt.h"
#include "upload/result.h"

/* Any outcome without a reply: what ended it, and at which stage. */
void describe_failure(struct result_draft *draft, const struct attempt *attempt, const struct http_facts *facts);

/* Makes the outcome REPLY_MALFORMED, for this reason. */
void describe_malformed(struct result_draft *draft, const struct attempt *attempt, const struct http_facts *facts,
                        const char *fault);

/*
 * A refusal: whose it is and what it says, then status, host, server and what was wrong with the reply's body. Of what the
 * provider's row said before, which a store's refusal begins with, the first `kept` bytes are never cut.
 */
void describe_refusal(struct result_draft *draft, const struct attempt *attempt, const struct answer *answer, size_t kept);

/* Makes the outcome NOT_A_STORE: what came with the success, and what did not. */
void describe_stranger(struct result_draft *draft, const struct attempt *attempt, const struct answer *answer);

/* Makes the outcome TLS: the URL's scheme is wrong, as `mistake` says. What showed it follows. */
void describe_scheme(struct result_draft *draft, const struct attempt *attempt, const struct http_facts *facts,
                     const char *mistake);

/* Makes the outcome DIGEST_MISMATCH. */
void describe_mismatch(struct result_draft *draft, const struct returned_digest *row, const uint8_t *sent,
                       const uint8_t *returned);

/* Makes the outcome of what is stored UNVERIFIED: none of these digests came. What was said of it before is kept. */
void describe_unverified(struct result_draft *draft, unsigned digests);

#endif
