/* Version 2 signatures of forms: base64(HMAC-SHA1(secret, policy)). */
#ifndef SANDBOX_SCHEME_V2_H
#define SANDBOX_SCHEME_V2_H

#include "sandbox/dialect.h"

bool scheme_v2_check_form(struct call *call, const struct post_form *form, const struct scheme *scheme);

#endif
