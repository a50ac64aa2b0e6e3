/* Writing the conditions of a policy document. */
#ifndef POSTAGE_POLICY_CONDITION_H
#define POSTAGE_POLICY_CONDITION_H

#include "base/buf.h"
#include "postage/provider.h"

/* Ceiling of a written policy document; far above what any provider takes in a form. */
enum { POLICY_JSON_MAX_BYTES = 64 * 1024 };

/* What a condition with this rule begins with: "eq", "starts-with", "in" or "not-in". */
const char *condition_operator(enum postage_rule rule);

/* The rule that an operator stands for. False: there is no such operator. */
bool condition_find_rule(const char *operator_name, enum postage_rule *rule);

/*
 * One condition as JSON. Exact rules are written as objects with one member, which every server reads the same way; the others
 * as lists. An "any" is an empty prefix: most providers have no other. Operators in lower case, names as in the form.
 * `values` is used by ONE_OF and NONE_OF only.
 */
void condition_write(struct buf *out, struct slice wire, enum postage_rule rule, struct slice text, const char *const *values,
                     size_t count);

#endif
