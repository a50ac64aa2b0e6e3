/* The head of an answer, with what every answer has. */
#ifndef SANDBOX_ANSWER_HEAD_H
#define SANDBOX_ANSWER_HEAD_H

#include "sandbox/call.h"

void answer_head_write(struct call *call, bool close, struct buf *out);

#endif
