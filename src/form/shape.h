/* Where the JSON of each SDK keeps a form's URL and fields. */
#ifndef POSTAGE_FORM_SHAPE_H
#define POSTAGE_FORM_SHAPE_H

#include <cjson/cJSON.h>

#include "base/slice.h"
#include "postage/status.h"

struct form_shape {
    const cJSON *url;        /* NULL: none, or null */
    const cJSON *fields;     /* an object or a list of pairs */
    bool flat;               /* `fields` is the document itself: other things stand among them */
    const cJSON *key_prefix; /* flat: what the key begins with, where a page puts the file's name behind it; NULL: none */
};

/* Finds them. ERR_SYNTAX: this is not a form, or a member is there in two spellings. */
enum postage_status form_shape_find(struct form_shape *shape, const cJSON *root, struct postage_error *err);

/* The field that a member of a flat document stands for: its own name, another, or one with NULL `ptr` for no field at all. */
struct slice form_shape_field(const struct form_shape *shape, const cJSON *member);

#endif
