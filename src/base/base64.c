#include "base/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode_group(uint32_t bits, char *text)
{
    text[0] = digits[bits >> 18 & 0x3F];
    text[1] = digits[bits >> 12 & 0x3F];
    text[2] = digits[bits >> 6 & 0x3F];
    text[3] = digits[bits & 0x3F];
}

void base64_encode_table(const uint8_t *bytes, size_t len, char *text)
{
    for (; len >= 3; len -= 3, bytes += 3, text += 4)
        encode_group((uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2], text);
    if (len > 0) {
        encode_group((uint32_t)bytes[0] << 16 | (len > 1 ? (uint32_t)bytes[1] << 8 : 0), text);
        text[3] = '=';
        if (len == 1)
            text[2] = '=';
        text += 4;
    }
    *text = '\0';
}

void base64_encode(const void *bytes, size_t len, char *text)
{
    size_t done = 0;

#if BASE64_X86
    if (base64_has_ssse3())
        done = base64_encode_ssse3(bytes, len, text);
#endif
    base64_encode_table((const uint8_t *)bytes + done, len - done, text + done / 3 * 4);
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

/* One group of four characters; `characters` of them are no padding. False: not base64. */
static bool decode_group(const char *text, size_t characters, uint8_t *bytes)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < 4; i++) {
        int digit = i < characters ? digit_of(text[i]) : 0;

        if (digit < 0)
            return false;
        bits = bits << 6 | (uint32_t)digit;
    }
    for (size_t i = 0; i < characters - 1; i++)
        bytes[i] = (uint8_t)(bits >> (16 - 8 * i));
    return (bits & ((1u << (8 * (4 - characters))) - 1)) == 0;
}

size_t base64_decode(struct slice text, uint8_t *bytes)
{
    size_t padding = 0;

    if (text.len % 4 != 0)
        return SIZE_MAX;
    while (padding < 2 && padding < text.len && text.ptr[text.len - 1 - padding] == '=')
        padding++;
    for (size_t at = 0; at < text.len; at += 4) {
        size_t characters = at + 4 == text.len ? 4 - padding : 4;

        if (!decode_group(text.ptr + at, characters, bytes + at / 4 * 3))
            return SIZE_MAX;
    }
    return text.len / 4 * 3 - padding;
}
