#include "sandbox/file_name.h"

#include "base/text.h"
#include "sandbox/hash.h"

#include <stdio.h>

/* NAME_MAX is 255 on every file system in use; some encrypting ones allow 143. */
enum { ENCODED_MAX = 140 };

static bool stays(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool encode(struct slice key, char name[FILE_NAME_BYTES])
{
    size_t len = 0;

    for (size_t i = 0; i < key.len; i++) {
        if (len + 3 > ENCODED_MAX)
            return false;
        if (stays(key.ptr[i]) || (key.ptr[i] == '.' && i > 0))
            name[len++] = key.ptr[i];
        else
            len += (size_t)snprintf(name + len, 4, "%%%02X", (unsigned char)key.ptr[i]);
    }
    name[len] = '\0';
    return true;
}

bool file_name_of_key(struct slice key, char name[FILE_NAME_BYTES])
{
    uint8_t digest[HASH_SHA256_BYTES];

    if (encode(key, name))
        return true;
    if (!hash_sha256(key, digest))
        return false;
    memcpy(name, "%-", 2);
    text_hex(digest, sizeof digest, name + 2);
    name[2 + 2 * sizeof digest] = '\0';
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool file_name_to_key(const char *name, char *key, size_t *len)
{
    *len = 0;
    for (; *name != '\0'; name++) {
        if (*len == FILE_NAME_BYTES)
            return false;
        if (*name != '%') {
            key[(*len)++] = *name;
            continue;
        }
        if (hex_value(name[1]) < 0 || hex_value(name[2]) < 0)
            return false;
        key[(*len)++] = (char)(hex_value(name[1]) * 16 + hex_value(name[2]));
        name += 2;
    }
    return *len > 0;
}

bool file_name_is_object(const char *name)
{
    return name[0] != '.';
}
