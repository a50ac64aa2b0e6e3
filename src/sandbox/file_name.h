/* The name of the file that holds an object. */
#ifndef SANDBOX_FILE_NAME_H
#define SANDBOX_FILE_NAME_H

#include "base/slice.h"

enum { FILE_NAME_BYTES = 256, KEY_MAX_BYTES = 1024 };

/*
 * One flat name for any key of 1 to 1024 bytes: letters, digits, '-', '_' and inner dots stay, other bytes become %XX, so that
 * no key has a directory, "..", or a leading dot. Names that would be too long for a file system are "%-" and the key's
 * SHA-256; the object's own header then tells the key. False: out of memory.
 */
bool file_name_of_key(struct slice key, char name[FILE_NAME_BYTES]);

/* Back again. False: the name is a hash, or not one of ours. `key` holds FILE_NAME_BYTES. */
bool file_name_to_key(const char *name, char *key, size_t *len);

/* Whether a directory's entry is an object at all. */
bool file_name_is_object(const char *name);

#endif
