/*
 * The one line that says what happened: what and why, then how many of how many bytes, and the host. What the user needs in
 * order to go on comes first, so that a line that is too long loses the rest. Composed from numbers, fixed words and texts of
 * the provider that were masked before; nothing of a form gets into it.
 */
#ifndef POSTAGE_UPLOAD_DESCRIBE_H
#define POSTAGE_UPLOAD_DESCRIBE_H

#include "provider/provider.h"
#include "upload/attempt.h"
#include "upload/reply_xml.h"
#include "upload/result.h"

/* Any outcome without a reply: what ended it, and at which stage. */
void describe_failure(struct result_draft *draft, const struct attempt *attempt, const struct http_facts *facts);

/* Makes the outcome REPLY_MALFORMED, for this reason. */
void describe_malformed(struct result_draft *draft, const struct attempt *attempt, const struct http_facts *facts,
                        const char *fault);

/*
 * Adds status, host and what was wrong with the reply's body to what the provider's row said, of which the first `kept` bytes
 * are never cut.
 */
void describe_refusal(struct result_draft *draft, const struct attempt *attempt, const struct http_facts *facts,
                      const struct reply_xml *xml, bool whole, size_t kept);

/* Makes the outcome DIGEST_MISMATCH. */
void describe_mismatch(struct result_draft *draft, const struct returned_digest *row, const uint8_t *sent,
                       const uint8_t *returned);

/* Makes the outcome of what is stored UNVERIFIED: none of these digests came. What was said of it before is kept. */
void describe_unverified(struct result_draft *draft, unsigned digests);

#endif
