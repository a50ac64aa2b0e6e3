/* Digests that a form gives, for its file to be held against. */
#ifndef SANDBOX_POST_CONTENT_H
#define SANDBOX_POST_CONTENT_H

#include "sandbox/object.h"
#include "sandbox/post_form.h"

/* Finds them. False: refused. */
bool post_content_begin(struct call *call, struct post_form *form, struct object *object);

/* After all of the file. False: refused. */
bool post_content_check(struct call *call, struct post_form *form);

#endif
