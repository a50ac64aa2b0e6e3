/* What a source may answer (source.h), checked in one place for all that read from one. */
#ifndef POSTAGE_BASE_SOURCE_CONTRACT_H
#define POSTAGE_BASE_SOURCE_CONTRACT_H

#include "postage/source.h"

/* What is wrong with an answer of `read`, which was asked for `cap` bytes, as the end of a sentence; NULL: nothing. */
const char *source_contract_mistake(enum postage_status status, size_t cap, size_t got, bool has_waker);

/*
 * Whether it can be read from: it is open, its table of functions is of a version that is known, and it can read. Nothing of
 * the table is looked at before its size. `who` needs it, in the message. POSTAGE_OK or ERR_INVALID.
 */
enum postage_status source_check(const struct postage_source *source, const char *who, struct postage_error *err);

/* Reads: an answer that breaks the contract is ERR_SOURCE. `err` is ours, not a caller's; its code is OK unless a failure is
 * returned. */
enum postage_status source_read(const struct postage_source *source, uint8_t *dst, size_t cap, size_t *got,
                                struct postage_error *err);

/* Asks for a rewind, which the source can. A failure has a message, whatever the source left there. */
enum postage_status source_rewind(const struct postage_source *source, struct postage_error *err);

/* Its length. @return POSTAGE_OK, ERR_INVALID (it does not know it), ERR_SOURCE. */
enum postage_status source_length(const struct postage_source *source, uint64_t *bytes, struct postage_error *err);

#endif
