/* The policy document of a form, read strictly. */
#ifndef SANDBOX_POST_POLICY_H
#define SANDBOX_POST_POLICY_H

#include "sandbox/call.h"

enum condition_kind { CONDITION_EQ, CONDITION_STARTS_WITH, CONDITION_RANGE, CONDITION_IN, CONDITION_NOT_IN, CONDITION_KINDS };

struct post_condition {
    enum condition_kind kind;
    struct slice name;     /* without its '$'; "" for a range */
    bool name_is_variable; /* it had the '$', or was the name of a simple condition */
    struct slice *values;  /* one, or those of a list */
    size_t value_count;
    uint64_t min_bytes; /* of a range */
    uint64_t max_bytes;
    bool range_is_usable; /* false: a bound is a text that is not a number, which is found when the condition is judged */
    struct slice text;    /* as errors print it: ["eq", "$key", "a"] */
};

struct post_policy {
    int64_t expires_unix_s;
    struct post_condition *conditions;
    size_t count;
};

/* Reads the base64 of a policy field. False: refused. Everything lives in the call's arena. */
bool post_policy_read(struct call *call, struct slice base64, struct post_policy *policy);

#endif
