/* The answer to a form whose file was stored. */
#ifndef SANDBOX_POST_ANSWER_H
#define SANDBOX_POST_ANSWER_H

#include "sandbox/object.h"
#include "sandbox/post_form.h"

void post_answer_write(struct call *call, const struct post_form *form, const struct object *object);

#endif
