#include "roff.h"

#include "postage/api.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Of the version, not of the build: what is built twice is the same twice. */
#define MANUAL_DATE "2026-11-21"

/* A terminal has 80 columns, man leaves two of them empty and indents an example by seven. */
enum { EXAMPLE_COLUMNS = 80 - 2 - 7 };

/* groff_char(7): what has to be typed as it stands, and would be turned into an accent, a quotation mark or a hyphen. */
static const char *escape_of(char c)
{
    static const struct {
        char c;
        const char *escape;
    } escapes[] = {
        { '\\', "\\(rs" }, { '-', "\\-" },   { '\'', "\\(aq" }, { '`', "\\(ga" },
        { '^', "\\(ha" },  { '~', "\\(ti" }, { '"', "\\(dq" },
    };

    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++)
        if (escapes[i].c == c)
            return escapes[i].escape;
    return NULL;
}

static void put(FILE *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const char *escape = escape_of(text[i]);

        if (escape != NULL)
            fputs(escape, out);
        else
            fputc(text[i], out);
    }
}

/* A line of text; a dot in front would make it a request. */
static void put_line(FILE *out, const char *line, size_t length)
{
    if (length > 0 && line[0] == '.')
        fputs("\\&", out);
    put(out, line, length);
    fputc('\n', out);
}

void roff_title(FILE *out, const char *name, int section)
{
    fputs(".TH ", out);
    for (const char *c = name; *c != '\0'; c++)
        fputs(*c == '-' ? "\\-" : (char[2]){ (char)toupper((unsigned char)*c) }, out);
    /* No hyphens, which would cut names apart, and no wide gaps for want of them; .EE would bring them back, but for HY. */
    fprintf(out, " %d " MANUAL_DATE " \"postage " POSTAGE_VERSION_STRING "\"\n.nr HY 0\n.nh\n.ad l\n", section);
}

void roff_section(FILE *out, const char *title)
{
    fprintf(out, ".SH %s\n", title);
}

void roff_text(FILE *out, const char *text)
{
    put(out, text, strlen(text));
}

void roff_bold(FILE *out, const char *text)
{
    fputs("\\fB", out);
    roff_text(out, text);
    fputs("\\fR", out);
}

void roff_slanted(FILE *out, const char *text)
{
    fputs("\\fI", out);
    roff_text(out, text);
    fputs("\\fR", out);
}

/* Up to the next newline or the end of the sentence: man pages are written a sentence a line. */
static size_t sentence(const char *text)
{
    size_t length = strcspn(text, "\n");
    const char *end = strstr(text, ". ");

    return end != NULL && end < text + length ? (size_t)(end + 1 - text) : length;
}

void roff_paragraphs(FILE *out, const char *text)
{
    while (*text != '\0') {
        size_t length = sentence(text);

        if (length == 0)
            fputs(".PP\n", out);
        else
            put_line(out, text, length);
        text += length + (text[length] != '\0');
    }
}

/* "s3: …", "http[s]://…": a first word with more than letters in it stays as it is. */
static bool begins_with_word(const char *text)
{
    return strchr(" ,:", text[strspn(text, "abcdefghijklmnopqrstuvwxyz")]) != NULL; /* or the end, which strchr finds as well */
}

void roff_sentence(FILE *out, const char *phrase)
{
    if (begins_with_word(phrase))
        fputc(toupper((unsigned char)*phrase++), out);
    roff_text(out, phrase);
    fputs(".\n", out);
}

void roff_tag(FILE *out)
{
    fputs(".TP\n", out);
}

void roff_list(FILE *out, int columns)
{
    fprintf(out, ".PD 0\n.TP %d\n", columns);
}

void roff_list_end(FILE *out)
{
    fputs(".PD\n", out);
}

/* Where to cut a shell line: before the last option that leaves the rest of the line some room. */
static size_t cut(const char *line, size_t length)
{
    for (size_t i = EXAMPLE_COLUMNS - 2; length > EXAMPLE_COLUMNS && i > EXAMPLE_COLUMNS / 2; i--)
        if (line[i] == ' ' && (strncmp(line + i, " -", 2) == 0 || line[i + 1] == '|'))
            return i;
    return length;
}

void roff_example(FILE *out, const char *text)
{
    fputs(".EX\n", out);
    for (const char *line = text; *line != '\0';) {
        size_t length, head;

        line += strspn(line, " ");
        length = strcspn(line, "\n");
        head = cut(line, length);
        if (head < length) {
            put(out, line, head);
            fputs(" \\(rs\n    ", out);
            put_line(out, line + head + 1, length - head - 1);
        } else {
            put_line(out, line, length);
        }
        line += length + (line[length] == '\n');
    }
    fputs(".EE\n", out);
}
