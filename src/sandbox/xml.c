#include "sandbox/xml.h"

#include "base/text.h"

static const char *escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\r':
        return "&#13;";
    default:
        return NULL;
    }
}

/* XML 1.0 has no way to write most control characters; bytes that are not UTF-8 have none either. */
void xml_add_text(struct buf *xml, struct slice text)
{
    for (size_t i = 0; i < text.len;) {
        size_t len = utf8_sequence_length(text.ptr + i, text.len - i);
        char c = text.ptr[i];
        const char *escape = escape_of(c);

        if (escape != NULL)
            buf_add_text(xml, escape);
        else if (len == 0 || (len == 1 && (unsigned char)c < 0x20 && c != '\n' && c != '\t'))
            buf_add_text(xml, "\xEF\xBF\xBD");
        else
            buf_add(xml, text.ptr + i, len);
        i += len > 0 ? len : 1;
    }
}

void xml_add_element(struct buf *xml, const char *name, struct slice text)
{
    buf_printf(xml, "<%s>", name);
    xml_add_text(xml, text);
    buf_printf(xml, "</%s>", name);
}
