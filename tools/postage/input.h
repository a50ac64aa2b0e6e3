/* A whole file, or stdin, in memory and under a ceiling: policies, forms, keys. */
#ifndef POSTAGE_TOOL_INPUT_H
#define POSTAGE_TOOL_INPUT_H

#include "exit_code.h"

#include <stddef.h>

struct input {
    char *bytes; /* a NUL follows the last one */
    size_t length;
};

/* A descriptor, or -1 with the reason in errno; never waits for a writer of a pipe. */
int input_open(const char *path);
const char *input_reason(void); /* errno as text */

/* Reads to the end. Failures answer `code` and name `what`. */
enum exit_code input_read(struct input *input, int descriptor, size_t max, enum exit_code code, const char *what);

/* The regular file `path`, or stdin for "-". Unreadable is EXIT_SOURCE, empty EXIT_USAGE. */
enum exit_code input_load(struct input *input, const char *path, size_t max);

/* Wipes and releases: a form is as good as a password. */
void input_clear(struct input *input);

#endif
