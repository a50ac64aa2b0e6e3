/* Base64 with the standard alphabet and padding (RFC 4648 4). */
#ifndef POSTAGE_BASE_BASE64_H
#define POSTAGE_BASE_BASE64_H

#include "base/slice.h"

#include <stdint.h>

/* Characters that `len` bytes become. */
#define BASE64_LENGTH(len) (((len) + 2) / 3 * 4)

/* Writes BASE64_LENGTH(len) characters and a NUL. */
void base64_encode(const void *bytes, size_t len, char *text);

/*
 * Decodes strictly: no line breaks, padding required, unused bits zero (RFC 4648 3.5). `bytes` holds text.len / 4 * 3.
 * Returns the number of bytes, or SIZE_MAX when the text is not base64.
 */
size_t base64_decode(struct slice text, uint8_t *bytes);

#endif
