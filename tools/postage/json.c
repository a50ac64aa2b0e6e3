#include "json.h"

#include <inttypes.h>
#include <string.h>

/* Length of the well-formed UTF-8 sequence at `s`, 0 for none (RFC 3629 4). NUL-terminated text ends each look ahead. */
static size_t sequence(const unsigned char *s)
{
    unsigned char low = 0x80, high = 0xBF;
    size_t need = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;

    if (s[0] == 0xE0)
        low = 0xA0;
    else if (s[0] == 0xED)
        high = 0x9F;
    else if (s[0] == 0xF0)
        low = 0x90;
    else if (s[0] == 0xF4)
        high = 0x8F;
    if (need > 1 && (s[1] < low || s[1] > high))
        return 0;
    for (size_t i = 2; i < need; i++)
        if (s[i] < 0x80 || s[i] > 0xBF)
            return 0;
    return need;
}

void json_put_text(FILE *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    fputc('"', out);
    while (*at != '\0') {
        size_t step = sequence(at);

        if (step == 0)
            fputs("\\ufffd", out);
        else if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7F)
            fprintf(out, "\\u%04x", *at);
        else
            fwrite(at, 1, step, out);
        at += step > 0 ? step : 1;
    }
    fputc('"', out);
}

void json_put_member(FILE *out, const char *name, const char *text)
{
    fprintf(out, ",\"%s\":", name);
    if (text == NULL || text[0] == '\0')
        fputs("null", out);
    else
        json_put_text(out, text);
}

void json_put_number(FILE *out, const char *name, int64_t number)
{
    fprintf(out, ",\"%s\":%" PRId64, name, number);
}
