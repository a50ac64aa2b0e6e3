/* From TARGET's key and a file's name to the key of the object. */
#ifndef POSTAGE_TOOL_KEYS_H
#define POSTAGE_TOOL_KEYS_H

#include <stdbool.h>

/* The part behind the last '/'. */
const char *file_base_name(const char *path);

/* Whether the key is completed by a file's name: empty, with a trailing '/', or ending in `${filename}`. */
bool key_wants_name(const char *key);

/* For a form: the key, with `${filename}` behind it where it wants a name. Free it; NULL: out of memory. */
char *key_for_form(const char *key);

/* For an upload: the key, with `name` in that place. Free it; NULL: out of memory. */
char *key_for_file(const char *key, const char *name);

#endif
