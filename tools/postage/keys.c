#include "keys.h"

#include "rules.h"

#include <stdlib.h>
#include <string.h>

#define FILENAME "${filename}"

const char *file_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

bool key_wants_name(const char *key)
{
    size_t length = strlen(key);

    return length == 0 || key[length - 1] == '/' || key_is_template(key);
}

static char *join(const char *prefix, size_t length, const char *name)
{
    size_t name_bytes = strlen(name) + 1;
    char *out = malloc(length + name_bytes);

    if (out == NULL)
        return NULL;
    memcpy(out, prefix, length);
    memcpy(out + length, name, name_bytes);
    return out;
}

char *key_for_form(const char *key)
{
    bool add = key_wants_name(key) && !key_is_template(key);

    return join(key, strlen(key), add ? FILENAME : "");
}

char *key_for_file(const char *key, const char *name)
{
    size_t length = strlen(key);

    if (!key_wants_name(key))
        return join(key, length, "");
    return join(key, key_is_template(key) ? length - (sizeof FILENAME - 1) : length, name);
}
