/* Documents that hold tables of the code: what the code prints has to stand there, byte for byte. */
#ifndef POSTAGE_TEST_DOCUMENT_H
#define POSTAGE_TEST_DOCUMENT_H

#include <stdio.h>
#include <string.h>

/* @return 0: `expected` stands in the file; 1: it does not, and what to put there is printed; 2: there is no such file. */
static inline int document_holds(const char *path, const char *expected)
{
    static char document[256 * 1024];
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        return 2;
    }
    document[fread(document, 1, sizeof document - 1, file)] = '\0';
    fclose(file);
    if (strstr(document, expected) != NULL)
        return 0;
    fprintf(stderr, "%s does not hold the tables of the code, which are:\n%s", path, expected);
    return 1;
}

#endif
