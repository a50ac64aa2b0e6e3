/* Reading forms, with the kind of mistake told apart. */
#ifndef POSTAGE_FORM_READ_H
#define POSTAGE_FORM_READ_H

#include "form/form.h"
#include "postage/finding.h"

/* postage_form_from_json; `mistake`: out, what is wrong after ERR_SYNTAX and ERR_INVALID. */
enum postage_status form_read(struct postage_form **out, struct slice json, const struct postage_allocator *alloc,
                              enum postage_finding_id *mistake, struct postage_error *err);

/*
 * A URL as some SDK printed it, checked and kept. One of them writes IPv6 addresses without brackets: they are put back, the
 * last group being the port. ERR_INVALID, ERR_NOMEM.
 */
enum postage_status form_set_url(struct postage_form *form, struct slice text, struct postage_error *err);

#endif
