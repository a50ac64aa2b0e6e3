/* man(7) source. */
#ifndef POSTAGE_PAGES_ROFF_H
#define POSTAGE_PAGES_ROFF_H

#include <stdio.h>

/* The title, of "postage-sign" in section 1. */
void roff_title(FILE *out, const char *name, int section);

void roff_section(FILE *out, const char *title);

/* Text inside a line, in ordinary, bold or slanted letters. */
void roff_text(FILE *out, const char *text);
void roff_bold(FILE *out, const char *text);
void roff_slanted(FILE *out, const char *text);

/* A phrase of a help page as a sentence on a line of its own. */
void roff_sentence(FILE *out, const char *phrase);

/* Lines that are filled; an empty one parts paragraphs. */
void roff_paragraphs(FILE *out, const char *text);

/* What follows, up to a line's end, is the head of an indented paragraph. */
void roff_tag(FILE *out);

/* Such paragraphs without empty lines between them, so far in; the first tag is begun. */
void roff_list(FILE *out, int columns);
void roff_list_end(FILE *out);

/* Lines as they are, those of `text` being two columns in; shell lines that are too long are continued. */
void roff_example(FILE *out, const char *text);

#endif
