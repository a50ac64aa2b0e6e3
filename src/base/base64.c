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

    if (len == 0) /* `bytes` may be NULL, to which C adds not even 0 */
        bytes = "";
#if BASE64_X86
    if (base64_has_ssse3())
        done = base64_encode_ssse3(bytes, len, text);
#endif
    base64_encode_table((const uint8_t *)bytes + done, len - done, text + done / 3 * 4);
}

/* The value of each letter, with 0x40 set, which no other character has. */
static const uint8_t values[256] = {
    ['A'] = 0x40, ['B'] = 0x41, ['C'] = 0x42, ['D'] = 0x43, ['E'] = 0x44, ['F'] = 0x45, ['G'] = 0x46, ['H'] = 0x47,
    ['I'] = 0x48, ['J'] = 0x49, ['K'] = 0x4A, ['L'] = 0x4B, ['M'] = 0x4C, ['N'] = 0x4D, ['O'] = 0x4E, ['P'] = 0x4F,
    ['Q'] = 0x50, ['R'] = 0x51, ['S'] = 0x52, ['T'] = 0x53, ['U'] = 0x54, ['V'] = 0x55, ['W'] = 0x56, ['X'] = 0x57,
    ['Y'] = 0x58, ['Z'] = 0x59, ['a'] = 0x5A, ['b'] = 0x5B, ['c'] = 0x5C, ['d'] = 0x5D, ['e'] = 0x5E, ['f'] = 0x5F,
    ['g'] = 0x60, ['h'] = 0x61, ['i'] = 0x62, ['j'] = 0x63, ['k'] = 0x64, ['l'] = 0x65, ['m'] = 0x66, ['n'] = 0x67,
    ['o'] = 0x68, ['p'] = 0x69, ['q'] = 0x6A, ['r'] = 0x6B, ['s'] = 0x6C, ['t'] = 0x6D, ['u'] = 0x6E, ['v'] = 0x6F,
    ['w'] = 0x70, ['x'] = 0x71, ['y'] = 0x72, ['z'] = 0x73, ['0'] = 0x74, ['1'] = 0x75, ['2'] = 0x76, ['3'] = 0x77,
    ['4'] = 0x78, ['5'] = 0x79, ['6'] = 0x7A, ['7'] = 0x7B, ['8'] = 0x7C, ['9'] = 0x7D, ['+'] = 0x7E, ['/'] = 0x7F,
};

static int digit_of(char c)
{
    return (values[(unsigned char)c] & 0x40) != 0 ? values[(unsigned char)c] & 0x3F : -1;
}

/* One group of four characters; `characters` of them are not padding. False: not base64. */
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

/* A group without padding, as all but the last are. */
static bool decode_whole_group(const char *text, uint8_t *bytes)
{
    uint32_t a = values[(unsigned char)text[0]], b = values[(unsigned char)text[1]];
    uint32_t c = values[(unsigned char)text[2]], d = values[(unsigned char)text[3]];

    bytes[0] = (uint8_t)(a << 2 | (b & 0x3F) >> 4);
    bytes[1] = (uint8_t)(b << 4 | (c & 0x3F) >> 2);
    bytes[2] = (uint8_t)(c << 6 | (d & 0x3F));
    return (a & b & c & d & 0x40) != 0;
}

size_t base64_decode_table(struct slice text, uint8_t *bytes)
{
    size_t padding = 0;
    const char *at = text.ptr;

    if (text.len % 4 != 0)
        return SIZE_MAX;
    while (padding < 2 && padding < text.len && text.ptr[text.len - 1 - padding] == '=')
        padding++;
    for (; text.len > 4 && at < text.ptr + text.len - 4; at += 4, bytes += 3)
        if (!decode_whole_group(at, bytes))
            return SIZE_MAX;
    if (text.len > 0 && !decode_group(at, 4 - padding, bytes))
        return SIZE_MAX;
    return text.len / 4 * 3 - padding;
}

size_t base64_decode(struct slice text, uint8_t *bytes)
{
    size_t done = 0, rest;

    if (text.len == 0)
        return 0;
#if BASE64_X86
    if (base64_has_ssse3())
        done = base64_decode_ssse3(text.ptr, text.len, bytes);
#endif
    rest = base64_decode_table((struct slice){ text.ptr + done, text.len - done }, bytes + done / 4 * 3);
    return rest == SIZE_MAX ? SIZE_MAX : done / 4 * 3 + rest;
}
