/* From TARGET's key and a file's name to the key of the object. */
#ifndef POSTAGE_TOOL_OBJECT_KEY_H
#define POSTAGE_TOOL_OBJECT_KEY_H

#include <stdbool.h>

/* What a form's key holds in the place of the uploaded file's name. */
#define OBJECT_KEY_FILENAME "${filename}"

/* Whether a text ends in it. */
bool object_key_is_template(const char *key);

/* The part after the last '/'. */
const char *object_key_base_name(const char *path);

/* Whether the key is completed by a file's name: empty, with a trailing '/', or ending in `${filename}`. */
bool object_key_wants_name(const char *key);

/* For a form: the key, with `${filename}` after it where it wants a name. Free it; NULL: out of memory. */
char *object_key_for_form(const char *key);

/* For an upload: the key, with `name` in that place. Free it; NULL: out of memory. */
char *object_key_for_file(const char *key, const char *name);

#endif
