#include "base/calendar.h"

#include "base/text.h"

enum { SECONDS_A_DAY = 86400 };

struct moment {
    int year, month, day, hour, minute, second;
};

/* Proleptic Gregorian calendar counted in eras of 400 years that begin on 1 March, so that leap days come last. */
static int64_t days_from_date(int64_t year, int month, int day)
{
    int64_t era, day_of_era;
    int64_t year_of_era, day_of_year;

    if (month <= 2)
        year--;
    era = year / 400;
    year_of_era = year - era * 400;
    day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static struct moment moment_of(int64_t unix_s)
{
    int64_t days = unix_s / SECONDS_A_DAY + 719468;
    int64_t left = unix_s % SECONDS_A_DAY;
    int64_t era = days / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    struct moment moment = {
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .hour = (int)(left / 3600),
        .minute = (int)(left / 60 % 60),
        .second = (int)(left % 60),
    };

    moment.year = (int)(year_of_era + era * 400 + (moment.month <= 2));
    return moment;
}

static char *put_pair(char *at, int number)
{
    at[0] = (char)('0' + number / 10);
    at[1] = (char)('0' + number % 10);
    return at + 2;
}

static char *put_text(char *at, const char *text)
{
    while (*text != '\0')
        *at++ = *text++;
    return at;
}

/* `dash`, `colon` and `tail` are what stands between and after the numbers. */
static void put_moment(int64_t unix_s, const char *dash, const char *colon, const char *tail, char *at)
{
    struct moment moment = moment_of(unix_s);

    at = put_pair(put_pair(at, moment.year / 100), moment.year % 100);
    at = put_pair(put_text(at, dash), moment.month);
    at = put_pair(put_text(at, dash), moment.day);
    at = put_pair(put_text(at, "T"), moment.hour);
    at = put_pair(put_text(at, colon), moment.minute);
    at = put_pair(put_text(at, colon), moment.second);
    *put_text(at, tail) = '\0';
}

void calendar_basic(int64_t unix_s, char text[CALENDAR_BASIC_BYTES])
{
    put_moment(unix_s, "", "", "Z", text);
}

void calendar_extended(int64_t unix_s, char text[CALENDAR_EXTENDED_BYTES])
{
    put_moment(unix_s, "-", ":", ".000Z", text);
}

/* Matches `pattern`, in which 'd' is a digit of the number whose index the digit groups give, anything else itself. */
static bool read_pattern(struct slice text, const char *pattern, int numbers[6])
{
    static const int group_digits[6] = { 4, 2, 2, 2, 2, 2 };
    int group = 0, seen = 0;

    memset(numbers, 0, 6 * sizeof numbers[0]);
    if (text.len != strlen(pattern))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (pattern[i] != 'd') {
            if (text.ptr[i] != pattern[i])
                return false;
            continue;
        }
        if (!text_is_digit(text.ptr[i]))
            return false;
        numbers[group] = numbers[group] * 10 + (text.ptr[i] - '0');
        if (++seen == group_digits[group]) {
            group++;
            seen = 0;
        }
    }
    return true;
}

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

static bool to_unix(const int n[6], int64_t *unix_s)
{
    if (n[0] < 1970 || n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > days_in_month(n[0], n[1]))
        return false;
    if (n[3] > 23 || n[4] > 59 || n[5] > 59)
        return false;
    *unix_s = days_from_date(n[0], n[1], n[2]) * SECONDS_A_DAY + n[3] * 3600 + n[4] * 60 + n[5];
    return true;
}

bool calendar_read_basic(struct slice text, int64_t *unix_s)
{
    int numbers[6];

    return read_pattern(text, "ddddddddTddddddZ", numbers) && to_unix(numbers, unix_s);
}

bool calendar_read_extended(struct slice text, int64_t *unix_s)
{
    static const char pattern[] = "dddd-dd-ddTdd:dd:dd";
    struct slice head = { text.ptr, sizeof pattern - 1 };
    size_t at = head.len;
    int numbers[6];

    if (text.len < head.len + 1 || text.ptr[text.len - 1] != 'Z' || !read_pattern(head, pattern, numbers))
        return false;
    if (text.ptr[at] == '.') {
        size_t first = ++at;

        while (at < text.len - 1 && text_is_digit(text.ptr[at]))
            at++;
        if (at == first)
            return false;
    }
    return at == text.len - 1 && to_unix(numbers, unix_s);
}
