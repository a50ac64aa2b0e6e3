/* Text inside XML and HTML, elements and quoted attributes alike. */
#ifndef POSTAGE_BASE_MARKUP_H
#define POSTAGE_BASE_MARKUP_H

#include "base/buf.h"

/* Appends `text` with what could end it or begin something else as entities (XML 1.0 2.4; numeric ones are HTML's too). */
void markup_add_text(struct buf *out, struct slice text);

#endif
