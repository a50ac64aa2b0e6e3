/* A posted form as it was read: its fields, and what is known of its file. */
#ifndef SANDBOX_FORM_H
#define SANDBOX_FORM_H

#include "sandbox/content_checks.h"
#include "sandbox/exchange.h"

enum { FORM_FIELDS_MAX = 1000 };

struct form_field {
    struct slice name;
    struct slice sent;  /* as it arrived: what was signed */
    struct slice value; /* with ${filename} put in, where the dialect does that */
};

enum form_signature { FORM_UNSIGNED, FORM_V4, FORM_V2 }; /* V2 is SigV2, and V1 of OSS */

struct form {
    struct form_field *fields;
    size_t count;
    size_t cap;
    bool has_file_name;
    struct slice file_name; /* without directories */
    struct slice file_type; /* the file part's own; NULL `ptr`: none */
    enum form_signature signature;
    struct slice key;
    uint64_t min_bytes;
    uint64_t max_bytes;
    struct content_checks checks;
};

/* The field of that name, ignoring case (exactly on MinIO for what it compares exactly: nothing but `file`); NULL: none. */
const struct form_field *form_find(const struct form *form, const char *name);
/* Its value; NULL `ptr`: none. */
struct slice form_value(const struct form *form, const char *name);
/* As it was sent. */
struct slice form_sent(const struct form *form, const char *name);

/* The handler of POST on a bucket; false: refused. */
bool form_begin(struct exchange *exchange);

/* ${filename} and the key: sets `value` of all fields and `key`. False: refused. */
bool form_expand(struct exchange *exchange, struct form *form);

/* The length and the characters of the key. False: refused. */
bool form_check_key(struct exchange *exchange, const struct form *form);

/* Who signed it, and whether that is so. False: refused. */
bool form_check_signature(struct exchange *exchange, struct form *form);

/* What the policy says of the form; sets the size limits. False: refused. */
bool form_check_policy(struct exchange *exchange, struct form *form);

/* What the fields ask for: into the object, its digests into the form. False: refused. */
bool form_describe_object(struct exchange *exchange, struct form *form, struct object *object);

/* Digests that the form gives, for its file to be held against. False: refused. */
bool form_begin_content(struct exchange *exchange, struct form *form, struct object *object);
bool form_check_content(struct exchange *exchange, struct form *form);

/* The answer to a form that was stored. */
void form_answer(struct exchange *exchange, const struct form *form, const struct object *object);

#endif
