/* Forms made elsewhere: loading one, and what it leaves open that can be filled in without being told. */
#ifndef POSTAGE_TOOL_FOREIGN_FORM_H
#define POSTAGE_TOOL_FOREIGN_FORM_H

#include "arguments.h"
#include "postage/form.h"

enum { FORM_MAX_BYTES = 1024 * 1024 };

/* The form of the first operand, with --url for its address if that was given. */
enum exit_code foreign_form_load(struct postage_form **form, const struct arguments *args);

/*
 * What an open rule can be filled with without being told: the only value it allows (some SDKs leave it to the caller to send
 * it), and a content type by the file's extension. NULL: nothing.
 */
const char *foreign_form_obvious_value(const struct postage_open_rule *rule, const char *file);

/* How many rules the form leaves open. */
size_t foreign_form_open_count(const struct postage_form *form);

#endif
