/* --version: this tool and the libraries it really runs with. */
#ifndef POSTAGE_TOOL_VERSION_H
#define POSTAGE_TOOL_VERSION_H

#include "exit_code.h"

enum exit_code version_print(void);

#endif
