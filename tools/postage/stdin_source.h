/*
 * Standard input as a source of a declared length.
 *
 * A read never blocks the client: when nothing is there it answers POSTAGE_AGAIN, and a thread that does nothing else waits for
 * the descriptor and calls the waker. One pass only, so an upload from it is never retried.
 */
#ifndef POSTAGE_TOOL_STDIN_SOURCE_H
#define POSTAGE_TOOL_STDIN_SOURCE_H

#include "exit_code.h"
#include "postage/source.h"

#include <stdint.h>

enum exit_code stdin_source_open(struct postage_source *out, uint64_t length);

#endif
