/* What the policy says of a form. */
#ifndef SANDBOX_POST_CONDITIONS_H
#define SANDBOX_POST_CONDITIONS_H

#include "sandbox/post_form.h"

/* Judges it, and sets its limits of size. False: refused. */
bool post_conditions_check(struct call *call, struct post_form *form);

#endif
