/* A form's open rules as a list, for tests that compare many. */
#ifndef POSTAGE_TESTS_OPEN_RULES_H
#define POSTAGE_TESTS_OPEN_RULES_H

#include "postage/form.h"

static inline const struct postage_open_rule *open_rules_of(const struct postage_form *form, size_t *count)
{
    *count = 0;
    while (postage_form_open_rule(form, *count) != NULL)
        ++*count;
    return postage_form_open_rule(form, 0);
}

#endif
