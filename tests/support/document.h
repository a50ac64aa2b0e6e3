/*
 * Documents that hold tables of the code. A table stands between its first and its last line, which are marks: with "--check
 * FILE" the file has to hold it byte for byte, with "--write FILE" it is put there in place of the old one, else it is printed.
 */
#ifndef POSTAGE_TEST_DOCUMENT_H
#define POSTAGE_TEST_DOCUMENT_H

#include <stdio.h>
#include <string.h>

/* 0, or 2 with a message. */
static inline int document_read(const char *path, char *document, size_t cap)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        return 2;
    }
    document[fread(document, 1, cap - 1, file)] = '\0';
    fclose(file);
    return 0;
}

/* Where the first line of the table, or the last, stands in the document; NULL: nowhere. */
static inline char *document_find_line(char *document, const char *line, size_t len)
{
    while (document != NULL && (strncmp(document, line, len) != 0)) {
        document = strchr(document, '\n');
        if (document != NULL)
            document++;
    }
    return document;
}

static inline int document_write(const char *path, char *document, const char *table)
{
    size_t first_len = strcspn(table, "\n") + 1, last_at = strlen(table) - 1;
    char *from, *to = NULL;
    FILE *file = NULL;

    while (last_at > 0 && table[last_at - 1] != '\n')
        last_at--;
    from = document_find_line(document, table, first_len);
    if (from != NULL)
        to = document_find_line(from, table + last_at, strlen(table + last_at));
    if (to != NULL)
        file = fopen(path, "wb");
    if (file == NULL) {
        fprintf(stderr, "%s cannot be written, or has no line %.*s", path, (int)first_len, table);
        return 2;
    }
    fprintf(file, "%.*s%s%s", (int)(from - document), document, table, to + strlen(table + last_at));
    return fclose(file) == 0 ? 0 : 2;
}

/* @return 0: done; 1: the file does not hold the table, and what to put there was printed; 2: the file is of no use. */
static inline int document_take(int argc, char **argv, const char *table)
{
    static char document[256 * 1024];
    const char *order = argc == 3 ? argv[1] : "";

    if (order[0] == '\0') {
        fputs(table, stdout);
        return 0;
    }
    if (document_read(argv[2], document, sizeof document) != 0)
        return 2;
    if (strcmp(order, "--write") == 0)
        return document_write(argv[2], document, table);
    if (strstr(document, table) != NULL)
        return 0;
    fprintf(stderr, "%s does not hold the tables of the code, which are (--write puts them there):\n%s", argv[2], table);
    return 1;
}

#endif
