#include "object_key.h"

#include <stdlib.h>
#include <string.h>

const char *object_key_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

bool object_key_is_template(const char *key)
{
    size_t length = strlen(key), suffix = sizeof OBJECT_KEY_FILENAME - 1;

    return length >= suffix && strcmp(key + length - suffix, OBJECT_KEY_FILENAME) == 0;
}

bool object_key_wants_name(const char *key)
{
    size_t length = strlen(key);

    return length == 0 || key[length - 1] == '/' || object_key_is_template(key);
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

char *object_key_for_form(const char *key)
{
    bool add = object_key_wants_name(key) && !object_key_is_template(key);

    return join(key, strlen(key), add ? OBJECT_KEY_FILENAME : "");
}

char *object_key_for_file(const char *key, const char *name)
{
    size_t length = strlen(key);

    if (!object_key_wants_name(key))
        return join(key, length, "");
    return join(key, object_key_is_template(key) ? length - (sizeof OBJECT_KEY_FILENAME - 1) : length, name);
}
