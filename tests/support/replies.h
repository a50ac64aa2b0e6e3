/*
 * What programs that judge replies have in common (tests/integration/replies.py): a reply a line on standard input, in hex; a
 * verdict a line on standard output, in fields between tabs:
 *
 *     END STATUS USED KEEPS BODY HEADERS      END: complete, close (it lasts as long as the connection) or cut
 *     refused WHY
 *
 * USED: how many bytes the reply took, KEEPS: 1 if the connection can carry another, BODY in hex, HEADERS in hex, a
 * "name:value" a line.
 */
#ifndef POSTAGE_TESTS_SUPPORT_REPLIES_H
#define POSTAGE_TESTS_SUPPORT_REPLIES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

/* @return the bytes that a line of hex stands for, in its own storage. */
static inline struct slice replies_decode(char *line, size_t len)
{
    size_t bytes = 0;

    for (size_t i = 0; i + 1 < len && text_hex_digit(line[i]) >= 0; i += 2)
        line[bytes++] = (char)(text_hex_digit(line[i]) * 16 + text_hex_digit(line[i + 1]));
    return (struct slice){ line, bytes };
}

static inline void replies_print(const char *end, int status, size_t used, bool keeps, const struct buf *body,
                                 const struct buf *headers)
{
    printf("%s\t%d\t%zu\t%d\t", end, status, used, keeps);
    for (size_t i = 0; i < body->len; i++)
        printf("%02x", (unsigned)(unsigned char)body->ptr[i]);
    putchar('\t');
    for (size_t i = 0; i < headers->len; i++)
        printf("%02x", (unsigned)(unsigned char)headers->ptr[i]);
    putchar('\n');
}

/* Calls `judge` for each reply of standard input. */
static inline int replies_judge_all(void (*judge)(struct slice reply))
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;

    while ((len = getline(&line, &cap, stdin)) > 0)
        judge(replies_decode(line, (size_t)len));
    free(line);
    return fflush(stdout) == 0 && ferror(stdin) == 0 ? 0 : 1;
}

#endif
