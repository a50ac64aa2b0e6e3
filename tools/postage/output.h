/* Results on stdout, where nothing may be lost in silence: a closed pipe and a full disk are errors. */
#ifndef POSTAGE_TOOL_OUTPUT_H
#define POSTAGE_TOOL_OUTPUT_H

#include "exit_code.h"

#include <stdbool.h>
#include <stddef.h>

/* Writes `length` bytes and, if `line`, the end of a line; flushed at once. */
enum exit_code output_write(const char *bytes, size_t length, bool line);

/* The last look at stdout before the process ends: what was written before may have failed late. */
enum exit_code output_close(void);

#endif
