/* JSON on a stream: the members of one flat object, and one object below it. */
#ifndef POSTAGE_TOOL_JSON_H
#define POSTAGE_TOOL_JSON_H

#include <stdint.h>
#include <stdio.h>

/* A string with its quotes. Bytes that are not UTF-8 (a file's name may hold any) become U+FFFD; what a terminal acts on is
 * escaped. */
void json_put_text(FILE *out, const char *text);

/* `,"name":"text"`; null when the text is NULL or empty. Put the first member without its comma by hand. */
void json_put_member(FILE *out, const char *name, const char *text);
void json_put_number(FILE *out, const char *name, int64_t number);

#endif
