#include "json.h"

#include "terminal_text.h"

#include <inttypes.h>

void json_put_text(FILE *out, const char *text)
{
    fputc('"', out);
    while (*text != '\0') {
        size_t length;
        uint32_t character = terminal_text_character(text, &length);

        if (length == 0)
            fputs("\\ufffd", out);
        else if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if (terminal_text_is_order(character))
            fprintf(out, "\\u%04x", (unsigned)character);
        else
            fwrite(text, 1, length, out);
        text += length > 0 ? length : 1;
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
