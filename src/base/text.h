/* Checks and conversions of text that several nouns need. */
#ifndef POSTAGE_BASE_TEXT_H
#define POSTAGE_BASE_TEXT_H

#include "base/slice.h"

#include <stdint.h>

/* A number that is a macro, as a text literal: a limit and the message that names it cannot differ. */
#define TEXT_OF_NUMBER(macro)    TEXT_OF_EXPANDED(macro)
#define TEXT_OF_EXPANDED(number) #number

/*
 * How many bytes at the start are printable ASCII other than '"' and '\\': bytes that need neither a check nor an escape
 * anywhere. All of them, or a multiple of eight, where what follows may be just as plain.
 */
size_t text_plain_start(struct slice text);

/* Bytes of the well-formed UTF-8 sequence at `text` (1 to 4), or 0: overlong, surrogate, out of range or cut (RFC 3629 4). */
size_t utf8_sequence_length(const char *text, size_t len);

/* Whether all of `text` is well-formed UTF-8. */
bool utf8_valid(struct slice text);

/* The position of the first CR, LF or NUL, or SIZE_MAX. */
size_t text_find_line_break(struct slice text);

/* `text` without the spaces and tabs around it. */
struct slice text_trim(struct slice text);

/* Whether there is a control character, 0x00 to 0x1F or 0x7F. */
bool text_has_control(struct slice text);

static inline bool text_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What a hexadecimal digit of either case stands for; -1: it is not one. */
int text_hex_digit(char c);

/* RFC 9110 5.6.2 tchar, one or more. */
bool text_is_token(struct slice text);

/* A decimal number without sign or leading zeros ("0" itself is fine) that fits; nothing else before or after. */
bool text_to_u64(struct slice text, uint64_t *number);

/* The number in decimal, without a NUL; the slice is of `digits`. */
struct slice text_decimal(uint64_t number, char digits[20]);

/* Lower-case hex digits of `bytes`, without NUL: `hex` holds 2 * len. */
void text_hex(const uint8_t *bytes, size_t len, char *hex);

#endif
