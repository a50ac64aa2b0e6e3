/* Writing XML. */
#ifndef SANDBOX_XML_H
#define SANDBOX_XML_H

#include "base/buf.h"

void xml_add_element(struct buf *xml, const char *name, struct slice text);
void xml_add_text(struct buf *xml, struct slice text);

#endif
