/* What a body refuses to encode, because some reader would see another form in it. */
#ifndef POSTAGE_MULTIPART_BODY_CHECK_H
#define POSTAGE_MULTIPART_BODY_CHECK_H

#include "postage/body.h"

/* Names, file name and part Content-Type of `options`, and a given boundary's form. @return OK or ERR_INVALID. */
enum postage_status body_check_options(const struct postage_body_options *options, struct postage_error *err);

/* The first of the names, values and texts in `options` that holds `boundary`, or NULL. The file's bytes are not looked at. */
const char *body_check_find_boundary(const struct postage_body_options *options, const char *boundary);

/* Field number `index` of both lists, or NULL after the last one. */
const struct postage_field *body_check_field(const struct postage_body_options *options, size_t index);

#endif
