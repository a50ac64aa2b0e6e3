#include "base/markup.h"

void markup_add_text(struct buf *out, struct slice text)
{
    static const struct {
        char c;
        const char *entity;
    } entities[] = { { '&', "&amp;" },  { '<', "&lt;" },   { '>', "&gt;" },  { '"', "&quot;" },
                     { '\'', "&#39;" }, { '\n', "&#10;" }, { '\r', "&#13;" } };

    for (size_t i = 0; i < text.len; i++) {
        const char *entity = NULL;

        for (size_t e = 0; e < sizeof entities / sizeof entities[0]; e++)
            if (entities[e].c == text.ptr[i])
                entity = entities[e].entity;
        if (entity != NULL)
            buf_add_text(out, entity);
        else
            buf_add_char(out, text.ptr[i]);
    }
}
