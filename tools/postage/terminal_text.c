#include "terminal_text.h"

/* Length of the well-formed UTF-8 sequence at `s`, 0 for none (RFC 3629 4). NUL-terminated text ends each look ahead. */
static size_t sequence(const unsigned char *s)
{
    unsigned char low = 0x80, high = 0xBF;
    size_t need = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;

    if (s[0] == 0xE0)
        low = 0xA0;
    else if (s[0] == 0xED)
        high = 0x9F;
    else if (s[0] == 0xF0)
        low = 0x90;
    else if (s[0] == 0xF4)
        high = 0x8F;
    if (need > 1 && (s[1] < low || s[1] > high))
        return 0;
    for (size_t i = 2; i < need; i++)
        if (s[i] < 0x80 || s[i] > 0xBF)
            return 0;
    return need;
}

uint32_t terminal_text_character(const char *text, size_t *length)
{
    const unsigned char *s = (const unsigned char *)text;
    uint32_t character;

    *length = sequence(s);
    if (*length < 2)
        return *length == 1 ? s[0] : 0;
    character = s[0] & (0x7Fu >> *length);
    for (size_t i = 1; i < *length; i++)
        character = character << 6 | (s[i] & 0x3F);
    return character;
}

bool terminal_text_is_order(uint32_t character)
{
    /* ECMA-48 5.3; Unicode UAX 9, 2; U+2028 and U+2029 among the latter. */
    static const struct {
        uint32_t first, last;
    } orders[] = {
        { 0x00, 0x1F }, { 0x7F, 0x9F }, { 0x061C, 0x061C }, { 0x200E, 0x200F }, { 0x2028, 0x202E }, { 0x2066, 0x2069 },
    };

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        if (character >= orders[i].first && character <= orders[i].last)
            return true;
    return false;
}

void terminal_text_clean(char *text)
{
    while (*text != '\0') {
        size_t length;
        bool order = terminal_text_is_order(terminal_text_character(text, &length));

        length = length > 0 ? length : 1;
        for (size_t i = 0; order && i < length; i++)
            text[i] = '?';
        text += length;
    }
}

void terminal_text_put(FILE *out, const char *text)
{
    while (*text != '\0') {
        size_t length;
        bool order = terminal_text_is_order(terminal_text_character(text, &length));

        length = length > 0 ? length : 1;
        for (size_t i = 0; i < length; i++)
            fputc(order ? '?' : text[i], out);
        text += length;
    }
}
