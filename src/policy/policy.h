#ifndef POSTAGE_POLICY_POLICY_H
#define POSTAGE_POLICY_POLICY_H

#include "base/arena.h"
#include "base/buf.h"
#include "policy/condition.h"
#include "policy/target.h"
#include "postage/policy.h"

enum { POLICY_FIELDS_MAX = 200 };

/* A field and its rule, made by one call. Texts are NUL-terminated; they live in the policy's arena or the provider's table. */
struct policy_field {
    struct slice wire;  /* name in form and condition */
    struct slice value; /* ptr NULL: left open */
    enum postage_rule rule;
    const char *rule_text;        /* exact value or prefix; "" for the other rules */
    const struct capability *row; /* NULL: a name without neutral twin */
};

struct postage_policy {
    struct arena arena;          /* of the policy itself, the fields and all texts */
    enum postage_status refused; /* of the first builder call that was refused; POSTAGE_OK: none was */
    const char *refusal;         /* and its message */
    const struct postage_provider *provider;
    const struct capabilities *caps;
    const struct signature_scheme *scheme;
    struct capability_index names;
    const char *bucket; /* this and the next two: of the target */
    const char *region;
    const char *url;
    struct policy_field key; /* wire.ptr NULL: not set yet */
    struct policy_field *fields;
    size_t field_count;
    size_t field_cap;
    struct buf conditions; /* JSON, with commas between: the bucket's, the key's, the other fields' */
    size_t key_end;        /* of the key's in it; the others come after it */
    struct buf tags;       /* XML of the tags so far, without the elements around them */
    size_t tag_count;
    size_t metadata_bytes;
    bool has_type; /* a field for the content type */
    bool size_left_open;
    bool type_left_open;
    bool pinned;
    bool has_range;
    struct slice range; /* its condition, with a comma in front; empty without one */
    uint64_t min_bytes;
    uint64_t max_bytes;
    int64_t expires_in_s;      /* 0: not set */
    int64_t expires_at_unix_s; /* 0: not set */
};

/* POSTAGE_OK, or the error of the first refused call. A policy that is NULL is refused as well. */
enum postage_status policy_status(const struct postage_policy *policy, struct postage_error *err);

/* What a builder call does to a policy that has refused nothing. It may stop halfway: a refused policy is never signed. */
typedef enum postage_status policy_step(struct postage_policy *policy, const void *arguments, struct postage_error *err);

/*
 * The only way into a builder call: does the step unless a call was refused before, and remembers a refusal. So no refusal can
 * be overlooked, by us or by those who do not look at each call's status.
 */
enum postage_status policy_apply(struct postage_policy *policy, policy_step *step, const void *arguments,
                                 struct postage_error *err);

/* The `tagging` document of the tags, or nothing when there are none. */
void policy_add_tagging(struct buf *out, const struct postage_policy *policy);

#endif
