/* What a path leads to, for those who need a regular file. */
#ifndef POSTAGE_TOOL_FILE_KIND_H
#define POSTAGE_TOOL_FILE_KIND_H

#include "exit_code.h"

#include <sys/stat.h>

/* EXIT_DONE for a regular file; else says that `name` is a directory, a pipe and so on, and returns `code`. NULL: no hint. */
enum exit_code file_kind_check(const struct stat *info, const char *name, const char *hint, enum exit_code code);

#endif
