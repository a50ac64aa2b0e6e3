/* Reading the digests that a reply carries; the provider's row says where each stands. */
#ifndef POSTAGE_PROVIDER_RETURNED_DIGEST_H
#define POSTAGE_PROVIDER_RETURNED_DIGEST_H

#include "provider/provider.h"

/*
 * Whether the reply to this form can be expected to carry the digest: the field that asks for it is there, and nothing in the
 * form makes the value something else. `own_host`: the form goes to the provider itself. `sure`: out, that it does carry it.
 */
bool returned_digest_can_come(const struct returned_digest *row, const struct postage_field *sent, size_t sent_count,
                              bool own_host, bool *sure);

/* Reads it; `bytes` holds POSTAGE_DIGEST_MAX_BYTES. @return false: the reply has none, or what it has is not this digest. */
bool returned_digest_read(const struct returned_digest *row, const struct provider_reply *reply, uint8_t *bytes);

#endif
