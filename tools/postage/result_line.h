/* What became of one file: a line for people or a JSON object on stdout, the reason of a failure on stderr. */
#ifndef POSTAGE_TOOL_RESULT_LINE_H
#define POSTAGE_TOOL_RESULT_LINE_H

#include "exit_code.h"
#include "postage/result.h"

struct result_line {
    bool json;
    const char *place; /* what stands before the key: "minio://bucket/" */
    const char *file;  /* as given */
    const char *key;   /* when the result names none */
};

/* Prints. Returns the code for this result, or EXIT_INTERNAL when stdout failed. */
enum exit_code result_line_print(const struct result_line *line, const struct postage_result *result);

/* A file that was never sent. The reason was said already, or, for CANCELLED, goes without saying: only the JSON line is
 * printed. */
enum exit_code result_line_print_unsent(const struct result_line *line, enum postage_outcome outcome, const char *message);

#endif
