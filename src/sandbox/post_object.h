/* What a form's fields ask of the object: headers, metadata, class, tags. */
#ifndef SANDBOX_POST_OBJECT_H
#define SANDBOX_POST_OBJECT_H

#include "sandbox/object.h"
#include "sandbox/post_form.h"

/* Into the object; digests go into the form. False: refused. */
bool post_object_describe(struct call *call, struct post_form *form, struct object *object);

#endif
