#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/options.h"
#include "base/text.h"

/*
 * Characters that a terminal acts on instead of showing them: C0, DEL, C1 (ECMA-48 5.3), line and paragraph separators, and
 * those that turn the direction of what follows (Unicode UAX 9, 2).
 */
static bool is_control(const char *text, size_t length)
{
    static const struct {
        size_t length;
        unsigned char first[3], last[3];
    } ranges[] = {
        { 1, { 0x00 }, { 0x1F } },
        { 1, { 0x7F }, { 0x7F } },
        { 2, { 0xC2, 0x80 }, { 0xC2, 0x9F } },
        { 2, { 0xD8, 0x9C }, { 0xD8, 0x9C } },
        { 3, { 0xE2, 0x80, 0x8E }, { 0xE2, 0x80, 0x8F } },
        { 3, { 0xE2, 0x80, 0xA8 }, { 0xE2, 0x80, 0xAE } },
        { 3, { 0xE2, 0x81, 0xA6 }, { 0xE2, 0x81, 0xA9 } },
    };

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (length == ranges[i].length && memcmp(text, ranges[i].first, length) >= 0 &&
            memcmp(text, ranges[i].last, length) <= 0)
            return true;
    return false;
}

void error_clean_line(char *text)
{
    size_t len = strlen(text);

    for (size_t i = text_plain_start((struct slice){ text, len }); i < len;) {
        size_t step = utf8_sequence_length(text + i, len - i);

        if (step == 0 || is_control(text + i, step)) {
            step = step > 0 ? step : 1;
            memset(text + i, '?', step);
        }
        i += step;
    }
}

int error_shown_bytes(const char *text, size_t len, size_t max)
{
    size_t shown = len < max ? len : max;

    while (shown < len && max - shown < 3 && shown > 0 && ((unsigned char)text[shown] & 0xC0) == 0x80)
        shown--;
    return (int)shown;
}

/* Drops what a cut at the end left of a character, so that it does not turn into question marks. */
static void drop_cut_character(char *text, size_t len)
{
    size_t start = len;

    while (start > 0 && len - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start > 0 && (unsigned char)text[start - 1] >= 0xC0 && utf8_sequence_length(text + start - 1, len - start + 1) == 0)
        text[start - 1] = '\0';
}

enum postage_status error_give(struct postage_error *err, const struct postage_error *error)
{
    static const size_t sizes[] = { OPTIONS_SIZE(struct postage_error, message), sizeof(struct postage_error), 0 };
    size_t size, index = 0;

    if (err == NULL)
        return error->code;
    size = err->size;
    while (sizes[index] != 0 && sizes[index] != size)
        index++;
    /* A size that no version had is that of a struct which nobody initialised: nothing in it is ours to write. */
    if (sizes[index] == 0 && size < sizeof *error)
        return error->code;
    memcpy(err, error, size < sizeof *error ? size : sizeof *error);
    err->size = size;
    return error->code;
}

enum postage_status error_set(struct postage_error *err, enum postage_status code, const char *format, ...)
{
    struct postage_error error = POSTAGE_ERROR_INIT;
    va_list args;
    int length;

    if (err == NULL)
        return code;
    error.code = code;
    va_start(args, format);
    length = vsnprintf(error.message, sizeof error.message, format, args);
    va_end(args);
    if (length >= (int)sizeof error.message)
        drop_cut_character(error.message, sizeof error.message - 1);
    error_clean_line(error.message);
    return error_give(err, &error);
}

void error_reclaim(struct postage_error *error)
{
    error->size = sizeof *error;
}

enum postage_status error_plain(struct postage_error *err, enum postage_status code)
{
    return error_set(err, code, "%s", postage_status_text(code));
}
