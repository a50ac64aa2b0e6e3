/*
 * Version 4 signatures: of forms, and of requests by header and by query. What they are called and made of is in the scheme.
 * A second implementation on purpose: nothing of the library's signer (src/sign, src/base/hmac) is used here, so that one
 * mistake cannot hide in both.
 */
#ifndef SANDBOX_SCHEME_V4_H
#define SANDBOX_SCHEME_V4_H

#include "sandbox/dialect.h"

struct access_key;
struct scope;

/*
 * All that a form says of who signed it when, but for the signature: for schemes that sign another text than the policy. The
 * key, and in `scope` what scope_sign needs; NULL: refused.
 */
const struct access_key *scheme_v4_find_signer(struct call *call, const struct post_form *form, const struct scheme *scheme,
                                               struct scope *scope);

bool scheme_v4_check_form(struct call *call, const struct post_form *form, const struct scheme *scheme);
bool scheme_v4_is_in_header(const struct scheme *scheme, const struct request *request);
bool scheme_v4_is_in_query(const struct scheme *scheme, const struct request *request);
bool scheme_v4_check_request(struct call *call, const struct scheme *scheme, struct payload_claim *claim);

#endif
