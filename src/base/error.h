/* Filling in the caller's error. */
#ifndef POSTAGE_BASE_ERROR_H
#define POSTAGE_BASE_ERROR_H

#include "postage/status.h"

/* How a value is quoted in a message: `"%.*s"%s` with ERROR_QUOTE(text) cuts it at 48 bytes and says so. */
#define ERROR_QUOTE_BYTES     48
#define ERROR_QUOTE_FORMAT    "\"%.*s\"%s"
#define ERROR_QUOTE(ptr, len) error_shown_bytes((ptr), (len), ERROR_QUOTE_BYTES), (ptr), (len) > ERROR_QUOTE_BYTES ? "..." : ""

/* How much of `text` is shown where there is room for `max` bytes: all, or what does not end inside a character. */
int error_shown_bytes(const char *text, size_t len, size_t max);

/*
 * Resets `err` to this code and message and returns the code, so that a check reads `return error_set(err, …)`.
 * Control characters in the formatted message become '?', so that a hostile value cannot forge a second line; a cut UTF-8
 * sequence at the end is dropped. `err` may be NULL.
 */
enum postage_status error_set(struct postage_error *err, enum postage_status code, const char *format, ...)
    POSTAGE_PRINTF(3, 4);

/* Hands an error on to a caller, who may have a smaller struct, or none. Returns its code. */
enum postage_status error_give(struct postage_error *err, const struct postage_error *error);

/* After a callback of the user's: whatever it assigned to an error of ours, its size is ours. */
void error_reclaim(struct postage_error *error);

/* The message for a status that needs no more words: its own text. */
enum postage_status error_plain(struct postage_error *err, enum postage_status code);

/*
 * Makes any bytes fit for one line of a log or terminal: each byte of a control character (C1 and those that turn the direction
 * of writing included) and of invalid UTF-8 becomes '?'. In place.
 */
void error_clean_line(char *text);

#endif
