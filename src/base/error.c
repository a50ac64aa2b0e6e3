#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

void error_clean_line(char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len;) {
        size_t step = utf8_sequence_length(text + i, len - i);

        if (step == 0 || (unsigned char)text[i] < 0x20 || text[i] == 0x7F) {
            text[i] = '?';
            step = 1;
        }
        i += step;
    }
}

enum postage_status error_set(struct postage_error *err, enum postage_status code, const char *format, ...)
{
    va_list args;

    if (err == NULL)
        return code;
    *err = (struct postage_error){ .code = code };
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    error_clean_line(err->message);
    return code;
}

enum postage_status error_plain(struct postage_error *err, enum postage_status code)
{
    return error_set(err, code, "%s", postage_status_text(code));
}
