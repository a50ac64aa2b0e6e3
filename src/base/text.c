#include "base/text.h"

#define EACH_BYTE(byte) (UINT64_MAX / 255 * (byte))

/* Not 0 if any byte is under `limit`, for bytes that are all under 0x80. */
static uint64_t has_less(uint64_t word, uint64_t limit)
{
    return (word - EACH_BYTE(limit)) & EACH_BYTE(0x80);
}

static bool is_plain_word(uint64_t word)
{
    /* 0x7F and all above; then, since a carry starts at those only, control characters and what XOR turns into 0. */
    if (((word | (word + EACH_BYTE(1))) & EACH_BYTE(0x80)) != 0)
        return false;
    return (has_less(word, 0x20) | has_less(word ^ EACH_BYTE('"'), 1) | has_less(word ^ EACH_BYTE('\\'), 1)) == 0;
}

size_t text_plain_start(struct slice text)
{
    size_t len = 0;
    uint64_t word;

    for (; text.len - len >= sizeof word; len += sizeof word) {
        memcpy(&word, text.ptr + len, sizeof word);
        if (!is_plain_word(word))
            return len;
    }
    if (len == text.len)
        return len;
    word = EACH_BYTE(' ');
    if (len > 0) /* the last eight, some of them seen already */
        memcpy(&word, text.ptr + text.len - sizeof word, sizeof word);
    else
        memcpy(&word, text.ptr, text.len);
    return is_plain_word(word) ? text.len : len;
}

static bool is_continuation(const unsigned char *s, size_t index, unsigned char low, unsigned char high)
{
    return s[index] >= low && s[index] <= high;
}

size_t utf8_sequence_length(const char *text, size_t len)
{
    const unsigned char *s = (const unsigned char *)text;
    unsigned char low = 0x80, high = 0xBF;
    size_t need;

    if (len == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 0;
    need = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    /* RFC 3629 4: the second byte's range excludes overlong forms, surrogates and code points above U+10FFFF. */
    if (s[0] == 0xE0)
        low = 0xA0;
    else if (s[0] == 0xED)
        high = 0x9F;
    else if (s[0] == 0xF0)
        low = 0x90;
    else if (s[0] == 0xF4)
        high = 0x8F;
    if (len < need || !is_continuation(s, 1, low, high))
        return 0;
    for (size_t i = 2; i < need; i++)
        if (!is_continuation(s, i, 0x80, 0xBF))
            return 0;
    return need;
}

bool utf8_valid(struct slice text)
{
    for (size_t i = text_plain_start(text); i < text.len;) {
        size_t step = utf8_sequence_length(text.ptr + i, text.len - i);

        if (step == 0)
            return false;
        i += step;
    }
    return true;
}

size_t text_find_line_break(struct slice text)
{
    for (size_t i = text_plain_start(text); i < text.len; i++)
        if (text.ptr[i] == '\r' || text.ptr[i] == '\n' || text.ptr[i] == '\0')
            return i;
    return SIZE_MAX;
}

struct slice text_trim(struct slice text)
{
    while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
        text = (struct slice){ text.ptr + 1, text.len - 1 };
    while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    return text;
}

bool text_has_control(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
            return true;
    return false;
}

int text_hex_digit(char c)
{
    if (text_is_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || text_is_digit(c);
}

bool text_is_token(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_alphanumeric(text.ptr[i]) && (text.ptr[i] == '\0' || strchr("!#$%&'*+-.^_`|~", text.ptr[i]) == NULL))
            return false;
    return text.len > 0;
}

bool text_to_u64(struct slice text, uint64_t *number)
{
    uint64_t value = 0;

    if (text.len == 0 || (text.len > 1 && text.ptr[0] == '0'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned)(unsigned char)text.ptr[i] - '0';

        if (digit > 9 || value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

struct slice text_decimal(uint64_t number, char digits[20])
{
    size_t at = 20;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return (struct slice){ digits + at, 20 - at };
}

void text_hex(const uint8_t *bytes, size_t len, char *hex)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 0x0F];
    }
}
