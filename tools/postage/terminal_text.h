/* Text from outside, on its way to a terminal: some characters are orders to it, and are not to be obeyed. */
#ifndef POSTAGE_TOOL_TERMINAL_TEXT_H
#define POSTAGE_TOOL_TERMINAL_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * The number of the character at `text`, which is not at its end, and its length in bytes; 0: not well-formed UTF-8 (RFC 3629
 * 4), one byte of it is to be passed over.
 */
uint32_t terminal_text_character(const char *text, size_t *length);

/* Whether a terminal acts on it: C0, DEL, C1, separators of lines, and what turns the direction of the text that follows. */
bool terminal_text_is_order(uint32_t character);

/* Puts '?' in the place of each byte of such characters, and of each that is not UTF-8. */
void terminal_text_clean(char *text);
void terminal_text_put(FILE *out, const char *text);

#endif
