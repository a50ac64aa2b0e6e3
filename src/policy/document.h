/* A policy document that was read: decoded strictly, no matter who wrote it. */
#ifndef POSTAGE_POLICY_DOCUMENT_H
#define POSTAGE_POLICY_DOCUMENT_H

#include "base/arena.h"
#include "provider/provider.h"
#include "postage/status.h"

/* One condition. Texts live in the arena it was read into. */
struct policy_condition {
    bool is_range; /* content-length-range: the two numbers, and nothing else */
    enum postage_rule rule;
    const char *name; /* as written, without '$' */
    size_t name_len;
    const char *text; /* exact value or prefix; "" for lists */
    const char *const *values;
    size_t value_count;
    uint64_t min_bytes;
    uint64_t max_bytes;
};

struct policy_document {
    int64_t expires_unix_s;
    struct policy_condition *conditions;
    size_t count;
};

/*
 * Reads `{"expiration": …, "conditions": […]}`: both members and no other, the expiration in UTC with a Z, operators eq,
 * starts-with, in, not-in and content-length-range, names with '$' in lists, one member in objects, 64-bit bounds from the
 * source text (numbers or texts, stores take both). Returns POSTAGE_OK, ERR_SYNTAX (which condition, counted from 1),
 * ERR_NOMEM.
 */
enum postage_status policy_document_read(struct policy_document *out, struct arena *arena, struct slice text,
                                         struct postage_error *err);

/* Whether it is a condition on that field, ignoring case. */
bool policy_condition_names(const struct policy_condition *condition, struct slice name);

/* Whether all conditions on `name` (compared ignoring case) allow the value; `covered`: out, whether there is any. */
bool policy_document_allows(const struct policy_document *document, const char *name, const char *value, bool *covered);

/* The tightest bounds of all ranges. False: there is none. */
bool policy_document_range(const struct policy_document *document, uint64_t *min_bytes, uint64_t *max_bytes);

#endif
