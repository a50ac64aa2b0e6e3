/* What may be written into a policy: checks of names and values against the provider's table. */
#ifndef POSTAGE_POLICY_VALUE_H
#define POSTAGE_POLICY_VALUE_H

#include "policy/policy.h"

enum { POLICY_NAME_MAX = 255 };

/* A raw field name, not empty: no control character, quote, equals sign or white space, not beginning with '$'. */
enum postage_status policy_check_name(const struct postage_policy *policy, struct slice name, struct postage_error *err);

/* UTF-8 without CR, LF or NUL. `what` is "value" or "prefix". */
enum postage_status policy_check_text(const struct postage_policy *policy, const char *wire, const char *what,
                                      struct slice text, struct postage_error *err);

/* Within the limit that holds for this field. `row` may be NULL: a name without one. */
enum postage_status policy_check_length(const struct postage_policy *policy, const struct capability *row, const char *wire,
                                        const char *what, struct slice text, struct postage_error *err);

/* What else a rule's text must not be: `${filename}` where the server replaces it, `$$` where the server trips over it, ... */
enum postage_status policy_check_rule_text(const struct postage_policy *policy, const struct capability *row, const char *wire,
                                           enum postage_rule rule, const char *text, struct postage_error *err);

/* Whether `value` obeys one rule. */
bool policy_rule_allows(enum postage_rule rule, const char *text, const char *const *values, size_t count, const char *value);

#endif
