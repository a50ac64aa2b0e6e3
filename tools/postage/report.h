/* What became of one file: a line for people or a JSON object on stdout, the reason of a failure on stderr. */
#ifndef POSTAGE_TOOL_REPORT_H
#define POSTAGE_TOOL_REPORT_H

#include "exit_code.h"
#include "postage/result.h"

struct report {
    bool json;
    const char *place; /* what stands before the key: "minio://bucket/" */
    const char *file;  /* as given */
    const char *key;   /* when the result names none */
};

/* Prints. Returns the code for this result, or EXIT_INTERNAL when stdout failed. */
enum exit_code report_result(const struct report *report, const struct postage_result *result);

/* A file that was never sent. The reason was said already, or, for CANCELLED, needs no words: only the JSON line is printed. */
enum exit_code report_unsent(const struct report *report, enum postage_outcome outcome, const char *message);

#endif
