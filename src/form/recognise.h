/* Whose form it is and how it was signed, told from its fields. */
#ifndef POSTAGE_FORM_RECOGNISE_H
#define POSTAGE_FORM_RECOGNISE_H

#include "postage/form.h"

/* The scheme of this provider, older ones included, that the form's fields fit best; NULL: it has no field of any. */
const struct signature_scheme *recognise_scheme(const struct postage_form *form, const struct postage_provider *provider);

/* The provider whose fields these are; of several with the same fields, and of a form without any, the first in the registry.
 */
const struct postage_provider *recognise_provider(const struct postage_form *form);

#endif
