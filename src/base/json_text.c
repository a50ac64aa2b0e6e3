#include "base/json_text.h"

#include "base/text.h"

static const char *short_escape(char c)
{
    static const struct {
        char c;
        const char *escape;
    } escapes[] = { { '"', "\\\"" }, { '\\', "\\\\" }, { '\b', "\\b" }, { '\f', "\\f" },
                    { '\n', "\\n" }, { '\r', "\\r" },  { '\t', "\\t" } };

    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++)
        if (escapes[i].c == c)
            return escapes[i].escape;
    return NULL;
}

static bool needs_escape(char c)
{
    return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

void json_add_escaped(struct buf *buf, struct slice text)
{
    size_t plain = 0;

    for (size_t i = text_plain_start(text); i < text.len; i++) {
        const char *escape;

        if (!needs_escape(text.ptr[i]))
            continue;
        buf_add(buf, text.ptr + plain, i - plain);
        plain = i + 1;
        escape = short_escape(text.ptr[i]);
        if (escape != NULL)
            buf_add_text(buf, escape);
        else
            buf_printf(buf, "\\u%04x", (unsigned)(unsigned char)text.ptr[i]);
    }
    buf_add(buf, text.ptr + plain, text.len - plain);
}

void json_add_text(struct buf *buf, struct slice text)
{
    buf_add_char(buf, '"');
    json_add_escaped(buf, text);
    buf_add_char(buf, '"');
}
