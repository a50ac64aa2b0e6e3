#include "multipart/boundary.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

enum { ALPHABET_CHARS = sizeof alphabet - 1 };

enum postage_status boundary_draw(struct random_pool *pool, char *out)
{
    size_t done = 0;

    while (done < POSTAGE_BOUNDARY_DRAWN) {
        uint8_t bytes[POSTAGE_BOUNDARY_DRAWN];
        enum postage_status status = random_pool_take(pool, bytes, POSTAGE_BOUNDARY_DRAWN - done);

        if (status != POSTAGE_OK)
            return status;
        /* Six bits number 64 characters; the two numbers too many are drawn again, as a remainder would favour some. */
        for (size_t i = 0, drawn = POSTAGE_BOUNDARY_DRAWN - done; i < drawn; i++)
            if ((bytes[i] >> 2) < ALPHABET_CHARS)
                out[done++] = alphabet[bytes[i] >> 2];
        mem_wipe(bytes, sizeof bytes);
    }
    out[done] = '\0';
    return POSTAGE_OK;
}

static bool consists_of(struct slice text, const char *extra)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '\0' || (strchr(alphabet, text.ptr[i]) == NULL && strchr(extra, text.ptr[i]) == NULL))
            return false;
    return true;
}

bool boundary_is_plain(struct slice boundary)
{
    return boundary.len >= 1 && boundary.len <= POSTAGE_BOUNDARY_MAX && consists_of(boundary, "'_-");
}

bool boundary_is_valid(struct slice boundary)
{
    return boundary.len >= 1 && boundary.len <= POSTAGE_BOUNDARY_MAX && consists_of(boundary, "'()+_,-./:=? ") &&
           boundary.ptr[boundary.len - 1] != ' ';
}
