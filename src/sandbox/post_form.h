/* A posted form as it was read: its fields, and what is known of its file. */
#ifndef SANDBOX_POST_FORM_H
#define SANDBOX_POST_FORM_H

#include "sandbox/content_checks.h"
#include "sandbox/call.h"

enum { POST_FIELDS_MAX = 1000 };

struct post_field {
    struct slice name;
    struct slice sent;  /* as it arrived: what was signed */
    struct slice value; /* with ${filename} put in, where the dialect does that */
};

enum form_signature { FORM_UNSIGNED, FORM_V4, FORM_V2 }; /* V2 is SigV2, and V1 of OSS */

struct post_form {
    struct post_field *fields;
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
const struct post_field *post_form_find(const struct post_form *form, const char *name);
/* Its value; NULL `ptr`: none. */
struct slice post_form_value(const struct post_form *form, const char *name);
/* As it was sent. */
struct slice post_form_sent(const struct post_form *form, const char *name);

/* The handler of POST on a bucket; false: refused. */
bool post_begin(struct call *call);

/* ${filename} and the key: sets `value` of all fields and `key`. False: refused. */
bool post_form_expand(struct call *call, struct post_form *form);

/* The length and the characters of the key. False: refused. */
bool post_form_check_key(struct call *call, const struct post_form *form);

/* Who signed it, and whether that is so. False: refused. */
bool post_signature_check(struct call *call, struct post_form *form);

/* What the policy says of the form; sets the size limits. False: refused. */
bool post_conditions_check(struct call *call, struct post_form *form);

/* What the fields ask for: into the object, its digests into the form. False: refused. */
bool post_object_describe(struct call *call, struct post_form *form, struct object *object);

/* Digests that the form gives, for its file to be held against. False: refused. */
bool post_content_begin(struct call *call, struct post_form *form, struct object *object);
bool post_content_check(struct call *call, struct post_form *form);

/* The answer to a form that was stored. */
void post_answer_write(struct call *call, const struct post_form *form, const struct object *object);

#endif
