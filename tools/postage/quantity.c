#include "quantity.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Reads digits from *text on, moves it past them. */
static enum quantity_status read_number(const char **text, uint64_t *number)
{
    const char *at = *text;
    uint64_t value = 0;

    if (*at < '0' || *at > '9')
        return QUANTITY_MALFORMED;
    for (; *at >= '0' && *at <= '9'; at++) {
        unsigned digit = (unsigned)(*at - '0');

        if (value > ((uint64_t)INT64_MAX - digit) / 10)
            return QUANTITY_TOO_LARGE;
        value = value * 10 + digit;
    }
    *text = at;
    *number = value;
    return QUANTITY_OK;
}

enum quantity_status quantity_to_size(const char *text, uint64_t *bytes)
{
    static const struct {
        const char *name;
        uint64_t factor;
    } units[] = {
        { "", 1 },
        { "B", 1 },
        { "kB", 1000 },
        { "MB", 1000000 },
        { "GB", 1000000000 },
        { "TB", 1000000000000 },
        { "KiB", UINT64_C(1) << 10 },
        { "MiB", UINT64_C(1) << 20 },
        { "GiB", UINT64_C(1) << 30 },
        { "TiB", UINT64_C(1) << 40 },
    };
    uint64_t number;
    enum quantity_status status = read_number(&text, &number);

    if (status != QUANTITY_OK)
        return status;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcasecmp(text, units[i].name) != 0)
            continue;
        if (number > INT64_MAX / units[i].factor)
            return QUANTITY_TOO_LARGE;
        *bytes = number * units[i].factor;
        return QUANTITY_OK;
    }
    return QUANTITY_MALFORMED;
}

enum quantity_status quantity_to_duration(const char *text, uint64_t *seconds)
{
    static const struct {
        char unit;
        uint64_t seconds;
    } units[] = { { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };
    uint64_t total = 0;
    size_t next = 0; /* units before this one were used or passed over */
    bool first = true;

    do {
        uint64_t number;
        enum quantity_status status = read_number(&text, &number);
        size_t i = next;

        if (status != QUANTITY_OK)
            return status;
        if (first && *text == '\0')
            i = 3; /* a bare number is seconds */
        while (i < 4 && *text != '\0' && *text != units[i].unit)
            i++;
        if (i == 4 || (*text == '\0' && !first))
            return QUANTITY_MALFORMED;
        if (number > INT32_MAX / units[i].seconds || total + number * units[i].seconds > INT32_MAX)
            return QUANTITY_TOO_LARGE;
        total += number * units[i].seconds;
        next = i + 1;
        first = false;
        if (*text != '\0')
            text++;
    } while (*text != '\0');
    *seconds = total;
    return QUANTITY_OK;
}

struct moment {
    int year, month, day, hour, minute, second;
};

/* Exactly `count` digits. */
static bool read_digits(const char **text, int count, int *number)
{
    *number = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (**text < '0' || **text > '9')
            return false;
        *number = *number * 10 + (**text - '0');
    }
    return true;
}

static bool read_char(const char **text, char expected)
{
    if (**text != expected)
        return false;
    (*text)++;
    return true;
}

/* With `separated` as 2026-11-21T12:00:00, else as 20261121T120000 (both ISO 8601). */
static bool read_moment(const char **text, bool separated, struct moment *m)
{
    return read_digits(text, 4, &m->year) && (!separated || read_char(text, '-')) && read_digits(text, 2, &m->month) &&
           (!separated || read_char(text, '-')) && read_digits(text, 2, &m->day) && read_char(text, 'T') &&
           read_digits(text, 2, &m->hour) && (!separated || read_char(text, ':')) && read_digits(text, 2, &m->minute) &&
           (!separated || read_char(text, ':')) && read_digits(text, 2, &m->second);
}

static bool is_leap_year(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool moment_exists(const struct moment *m)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    if (m->year < 1970 || m->month < 1 || m->month > 12 || m->day < 1)
        return false;
    return m->day <= days[m->month - 1] + (m->month == 2 && is_leap_year(m->year)) && m->hour < 24 && m->minute < 60 &&
           m->second < 60;
}

static int64_t moment_to_unix(const struct moment *m)
{
    static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
    int64_t last = m->year - 1; /* days in all years before this one, proleptic Gregorian */
    int64_t days = last * 365 + last / 4 - last / 100 + last / 400 - 719162;

    days += before[m->month - 1] + (m->month > 2 && is_leap_year(m->year)) + m->day - 1;
    return ((days * 24 + m->hour) * 60 + m->minute) * 60 + m->second;
}

/* "Z", or "+02:00" and the like, as seconds to take away. */
static bool read_offset(const char **text, int *seconds)
{
    int sign = **text == '-' ? -1 : 1, hours, minutes;

    *seconds = 0;
    if (read_char(text, 'Z'))
        return true;
    if (!read_char(text, '+') && !read_char(text, '-'))
        return false;
    if (!read_digits(text, 2, &hours) || !read_char(text, ':') || !read_digits(text, 2, &minutes))
        return false;
    *seconds = sign * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60;
}

enum quantity_status quantity_to_time(const char *text, uint64_t *unix_s)
{
    bool separated = strchr(text, '-') != NULL;
    struct moment moment;
    int64_t result;
    int offset;

    if (strchr(text, 'T') == NULL) {
        enum quantity_status status = read_number(&text, unix_s);

        if (status != QUANTITY_OK)
            return status;
        if (*text != '\0')
            return QUANTITY_MALFORMED;
        return *unix_s > 253402300799 ? QUANTITY_TOO_LARGE : QUANTITY_OK; /* 9999-12-31T23:59:59Z */
    }
    if (!read_moment(&text, separated, &moment) || !moment_exists(&moment))
        return QUANTITY_MALFORMED;
    if (separated && read_char(&text, '.')) {
        if (*text < '0' || *text > '9')
            return QUANTITY_MALFORMED;
        text += strspn(text, "0123456789");
    }
    if (!read_offset(&text, &offset) || *text != '\0')
        return QUANTITY_MALFORMED;
    result = moment_to_unix(&moment) - offset;
    if (result < 0)
        return QUANTITY_MALFORMED;
    *unix_s = (uint64_t)result;
    return result > 253402300799 ? QUANTITY_TOO_LARGE : QUANTITY_OK;
}

bool quantity_to_bool(const char *text, bool *value)
{
    *value = strcasecmp(text, "true") == 0;
    return *value || strcasecmp(text, "false") == 0;
}
