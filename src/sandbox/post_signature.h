/* Who signed a form. */
#ifndef SANDBOX_POST_SIGNATURE_H
#define SANDBOX_POST_SIGNATURE_H

#include "sandbox/post_form.h"

/* Finds the scheme and lets it check. False: refused. */
bool post_signature_check(struct call *call, struct post_form *form);

/* For schemes: that a field is there, and is not empty. False: refused. */
bool post_signature_require(struct call *call, const struct post_form *form, enum refusal refusal, const char *name);

/* For schemes: refuses a signature that is not the one of this policy by this key. Returns false. */
bool post_signature_refuse(struct call *call, struct slice id, struct slice provided, struct slice policy);

#endif
