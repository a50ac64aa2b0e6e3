/* Texts of the command line and the environment as numbers: sizes, durations, times. Nothing may come before or after. */
#ifndef POSTAGE_TOOL_QUANTITY_H
#define POSTAGE_TOOL_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

enum quantity_status { QUANTITY_OK, QUANTITY_MALFORMED, QUANTITY_TOO_LARGE };

/* Bytes: "1024", "10MB" (powers of 1000), "10MiB" (powers of 1024), up to 2^63-1. Case of the unit does not matter. */
enum quantity_status quantity_to_size(const char *text, uint64_t *bytes);

/* Seconds: "900", "15m", "2h30m", "7d"; units d, h, m, s, each once, the longest first; up to 2^31-1. */
enum quantity_status quantity_to_duration(const char *text, uint64_t *seconds);

/*
 * Seconds since 1970-01-01 UTC, years 1970 to 9999: "1448000000", "2026-11-21T12:00:00Z" (also with a fraction, which is
 * dropped, and with an offset such as +02:00), "20261121T120000Z".
 */
enum quantity_status quantity_to_time(const char *text, uint64_t *unix_s);

/* "true" and "false", as the AWS SDKs read their switches; case does not matter. @return false: neither. */
bool quantity_to_bool(const char *text, bool *value);

#endif
