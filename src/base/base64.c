#include "base/base64.h"

#include <openssl/evp.h>

void base64_encode(const void *bytes, size_t len, char *text)
{
    EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);
}

static int digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* One group of four characters; `digits` of them are no padding. False: not base64. */
static bool decode_group(const char *text, size_t digits, uint8_t *bytes)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < 4; i++) {
        int digit = i < digits ? digit_of(text[i]) : 0;

        if (digit < 0)
            return false;
        bits = bits << 6 | (uint32_t)digit;
    }
    for (size_t i = 0; i < digits - 1; i++)
        bytes[i] = (uint8_t)(bits >> (16 - 8 * i));
    return (bits & ((1u << (8 * (4 - digits))) - 1)) == 0;
}

size_t base64_decode(struct slice text, uint8_t *bytes)
{
    size_t padding = 0;

    if (text.len % 4 != 0)
        return SIZE_MAX;
    while (padding < 2 && padding < text.len && text.ptr[text.len - 1 - padding] == '=')
        padding++;
    for (size_t at = 0; at < text.len; at += 4) {
        size_t digits = at + 4 == text.len ? 4 - padding : 4;

        if (!decode_group(text.ptr + at, digits, bytes + at / 4 * 3))
            return SIZE_MAX;
    }
    return text.len / 4 * 3 - padding;
}
