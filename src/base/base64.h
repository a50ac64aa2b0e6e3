/* Base64 with the standard alphabet and padding (RFC 4648 4). */
#ifndef POSTAGE_BASE_BASE64_H
#define POSTAGE_BASE_BASE64_H

#include "base/slice.h"

#include <stdint.h>

/* Characters that `len` bytes become. */
#define BASE64_LENGTH(len) (((len) + 2) / 3 * 4)

/* Writes BASE64_LENGTH(len) characters and a NUL. */
void base64_encode(const void *bytes, size_t len, char *text);

/* The same, letter by letter: for the end of a text, and for processors without anything better. */
void base64_encode_table(const uint8_t *bytes, size_t len, char *text);
size_t base64_decode_table(struct slice text, uint8_t *bytes);

#if defined(__x86_64__) && defined(__GNUC__)
#define BASE64_X86 1
bool base64_has_ssse3(void);

/* Encodes whole groups from the start, without a NUL, as many as are quick. Returns how many bytes those were. */
size_t base64_encode_ssse3(const uint8_t *bytes, size_t len, char *text);

/* Likewise the other way, up to the last groups or to a character that is not a letter. Returns how many letters those were. */
size_t base64_decode_ssse3(const char *text, size_t len, uint8_t *bytes);
#endif

/*
 * Decodes strictly: no line breaks, padding required, unused bits zero (RFC 4648 3.5). `bytes` holds text.len / 4 * 3.
 * Returns the number of bytes, or SIZE_MAX when the text is not base64.
 */
size_t base64_decode(struct slice text, uint8_t *bytes);

#endif
