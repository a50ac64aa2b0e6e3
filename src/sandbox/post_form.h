/* A posted form as it was read: its fields, and what is known of its file. */
#ifndef SANDBOX_POST_FORM_H
#define SANDBOX_POST_FORM_H

#include "sandbox/call.h"
#include "sandbox/content_checks.h"

enum { POST_FIELDS_MAX = 1000 };

struct post_field {
    struct slice name;
    struct slice sent;  /* as it arrived: what was signed */
    struct slice value; /* with ${filename} put in, where the dialect does that */
};

struct post_form {
    struct post_field *fields;
    size_t count;
    size_t cap;
    bool has_file_name;
    struct slice file_name;      /* without directories */
    struct slice file_type;      /* the file part's own; NULL `ptr`: none */
    const struct scheme *scheme; /* of its signature; NULL: unsigned */
    struct slice key;
    uint64_t min_bytes;
    uint64_t max_bytes;
    struct content_checks checks;
};

/* The field of that name, ignoring case; NULL: none. `name` may be NULL. */
const struct post_field *post_form_find(const struct post_form *form, const char *name);
/* Its value; NULL `ptr`: none. */
struct slice post_form_value(const struct post_form *form, const char *name);
/* As it was sent. */
struct slice post_form_sent(const struct post_form *form, const char *name);

/* ${filename} and the key: sets `value` of all fields and `key`. False: refused. */
bool post_form_expand(struct call *call, struct post_form *form);

/* The length and the characters of the key. False: refused. */
bool post_form_check_key(struct call *call, const struct post_form *form);

#endif
