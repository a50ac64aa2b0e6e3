/* The lists of postage(3): the headers by their own first sentences, and the statuses. */
#include "page.h"
#include "roff.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER_MAX_BYTES = 8192 };

/* What comes after "@file" up to an empty line or the end of the comment, as one line without stars and backquotes. */
static void first_paragraph(char *text, const char *comment)
{
    const char *at = strstr(comment, "@file");

    if (at == NULL)
        return;
    at += strlen("@file");
    at += strspn(at, " *\n");
    for (; *at != '\0' && strncmp(at, "\n *\n", 4) != 0 && strncmp(at, "\n */", 4) != 0 && strncmp(at, " */", 3) != 0; at++)
        if (strncmp(at, "\n * ", 4) == 0) {
            *text++ = ' ';
            at += 3;
        } else if (*at != '`') {
            *text++ = *at;
        }
    *text = '\0';
}

void manual_put_header(FILE *out, const char *header)
{
    char comment[HEADER_MAX_BYTES] = "", text[HEADER_MAX_BYTES] = "";
    FILE *in = fopen(header, "r");

    if (in == NULL || fread(comment, 1, sizeof comment - 1, in) == 0) {
        perror(header);
        exit(1);
    }
    fclose(in);
    first_paragraph(text, comment);
    if (text[0] == '\0') {
        fprintf(stderr, "%s: does not begin with /** @file and what it is for\n", header);
        exit(1);
    }
    roff_tag(out);
    fputs("\\fB<postage/", out);
    roff_text(out, strrchr(header, '/') != NULL ? strrchr(header, '/') + 1 : header);
    fputs(">\\fR\n", out);
    roff_paragraphs(out, text);
}

void manual_put_title(FILE *out)
{
    roff_title(out, "postage", 3);
}

void manual_put_statuses(FILE *out)
{
#define NUMBER(number, name, text) (number),
    static const int numbers[] = { POSTAGE_STATUS_MAP(NUMBER) };
#undef NUMBER

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        roff_tag(out);
        fprintf(out, "\\fBPOSTAGE_%s\\fR (", postage_status_name((enum postage_status)numbers[i]));
        fprintf(out, numbers[i] < 0 ? "\\-%d)\n" : "%d)\n", abs(numbers[i]));
        roff_sentence(out, postage_status_text((enum postage_status)numbers[i]));
    }
}
