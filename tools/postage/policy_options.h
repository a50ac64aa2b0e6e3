/* The rules of the command line as a policy. */
#ifndef POSTAGE_TOOL_POLICY_OPTIONS_H
#define POSTAGE_TOOL_POLICY_OPTIONS_H

#include "arguments.h"
#include "postage/policy.h"

/* What a subcommand adds to the rules that were given. */
struct policy_defaults {
    const char *key;          /* final key, or one that ends in `${filename}` */
    const char *content_type; /* sent unless another one is given; NULL: none */
    bool has_file;            /* the size range is this file's size, unless another one is given */
    uint64_t file_bytes;
};

/* Everything but the signing: key, size range, expiry and all fields, in the order of the command line. */
enum exit_code policy_options_apply(struct postage_policy *policy, const struct arguments *args,
                                    const struct policy_defaults *defaults);

/* Whether any rule for this field was given; names are compared ignoring case. */
bool policy_options_mention(const struct arguments *args, const char *name);

#endif
