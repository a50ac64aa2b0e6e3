#include "base/options.h"

#include <string.h>

#include "base/error.h"

enum { OPTIONS_NEWER_MAX_BYTES = 4096 };

static bool is_version(size_t size, const size_t *sizes)
{
    while (*sizes != 0 && *sizes != size)
        sizes++;
    return *sizes != 0;
}

/* A struct that begins with a size_t is a multiple of it. A number that is far too large is what lay there before. */
static bool can_be_newer(size_t size)
{
    return size % sizeof size == 0 && size <= OPTIONS_NEWER_MAX_BYTES;
}

static bool is_zero(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

enum postage_status options_take(void *ours, size_t our_size, const size_t *sizes, const void *theirs, const char *what,
                                 struct postage_error *err)
{
    size_t size;

    memset(ours, 0, our_size);
    if (theirs == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: the struct is missing (NULL)", what);
    memcpy(&size, theirs, sizeof size);
    if (size < our_size ? !is_version(size, sizes) : !can_be_newer(size))
        return error_set(err, POSTAGE_ERR_INVALID, "%s: size %zu is not that of any version; start from its _INIT macro", what,
                         size);
    if (size > our_size && !is_zero((const unsigned char *)theirs + our_size, size - our_size))
        return error_set(
            err, POSTAGE_ERR_INVALID,
            "%s: a field beyond byte %zu is set, which this library (%s) does not know: it is older than the headers", what,
            our_size, postage_version());
    memcpy(ours, theirs, size < our_size ? size : our_size);
    memcpy(ours, &our_size, sizeof our_size);
    return POSTAGE_OK;
}
