/* Dates as the providers write them. UTC only; no clock, time zone or locale is asked. */
#ifndef POSTAGE_BASE_CALENDAR_H
#define POSTAGE_BASE_CALENDAR_H

#include "base/slice.h"

#include <stdint.h>

/* 1970-01-01T00:00:00Z to 9999-12-31T23:59:59Z: what has a four-digit year and no sign. */
#define CALENDAR_MAX_UNIX_S INT64_C(253402300799)

enum { CALENDAR_BASIC_BYTES = 17, CALENDAR_EXTENDED_BYTES = 25 };

/* "20261121T120000Z" (ISO 8601 basic), with NUL; the first 8 characters are the day. */
void calendar_basic(int64_t unix_s, char text[CALENDAR_BASIC_BYTES]);

/* "2026-11-21T12:00:00.000Z", with NUL. */
void calendar_extended(int64_t unix_s, char text[CALENDAR_EXTENDED_BYTES]);

/* Reads "YYYY-MM-DDThh:mm:ss[.fraction]Z"; a fraction is dropped. Offsets are refused, as stores refuse them. */
bool calendar_read_extended(struct slice text, int64_t *unix_s);

/* Reads "YYYYMMDDThhmmssZ". */
bool calendar_read_basic(struct slice text, int64_t *unix_s);

#endif
